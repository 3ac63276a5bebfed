/// `logs/summaries/<date>_summary.json` (S0-30): what happened on one day in UTC.
public struct DaySummary: Codable, Equatable, Sendable {
  /// The day, `yyyy-mm-dd`.
  public var date: String
  /// The runs that started on it.
  public var runs: [String: RunRecord] = [:]
  /// Where the URL keys stood at its end that were worked on.
  public var urls: [String: URLStatus] = [:]
  /// Sources that were loaded.
  public var sourcesLoaded = 0
  /// Sources that failed, each counted once for a run.
  public var sourcesFailed = 0
  /// Rows that were loaded.
  public var rowsLoaded = 0
  /// The failures in their order; a stage's is not told again where its sources tell it.
  public var failures: [SummaryFailure] = []
  /// Fixes by what became of them that day: `proposed` and the statuses.
  public var fixes: [String: Int] = [:]
  /// Revised releases by what became of them that day: `reported`, `reloading` (files) and `loaded` (sources).
  public var revisions: [String: Int] = [:]

  enum CodingKeys: String, CodingKey {
    case date, runs, urls, failures, fixes, revisions
    case sourcesLoaded = "sources_loaded"
    case sourcesFailed = "sources_failed"
    case rowsLoaded = "rows_loaded"
  }

  /// Folds the journal's events in the order given; the days before are needed for where URL keys stood.
  ///
  /// - Parameter end: Where everything stood at the day's end, if somebody has that already.
  public init(day: String, replaying events: some Sequence<Event>, end: BackfillState? = nil) {
    date = day
    var state = end ?? BackfillState()
    var names = DayNames()
    var count = FailureCount()
    for event in events {
      let today = names.name(of: event.timestamp)
      guard today <= day else { continue }
      if end == nil { state.apply(event) }
      let isFailure = count.isNew(event)
      if today == day, !event.isLearned { take(event, isFailure: isFailure) }
    }
    for key in urls.keys { urls[key] = state[key]?.status }
    for name in runs.keys { runs[name] = state.runs[name] }
  }

  private mutating func take(_ event: Event, isFailure: Bool) {
    if URLRecord.eventTypes.contains(event.type), let key = event.stateKey { urls[key] = .pending }
    switch event.type {
    case .runStarted:
      runs[event.runID] = RunRecord(
        startedAt: Event.text(from: event.timestamp), status: "in_progress", stats: RunStats())
    case .sourceLoaded:
      sourcesLoaded += 1
      rowsLoaded += event.data["rows"]?.int ?? 0
    case .sourceFailed, .stageFailed:
      guard isFailure else { return }
      if event.stateSource != nil { sourcesFailed += 1 }
      failures.append(SummaryFailure(event))
    case .releaseRevised:
      if let outcome = event.data["outcome"]?.string { revisions[outcome, default: 0] += 1 }
    case .fixPublished: fixes["proposed", default: 0] += 1
    case .fixStatus: if let status = event.data["status"]?.string { fixes[status, default: 0] += 1 }
    default: break
    }
  }
}

/// A failure in a day's summary.
public struct SummaryFailure: Codable, Hashable, Sendable {
  /// The run.
  public var run: String
  /// The URL key.
  public var url: String?
  /// The source.
  public var source: String?
  /// The stage.
  public var stage: String?
  /// The error's type.
  public var type: String
  /// The error's sentence.
  public var message: String

  init(_ event: Event) {
    run = event.runID
    url = event.stateKey
    source = event.stateSource
    stage = event.stateStage
    type = event.error?.type ?? ErrorType.unknown.rawValue
    message = event.error?.message ?? ""
  }
}
