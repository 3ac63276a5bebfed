import Foundation
import Git
import Journal
import Testing

@testable import Supervisor

@Suite("The ledger in repositories")
struct SharedLedgerTests {
  /// A journal that is saved; what it learns on the way is in it afterwards.
  private func save(_ history: inout [Event], _ ledger: SharedLedger) async throws {
    let saved = try await ledger.save(history)
    #expect(saved.problem == nil)
    history += saved.events
  }

  @Test("Nothing new moves no reference; what is new is one commit more")
  func still() async throws {
    let place = try await LedgerPlace()
    let ledger = try await place.clone("one")
    var history: [Event] = []
    try await save(&history, ledger)
    #expect(try place.tip("one") == nil && history.isEmpty)
    history.append(LedgerPlace.load("a", run: "run_a"))
    try await save(&history, ledger)
    let first = try #require(try place.tip("one"))
    let known = history.count
    history.append(Event(.runStarted, runID: "run_b"))
    try await save(&history, ledger)
    #expect(try place.tip("one") == first && history.count == known + 1)
    #expect(ledger.news(for: history).isEmpty)
    history.append(LedgerPlace.load("b", run: "run_b"))
    try await save(&history, ledger)
    let second = try #require(try place.tip("one"))
    #expect(try place.repository("one").commit(second).parents == [first])
    #expect(try place.contents("one").files["sources/pub/jan25.jsonl"]?.lines.count == 2)
    try await place.git("fsck", "--strict", "--no-dangling", in: "one")
  }

  @Test("A deleted ledger is written anew from the journal, and a lost journal is found again in the ledger")
  func lost() async throws {
    let place = try await LedgerPlace()
    let ledger = try await place.clone("one")
    var history = try LedgerPlace.fix("11111111", run: "run_a") + [LedgerPlace.load("a", run: "run_a")]
    try await save(&history, ledger)
    let before = try place.contents("one")
    try await place.git("update-ref", "-d", LedgerStore.reference, in: "one")
    try await save(&history, ledger)
    #expect(try place.contents("one") == before)
    let found = ledger.news(for: [])
    #expect(FixBook(replaying: found).open.map(\.id) == ["11111111"])
    #expect(BackfillState(replaying: found)["pub/jan25"]?.sources["a"]?.status == .loaded)
  }

