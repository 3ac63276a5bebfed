/// What happened. The first block is the seeds' vocabulary (S0-15 to S0-27), the second Errata's own.
///
/// Open on purpose: an event of a newer version is kept and passed on under its own name.
public struct EventType: RawRepresentable, Hashable, Sendable, Codable, ExpressibleByStringLiteral {
  /// The name in the journal.
  public var rawValue: String
  /// Takes any name.
  public init(rawValue: String) { self.rawValue = rawValue }
  /// Takes any name.
  public init(stringLiteral value: String) { rawValue = value }
}

extension EventType {
  // The seeds' events.
  /// Data: `config_file`, `total_urls`.
  public static let runStarted: EventType = "run_started"
  /// Data: `url`, `publication`, `period`.
  public static let urlStarted: EventType = "url_started"
  /// Data: `stage_name`, `inputs`, `log`, `attempt`.
  public static let stageStarted: EventType = "stage_started"
  /// Data: `outputs` (product name to path), `duration_ms`, `rows`, `log`, `reused` when an existing product was kept,
  /// `parquet_files` and `bytes_written` of the files that the stage said it wrote.
  public static let stageCompleted: EventType = "stage_completed"
  /// Data: `duration_ms`, `exit_code`, `signal`, `log`, `attempt`. Carries the error.
  public static let stageFailed: EventType = "stage_failed"
  /// Data: `reason`.
  public static let stageSkipped: EventType = "stage_skipped"
  /// Data: `source_code`, `rows`, `table_name`, `entry_hash`, `input_hash`; `rows_before`, `rows_added`, `rows_removed` where
  /// rows of an earlier load were replaced.
  public static let sourceLoaded: EventType = "source_loaded"
  /// Data: `reason` (`already loaded` or `disabled`), `rows`, `table_name` when loaded before.
  public static let sourceSkipped: EventType = "source_skipped"
  /// Carries the error. Data: `entry_hash`, `input_hash`, `log`.
  public static let sourceFailed: EventType = "source_failed"
  /// Data: `message`.
  public static let warning: EventType = "warning"
  /// Data: `message`.
  public static let info: EventType = "info"
  /// Data: `sources_loaded`, `sources_failed`, `sources_pending`, `rows_loaded`, `duration_ms`.
  public static let urlCompleted: EventType = "url_completed"
  /// Carries the error. Data: `partial_state`.
  public static let urlFailed: EventType = "url_failed"
  /// Data: the run's `stats` (S0-34) and `exit_code`.
  public static let runCompleted: EventType = "run_completed"

