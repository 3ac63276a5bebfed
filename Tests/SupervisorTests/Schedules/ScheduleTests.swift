import Foundation
import Git
import Journal
import TestSeeds
import Testing

@testable import Supervisor

/// Two machines that run Errata and one person, in any order, each of them interrupted by the others. The remote is looked at
/// after every step, and everything must have come to agree at the end.
@Suite("Two bots and one person") struct ScheduleTests {
  /// The same seeds every time; 200 of them with `ERRATA_SCHEDULES=200`, others by a number in `ERRATA_SEED`.
  static let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    let first = environment["ERRATA_SEED"].flatMap { UInt64($0) } ?? 1
    let count = environment["ERRATA_SCHEDULES"].flatMap { UInt64($0) } ?? 12
    return Array(first..<first + count)
  }()

  @Test("lose nothing, propose nothing twice, bring nothing back and agree in the end", arguments: seeds)
  func schedule(_ seed: UInt64) async throws {
    var run = try ScheduleRun(seed: seed)
    do {
      for _ in 0..<40 { try await run.act() }
      try await run.settle()
    } catch {
      run.problems.append("ended by an error: \(error)")
    }
    print("seed \(seed): \(run.told.count) deeds, and in the end \(run.ends.joined(separator: ", "))")
    let story = run.problems.isEmpty ? "" : await run.story()
    for problem in run.problems {
      Issue.record("seed \(seed): \(problem)\nafter:\n\(run.told.joined(separator: "\n"))\n\(story)")
    }
  }
}

/// One schedule: what happened, and what should not have.
struct ScheduleRun {
  var problems: [String] = []
  private(set) var told: [String] = []
  /// What became of the fixes, by each bot.
  private(set) var ends: [String] = []
  private let ground: ScheduleGround
  private let bots: [ScheduleBot]
  private var person: SchedulePerson
  private var dice: SplitMix

  init(seed: UInt64) throws {
    dice = SplitMix(state: seed &* 0xD129_0F4B_3C8E_7A51)
    ground = try ScheduleGround()
    bots = [try ScheduleBot("a", ground), try ScheduleBot("b", ground)]
    person = SchedulePerson(ground)
  }

  /// What each bot's journal says of each fix, for whoever looks for the cause of a problem.
  func story() async -> String {
    var lines: [String] = []
    for bot in bots {
      lines.append("the journal of \(bot.name):")
      for event in await bot.journal.events {
        let id = event.data["fix_id"]?.string ?? event.data["fix"]?["id"]?.string ?? ""
        let words = ["commit", "status", "reason", "place", "old", "new", "head"].compactMap { name in
          event.data[name]?.string.map { "\(name) \($0.count == 40 ? String($0.prefix(8)) : $0)" }
        }
        let commit = event.data["fix"]?["commit"]?.string.map { "of \($0.prefix(8))" }
        let whose = event.isLearned ? "learned" : ""
        lines.append("  " + ([event.type.rawValue, id, whose, commit ?? ""] + words).joined(separator: " "))
      }
    }
    return lines.joined(separator: "\n")
  }

  /// One step of somebody.
  mutating func act() async throws {
    let bot = bots[dice.upTo(2)]
    switch dice.upTo(100) {
    case 0..<60: try await step(bot)
    case 60..<65:
      told.append("\(bot.name) is killed")
      await bot.die()
    case 65..<67:
      told.append("\(bot.name) is another machine now")
      try await bot.renew()
    case 67..<71: try await review(bot)
    default: if let deed = try person.act(&dice) { told.append("the person \(deed)") }
    }
    try check()
  }

  private mutating func step(_ bot: ScheduleBot) async throws {
    let step = bot.next
    if dice.chance(8) {
      await bot.journal.kill(after: dice.upTo(4), keepingLast: dice.chance(50))
      told.append("\(bot.name) will be killed")
    }
    let isBehind = dice.chance(10)
    let before = try branches()
    try await bot.step(isBehind: isBehind)
    told.append("\(bot.name): \(step)\(isBehind && step == .base ? " left out" : "")")
    let known = step == .share ? bot.refused : []
    for (name, _) in try branches() where before[name] == nil {
      if let id = name.split(separator: "-").last, known.contains(String(id)) {
        problems.append("\(bot.name) put \(name) forward again, which was turned down")
      }
    }
  }

