/// A URL key, `publication/period`, in the state (S0-35).
///
/// It keeps what sources and stages reported; `status` is computed from that and so cannot contradict it.
public struct URLRecord: Equatable, Sendable {
  /// The run that last touched it.
  public var lastRun: String?
  /// When all of it was done.
  public var completedAt: String?
  /// The day before which it is not tried again, `yyyy-mm-dd`.
  public var pendingUntil: String?
  /// Why it is pending.
  public var reason: String?
  /// When the publication was last looked at and not there.
  public var lastChecked: String?
  /// The sources by identity.
  public var sources: [String: SourceRecord] = [:]
  /// How the stages themselves ended, before their sources are counted.
  var reportedStages: [String: StageRecord] = [:]
  /// Whether a run has it in hand.
  var isActive = false
  /// Whether the run that has it in hand said which stages there are.
  var isPlanned = false
  /// Whether a run that had it in hand died, and left open which stages it had not reached.
  var isInterrupted = false
  /// The status that an older state file gave, which knew no sources or stages.
  var recordedStatus: URLStatus?

  init() {}

  /// The stages by name; a stage that loads sources is `partial` when only some of them are loaded.
  public var stages: [String: StageRecord] {
    let counts = sourceCounts
    var result = reportedStages
    for (name, record) in reportedStages { result[name]?.status = counts.status(of: record.status, named: name) }
    return result
  }

  /// One stage, its sources counted.
  public func stage(_ name: String) -> StageRecord? {
    guard var record = reportedStages[name] else { return nil }
    record.status = sourceCounts.status(of: record.status, named: name)
    return record
  }

  /// How many of its sources stand where.
  public var sourceCounts: SourceCounts { SourceCounts(sources) }

  /// The sources that count: all but the disabled ones.
  public var enabledSources: [String: SourceRecord] { sources.filter { $0.value.status != .disabled } }

  /// Where the URL key stands.
  public var status: URLStatus {
    if isActive { return .inProgress }
    let counts = sourceCounts
    let all = counts.all
    if pendingUntil != nil, all.loaded == 0 { return .pending }
    guard all.enabled > 0 || !reportedStages.isEmpty else { return recordedStatus ?? .pending }
    var (isSettled, hasFailed) = (true, all.failed > 0)
    for (name, record) in reportedStages {
      let status = counts.status(of: record.status, named: name)
      if !record.isSettled(as: status) { isSettled = false }
      if status == .failed || status == .partial { hasFailed = true }
    }
    if all.loaded == all.enabled, !isInterrupted, !reportedStages.isEmpty || all.loaded > 0, isSettled {
      return .completed
    }
    if all.loaded > 0 { return .partial }
    return hasFailed ? .failed : .pending
  }

  /// The identities of the sources in that status, sorted.
  public func sources(_ status: SourceStatus) -> [String] {
    sources.filter { $0.value.status == status }.keys.sorted()
  }

  /// The sum of the rows of the loaded sources.
  public var rowsLoaded: Int { sources.values.reduce(0) { $0 + ($1.status == .loaded ? $1.rows ?? 0 : 0) } }
}

extension URLRecord: Codable {
  enum CodingKeys: String, CodingKey {
    case status, reason, stages, sources
    case lastRun = "last_run"
    case completedAt = "completed_at"
    case pendingUntil = "pending_until"
    case lastChecked = "last_checked"
    case isPlanned = "planned"
    case isInterrupted = "interrupted"
  }

  /// Reads a URL key as this or an older version wrote it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    lastRun = try container.decodeIfPresent(String.self, forKey: .lastRun)
    completedAt = try container.decodeIfPresent(String.self, forKey: .completedAt)
    pendingUntil = try container.decodeIfPresent(String.self, forKey: .pendingUntil)
    reason = try container.decodeIfPresent(String.self, forKey: .reason)
    lastChecked = try container.decodeIfPresent(String.self, forKey: .lastChecked)
    sources = try container.decodeIfPresent([String: SourceRecord].self, forKey: .sources) ?? [:]
    isPlanned = try container.decodeIfPresent(Bool.self, forKey: .isPlanned) ?? false
    isInterrupted = try container.decodeIfPresent(Bool.self, forKey: .isInterrupted) ?? false
    reportedStages = try container.decodeIfPresent([String: StageRecord].self, forKey: .stages) ?? [:]
    for (name, stage) in reportedStages {
      if let outcome = stage.outcome { reportedStages[name]?.status = outcome }
      reportedStages[name]?.outcome = nil
    }
    let written = try container.decodeIfPresent(URLStatus.self, forKey: .status)
    isActive = written == .inProgress
    if sources.isEmpty, reportedStages.isEmpty, written != .pending, !isActive { recordedStatus = written }
  }

  /// Writes the URL key in the seeds' schema.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let status = status
    try container.encode(status, forKey: .status)
    try container.encodeIfPresent(lastRun, forKey: .lastRun)
    try container.encodeIfPresent(completedAt, forKey: .completedAt)
    try container.encodeIfPresent(pendingUntil, forKey: .pendingUntil)
    try container.encodeIfPresent(reason, forKey: .reason)
    try container.encodeIfPresent(lastChecked, forKey: .lastChecked)
    if isPlanned { try container.encode(true, forKey: .isPlanned) }
    if isInterrupted { try container.encode(true, forKey: .isInterrupted) }
    var written = stages
    for (name, stage) in reportedStages where written[name]?.status != stage.status {
      written[name]?.outcome = stage.status
    }
    if !written.isEmpty { try container.encode(written, forKey: .stages) }
    if !sources.isEmpty { try container.encode(sources, forKey: .sources) }
  }
}
