public import Foundation

/// One thing that happened to a URL key.
public struct TraceStep: Codable, Hashable, Sendable {
  /// When it began.
  public var time: Date
  /// What it is: a stage's name, or the event's type.
  public var what: String
  /// The source that it is about; nil for the whole key.
  public var source: String?
  /// How it ended: `completed`, `failed`, `retried`, `skipped`, `running`, a fix's status; nil where there is nothing to end.
  public var outcome: String?
  /// Which try of a stage it was, from 1.
  public var attempt: Int?
  /// How long it took, in milliseconds.
  public var durationMS: Int?
  /// The rows that were loaded, or taken out again.
  public var rows: Int?
  /// Rows that the source's load before did not have; a changed row is one of them.
  public var rowsAdded: Int?
  /// Rows that only the source's load before had; a changed row is one of them.
  public var rowsRemoved: Int?
  /// The fix that it is about.
  public var fix: String?
  /// The commit of the fix, or the one that decided on it.
  public var commit: String?
  /// The error's type.
  public var error: String?
  /// What there is to say, such as the error's message.
  public var detail: String?

  enum CodingKeys: String, CodingKey {
    case time, what, source, outcome, attempt, rows, fix, commit, error, detail
    case durationMS = "duration_ms"
    case rowsAdded = "rows_added"
    case rowsRemoved = "rows_removed"
  }
}

/// What one run did to a URL key.
public struct TraceRun: Codable, Hashable, Sendable {
  /// The run.
  public var run: String
  /// Its steps in the order of their beginning.
  public var steps: [TraceStep]
}

/// The whole way of one URL key over all runs (S0-9): a fold, told in the order in which it happened.
public struct Trace: Codable, Hashable, Sendable {
  /// `publication/period`.
  public let key: String
  /// The runs that did something to it, the oldest first.
  public private(set) var runs: [TraceRun] = []

  /// Follows a URL key.
  ///
  /// - Parameters:
  ///   - source: The source to follow; nil for all. What is about the key as a whole is told in any case.
  public init(_ key: String, source: String? = nil, in events: some Sequence<Event>) {
    self.key = key
    var open: [String: Int] = [:]
    for event in events where event.stateKey == key {
      let own = event.stateSource
      if let source, let own, own != source { continue }
      if runs.last?.run != event.runID {
        runs.append(TraceRun(run: event.runID, steps: []))
        open = [:]
      }
      let place = "\(event.stateStage ?? "") \(own ?? "")"
      let ending = Self.ending(event)
      if let ending, let index = open[place] {
        runs[runs.count - 1].steps[index].end(event, as: ending)
        open[place] = nil
      } else if let step = TraceStep(event, ending) {
        if step.outcome == "running" { open[place] = runs[runs.count - 1].steps.count }
        runs[runs.count - 1].steps.append(step)
      }
    }
  }

  private static func ending(_ event: Event) -> String? {
    switch event.type {
    case .stageCompleted: event.data["reused"]?.bool == true ? "reused" : "completed"
    case .stageFailed: "failed"
    case .stageSkipped: "skipped"
    case .retryScheduled: "retried"
    default: nil
    }
  }
}

extension TraceStep {
  /// What an event tells by itself; nil for one that only adds to others.
  fileprivate init?(_ event: Event, _ ending: String?) {
    self.init(time: event.timestamp, what: event.stateStage ?? event.type.rawValue, source: event.stateSource)
    switch event.type {
    case .stageStarted:
      // Of a stage that runs once a source this only says for which: each has a start of its own.
      if event.stateSource == nil, event.data["inputs"]?["sources"]?.array != nil { return nil }
      outcome = "running"
      attempt = event.data["attempt"]?.int
    case .stageCompleted, .stageFailed, .stageSkipped, .retryScheduled: end(event, as: ending ?? "")
    case .sourceLoaded, .sourceFailed, .sourceUnloaded, .sourceSkipped, .urlCompleted, .urlFailed, .markedPending,
      .circuitOpened, .failureAcknowledged:
      what = event.type.rawValue
      take(event)
    case .releaseRevised:
      what = event.type.rawValue
      take(event)
      outcome = event.data["outcome"]?.string
      detail = event.data["message"]?.string
    case .failureDiagnosed:
      what = event.type.rawValue
      outcome = event.data["outcome"]?.string
      fix = event.data["fix"]?.string
    case .fixPublished where event.data["place"] == "local" || event.data["fix"]?["branch"] == "":
      what = event.type.rawValue
      fix = event.data["fix"]?["id"]?.string
      outcome = "open"
      commit = event.data["fix"]?["commit"]?.string
      detail = event.data["fix"]?["summary"]?.string
    case .fixStatus:
      what = event.type.rawValue
      fix = event.data["fix_id"]?.string
      outcome = event.data["status"]?.string
      commit = event.data["commit"]?.string
      detail = event.data["reason"]?.string
    default: return nil
    }
  }

  private init(time: Date, what: String, source: String?) {
    self.time = time
    self.what = what
    self.source = source
  }

  fileprivate mutating func end(_ event: Event, as ending: String) {
    outcome = ending
    if ending != "skipped" && ending != "reused" {
      // Where the clock was put back meanwhile, nobody knows how long it took.
      let passed = Int(event.timestamp.timeIntervalSince(time) * 1000)
      durationMS = event.data["duration_ms"]?.int ?? (passed < 0 ? Int?.none : passed)
    }
    take(event)
  }

  private mutating func take(_ event: Event) {
    rows = event.data["rows"]?.int ?? event.data["rows_loaded"]?.int
    rowsAdded = event.data["rows_added"]?.int
    rowsRemoved = event.data["rows_removed"]?.int
    error = event.error?.type
    detail = event.error?.message ?? event.data["reason"]?.string
    fix = event.data["fix"]?.string
    if let day = event.data["pending_until"]?.string ?? event.data["until"]?.string {
      detail = [detail, "until \(day)"].compactMap(\.self).joined(separator: " ")
    }
  }
}
