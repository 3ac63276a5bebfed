import Foundation
import Journal
import Testing

struct StateFoldTests {
  private func state(_ events: [Event]) -> URLRecord? { BackfillState(replaying: events)["adhd/nov25"] }

  private let started = [runStarted(firstRun), event(.urlStarted, data: ["stages": ["load", "export"]])]
  private let loadDone = event(.stageCompleted, stage: "load")
  private let exportDone = event(
    .stageCompleted, stage: "export", data: ["outputs": ["parquet": "data/parquet/a.parquet"]])
  private let ended = event(.urlCompleted)

  @Test("All sources loaded and all stages done is completed")
  func completed() throws {
    let url = try #require(state(started + [loaded("a"), loaded("b", rows: 5), loadDone, exportDone, ended]))
    #expect(url.status == .completed)
    #expect(url.completedAt != nil)
    #expect(url.sources["b"]?.rows == 5)
    #expect(url.stages["export"]?.file == "a.parquet")
    #expect(url.rowsLoaded == 15)
  }

  @Test("A run has it in hand until it ends")
  func inProgress() {
    #expect(state(started + [loaded("a")])?.status == .inProgress)
  }

  @Test("Some sources loaded is partial, and so is the stage that loads them")
  func partial() {
    let skipped = event(.stageSkipped, stage: "export", data: ["reason": "load incomplete"])
    let url = state(started + [loaded("a"), failed("b"), loadDone, skipped, ended])
    #expect(url?.status == .partial)
    #expect(url?.stages["load"]?.status == .partial)
    #expect(url?.stages["export"]?.status == .skipped)
    #expect(url?.stages["export"]?.reason == "load incomplete")
    #expect(url?.completedAt == nil)
  }

  @Test("No source loaded is failed; after a fix of one it is partial, of all completed")
  func afterFixes() {
    let broken = started + [failed("a"), failed("b"), event(.stageFailed, stage: "load"), ended]
    #expect(state(broken)?.status == .failed)
    let again = [runStarted(secondRun), event(.urlStarted, run: secondRun), loaded("a", run: secondRun)]
    let reload = event(.stageCompleted, run: secondRun, stage: "load")
    let finished = event(.urlCompleted, run: secondRun)
    #expect(state(broken + again + [reload, finished])?.status == .partial)
    let export = event(.stageCompleted, run: secondRun, stage: "export")
    let all = state(broken + again + [loaded("b", run: secondRun), reload, export, finished])
    #expect(all?.status == .completed)
    #expect(all?.sources["b"]?.error == nil)
    #expect(all?.sources["b"]?.failure == nil)
  }

  @Test("A failed export of loaded sources is partial, not completed")
  func exportFailed() {
    let broken = event(.stageFailed, stage: "export", error: EventError(.diskFull, "no space"))
    let url = state(started + [loaded("a"), loadDone, broken, event(.urlFailed)])
    #expect(url?.status == .partial)
    #expect(url?.stages["export"]?.failure?.error.type == "disk_full")
  }

  @Test("Disabled sources do not count, and 'already loaded' counts as loaded")
  func skipped() {
    let disabled = event(.sourceSkipped, source: "notes", stage: "load", data: ["reason": "disabled"])
    let already = event(
      .sourceSkipped, source: "a", stage: "load", data: ["reason": "already loaded", "rows": 7, "table_name": "tbl_a"])
    let url = state(started + [disabled, already, loadDone, exportDone, ended])
    #expect(url?.status == .completed)
    #expect(url?.sources["a"]?.status == .loaded)
    #expect(url?.sources["a"]?.rows == 7)
    #expect(url?.sources["notes"]?.status == .disabled)
  }

  @Test("A source that was announced and not reached is pending")
  func announced() {
    let start = event(.stageStarted, stage: "load", data: ["inputs": ["sources": ["a", "b"]]])
    let url = state(started + [start, loaded("a"), event(.stageFailed, stage: "load"), event(.urlFailed)])
    #expect(url?.sources["b"]?.status == .pending)
    #expect(url?.status == .partial)
    #expect(url?.sources(.pending) == ["b"])
  }

  @Test("An upcoming publication is pending until its day, and no failure")
  func upcoming() {
    let error = EventError(.upcomingPublication, "due on 29 January 2026")
    let pending = event(
      .markedPending, stage: "manifest", data: ["pending_until": "2026-01-29", "reason": "upcoming_publication"])
    let url = state(started + [event(.stageFailed, stage: "manifest", error: error), pending, event(.urlFailed)])
    #expect(url?.status == .pending)
    #expect(url?.pendingUntil == "2026-01-29")
    #expect(url?.reason == "upcoming_publication")
    #expect(url?.lastChecked != nil)
    #expect(url?.stages["manifest"]?.status == .pending)
  }