  // Errata's own.
  /// How well a run did. Data: `score` (−1 to 1, absent with the reason in `unjudged`), and what it is made of: `health` (`well` of
  /// `places`), `error_rate` (`failed` of `outcomes`), `throughput` (`rows` of `rows_expected`) (S3-13); how far
  /// `recoveries` have come.
  public static let runEvaluated: EventType = "run_evaluated"
  /// What a version 1 state knew of URL keys was taken over (S0-41). Data: `file`, `urls` (as in the state), `message`.
  public static let stateMigrated: EventType = "state_migrated"
  /// A file was downloaded, or was there already (`cached`). Data: `url`, `path`, `sha256`, `bytes`, and `etag` and
  /// `last_modified` where the server gave them.
  public static let fileFetched: EventType = "file_fetched"
  /// Other bytes are at an address than were fetched from it. Data: `outcome` (`reported|reloading|loaded`), `url`, `before` and
  /// `after` (SHA-256), `sources`, `message`; once loaded, of one source, `rows_before`, `rows`, `rows_added`, `rows_removed`.
  public static let releaseRevised: EventType = "release_revised"
  /// The addresses of loaded files were asked whether they still have them. Data: `files`, `unchanged`, `revised`, `fetched` (those
  /// of them that had to be fetched to see), `unreached`, `troubles` (address or server to error type), `next`, `message`.
  public static let releasesChecked: EventType = "releases_checked"
  /// A stage wrote a file in the work tree. Data: `path`, `sha256`.
  public static let fileWritten: EventType = "file_written"
  /// A child process group was started. Data: `pid`, `start_time` (ticks since boot), `command`.
  public static let processStarted: EventType = "process_started"
  /// A child process group ended. Data: `pid`.
  public static let processEnded: EventType = "process_ended"
  /// A step's result was weighed (S1-2). Data: `step_result`, `validation_report`, `decision`.
  public static let stepDecided: EventType = "step_decided"
  /// Data: `attempt`, `delay_ms`, `reason`.
  public static let retryScheduled: EventType = "retry_scheduled"
  /// An outage halts the run (one incident). Carries the error.
  public static let circuitOpened: EventType = "circuit_opened"
  /// A URL or source waits for a day. Data: `pending_until`, `reason`.
  public static let markedPending: EventType = "marked_pending"
  /// A source's rows of a period were taken out again. Data: `reason`, `rows`; `pending` when it waits for an earlier stage.
  public static let sourceUnloaded: EventType = "source_unloaded"
  /// A failure was diagnosed. Data: `failure`, `outcome` (`proposed|waiting|escalated|pending|retry`), `report`,
  /// `evidence` (a file of what was found out), `fix`, `blocked` (the edits that a constraint kept back: `rule`, `action`,
  /// `error_type`).
  public static let failureDiagnosed: EventType = "failure_diagnosed"
  /// Many columns of many sources changed together upstream: one incident. Data: `incident` (its id), `publications`, `versions`
  /// (`place`, `before`, `after`), `mapping` (header `from`, `to`, in how many `sources`), `sources` (`place`, `renamed`, `retyped`,
  /// `gone`, `unread`, `fix`, `outcome`), `plan` (`step`, `done`), `traits` (what ties them together), `branch`, `report`.
  public static let schemaDriftDetected: EventType = "schema_drift_detected"
  /// A model was called about a failure. Data: `provider`, `model`, `outcome` (`answered|failed`), `reason`, `input_tokens`,
  /// `output_tokens`, `tokens_used`, `estimated_cost_usd`, `duration_ms`.
  public static let adviserAsked: EventType = "adviser_asked"
  /// What came of asking about a failure. Data: `question` (a digest), `adviser`, `outcome`
  /// (`suggested|declined|refused|unavailable`), `reason`, and `reply` with the edit that held.
  public static let adviserAdvised: EventType = "adviser_advised"
  /// A person knows of failures, which do not count before a day. Data: `until`, `reason`, `failures` (name to error type);
  /// or `withdrawn`.
  public static let failureAcknowledged: EventType = "failure_acknowledged"
  /// A ref is about to move. Data: `ref`, `old`, `new`, `fix`.
  public static let fixIntended: EventType = "fix_intended"
  /// The ref moved. Data: `place` (`local`, a remote's name, or a patch), `fix` (the whole record).
  public static let fixPublished: EventType = "fix_published"
  /// A fix's status was found or set. Data: `fix_id`, `status`, `commit`, `reason`, `value`, `superseded_by`; `changes` and
  /// `source` where its source was renamed; `automatic` where Errata merged it by itself.
  public static let fixStatus: EventType = "fix_status"
  /// A fix's pull request was opened, changed or closed. Data: `fix_id`, `number`, `url`, `state`
  /// (`open|merging|merged|closed|dismissed`), `text` (a hash of what Errata wrote), `labelled`.
  public static let pullRequest: EventType = "pull_request"
  /// Every fix was compared with a commit, so that the next look begins there. Data: `head`.
  public static let reconciled: EventType = "reconciled"
  /// The journal and the ledger know the same. Data: `commit`, `remote`.
  public static let ledgerShared: EventType = "ledger_shared"
  /// An operation at the door did not succeed at the first try. Data: `operation`, `resource`, `class` (`transient|data|logic`),
  /// `retry_attempts`, `final_failure`, `is_transient`. Carries the error (S4-15).
  public static let operationFailed: EventType = "operation_failed"
  /// What a process did at the door. Data: `operations`, by name `calls`, `failed`, `retries`, `recovered`, `fallbacks`.
  public static let operationsCounted: EventType = "operations_counted"
  /// An alert reached a receiver. Data: `receiver`, `alert` (its id), `kind`, `subject`.
  public static let alertSent: EventType = "alert_sent"
  /// What a receiver was told of is over without a word, and is told anew when it begins again. Data: `receiver`, `subject`.
  public static let alertOver: EventType = "alert_over"
  /// Run events went to a receiver of OpenLineage's. Data: `receiver`, `run`, `events` (how many of that run it has by now), `over`
  /// when nothing more comes.
  public static let lineageSent: EventType = "lineage_sent"
  /// A base commit of generated files. Data: `commit`, `files`, `place`.
  public static let baselineCommitted: EventType = "baseline_committed"
}

extension EventType {
  /// Whether it only says that work is under way. A power cut that takes such a line takes the work's process too, and the work is
  /// done again with the line or without it; so it need not be on the disk before anything that is told. What ends work must.
  public var isOnlyUnderway: Bool {
    switch self {
    case .urlStarted, .stageStarted, .processStarted, .processEnded: true
    default: false
    }
  }
}
