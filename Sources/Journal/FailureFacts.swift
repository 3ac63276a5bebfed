/// What is known of the last failure of a source or stage: what resume needs to decide whether trying again can help.
public struct FailureFacts: Codable, Hashable, Sendable {
  /// The stage that failed.
  public var stage: String?
  /// The whole error.
  public var error: EventError
  /// The manifest entry's hash at the failure.
  public var entryHash: String?
  /// The input file's hash at the failure.
  public var inputHash: String?
  /// The run in which it failed.
  public var run: String
  /// When it failed.
  public var at: String
  /// How often in a row it failed.
  public var times: Int
  /// The whole output of the stage, relative to the workspace.
  public var log: String?
  /// How it was diagnosed (`proposed`, `waiting`, `escalated`, `pending`, `retry`); nil while it is not.
  public var outcome: String?
  /// The fix that was proposed for it.
  public var fix: String?
  /// The report of the diagnosis, relative to the workspace.
  public var report: String?

  enum CodingKeys: String, CodingKey {
    case stage, error, run, at, times, log, outcome, fix, report
    case entryHash = "entry_hash"
    case inputHash = "input_hash"
  }

  /// Whether the failure was diagnosed since it happened.
  public var isDiagnosed: Bool { outcome != nil }

  init(_ event: Event, after previous: FailureFacts?) {
    stage = event.context.stage
    error = event.error ?? EventError(.unknown, event.data["message"]?.string ?? "the writer gave no error")
    entryHash = event.data["entry_hash"]?.string
    inputHash = event.data["input_hash"]?.string
    run = event.runID
    at = Event.text(from: event.timestamp)
    times = (previous?.times ?? 0) + 1
    log = event.data["log"]?.string
  }

  mutating func diagnose(_ event: Event) {
    outcome = event.data["outcome"]?.string ?? "diagnosed"
    fix = event.data["fix"]?.string ?? event.data["fix"]?["id"]?.string ?? event.data["fix_id"]?.string
    report = event.data["report"]?.string
  }
}
