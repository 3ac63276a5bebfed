import Foundation
import Journal
import Repair
import Supervisor
import Testing

@Suite("Taking a reverted fix's rows out")
struct SourceUndoTests {
  @Test("a reverted fix of a period's page unloads every source of the period, and the sources wait for the page again")
  func unloadsThePeriod() async throws {
    let place = RunningWorkspace()
    let load = Stage(
      name: "load", state: "INGEST", scope: .source, command: ["true"],
      undo: ["/bin/sh", "-c", "echo \"$1\" >> undone", "undo", "{source}"])
    let publication = Publication(key: "adhd", urls: [Period(period: "nov25", url: "file:///nowhere.html")])
    let configuration = Configuration(
      publications: PublicationsFile(publications: [publication]),
      pipeline: Pipeline(stages: [Stage(name: "manifest", state: "EXTRACT", command: ["true"]), load]))
    let page = EventContext(publication: "adhd", period: "nov25", stage: "manifest")
    let fix = FixRecord(
      id: "00000001", branch: "errata/adhd/nov25/x", publication: "adhd", period: "nov25", source: nil,
      stage: "manifest", errorType: "404_not_found", action: "fix_manifest_url", confidence: 0.9, verified: true,
      files: [], changes: [], run: "run_1", summary: "test")
    func event(_ source: String, _ type: EventType, error: EventError? = nil) -> Event {
      let context = EventContext(publication: "adhd", period: "nov25", sourceCode: source, stage: "load")
      return Event(type, runID: "run_1", context: context, data: ["rows": 5, "table_name": "t"], error: error)
    }
    var events = [
      Event(.stageFailed, runID: "run_1", context: page, error: EventError(.notFound, "the page is gone")),
      Event(.fixPublished, data: ["place": "local", "fix": try JSONValue(encoding: fix)]),
      Event(.stageCompleted, runID: "run_1", context: page),
      event("one", .sourceLoaded), event("two", .sourceLoaded),
      event("three", .sourceFailed, error: EventError(.typeMismatch, "no number")),
    ]
    let told = events
    let undo = SourceUndo(
      workspace: place.workspace, configuration: configuration, tools: place.tools, queues: ExclusiveQueues(),
      runID: "run_2", recorded: { told })
    let undone = await undo.undo(fix, "reverted by abc")
    #expect(place.lines("undone") == ["one", "two"])
    #expect(undone.map(\.type) == [.sourceUnloaded, .sourceUnloaded, .stageFailed])
    #expect(undone.last?.error?.message == "the page is gone")

    events += undone
    let record = try #require(BackfillState(replaying: events)["adhd/nov25"])
    #expect(record.sources["one"]?.status == .pending && record.sources["two"]?.status == .pending)
    #expect(record.sources["three"]?.status == .failed)
    #expect(record.stages["manifest"]?.status == .failed)
  }
}
