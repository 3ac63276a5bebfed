/// Something that touches the world outside of the program, with how it is tried.
public struct ExternalOperation: Hashable, Sendable {
  /// What it touches.
  public enum Resource: String, Codable, CaseIterable, Hashable, Sendable {
    case disk, network, process, database, git, model
  }

  /// How it is counted.
  public enum Recording: String, Codable, Hashable, Sendable {
    /// Each call is counted, and a failure is an event of its own.
    case each
    /// It happens thousands of times in a run and fails almost never: its failure ends what needed it, and is told there.
    case failuresWhereTold = "failures_where_told"
  }

  /// What it is called: a verb and what it is done to.
  public let name: String
  /// What it touches.
  public let resource: Resource
  /// How often and when it is tried again after a transient failure.
  public let retry: RetryPolicy
  /// How long one try may take, in words.
  public let limit: String
  /// Why it is tried as it is.
  public let reason: String
  /// How it is counted.
  public let recording: Recording

  init(
    _ name: String, _ resource: Resource, _ retry: RetryPolicy, limit: String, because reason: String,
    recording: Recording = .each
  ) {
    self.name = name
    self.resource = resource
    self.retry = retry
    self.limit = limit
    self.reason = reason
    self.recording = recording
  }
}

extension RetryPolicy {
  /// One try.
  static let once = RetryPolicy(maxRetries: 0)
}

