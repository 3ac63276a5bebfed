/// Folds the journal into the metrics of days; the days before are needed for where URL keys stood and which tables there were.
///
/// What was learned from other machines counts there, not here: only where URL keys stand comes from it as well.
public struct MetricsFold: Sendable {
  private let days: ClosedRange<String>
  /// The latest day that any event has, `yyyy-mm-dd`.
  public private(set) var latestDay: String?
  /// Where everything stands after the events so far.
  public private(set) var state = BackfillState()
  private var names = DayNames()
  private var metrics: [String: DayMetrics] = [:]
  private var tables: [String: Set<String>] = [:]
  private var knownTables: Set<String> = []
  private var sizes: [[String]: Int] = [:]
  private var durations: [String: [String: Int]] = [:]
  private var failures = FailureCount()

  /// Starts the metrics of a day, `yyyy-mm-dd`.
  public init(day: String) { self.init(days: day...day) }

  /// Starts the metrics of each of the days, `yyyy-mm-dd`.
  public init(days: ClosedRange<String>) { self.days = days }

  /// Folds the events in the order given.
  public init(day: String, replaying events: some Sequence<Event>) {
    self.init(day: day)
    for event in events { apply(event) }
  }

  /// Takes one event in.
  public mutating func apply(_ event: Event) {
    state.apply(event)
    let day = names.name(of: event.timestamp)
    latestDay = max(latestDay ?? day, day)
    guard !event.isLearned else { return }
    let isFailure = failures.isNew(event)
    var today = days.contains(day) ? metrics[day] ?? DayMetrics(period: day) : nil
    take(event, isFailure: isFailure, day: day, into: &today)
    if let today { metrics[day] = today }
  }

  /// The metrics of the last day.
  public var result: DayMetrics { self[days.upperBound] }

  /// The metrics of one of the days.
  public subscript(day: String) -> DayMetrics {
    var result = metrics[day] ?? DayMetrics(period: day)
    result.pipeline.successRate = rate(result.pipeline.urlsSucceeded, result.pipeline.urlsProcessed)
    result.pipeline.partialRate = rate(result.pipeline.urlsPartial, result.pipeline.urlsProcessed)
    for (name, stage) in result.stages {
      result.stages[name]?.rate = rate(stage.success, stage.attempts)
      result.stages[name]?.meanDurationMilliseconds = (durations[day]?[name] ?? 0) / max(1, stage.attempts)
    }
    for (name, numbers) in result.publications {
      result.publications[name]?.successRate = rate(numbers.urlsSucceeded, numbers.urlsProcessed)
    }
    let llm = result.llm
    result.llm.referenceMatchRate = rate(llm.referenceMatches, llm.referenceMatches + llm.enrichmentCalls)
    result.llm.costPerURL = llm.estimatedCost / Double(max(1, result.pipeline.urlsProcessed))
    result.data.tablesUpdated = tables[day]?.count ?? 0
    return result
  }

  /// The days on which anything happened, in their order.
  public var activeDays: [String] { metrics.keys.sorted() }

  // What a later day is compared with is noted of every day.
  private mutating func take(_ event: Event, isFailure: Bool, day: String, into today: inout DayMetrics?) {
    switch event.type {
    case .runStarted: today?.pipeline.runs += 1
    case .runEvaluated: today?.pipeline.scores[event.runID] = RunEvaluation(event)?.score
    case .urlCompleted, .urlFailed: finish(event, in: &today)
    case .stageCompleted, .stageFailed: stage(event, isFailure: isFailure, day: day, in: &today)
    case .sourceLoaded: load(event, day: day, in: &today)
    case .sourceFailed: if isFailure { fail(event, in: &today) }
    case .adviserAsked:
      today?.llm.adviserCalls += 1
      today?.llm.spend(event)
    case .fileFetched: today?.data.bytesFetched += event.data["bytes"]?.int ?? 0
    default: break
    }
  }

  private mutating func finish(_ event: Event, in today: inout DayMetrics?) {
    guard let key = event.stateKey, let publication = event.context.publication else { return }
    switch state[key]?.status {
    case .completed:
      today?.pipeline.urlsSucceeded += 1
      today?.publications[publication, default: .init()].urlsSucceeded += 1
    case .partial:
      today?.pipeline.urlsPartial += 1
      today?.publications[publication, default: .init()].urlsPartial += 1
    case .failed:
      today?.pipeline.urlsFailed += 1
      today?.publications[publication, default: .init()].urlsFailed += 1
    default:
      today?.pipeline.urlsPending += 1
      return
    }
    today?.pipeline.urlsProcessed += 1
    today?.publications[publication, default: .init()].urlsProcessed += 1
  }

  private mutating func stage(_ event: Event, isFailure: Bool, day: String, in today: inout DayMetrics?) {
    guard let name = event.stateStage, event.data["reused"]?.bool != true else { return }
    if isFailure { fail(event, in: &today) }
    if event.type == .stageCompleted { write(event, by: name, in: &today) }
    guard today != nil else { return }
    today?.stages[name, default: .init()].attempts += 1
    durations[day, default: [:]][name, default: 0] += event.data["duration_ms"]?.int ?? 0
    guard event.type == .stageCompleted else { return }
    today?.stages[name]?.success += 1
    today?.llm.enrichmentCalls += event.data["enrichment_calls"]?.int ?? 0
    today?.llm.referenceMatches += event.data["reference_matches"]?.int ?? 0
    today?.llm.spend(event)
  }

  private mutating func load(_ event: Event, day: String, in today: inout DayMetrics?) {
    let rows = event.data["rows"]?.int ?? 0
    if let table = event.data["table_name"]?.string {
      if knownTables.insert(table).inserted { today?.data.tablesCreated += 1 }
      if today != nil { tables[day, default: []].insert(table) }
    }
    today?.data.rowsLoaded += rows
    today?.data.rowsByRun[event.runID, default: 0] += rows
    if let publication = event.context.publication {
      today?.publications[publication, default: .init()].rowsLoaded += rows
    }
  }

  /// What a stage of a URL key wrote takes the place of what it wrote there before.
  private mutating func write(_ event: Event, by stage: String, in today: inout DayMetrics?) {
    today?.data.parquetFilesCreated += event.data["parquet_files"]?.int ?? 0
    guard let bytes = event.data["bytes_written"]?.int else { return }
    let before = sizes.updateValue(bytes, forKey: [event.stateKey ?? "", stage, event.stateSource ?? ""]) ?? 0
    today?.data.storageGrowth += bytes - before
  }

  private mutating func fail(_ event: Event, in today: inout DayMetrics?) {
    today?.errors.byType[event.error?.type ?? ErrorType.unknown.rawValue, default: 0] += 1
    if let publication = event.context.publication {
      today?.errors.byPublication[publication, default: 0] += 1
    }
    guard let key = event.stateKey, let code = event.stateSource else { return }
    let times = state[key]?.sources[code]?.failure?.times ?? 0
    if times > 1 { today?.errors.recurring["\(key)/\(code)"] = times }
  }

  private func rate(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : (Double(part) / Double(whole) * 100).rounded() / 100
  }
}

extension DayMetrics.Enrichment {
  fileprivate mutating func spend(_ event: Event) {
    tokensUsed += event.data["tokens_used"]?.int ?? 0
    estimatedCost += event.data["estimated_cost_usd"]?.double ?? 0
  }
}
