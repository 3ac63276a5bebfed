/// A command of the pipeline.
public struct Stage: Hashable, Sendable {
  /// What it runs once for.
  public enum Scope: String, CaseIterable, Decodable, Hashable, Sendable {
    /// Each URL key.
    case url
    /// Each enabled source of a URL key.
    case source
    /// The run.
    case run
  }

  /// What to do when its products already stand.
  public enum Existing: String, CaseIterable, Decodable, Hashable, Sendable {
    /// Make them again.
    case regenerate
    /// Use them as they are.
    case keep
  }

  /// Its name, such as `load`.
  public var name: String
  /// Its state in the seeds' state machine, such as `INGEST`.
  public var state: String?
  /// What it runs once for.
  public var scope: Scope
  /// Its program and arguments, placeholders included.
  public var command: [String]
  /// The command that runs it in a scratch place.
  public var verify: [String]?
  /// The command that takes a source's period out of the target again.
  public var undo: [String]?
  /// The command that tells which sources of a URL key the target holds.
  public var receipts: [String]?
  /// Its products by name, placeholders included.
  public var produces: [String: String]
  /// What to do when its products already stand.
  public var existing: Existing
  /// How long it may run.
  public var timeoutSeconds: Double
  /// How long `verify` may run.
  public var verifyTimeoutSeconds: Double
  /// Its own retry rules; nil for those of the execution mode.
  public var retry: RetryRules?
  /// What must hold after it.
  public var validate: [Check]
  /// What it must have to itself, placeholders included.
  public var exclusive: String?
  /// Environment variables to add.
  public var env: [String: String]
  /// Environment variables to add for `verify`.
  public var verifyEnv: [String: String]
  /// Where it is read what became of its sources, besides its events.
  public var results: [ResultReader]
  /// The command that does only what is left, where some of its sources failed: what holds `{sources}` is given once for each.
  public var resume: [String]?
  /// Globs of the files that it reads besides what earlier stages made: when they change, it runs again.
  public var reads: [String]
  /// Where it runs, relative to the workspace; nil for the workspace.
  public var workingDirectory: String?

  /// How long a stage may run that does not say.
  public static let standardTimeoutSeconds = 1800.0

  /// Creates a stage.
  public init(
    name: String, state: String? = nil, scope: Scope = .url, command: [String], verify: [String]? = nil,
    undo: [String]? = nil, receipts: [String]? = nil, produces: [String: String] = [:],
    existing: Existing = .regenerate, timeoutSeconds: Double = Stage.standardTimeoutSeconds,
    verifyTimeoutSeconds: Double = Stage.standardTimeoutSeconds, retry: RetryRules? = nil, validate: [Check] = [],
    exclusive: String? = nil, env: [String: String] = [:], verifyEnv: [String: String] = [:],
    results: [ResultReader] = [], resume: [String]? = nil, reads: [String] = [], workingDirectory: String? = nil
  ) {
    self.name = name
    self.state = state
    self.scope = scope
    self.command = command
    self.verify = verify
    self.undo = undo
    self.receipts = receipts
    self.produces = produces
    self.existing = existing
    self.timeoutSeconds = timeoutSeconds
    self.verifyTimeoutSeconds = verifyTimeoutSeconds
    self.retry = retry
    self.validate = validate
    self.exclusive = exclusive
    self.env = env
    self.verifyEnv = verifyEnv
    self.results = results
    self.resume = resume
    self.reads = reads
    self.workingDirectory = workingDirectory
  }

  /// The products in the order of their names.
  public var orderedProducts: [(name: String, path: String)] {
    produces.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

/// Something that must hold after a stage (S1-8).
public enum Check: Hashable, Sendable {
  /// The file is there.
  case fileExists(path: String)
  /// The file is there and has at least so many bytes (`file_size_min`, also `min_size`).
  case fileSizeMin(path: String, bytes: Int)
  /// So many files match the glob.
  case fileCount(pattern: String, min: Int?, max: Int?)
  /// No line of the output matches.
  case logRegexAbsent(pattern: String)
  /// A line of the output matches.
  case logRegexPresent(pattern: String)

  /// The check's name in the file and in reports.
  public var name: String {
    switch self {
    case .fileExists: "file_exists"
    case .fileSizeMin: "file_size_min"
    case .fileCount: "file_count"
    case .logRegexAbsent: "log_regex_absent"
    case .logRegexPresent: "log_regex_present"
    }
  }
}
