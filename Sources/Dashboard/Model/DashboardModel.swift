public import Journal

/// What the dashboard shows: the page draws nothing that is not in here or in `SourceHistories`.
///
/// Names that come back often are written once, in `strings`; elsewhere stands their index. Moments are milliseconds since 1970.
public struct DashboardModel: Encodable, Sendable {
  /// The workspace's name.
  public internal(set) var workspace: String
  /// The moment that ages are counted from.
  public internal(set) var now: Int
  /// The day of that moment in UTC, `yyyy-mm-dd`.
  public internal(set) var today: String
  /// How many events the journal has.
  public internal(set) var events = 0
  /// The texts that others refer to by index.
  public internal(set) var strings: [String] = []
  /// The metrics of the last thirty days, today last; without what is told by publication and by run.
  public internal(set) var days: [DayMetrics] = []
  /// The stages in the pipeline's order.
  public internal(set) var stages: [String] = []
  /// How long each stage's attempts took.
  public internal(set) var durations: [Duration] = []
  /// The latest runs, the oldest first.
  public internal(set) var runs: [Run] = []
  /// How many runs there are in all.
  public internal(set) var runsTotal = 0
  /// The publications by name.
  public internal(set) var publications: [Publication] = []
  /// The URL keys by name.
  public internal(set) var keys: [Key] = []
  /// The sources by URL key and name.
  public internal(set) var sources: [Source] = []
  /// The latest failures, the newest first.
  public internal(set) var failures: [Failure] = []
  /// How many failures the journal tells of in all.
  public internal(set) var failuresTotal = 0
  /// The open fixes, the newest first, then the latest others.
  public internal(set) var fixes: [Fix] = []
  /// How many fixes there are by status.
  public internal(set) var fixCounts: [String: Int] = [:]
  /// What the goals' error budgets have left; none without goals.
  public internal(set) var budgets: [ErrorBudget] = []

  /// How long a stage's attempts took, in milliseconds.
  public struct Duration: Encodable, Sendable {
    /// The stage.
    public internal(set) var stage: String
    /// How many there were.
    public internal(set) var count: Int
    /// What half of them stay below.
    public internal(set) var median: Int
    /// What nineteen of twenty stay below.
    public internal(set) var slow: Int
    /// The longest.
    public internal(set) var longest: Int
  }

  /// A run.
  public struct Run: Encodable, Sendable {
    /// Its name.
    public internal(set) var name: String
    /// When it began.
    public internal(set) var start: Int
    /// Where it stands.
    public internal(set) var status: String
    /// How it ended.
    public internal(set) var exitCode: Int?
    /// Its numbers.
    public internal(set) var stats: RunStats
    /// How well it did.
    public internal(set) var evaluation: RunEvaluation?
    /// How many failures it had.
    public internal(set) var failures = 0
    /// A stage's attempts, successes and milliseconds, by the index of its name in `strings`.
    public internal(set) var stages: [Int: [Int]] = [:]
  }

  /// A publication.
  public struct Publication: Encodable, Sendable {
    /// Its name.
    public internal(set) var name: String
    /// For each run that finished with periods of it: the run's index, how many are completed, partial, failed and waiting.
    public internal(set) var cells: [[Int]] = []
  }

  /// A URL key.
  public struct Key: Encodable, Sendable {
    /// Its name.
    public internal(set) var name: String
    /// Where it stands.
    public internal(set) var status: URLStatus
    /// The day that it waits for, `yyyy-mm-dd`.
    public internal(set) var pendingUntil: String?
    /// Why it waits.
    public internal(set) var reason: String?
    /// Its stages.
    public internal(set) var stages: [String: StageStatus]
  }

  /// A source.
  public struct Source: Encodable, Sendable {
    /// The index in `keys`.
    public internal(set) var key: Int
    /// Its name.
    public internal(set) var name: String
    /// Where it stands.
    public internal(set) var status: SourceStatus
    /// The rows that are loaded.
    public internal(set) var rows: Int?
    /// The table that they are in.
    public internal(set) var table: String?
    /// The error's type, in `strings`.
    public internal(set) var error: Int?
    /// The error's sentence, in `strings`.
    public internal(set) var message: Int?
    /// The fix that was proposed.
    public internal(set) var fix: String?
    /// Until when the failure is acknowledged, `yyyy-mm-dd`.
    public internal(set) var acknowledged: String?
  }

  /// A failure.
  public struct Failure: Encodable, Sendable {
    /// When.
    public internal(set) var time: Int
    /// The run.
    public internal(set) var run: String
    /// The URL key.
    public internal(set) var key: String?
    /// The source.
    public internal(set) var source: String?
    /// The stage.
    public internal(set) var stage: String?
    /// The error's type, in `strings`.
    public internal(set) var type: Int
    /// The error's sentence, in `strings`.
    public internal(set) var message: Int
  }
}