  @Test("After a kill the next run finds what was loaded, and nothing is in progress or completed by mistake")
  func killed() {
    let begun = event(.stageStarted, stage: "export")
    let state = BackfillState(replaying: started + [loaded("a"), loadDone, begun, runStarted(secondRun)])
    #expect(state["adhd/nov25"]?.status == .partial)
    #expect(state["adhd/nov25"]?.sources["a"]?.status == .loaded)
    #expect(state["adhd/nov25"]?.stages["export"]?.status == .pending)
    #expect(state.runs[firstRun]?.status == "interrupted")
  }

  @Test("A kill after the last stage and before the key's end leaves a completed key")
  func killedAtTheEnd() {
    let state = BackfillState(replaying: started + [loaded("a"), loadDone, exportDone, runStarted(secondRun)])
    #expect(state["adhd/nov25"]?.status == .completed)
    #expect(state["adhd/nov25"]?.completedAt != nil)
  }

  @Test("Where the stages were not told, a kill leaves the key unfinished")
  func killedWithoutPlan() {
    let events = [runStarted(firstRun), event(.urlStarted), loaded("a"), loadDone, runStarted(secondRun)]
    #expect(BackfillState(replaying: events)["adhd/nov25"]?.status == .partial)
  }

  @Test("A stage that runs once per source does not fail the sources it loaded")
  func perSource() {
    let url = state(
      started + [
        event(.stageStarted, source: "a", stage: "load"), loaded("a"),
        event(.stageCompleted, source: "a", stage: "load"), event(.stageStarted, source: "b", stage: "load"),
        event(.stageFailed, source: "b", stage: "load", error: EventError(.timeout, "took too long")),
        event(.urlFailed),
      ])
    #expect(url?.sources["b"]?.status == .failed)
    #expect(url?.sources["b"]?.error == "timeout")
    #expect(url?.stages["load"]?.status == .partial)
    #expect(url?.status == .partial)
  }

  @Test("A failure keeps what resume needs: hashes, stage, error, times, and how it was diagnosed")
  func facts() throws {
    let diagnosed = event(
      .failureDiagnosed, source: "b", stage: "load",
      data: ["outcome": "proposed", "fix": "0a1b2c3d", "report": "logs/reports/r.md"])
    let once = try #require(state(started + [failed("b"), diagnosed])?.sources["b"])
    #expect(once.fix == "0a1b2c3d")
    #expect(once.failure?.outcome == "proposed")
    #expect(once.failure?.report == "logs/reports/r.md")
    #expect(once.entryHash == "e1")
    let twice = try #require(
      state(started + [failed("b"), diagnosed, failed("b", run: secondRun, entryHash: "e2")])?.sources["b"])
    #expect(twice.failure?.isDiagnosed == false)
    #expect(twice.failure?.times == 2)
    #expect(twice.failure?.stage == "load")
    #expect(twice.failure?.entryHash == "e2")
    #expect(twice.failure?.inputHash == "i1")
    #expect(twice.fix == nil)
  }

  @Test("A diagnosis without context is placed by the failure it carries")
  func diagnosedByFailure() {
    let diagnosed = Event(
      .failureDiagnosed, runID: firstRun,
      data: [
        "outcome": "escalated",
        "failure": ["publication": "adhd", "period": "nov25", "source": "b", "stage": "load"],
      ])
    #expect(state(started + [failed("b"), diagnosed])?.sources["b"]?.failure?.outcome == "escalated")
  }

  @Test("Rows taken out after a revert leave the source reverted and the key unfinished")
  func unloaded() {
    let done = started + [loaded("a"), loaded("b"), loadDone, exportDone, ended]
    let url = state(
      done + [event(.sourceUnloaded, run: secondRun, source: "a", data: ["reason": "fix reverted", "rows": 10])])
    #expect(url?.sources["a"]?.status == .reverted)
    #expect(url?.sources["a"]?.rows == nil)
    #expect(url?.status == .partial)
    #expect(url?.completedAt == nil)
  }

  @Test("A run's numbers come from its end, rows from its sources")
  func runNumbers() {
    let end = Event(
      .runCompleted, runID: firstRun,
      data: ["exit_code": 10, "stats": ["urls_total": 3, "urls_completed": 2, "urls_partial": 1, "duration_ms": 99]])
    let run = BackfillState(replaying: started + [loaded("a", rows: 12), end]).runs[firstRun]
    #expect(run?.status == "completed_with_errors")
    #expect(run?.stats.rowsLoaded == 12)
    #expect(run?.stats.urlsTotal == 3)
    #expect(run?.exitCode == 10)
    #expect(run?.configFile == "config/publications.yaml")
  }
}