  private mutating func review(_ bot: ScheduleBot) async throws {
    let failure = dice.upTo(ScheduleGround.failures.count)
    let (id, kind) = (ScheduleGround.id(failure), dice.upTo(3))
    let outcome = try await bot.review { branches in
      guard await branches.fixes.contains(where: { $0.id == id }) else { return nil }
      switch kind {
      case 0: return try await branches.reject(id, reason: "not ours")
      case 1: return try await branches.approve([id]).first
      default: return try await branches.rollback(id)
      }
    }
    guard let outcome else { return }
    told.append("through \(bot.name), \(["reject", "approve", "rollback"][kind]): \(outcome.sentence)")
    guard outcome.done else { return }
    if kind == 0 { person.refused.insert(failure) }
    if kind == 2 { person.rolledBack.insert(failure) }
  }

  /// The fix branches on the remote.
  private func branches() throws -> [String: ObjectID] {
    let found = try Repository(discovering: ground.bare).references(matching: "refs/heads/errata/")
    return Dictionary(found.map { (String($0.name.dropFirst(11)), $0.commit) }) { first, _ in first }
  }

  /// What must hold at any time.
  private mutating func check() throws {
    let repository = try Repository(discovering: ground.bare)
    let main = try SchedulePerson.main(repository)
    for commit in person.commits where try commit != main && !repository.isAncestor(commit, of: main) {
      problems.append("the person's commit \(commit.short) is no longer in main")
    }
    let branches = try branches()
    for (name, tip) in person.tips where branches[name] != tip {
      problems.append("the person's commit \(tip.short) on \(name) was replaced")
    }
    let ids = branches.keys.compactMap { $0.split(separator: "-").last }
    if Set(ids).count != ids.count { problems.append("a fix has two branches: \(branches.keys.sorted())") }
  }

  // MARK: The end

  /// Lets both bots come to rest, and looks at what they make of it all.
  mutating func settle() async throws {
    told.append("both bots come to rest")
    for _ in 0..<2 { for bot in bots { try await bot.turn() } }
    try check()
    let before = try references()
    for bot in bots { try await bot.turn() }
    let after = try references()
    if before != after {
      let news = try ScheduleGround.git("-C", ground.bare, "log", "-p", "-2", "--format=%s", "refs/errata/ledger")
      problems.append("with nothing new, references moved: \(before) became \(after)\nand in the ledger:\n\(news)")
    }
    try ScheduleGround.git("-C", ground.bare, "fsck", "--strict", "--no-dangling")
    let (first, second) = (await bots[0].fixes(), await bots[1].fixes())
    for bot in bots {
      for sentence in try await bot.disagreements() { problems.append("by \(bot.name)'s ledger: \(sentence)") }
    }
    for failure in ScheduleGround.failures {
      let id = ScheduleGround.id(failure)
      if first[id]?.status != second[id]?.status {
        problems.append("fix \(failure) is \(status(first[id])) for a and \(status(second[id])) for b")
      }
      for fixes in [first, second] {
        ends.append(status(fixes[id]))
        try judge(failure, fixes[id])
      }
    }
  }

  /// Whether a fix's status is what the base and the person's deeds mean.
  private mutating func judge(_ failure: Int, _ fix: FixRecord?) throws {
    let repository = try Repository(discovering: ground.bare)
    let value = try SchedulePerson.value(failure, in: repository)
    let expected: Set<FixStatus>
    switch value {
    case "['*']": expected = [.approved]
    case .some: expected = [.changed, .superseded]
    case nil:
      guard let fix else {
        // A person's branch is left alone by a bot that put nothing there.
        let isPersons = person.tips[ScheduleGround.branch(failure)] != nil
        return isPersons ? () : problems.append("failure \(failure) has no fix")
      }
      if fix.status == .rejected, !person.refused.contains(failure) {
        problems.append("fix \(failure) is rejected, and nobody rejected it")
      }
      let isReverted = person.reverted[failure] != nil || person.rolledBack.contains(failure)
      if fix.status == .reverted, !isReverted { problems.append("fix \(failure) is reverted, and nobody reverted it") }
      if fix.status == .open, try branches()[fix.branch] == nil {
        problems.append("fix \(failure) is open and has no branch on the remote")
      }
      expected = [.open, .rejected, .reverted]
    }
    if let fix, !expected.contains(fix.status) {
      problems.append("fix \(failure) is \(status(fix)), and main has \(value ?? "no value")")
    }
  }

  private func status(_ fix: FixRecord?) -> String { fix?.status.rawValue ?? "unknown" }

  private func references() throws -> [String] {
    let repository = try Repository(discovering: ground.bare)
    return try repository.references(matching: "refs/").map { "\($0.name) \($0.commit.short)" }
  }
}
