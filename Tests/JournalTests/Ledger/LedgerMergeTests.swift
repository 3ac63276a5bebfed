import Foundation
import Journal
import Testing

/// Ledgers of several machines come together in any order and any number of times, always to the same.
struct LedgerMergeTests {
  private static let seed = UInt64.random(in: 0...UInt64.max)

  @Test("Merging is commutative, associative and idempotent, and says the same in bytes", arguments: 0..<60)
  func laws(_ number: UInt64) throws {
    let seed = Self.seed &+ number
    var generator = LedgerGenerator(seed: seed)
    let (a, b, c) = try (
      generator.ledger(run: "run_a"), generator.ledger(run: "run_b"), generator.ledger(run: "run_c")
    )
    #expect(a.merged(with: b) == b.merged(with: a), "seed \(seed)")
    #expect(a.merged(with: b).merged(with: c) == a.merged(with: b.merged(with: c)), "seed \(seed)")
    #expect(a.merged(with: a) == a, "seed \(seed)")
    let whole = a.merged(with: b)
    #expect(whole.merged(with: a) == whole, "seed \(seed)")
    #expect(whole.changes(since: whole).isEmpty, "seed \(seed)")
    var again = Ledger()
    for (path, bytes) in whole.changes(since: Ledger()) {
      let unreadable = again.read(bytes, at: path)
      #expect(unreadable.isEmpty, "seed \(seed)")
    }
    #expect(again == whole && again.changes(since: Ledger()) == whole.changes(since: Ledger()), "seed \(seed)")
  }

  @Test("A journal's ledger grows with the journal: what came later is merged onto what was there", arguments: 0..<40)
  func grows(_ number: UInt64) throws {
    let seed = Self.seed &+ number
    var generator = LedgerGenerator(seed: seed)
    let events = generator.journal(run: "run_a", length: 50)
    let cut = Int.random(in: 0...events.count, using: &generator.random)
    let before = try sharedLedger(of: events[..<cut])
    let later = try sharedLedger(of: events[cut...], after: events[..<cut])
    let whole = try sharedLedger(of: events)
    #expect(before.merged(with: later) == whole, "seed \(seed), cut at \(cut)")
  }

  @Test("The same once more is nothing new, but the same after something else is")
  func again() throws {
    let runs = (1...4).map { "run_2026021\($0)_090000" }
    let ledger = try sharedLedger(of: [failed("a", run: runs[0]), loaded("a", run: runs[1]), failed("b", run: runs[1])])
    func isNews(_ events: [Event]) throws -> Bool {
      try !ledger.merged(with: sharedLedger(of: events)).changes(since: ledger).isEmpty
    }
    #expect(try !isNews([loaded("a", run: runs[2]), failed("b", run: runs[3])]))
    #expect(try !isNews([failed("a", run: runs[2]), loaded("a", run: runs[3])]))
    #expect(try isNews([failed("a", run: runs[2])]))
    #expect(try isNews([failed("b", run: runs[2], entryHash: "e2")]))
    #expect(try isNews([loaded("b", run: runs[2])]))
  }

  @Test("Lines and files of a newer version are kept and passed on")
  func newer() throws {
    let line =
      #"{"event":{"event_id":"evt_9","event_type":"fix_sung","run_id":"r","timestamp":"2030-01-01T00:00:00.000Z"},"#
    let known = line + #""slot":"evidence e1 sung","tune":[1,2.50]}"#
    let unknown = #"{"verse": 3}"#
    var ledger = Ledger()
    #expect(ledger.read(Array((known + "\n" + unknown + "\n").utf8), at: "fixes/11/11111111.jsonl").isEmpty)
    #expect(ledger.read([1, 2, 3], at: "songs.bin").isEmpty)
    let own = try sharedLedger(of: [
      event(.fixPublished, data: ["place": "local", "fix": try JSONValue(encoding: fix("11111111"))])
    ])
    let merged = ledger.merged(with: own)
    let bytes = try #require(merged.changes(since: Ledger())["fixes/11/11111111.jsonl"])
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    #expect(lines.count == 3 && lines.contains(known) && lines.contains(unknown))
    #expect(merged.changes(since: own)["songs.bin"] == [1, 2, 3])
    #expect(LedgerNews.events(in: ledger, own: LedgerDigest(), fixes: FixBook()).isEmpty)
  }

  @Test("Lines that are no JSON objects are told by their numbers, and the others are read")
  func garbage() {
    var ledger = Ledger()
    let bytes = Array("{\"a\": 1}\nrubbish\n{\"b\": 2}\n".utf8) + [0xff, 0xfe, 10]
    #expect(ledger.read(bytes, at: "run.jsonl") == [2, 4])
    #expect(ledger.files["run.jsonl"]?.bytes == Array("{\"a\": 1}\n{\"b\": 2}\n".utf8))
  }

  @Test("Names become parts of paths that every file system takes, each its own")
  func paths() throws {
    let periods = ["nov25", "Nov25", "..", "a/b", "", ".git", "é"]
    let events = periods.map { event(.stageCompleted, stage: "load", key: ("pub", $0)) }
    let paths = try sharedLedger(of: events).files.keys.sorted()
    #expect(
      paths == [
        "sources/pub/%.jsonl", "sources/pub/%2e..jsonl", "sources/pub/%2egit.jsonl", "sources/pub/%4eov25.jsonl",
        "sources/pub/%c3%a9.jsonl", "sources/pub/a%2fb.jsonl", "sources/pub/nov25.jsonl",
      ])
  }

  @Test("Tracebacks, addresses, paths of logs and secrets stay at home; errors are shown as the machine allows")
  func discretion() throws {
    var error = EventError(.typeMismatch, "no number: 'Mrs Miller'")
    error.value = "Mrs Miller"
    error.stacktrace = "at line 3: Mrs Miller"
    error.url = "https://me:hunter2@example.org/x"
    var failure = event(
      .sourceFailed, source: "a", data: ["log": "logs/x", "reason": "token=abcdef123456"], error: error)
    failure.context.url = "https://me:hunter2@example.org/"
    let ledger = try LedgerDigest(replaying: [failure]).ledger { error in
      var shown = error
      shown.message = "no number: '…'"
      shown.value = nil
      return shown
    }
    let text = String(decoding: try #require(ledger.files["sources/adhd/nov25.jsonl"]).bytes, as: UTF8.self)
    for secret in ["Miller", "hunter2", "abcdef123456", "logs/x", "example.org"] { #expect(!text.contains(secret)) }
    #expect(text.contains("no number: '…'"))
  }
}