/// Every operation of Errata and its reference pipeline.
extension ExternalOperation {
  /// A page or data file that a stage of the reference pipeline needs.
  public static let fetchFile = ExternalOperation(
    "fetch file", .network, .once, limit: "60 s of silence, 540 s in all",
    because: "its stage is tried again as a whole, by the stage's own rules")
  /// A page that is looked at for evidence or new periods.
  public static let fetchPage = ExternalOperation(
    "fetch page", .network, RetryPolicy(maxRetries: 1, baseDelaySeconds: 0.5), limit: "10 to 20 s of silence",
    because: "a page that drops one connection is not gone")
  /// A request to a forge.
  public static let callForge = ExternalOperation(
    "call forge", .network, .once, limit: "`timeout_seconds` of `forge:`",
    because: "a request may have arrived; the next run sees what did and does the rest")
  /// A question to a model.
  public static let askModel = ExternalOperation(
    "ask model", .model, RetryPolicy(maxRetries: 1, baseDelaySeconds: 1, maxDelaySeconds: 20),
    limit: "`timeout_seconds` of `adviser:`",
    because: "each call costs; only the pause that a server asks for is waited")
  /// An alert to a receiver.
  public static let sendAlert = ExternalOperation(
    "send alert", .network, RetryPolicy(maxRetries: 1, baseDelaySeconds: 0.5),
    limit: "`timeout_seconds` of the receiver", because: "the next run tries again")
  /// A look at the repository's settings of a remote.
  public static let readRemoteSettings = ExternalOperation(
    "read remote settings", .git, .once, limit: "`remote_timeout_seconds`", because: "nothing crosses the network")
  /// The list of a remote's branches.
  public static let listRemote = ExternalOperation(
    "list remote", .git, RetryPolicy(maxRetries: 1, baseDelaySeconds: 0.5),
    limit: "`remote_timeout_seconds`, retry included",
    because: "a dropped connection is no outage")
  /// Commits that are fetched.
  public static let fetchRemote = ExternalOperation(
    "fetch from remote", .git, RetryPolicy(maxRetries: 1, baseDelaySeconds: 0.5),
    limit: "`remote_timeout_seconds`, retry included", because: "a dropped connection is no outage")
  /// References that are pushed.
  public static let pushRemote = ExternalOperation(
    "push to remote", .git, .once, limit: "`remote_timeout_seconds`",
    because: "it may have arrived: what is there is looked at before another push")
  /// A stage of the pipeline.
  public static let runStage = ExternalOperation(
    "run stage", .process, .once, limit: "`timeout_seconds` of the stage",
    because: "the stage's `retry` or that of execution_mode.yaml tries it again, between checks and decisions")
  /// A stage in a scratch place.
  public static let tryStage = ExternalOperation(
    "try stage", .process, .once, limit: "`verify_timeout_seconds` of the stage",
    because: "what a fix is judged by must fail as it failed")
  /// A source's rows that are taken out of the target.
  public static let unloadSource = ExternalOperation(
    "unload source", .process, .once, limit: "`timeout_seconds` of the stage",
    because: "rows that stay are told as stale and taken out by the next load")
  /// The question what the target holds.
  public static let readReceipts = ExternalOperation(
    "read receipts", .process, .once, limit: "`timeout_seconds` of the stage",
    because: "without an answer nothing is concluded")
  /// A helper program of a run.
  public static let runService = ExternalOperation(
    "run service", .process, .once, limit: "the run", because: "a service that ends is an outage, which halts the run")
  /// The question whether a helper program is up.
  public static let askService = ExternalOperation(
    "ask service", .network, .once, limit: "10 s", because: "it is asked again until the service's `timeout_seconds`",
    recording: .failuresWhereTold)
  /// A program that git would start: a signature.
  public static let signCommit = ExternalOperation(
    "sign commit", .process, .once, limit: "120 s",
    because: "a person may be asked for a passphrase; a patch is written instead")
  /// A program that the demo or a message needs.
  public static let runTool = ExternalOperation(
    "run tool", .process, .once, limit: "none", because: "a person started it and sees what it says")
  /// A script that reads through DuckDB.
  public static let queryDatabase = ExternalOperation(
    "query database", .database, RetryPolicy(maxRetries: 2, baseDelaySeconds: 0.1, maxDelaySeconds: 1),
    limit: "600 s, or what the question is worth", because: "a lock is soon given back, and reading twice harms nobody")
  /// A script that writes through DuckDB.
  public static let changeDatabase = ExternalOperation(
    "change database", .database, .once, limit: "600 to 1,800 s",
    because: "it is one transaction; its stage is tried again as a whole")
  /// Run events to a receiver of OpenLineage's.
  public static let sendLineage = ExternalOperation(
    "send lineage", .network, .once, limit: "`timeout_seconds` of outputs.yaml",
    because: "the next run sends what did not arrive")
  /// A session with a database server.
  public static let connectServer = ExternalOperation(
    "connect to database server", .database, .once, limit: "what is left of the time of what needs it",
    because: "who needs the session knows whether it can wait")
  /// The events that are brought into a table.
  public static let mirrorEvents = ExternalOperation(
    "mirror events", .database, .once, limit: "`timeout_seconds` of outputs.yaml",
    because: "the next run goes on from where the table is")
  /// Lines that are appended to the journal.
  public static let appendJournal = ExternalOperation(
    "append to journal", .disk, .once, limit: "none", because: "what cannot be recorded must not be done: the run ends")
  /// Files that are read and written in the workspace.
  public static let useFile = ExternalOperation(
    "read and write files", .disk, .once, limit: "none",
    because: "a file that cannot be written now cannot be in a second; half-written ones never take a file's place",
    recording: .failuresWhereTold)
  /// Objects and references of the repository.
  public static let useRepository = ExternalOperation(
    "read and write git objects", .git, .once, limit: "none",
    because: "a reference that somebody else moved is looked at again and merged, not overwritten",
    recording: .failuresWhereTold)

  /// All of them.
  public static let all: [ExternalOperation] = [
    .fetchFile, .fetchPage, .callForge, .askModel, .sendAlert, .readRemoteSettings, .listRemote, .fetchRemote,
    .pushRemote, .runStage, .tryStage, .unloadSource, .readReceipts, .runService, .askService, .signCommit, .runTool,
    .queryDatabase, .changeDatabase, .sendLineage, .connectServer, .mirrorEvents, .appendJournal, .useFile,
    .useRepository,
  ]

  /// The operation of that name.
  public static func named(_ name: String) -> ExternalOperation? { all.first { $0.name == name } }
}
