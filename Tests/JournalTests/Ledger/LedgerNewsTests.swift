import Foundation
import Journal
import Testing

/// What a machine takes from the ledger into its own journal.
struct LedgerNewsTests {
  private static let seed = UInt64.random(in: 0...UInt64.max)

  private func news(in ledger: Ledger, for history: [Event]) -> [Event] {
    LedgerNews.events(in: ledger, own: LedgerDigest(replaying: history), fixes: FixBook(replaying: history))
  }

  @Test("A machine without a journal gets the fixes and where the sources stand as they were", arguments: 0..<60)
  func fresh(_ number: UInt64) throws {
    let seed = Self.seed &+ number
    var generator = LedgerGenerator(seed: seed)
    let events = generator.journal(run: "run_a", length: 60)
    let ledger = try sharedLedger(of: events)
    let learned = news(in: ledger, for: [])
    #expect(news(in: ledger, for: learned).isEmpty, "seed \(seed)")
    #expect(try sharedLedger(of: learned).merged(with: ledger) == ledger, "seed \(seed)")
    let (before, after) = (BackfillState(replaying: events), BackfillState(replaying: learned))
    for (key, url) in before.urls {
      for (source, record) in url.sources {
        let other = after[key]?.sources[source]
        #expect(other?.status == record.status && other?.entryHash == record.entryHash, "seed \(seed), \(source)")
      }
    }
  }

  @Test("What a person turned down stays so, whoever learns of it in which order", arguments: 0..<120)
  func refusals(_ number: UInt64) throws {
    let seed = Self.seed &+ number
    var generator = LedgerGenerator(seed: seed)
    let journals = ["run_a", "run_b", "run_c"].map { generator.journal(run: $0, length: 30) }
    var ledger = Ledger()
    for journal in journals { ledger = ledger.merged(with: try sharedLedger(of: journal)) }
    let stranger = FixBook(replaying: news(in: ledger, for: []))
    for file in ledger.files.filter({ $0.key.hasPrefix("fixes/") }).values {
      let events = file.lines.values.compactMap(\.event).sorted { $0.timestamp < $1.timestamp }
      let published = events.filter { $0.type == .fixPublished }
      guard let id = published.first?.data["fix"]?["id"]?.string else { continue }
      let fix = try #require(stranger[id], "seed \(seed)")
      let refused = file.lines.values.contains { line in
        guard line.slot.hasPrefix("evidence \(fix.evidenceHash) "), let event = line.event else { return false }
        return ["rejected", "reverted"].contains(event.data["status"]?.string ?? "")
      }
      let accepted = events.contains { ["approved", "changed"].contains($0.data["status"]?.string ?? "") }
      if refused && !accepted { #expect([.rejected, .reverted].contains(fix.status), "seed \(seed), fix \(id)") }
    }
    for journal in journals {
      let learned = news(in: ledger, for: journal)
      #expect(news(in: ledger, for: journal + learned).isEmpty, "seed \(seed)")
      let before = FixBook(replaying: journal)
      let after = FixBook(replaying: journal + learned)
      for fix in before.fixes where fix.status == .rejected || fix.status == .reverted {
        let now = try #require(after[fix.id])
        // Somebody may have merged it since, and then anything may have become of it.
        let accepted = ledger.files.values.contains { file in
          file.lines.values.contains { line in
            guard ["status=approved", "status=changed"].contains(where: line.slot.hasSuffix) else { return false }
            return line.event?.data["fix_id"]?.string == fix.id
          }
        }
        let isOther = accepted || now.evidenceHash != fix.evidenceHash
        #expect(isOther || now.status != .open && now.status != .lost && now.status != .superseded, "seed \(seed)")
      }
    }
  }

  @Test("The journal wins for what happened on its own machine")
  func own() throws {
    let theirs = [loaded("a", run: secondRun), loaded("b", run: secondRun)]
    let ledger = try sharedLedger(of: theirs)
    let learned = news(in: ledger, for: [failed("a")])
    #expect(learned.map(\.context.sourceCode) == ["b"])
    #expect(!learned.contains { !$0.isLearned })
  }

  @Test("A decision from elsewhere is learned once, though a clock there is slow")
  func decision() throws {
    let published = event(
      .fixPublished, run: secondRun, data: ["place": "local", "fix": try JSONValue(encoding: fix("11111111"))])
    let rejected = event(.fixStatus, run: firstRun, data: ["fix_id": "11111111", "status": "rejected"])
    let ledger = try sharedLedger(of: [published, rejected])
    let learned = news(in: ledger, for: [published])
    #expect(learned.map(\.type) == [.fixStatus])
    #expect(FixBook(replaying: [published] + learned)["11111111"]?.status == .rejected)
    #expect(news(in: ledger, for: [published] + learned).isEmpty)
  }

  @Test("A ledger cannot make Errata move a branch that is not its own, or look outside the workspace")
  func forged() throws {
    var branch = fix("11111111")
    branch.branch = "main"
    var outside = fix("22222222")
    outside.files = ["../../etc/passwd"]
    var hooked = fix("33333333")
    hooked.changes[0].file = "x/.git/config"
    var events = try [branch, outside, hooked].map { record in
      event(.fixPublished, data: ["place": "local", "fix": try JSONValue(encoding: record)])
    }
    events.append(
      event(
        .fixIntended,
        data: ["ref": "refs/heads/main", "new": "n", "fix": try JSONValue(encoding: fix("44444444"))]))
    let ledger = try sharedLedger(of: events)
    #expect(ledger.files.count == 4)
    #expect(news(in: ledger, for: []).isEmpty)
  }

  @Test("A fix whose edit holds a secret is not shared")
  func secretEdit() throws {
    var record = fix("11111111")
    record.changes[0].new = "https://me:hunter2@example.org/a.csv"
    let published = event(.fixPublished, data: ["place": "local", "fix": try JSONValue(encoding: record)])
    #expect(try sharedLedger(of: [published]).isEmpty)
  }

  @Test("Another machine's commit of the same fix is known as Errata's, and the own one stays")
  func bothPublished() throws {
    var theirs = fix("11111111")
    theirs.commit = String(repeating: "b", count: 40)
    let mine = event(.fixPublished, data: ["place": "local", "fix": try JSONValue(encoding: fix("11111111"))])
    let other = event(
      .fixPublished, run: secondRun, data: ["place": "local", "fix": try JSONValue(encoding: theirs)])
    let learned = news(in: try sharedLedger(of: [other]), for: [mine])
    let book = FixBook(replaying: [mine] + learned)
    #expect(book["11111111"]?.commit == fix("11111111").commit)
    #expect(book.tips(of: "refs/heads/\(theirs.branch)").count == 2)
    #expect(book.isPublishedHere("11111111"))
    #expect(!FixBook(replaying: learned).isPublishedHere("11111111"))
  }
}
