import Foundation
import Journal
import Supervisor
import Testing

/// The resume planner without processes or files.
struct RunningPlannerTests {
  private static let load = Stage(name: "load", state: "INGEST", scope: .source, command: ["load", "{manifest}"])
  private static let pipeline = Pipeline(stages: [
    Stage(name: "manifest", state: "EXTRACT", command: ["make"], produces: ["manifest": "m.yaml"]), load,
    Stage(name: "export", state: "PUBLISH", command: ["export"]),
  ])
  private static let context = EventContext(publication: "adhd", period: "nov25")
  private static let facts = StageFacts(
    inputHash: "input",
    manifest: .sources([
      ManifestSource(identity: "a", entryHash: "1"), ManifestSource(identity: "b", entryHash: "2"),
      ManifestSource(identity: "off", enabled: false, entryHash: "3"),
    ]))

  private func planner(_ events: [Event], retryFailed: Bool = false, thisRun: String? = nil) -> ResumePlanner {
    ResumePlanner(
      pipeline: Self.pipeline, state: BackfillState(replaying: events), memory: RunMemory(replaying: events),
      fixes: FixBook(replaying: events), retryFailed: retryFailed, today: "2026-01-12", thisRun: thisRun)
  }

  private func event(
    _ type: EventType, _ stage: String, source: String? = nil, _ data: [String: JSONValue] = [:], run: String = "r"
  ) -> Event {
    var context = Self.context
    context.stage = stage
    context.sourceCode = source
    let failed = type == .sourceFailed || type == .stageFailed
    return Event(type, runID: run, context: context, data: data, error: failed ? EventError(.typeMismatch, "x") : nil)
  }

  private func action(_ planner: ResumePlanner, _ index: Int = 1, _ facts: StageFacts = Self.facts) -> StageAction {
    planner.action(for: Self.pipeline.stages[index], key: "adhd/nov25", facts: facts)
  }

  private func sources(_ action: StageAction) -> SourcePlan? {
    if case .sources(let plan) = action { plan } else { nil }
  }

  @Test("Nothing ran: everything is due, and what is switched off is told")
  func fresh() {
    #expect(action(planner([]), 0) == .run(reason: "never ran"))
    let plan = sources(action(planner([])))
    #expect(plan?.run.map(\.identity) == ["a", "b"])
    #expect(plan?.disabled == ["off"])
  }

  @Test("What stands is kept by every stage that says so, not only by the first; what was cut short is made again")
  func keeps() {
    let begun = Event(
      .urlStarted, runID: "r", context: Self.context, data: ["stages": ["manifest", "enrich"]])
    let enrich = Stage(
      name: "enrich", state: "ENRICH", command: ["make"], produces: ["enriched": "e.yaml"], existing: .keep)
    func next(_ events: [Event]) -> StageAction {
      planner(events).action(for: enrich, key: "adhd/nov25", facts: Self.facts)
    }
    #expect(next([begun, event(.stageCompleted, "manifest")]) == .reuse)
    #expect(next([begun, event(.stageStarted, "enrich")]) == .run(reason: "did not end"))
  }

  @Test("A loaded source is done until its entry changes or the database is gone")
  func loaded() {
    let events = [event(.sourceLoaded, "load", source: "a", ["entry_hash": "1", "rows": 1])]
    #expect(sources(action(planner(events)))?.run.map(\.identity) == ["b"])
    var changed = Self.facts
    changed.manifest = .sources([ManifestSource(identity: "a", entryHash: "9")])
    #expect(sources(action(planner(events), 1, changed))?.run.map(\.identity) == ["a"])
    var gone = Self.facts
    gone.targetStands = false
    #expect(sources(action(planner(events), 1, gone))?.run.map(\.identity) == ["a", "b"])
  }

  @Test("A failed source runs again without an open fix, after a change, or when asked; not twice in one run")
  func failed() throws {
    let failed = event(.sourceFailed, "load", source: "a", ["entry_hash": "1"], run: "run_1")
    let fix = try RunningWorkspace().propose("aaaa0000", key: "adhd/nov25", source: "a")
    #expect(sources(action(planner([failed])))?.run.map(\.identity) == ["a", "b"])
    #expect(sources(action(planner([failed, fix])))?.run.map(\.identity) == ["b"])
    #expect(sources(action(planner([failed, fix])))?.waiting == ["a"])
    #expect(sources(action(planner([failed, fix], retryFailed: true)))?.run.map(\.identity) == ["a", "b"])
    #expect(sources(action(planner([failed], retryFailed: true, thisRun: "run_1")))?.waiting == ["a"])
    let rejected = Event(.fixStatus, data: ["fix_id": "aaaa0000", "status": "rejected"])
    #expect(sources(action(planner([failed, fix, rejected])))?.run.map(\.identity) == ["a", "b"])
    var changed = Self.facts
    changed.manifest = .sources([ManifestSource(identity: "a", entryHash: "9")])
    #expect(sources(action(planner([failed, fix], thisRun: "run_1"), 1, changed))?.run.map(\.identity) == ["a"])
  }

  @Test("A source whose fix was reverted is due again, and one that left the manifest is told")
  func revertedAndRemoved() {
    let events = [
      event(.sourceLoaded, "load", source: "a", ["entry_hash": "1"]), event(.sourceUnloaded, "load", source: "a"),
      event(.sourceLoaded, "load", source: "old", ["entry_hash": "5"]),
    ]
    let plan = sources(action(planner(events)))
    #expect(plan?.run.map(\.identity) == ["a", "b"])
    #expect(plan?.removed == ["old"])
  }