  @Test("Many writers of one repository lose nothing of each other")
  func concurrentWriters() async throws {
    let place = try await LedgerPlace()
    _ = try await place.clone("one")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<6 {
        group.addTask {
          let ledger = place.ledger("one")
          var history: [Event] = []
          for round in 0..<8 {
            history += try LedgerPlace.fix("\(writer)\(round)000000", run: "run_\(writer)")
            try await save(&history, ledger)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try place.contents("one").files.count == 48)
    try await place.git("fsck", "--strict", "--no-dangling", in: "one")
  }

  @Test("Two machines on one remote lose nothing of each other, whoever is faster")
  func concurrentMachines() async throws {
    let place = try await LedgerPlace()
    let seed = UInt64.random(in: 0...UInt64.max)
    let machines = ["one", "two", "three"]
    for machine in machines { _ = try await place.clone(machine) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, machine) in machines.enumerated() {
        group.addTask {
          let ledger = place.ledger(machine)
          let transport = try await place.transport(machine)
          var history: [Event] = []
          for round in 0..<8 {
            history += try LedgerPlace.fix("\(number)\(round)000000", run: "run_\(number)")
            try await save(&history, ledger)
            // A kill in between leaves the push to the next round.
            if (seed >> UInt64(number * 8 + round)) & 1 == 1, round < 7 { continue }
            let pushed = try await ledger.push(transport)
            #expect(pushed.problem == nil, "seed \(seed)")
          }
        }
      }
      try await group.waitForAll()
    }
    for machine in machines {
      let ledger = place.ledger(machine)
      let problem = await ledger.fetch(try await place.transport(machine))
      #expect(problem == nil)
      var history: [Event] = []
      history += ledger.news(for: history)
      #expect(FixBook(replaying: history).fixes.count == 24, "seed \(seed)")
      try await save(&history, ledger)
      #expect(try await ledger.push(place.transport(machine)).problem == nil)
      #expect(try place.contents(machine).files.count == 24, "seed \(seed)")
    }
    #expect(Set(try (machines + ["origin.git"]).map { try place.tip($0) }).count == 1, "seed \(seed)")
    for folder in machines + ["origin.git"] { try await place.git("fsck", "--strict", "--no-dangling", in: folder) }
  }

  @Test(
    "A long chain starts anew, here and on the remote, and on a remote that wants none it goes on",
    arguments: [true, false])
  func compacts(allowed: Bool) async throws {
    let place = try await LedgerPlace()
    let (one, two) = (try await place.clone("one"), try await place.clone("two"))
    if !allowed { try await place.git("config", "receive.denyNonFastForwards", "true", in: "origin.git") }
    var history = try LedgerPlace.fix("00000000", run: "run_a")
    try await save(&history, one)
    #expect(try await one.push(place.transport("one")).problem == nil)
    for round in 1...LedgerStore.longestChain {
      history.append(LedgerPlace.load("s\(round)", run: "run_a"))
      try await save(&history, one)
    }
    let length = Int(try await place.git("rev-list", "--count", LedgerStore.reference, in: "one")) ?? 0
    #expect(length <= LedgerStore.longestChain)
    let pushed = try await one.push(place.transport("one"))
    #expect(pushed.problem == nil)
    #expect(await two.fetch(try await place.transport("two")) == nil)
    let found = two.news(for: [])
    #expect(found.count == LedgerStore.longestChain + 1)
    try await place.git("fsck", "--strict", "--no-dangling", in: "origin.git")
    #expect(try place.tip("origin.git") == (try place.tip("one")))
  }

  @Test("A ledger that cannot be read is told in one sentence, kept as it is, and what can be read of it counts")
  func corrupt() async throws {
    let place = try await LedgerPlace()
    let ledger = try await place.clone("one")
    var history = try LedgerPlace.fix("11111111", run: "run_a")
    try await save(&history, ledger)
    let repository = try place.repository("one")
    let good = try #require(try place.tip("one"))
    let author = Signature(name: "A", email: "a@b", date: Date(timeIntervalSince1970: 0))
    let bad = try repository.createCommit(
      onto: good, parents: [good], changes: [FileChange(path: "run.jsonl", contents: Array("rubbish\n".utf8))],
      author: author, committer: author, message: "rubbish")
    try repository.update(LedgerStore.reference, from: good, to: bad, reason: "test")
    let more = history + [LedgerPlace.load("a", run: "run_b")]
    let saved = try await ledger.save(more)
    #expect(saved.events.isEmpty)
    #expect(saved.problem?.contains("line 1 of run.jsonl") == true)
    #expect(try place.tip("one") == bad)
    #expect(FixBook(replaying: ledger.news(for: [])).fixes.map(\.id) == ["11111111"])

    let blob = try await place.git("rev-parse", "\(good.hex):fixes/11/11111111.jsonl", in: "one")
    try await place.git("update-ref", LedgerStore.reference, blob, in: "one")
    #expect(try await ledger.save(more).problem?.contains(LedgerStore.reference) == true)
    #expect(ledger.news(for: []).isEmpty)
    #expect(try await place.git("rev-parse", LedgerStore.reference, in: "one") == blob)

    try await place.git("update-ref", LedgerStore.reference, good.hex, in: "one")
    try FileManager.default.removeItem(
      atPath: "\(place.root)/one/.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")
    let missing = try await ledger.save([LedgerPlace.load("b", run: "run_c")])
    #expect(missing.problem?.contains("fixes/11/11111111.jsonl") == true)
    #expect(try place.tip("one") == good)
  }

  @Test("Workspaces of one repository keep apart")
  func workspaces() async throws {
    let place = try await LedgerPlace()
    _ = try await place.clone("one")
    for folder in ["", "/a", "/a/b"] {
      let root = "\(place.root)/one\(folder)"
      try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
      var history = [LedgerPlace.load("source\(folder.count)", run: "run_a")]
      try await save(&history, SharedLedger(workspace: Workspace(root: root)))
    }
    for folder in ["", "/a", "/a/b"] {
      let ledger = SharedLedger(workspace: Workspace(root: "\(place.root)/one\(folder)"))
      #expect(ledger.news(for: []).map(\.context.sourceCode) == ["source\(folder.count)"])
    }
  }
}
