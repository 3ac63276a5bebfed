/// A run in the state (S0-34).
public struct RunRecord: Codable, Hashable, Sendable {
  /// When it started.
  public var startedAt: String
  /// When it ended; nil while it runs, and for ever when it was killed.
  public var completedAt: String?
  /// The publications file.
  public var configFile: String?
  /// `in_progress`, `completed`, `completed_with_errors`, `interrupted`, `halted`.
  public var status: String
  /// Its numbers.
  public var stats: RunStats
  /// Its exit code.
  public var exitCode: Int?
  /// How well it did; nil while it runs, and where an older version ran it.
  public var evaluation: RunEvaluation?

  enum CodingKeys: String, CodingKey {
    case status, stats, evaluation
    case startedAt = "started_at"
    case completedAt = "completed_at"
    case configFile = "config_file"
    case exitCode = "exit_code"
  }
}

/// The numbers of a run (S0-34).
public struct RunStats: Codable, Hashable, Sendable {
  /// URL keys that the run covers.
  public var urlsTotal = 0
  /// URL keys that are completed.
  public var urlsCompleted = 0
  /// URL keys of which some sources are loaded.
  public var urlsPartial = 0
  /// URL keys of which no source is loaded.
  public var urlsFailed = 0
  /// Rows loaded in this run.
  public var rowsLoaded = 0
  /// How long it took.
  public var durationMilliseconds = 0

  /// Creates numbers, all zero.
  public init() {}

  enum CodingKeys: String, CodingKey {
    case urlsTotal = "urls_total"
    case urlsCompleted = "urls_completed"
    case urlsPartial = "urls_partial"
    case urlsFailed = "urls_failed"
    case rowsLoaded = "rows_loaded"
    case durationMilliseconds = "duration_ms"
  }

  /// Reads numbers; what is missing is zero.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    urlsTotal = try container.decodeIfPresent(Int.self, forKey: .urlsTotal) ?? 0
    urlsCompleted = try container.decodeIfPresent(Int.self, forKey: .urlsCompleted) ?? 0
    urlsPartial = try container.decodeIfPresent(Int.self, forKey: .urlsPartial) ?? 0
    urlsFailed = try container.decodeIfPresent(Int.self, forKey: .urlsFailed) ?? 0
    rowsLoaded = try container.decodeIfPresent(Int.self, forKey: .rowsLoaded) ?? 0
    durationMilliseconds = try container.decodeIfPresent(Int.self, forKey: .durationMilliseconds) ?? 0
  }
}

/// A stage of a URL key (S0-35, 37).
public struct StageRecord: Codable, Hashable, Sendable {
  /// Where it stands.
  public var status: StageStatus
  /// The name of the file it made.
  public var file: String?
  /// Why it was skipped.
  public var reason: String?
  /// What it made: product name to path, relative to the workspace.
  public var outputs: [String: String]?
  /// The run that last touched it.
  public var lastRun: String?
  /// The last failure, until it succeeds.
  public var failure: FailureFacts?
  /// How the stage itself ended, where its sources say something else.
  var outcome: StageStatus?

  enum CodingKeys: String, CodingKey {
    case status, file, reason, outputs, failure, outcome
    case lastRun = "last_run"
  }

  init(_ status: StageStatus, run: String? = nil) {
    self.status = status
    lastRun = run
  }

  /// Reasons of a skip that leave nothing to do.
  public static let settledReasons: Set<String> = ["disabled", "not configured", "no enabled sources", "nothing to do"]

  /// Whether nothing is left to do: completed, or skipped for one of `settledReasons`.
  public var isSettled: Bool { isSettled(as: status) }

  /// Whether nothing is left to do if that is where it stands.
  func isSettled(as status: StageStatus) -> Bool {
    status == .completed || status == .skipped && Self.settledReasons.contains(reason ?? "")
  }
}

/// A source of a URL key (S0-36).
public struct SourceRecord: Codable, Hashable, Sendable {
  /// Where it stands.
  public var status: SourceStatus
  /// The rows of its last load.
  public var rows: Int?
  /// The table it was loaded into.
  public var table: String?
  /// The type of the error it failed with.
  public var error: String?
  /// The column it failed in.
  public var column: String?
  /// The error's sentence.
  public var message: String?
  /// The manifest entry's hash at its last load or failure.
  public var entryHash: String?
  /// The input file's hash at its last load or failure.
  public var inputHash: String?
  /// The fix that was proposed for its failure.
  public var fix: String?
  /// The stage that loads it.
  public var stage: String?
  /// Why it is disabled, pending or reverted.
  public var reason: String?
  /// The day before which it is not tried again, `yyyy-mm-dd`.
  public var pendingUntil: String?
  /// The run that last touched it.
  public var lastRun: String?
  /// The last failure, until it loads.
  public var failure: FailureFacts? {
    get { boxedFailure?.value }
    set { boxedFailure = newValue.map(Boxed.init) }
  }
  /// Most sources have none, and there are many sources.
  private var boxedFailure: Boxed<FailureFacts>?

  enum CodingKeys: String, CodingKey {
    case status, rows, table, error, column, message, fix, stage, reason
    case boxedFailure = "failure"
    case entryHash = "entry_hash"
    case inputHash = "input_hash"
    case pendingUntil = "pending_until"
    case lastRun = "last_run"
  }

  init(_ status: SourceStatus) { self.status = status }
}
