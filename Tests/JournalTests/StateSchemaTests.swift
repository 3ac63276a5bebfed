import Foundation
import Journal
import TestSeeds
import Testing

struct StateSchemaTests {
  /// The seeds' own example, shortened.
  private let exampleText = """
    {"schema_version": "2.0", "last_updated": "2026-01-12T11:00:00Z",
     "runs": {"run_20260112_103000": {"started_at": "2026-01-12T10:30:00Z", "completed_at": "2026-01-12T10:45:00Z",
       "config_file": "config/publications.yaml", "status": "completed_with_errors",
       "stats": {"urls_total": 10, "urls_completed": 7, "urls_partial": 2, "urls_failed": 1, "rows_loaded": 450000,
         "duration_ms": 900000}}},
     "urls": {
       "adhd/nov25": {"status": "completed", "last_run": "run_20260112_103000", "completed_at": "2026-01-12T10:35:00Z",
         "stages": {"manifest": {"status": "completed", "file": "adhd_nov25.yaml"}, "load": {"status": "completed"},
           "export": {"status": "completed"}},
         "sources": {"adhd_summary": {"status": "loaded", "rows": 450, "table": "tbl_adhd_summary"}}},
       "online_consultation/nov25": {"status": "partial", "last_run": "run_20260112_103000",
         "stages": {"manifest": {"status": "completed"}, "load": {"status": "partial"},
           "export": {"status": "skipped", "reason": "load incomplete"}},
         "sources": {"gp_submissions": {"status": "loaded", "rows": 6170},
           "gp_data_quality": {"status": "failed", "error": "type_mismatch", "column": "quality_score"},
           "practice": {"status": "pending"}}},
       "online_consultation/dec25": {"status": "pending", "pending_until": "2026-01-29",
         "reason": "upcoming_publication", "last_checked": "2026-01-12T10:30:00Z"}}}
    """

  @Test("The seeds' example is read and written with the same names and values")
  func example() throws {
    let state = try JSONDecoder().decode(BackfillState.self, from: Data(exampleText.utf8))
    let written = try JSONDecoder().decode(JSONValue.self, from: state.json())
    #expect(try written == JSONDecoder().decode(JSONValue.self, from: Data(exampleText.utf8)))
  }

  @Test("Version 1 lists of keys are taken over", arguments: ["objects", "lists"])
  func migration(shape: String) throws {
    let objects = """
      {"completed": {"adhd/aug25": {"completed_at": "2026-01-10T08:00:00Z"}},
       "failed": {"adhd/nov25": {"error": "See output above"}, "adhd/aug25": {}},
       "pending": {"adhd/dec25": {"reason": "upcoming_publication", "pending_until": "2026-01-29"}},
       "in_progress": {"adhd/oct25": {}}}
      """
    let lists = """
      {"completed": ["adhd/aug25"], "failed": ["adhd/nov25", "adhd/aug25"], "pending": ["adhd/dec25"],
       "in_progress": ["adhd/oct25"]}
      """
    let state = try BackfillState(version1: Data((shape == "lists" ? lists : objects).utf8))
    #expect(state["adhd/aug25"]?.status == .completed)
    #expect(state["adhd/nov25"]?.status == .failed)
    #expect(state["adhd/nov25"]?.reason != "See output above")
    #expect(state["adhd/dec25"]?.status == .pending)
    #expect(state["adhd/oct25"]?.status == .pending)
    let again = try JSONDecoder().decode(BackfillState.self, from: state.json())
    #expect(again == state)
  }

  @Test("What happens after a migration counts, and what was known before it")
  func migrated() throws {
    let file = Data(#"{"failed": ["adhd/nov25"], "completed": ["adhd/oct25"]}"#.utf8)
    let migration = try #require(try BackfillState.migration(version1: file, file: "state/state.json"))
    let work = [event(.urlStarted), loaded("a"), event(.stageCompleted, stage: "load"), event(.urlCompleted)]
    for events in [[migration] + work, work + [migration]] {
      let state = BackfillState(replaying: events)
      #expect(state["adhd/nov25"]?.status == .completed && state["adhd/nov25"]?.sources.count == 1)
      #expect(state["adhd/oct25"]?.status == .completed && state["adhd/oct25"]?.sources.isEmpty == true)
    }
    #expect(try BackfillState.migration(version1: Data("{}".utf8), file: "state/state.json") == nil)
    #expect(throws: (any Error).self) {
      try BackfillState.migration(version1: Data("{".utf8), file: "state/state.json")
    }
  }

  @Test("The snapshot is read back equal; an absent or broken one is no state")
  func snapshot() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/state/state_v2.json"
    #expect(StateSnapshot.read(path) == nil)
    let state = BackfillState(replaying: [runStarted(firstRun), event(.urlStarted), failed("a")])
    try StateSnapshot.write(state, to: path)
    #expect(StateSnapshot.read(path) == state)
    try "{\"schema".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(StateSnapshot.read(path) == nil)
  }

  @Test("Going on from a snapshot gives the same state as replaying all, wherever the snapshot was taken")
  func snapshotAnywhere() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix(state: seed)
    for _ in 0..<20 {
      let events = (0..<60).map { _ in randomEvent(&random) }
      let whole = BackfillState(replaying: events)
      let cut = Int.random(in: 0...events.count, using: &random)
      let bytes = try BackfillState(replaying: events.prefix(cut)).json()
      let resumed = try JSONDecoder().decode(BackfillState.self, from: bytes).after(events.dropFirst(cut))
      #expect(resumed == whole, "seed \(seed), cut at \(cut)")
    }
  }

  private func randomEvent(_ random: inout SplitMix) -> Event {
    let run = Bool.random(using: &random) ? firstRun : secondRun
    let source = ["a", "b", "c"].randomElement(using: &random)
    let stage = ["manifest", "load", "export"].randomElement(using: &random)
    let types: [EventType] = [
      .runStarted, .urlStarted, .stageStarted, .stageCompleted, .stageFailed, .stageSkipped, .sourceLoaded,
      .sourceFailed, .sourceSkipped, .sourceUnloaded, .markedPending, .failureDiagnosed, .urlCompleted, .urlFailed,
      .runCompleted, .warning, "something_new",
    ]
    let type = types.randomElement(using: &random) ?? .info
    let reason = ["already loaded", "disabled", "removed", "load incomplete"].randomElement(using: &random) ?? ""
    let withSource = type.rawValue.hasPrefix("source") || Bool.random(using: &random)
    var data: [String: JSONValue] = [
      "reason": .string(reason), "rows": 5, "entry_hash": "e", "pending_until": "2026-02-01",
    ]
    if Bool.random(using: &random) { data["stages"] = ["manifest", "load", "export"] }
    return event(
      type, run: run, source: withSource ? source : nil, stage: stage, data: data,
      error: type.rawValue.hasSuffix("failed") ? EventError(.typeMismatch, "no") : nil)
  }
}

extension BackfillState {
  /// The state once these happened too.
  func after(_ events: some Sequence<Event>) -> BackfillState {
    var state = self
    for event in events { state.apply(event) }
    return state
  }
}
