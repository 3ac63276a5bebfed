import Foundation
import Git
import Journal

@testable import Supervisor

/// The journal of a machine that may be killed around any of its writes: what was written stays, and nothing is done after.
actor MortalJournal {
  struct Killed: Error {}

  private(set) var events: [Event] = []
  private var life: Int?
  private var keepsLast = false

  /// The machine dies at the write after so many more; `keepingLast` says whether that one still arrives.
  func kill(after writes: Int, keepingLast: Bool) {
    life = writes
    keepsLast = keepingLast
  }

  func revive() { life = nil }

  func append(_ more: [Event]) throws {
    guard let left = life else { return events += more }
    guard left > 0 else {
      if left == 0, keepsLast { events += more }
      life = -1
      throw Killed()
    }
    life = left - 1
    events += more
  }
}

/// A machine that runs Errata: a clone, a journal, and a turn that goes on step by step, so that others act in between.
final class ScheduleBot {
  enum Step: Int { case begin, base, reconcile, propose, share, end }

  let name: String
  let ground: ScheduleGround
  private(set) var journal = MortalJournal()
  private(set) var next = Step.begin
  /// Fixes that this turn must not put forward: what people turned down is known here.
  private(set) var refused: Set<String> = []
  private var branches: FixBranches?
  private var transport: Transport?
  private var root: String
  private var turns = 0

  init(_ name: String, _ ground: ScheduleGround) throws {
    self.name = name
    self.ground = ground
    root = try ground.clone(name)
  }

  /// What was made in a turn is forgotten, as when its process dies.
  func die() async {
    branches = nil
    next = .begin
    await journal.revive()
  }

  /// Another machine in its place, as in CI: a fresh clone without a journal.
  func renew() async throws {
    await die()
    root = try ground.clone(name)
    journal = MortalJournal()
    transport = nil
  }

  /// Goes on by one step. A machine that was killed begins anew the next time.
  ///
  /// - Parameter isBehind: Whether this turn goes on without the base that others pushed.
  func step(isBehind: Bool = false) async throws {
    do {
      try await perform(next, isBehind: isBehind)
      next = Step(rawValue: next.rawValue + 1) ?? .begin
      if next == .begin { branches = nil }
    } catch is MortalJournal.Killed {
      await die()
    }
  }

  /// A whole turn without a death.
  func turn() async throws {
    if next != .begin { await die() }
    repeat { try await step() } while next != .begin
  }

  /// What a person says through this machine's command line, in a turn of its own.
  func review(_ action: (FixBranches) async throws -> ReviewOutcome?) async throws -> ReviewOutcome? {
    await die()
    for step in [Step.begin, .base, .reconcile] { try await perform(step, isBehind: false) }
    let outcome = try await action(await opened())
    for step in [Step.share, .end] { try await perform(step, isBehind: false) }
    branches = nil
    return outcome
  }

  /// The fixes as this machine's journal tells of them.
  func fixes() async -> [String: FixRecord] {
    Dictionary(FixBook(replaying: await journal.events).fixes.map { ($0.id, $0) }) { _, last in last }
  }

  /// What the ledger says and history does not bear out.
  func disagreements() async throws -> [String] {
    let (fixes, problem) = ledger.fixes()
    return [problem].compactMap(\.self) + (try await opened().verify(fixes))
  }

  private var ledger: SharedLedger { SharedLedger(workspace: Workspace(root: root)) }

  private func opened() async -> FixBranches {
    if let branches { return branches }
    turns += 1
    let transport = transport
    let journal = journal
    let made = FixBranches(
      workspace: Workspace(root: root), settings: FixSettings(base: "main", remote: "origin"), runID: run,
      history: await journal.events, journal: { try await journal.append($0) },
      connect: { () async throws(TransportError) in
        guard let transport else { throw TransportError(.configuration, "no transport") }
        return transport
      })
    branches = made
    return made
  }

  private var run: String { "run_\(name)_\(turns)" }

  private func perform(_ step: Step, isBehind: Bool) async throws {
    switch step {
    case .begin:
      let reached = try await connected()
      _ = try await opened().synchronise()
      if let problem = await ledger.fetch(reached) { throw ScheduleGround.Broken(what: problem) }
      try await learn(ledger.news(for: await journal.events))
    case .base:
      if !isBehind { try followBase() }
    case .reconcile:
      _ = try await opened().reconcile()
      refused = Set(await opened().fixes.filter { $0.status == .rejected || $0.status == .reverted }.map(\.id))
    case .propose:
      let branches = await opened()
      for failure in try failing() where !refused.contains(ScheduleGround.id(failure)) {
        _ = try await branches.propose(try ScheduleGround.proposal(failure, run: run))
      }
    case .share:
      _ = try await opened().share()
    case .end:
      try await save()
      let pushed = try await ledger.push(try await connected())
      if let problem = pushed.problem { throw ScheduleGround.Broken(what: problem) }
      if pushed.moved { try await save() }
    }
  }

  private func save() async throws {
    let saved = try await ledger.save(await journal.events)
    if let problem = saved.problem { throw ScheduleGround.Broken(what: problem) }
    try await learn(saved.events)
  }

  private func learn(_ news: [Event]) async throws {
    try await journal.append(news)
    await branches?.observe(news)
  }

  private func connected() async throws -> Transport {
    if let transport { return transport }
    let made = try await Transport(
      RemoteSettings(name: "origin"), folder: root, runner: ProcessRunner(redact: Redaction.redact), inherited: [:])
    transport = made
    return made
  }

  /// As `git pull --ff-only` does, from where the remote was seen.
  private func followBase() throws {
    let repository = try Repository(discovering: root)
    guard let old = try repository.reference("refs/heads/main"),
      let new = try Repository(discovering: ground.bare).reference("refs/heads/main"), old != new
    else { return }
    if try repository.reference("refs/errata/remotes/origin/main") != new || !repository.holds(new) {
      try ScheduleGround.git("-C", root, "fetch", "--quiet", "origin", "main")
    }
    guard try repository.isAncestor(old, of: new) else { return }
    try repository.moveCheckedOut(from: old, to: new)
    try repository.update("refs/heads/main", from: old, to: new, reason: "pull")
  }

  /// The sources that this machine's work tree lets fail.
  private func failing() throws -> [Int] {
    try ScheduleGround.failures.filter { failure in
      let text = try String(contentsOfFile: root + "/" + ScheduleGround.file(failure), encoding: .utf8)
      return ScheduleGround.value(failure, in: text) == nil
    }
  }
}