  @Test("Export waits for every source, and runs again after a later load")
  func afterLoad() {
    let half = [
      event(.sourceLoaded, "load", source: "a", ["entry_hash": "1"]),
      event(.sourceFailed, "load", source: "b", ["entry_hash": "2"]),
    ]
    #expect(action(planner(half), 2) == .skip(reason: "load incomplete"))
    let whole = half + [event(.sourceLoaded, "load", source: "b", ["entry_hash": "2"])]
    #expect(action(planner(whole), 2) == .run(reason: "never ran"))
    let exported = whole + [event(.stageCompleted, "export", ["input_hash": "input"])]
    #expect(action(planner(exported), 2) == .done)
    let again = exported + [event(.sourceLoaded, "load", source: "b", ["entry_hash": "7"])]
    #expect(action(planner(again), 2) == .run(reason: "sources were loaded since"))
  }

  @Test("A completed stage runs again when its input changed, its product is gone, or an earlier stage ran")
  func stale() {
    let events = [event(.stageCompleted, "manifest", ["input_hash": "input"])]
    #expect(action(planner(events), 0) == .done)
    #expect(action(planner(events), 0, StageFacts(inputHash: "other")) == .run(reason: "its input has changed"))
    let gone = StageFacts(inputHash: "input", missingProducts: ["m.yaml"])
    #expect(action(planner(events), 0, gone) == .run(reason: "m.yaml is gone"))
    let later = [event(.stageCompleted, "export", ["input_hash": "input"])] + events
    #expect(action(planner(later), 2) == .run(reason: "manifest ran again"))
  }

  @Test("A failed stage waits for its own fix only")
  func failedStage() throws {
    let events = [event(.stageFailed, "manifest", ["input_hash": "input"])]
    let fix = try RunningWorkspace().propose("bbbb0000", key: "adhd/nov25", source: nil, stage: "manifest")
    #expect(action(planner(events), 0) == .run(reason: "failed"))
    #expect(action(planner(events + [fix]), 0) == .waiting(fixes: ["bbbb0000"]))
    #expect(action(planner(events + [fix], retryFailed: true), 0) == .run(reason: "failed"))
    #expect(
      action(planner(events + [fix]), 0, StageFacts(inputHash: "new")) == .run(reason: "its input has changed"))
  }

  @Test("A day in the future is waited for, today is not")
  func pending() {
    func until(_ day: String) -> [Event] {
      [Event(.markedPending, context: Self.context, data: ["pending_until": .string(day)])]
    }
    #expect(planner(until("2026-01-13")).pendingUntil("adhd/nov25") == "2026-01-13")
    #expect(planner(until("2026-01-12")).pendingUntil("adhd/nov25") == nil)
    #expect(planner(until("2026-01-13"), retryFailed: true).pendingUntil("adhd/nov25") == nil)
  }

  @Test("Codes that repeat are told apart, and an entry's hash knows its meaning only")
  func manifest() throws {
    let first = ManifestReading(
      bytes: Array("sources:\n- {code: a, table: t}\n- {code: a, table: u, enabled: 'false'}\n".utf8), name: "m")
    let second = ManifestReading(bytes: Array("# note\nsources:\n  - table: \"t\"\n    code: a\n".utf8), name: "m")
    #expect(first.list.map(\.identity) == ["a", "a#2"])
    #expect(first.list.map(\.enabled) == [true, true])
    #expect(first.list.first?.entryHash == second.list.first?.entryHash)
    #expect(ManifestReading(bytes: nil, name: "m") == .absent)
    #expect(ManifestReading(bytes: Array("sources:\n".utf8), name: "m") == .sources([]))
  }

  @Test("Of several reasons for an exit code the gravest counts")
  func exitCodes() {
    var outcome = RunOutcome()
    #expect(outcome.exitCode() == 0)
    outcome.waiting = 1
    #expect(outcome.exitCode() == 20)
    #expect(outcome.exitCode(failOn: .unfixed) == 0)
    outcome.unfixed = 1
    #expect(outcome.exitCode() == 30)
    outcome.newFixes = 1
    #expect(outcome.exitCode() == 10)
    #expect(outcome.exitCode(failOn: .waiting) == 30)
    #expect(outcome.exitCode(failOn: .none) == 0)
    outcome.gitProblem = "no"
    #expect(outcome.exitCode(failOn: .none) == 50)
    outcome.interrupted = true
    #expect(outcome.exitCode() == 130)
  }

  @Test("A name that stands nowhere, or is switched off, is not taken for work that is done")
  func unmatchedNames() {
    let file = PublicationsFile(publications: [
      Publication(
        key: "adhd",
        urls: [Period(period: "oct25", url: "x"), Period(period: "nov25", url: "y", enabled: false)])
    ])
    let configuration = Configuration(publications: file, pipeline: Pipeline(stages: []))
    func misplaced(_ name: String) -> String? { RunOptions(only: ["adhd", name]).misplaced(in: configuration) }
    #expect(misplaced("adhd/oct25") == nil)
    #expect(misplaced("adhd/nov25")?.contains("switched off") == true)
    #expect(misplaced("adhd/dec25")?.contains("no period 'dec25'; it has oct25, nov25") == true)
    #expect(misplaced("oct25")?.contains("no publication 'oct25'; it has adhd") == true)
    #expect(RunOptions().misplaced(in: configuration) == nil)
  }
}
