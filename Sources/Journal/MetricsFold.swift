/// Folds the journal into the metrics of one day; the days before are needed for where URL keys stood.
public struct MetricsFold: Sendable {
  private let day: String
  private var state = BackfillState()
  private var metrics: DayMetrics
  private var tables: Set<String> = []
  private var durations: [String: Int] = [:]
  /// Failures that a source has told already, so that its stage's end is not counted again.
  private var told: Set<[String]> = []

  /// Starts the metrics of a day, `yyyy-mm-dd`.
  public init(day: String) {
    self.day = day
    metrics = DayMetrics(period: day)
  }

  /// Folds the events in the order given.
  public init(day: String, replaying events: some Sequence<Event>) {
    self.init(day: day)
    for event in events { apply(event) }
  }

  /// Takes one event in.
  public mutating func apply(_ event: Event) {
    state.apply(event)
    guard RunID.day(event.timestamp) == day, !event.isLearned else { return }
    switch event.type {
    case .runStarted: metrics.pipeline.runs += 1
    case .urlCompleted, .urlFailed: finish(event)
    case .stageCompleted, .stageFailed: stage(event)
    case .sourceLoaded: load(event)
    case .sourceFailed: fail(event)
    case .adviserAsked:
      metrics.llm.adviserCalls += 1
      spend(event)
    case .fileWritten:
      if event.data["path"]?.string?.hasSuffix(".parquet") == true { metrics.data.parquetFilesCreated += 1 }
    default: break
    }
  }

  /// The metrics of the events so far.
  public var result: DayMetrics {
    var result = metrics
    let pipeline = metrics.pipeline
    result.pipeline.successRate = rate(pipeline.urlsSucceeded, pipeline.urlsProcessed)
    for (name, stage) in metrics.stages {
      result.stages[name]?.rate = rate(stage.success, stage.attempts)
      result.stages[name]?.meanDurationMilliseconds = (durations[name] ?? 0) / max(1, stage.attempts)
    }
    result.data.tablesUpdated = tables.count
    return result
  }

  private mutating func finish(_ event: Event) {
    guard let key = event.stateKey, let publication = event.context.publication else { return }
    switch state[key]?.status {
    case .completed:
      metrics.pipeline.urlsSucceeded += 1
      metrics.publications[publication, default: .init()].urlsSucceeded += 1
    case .partial: metrics.pipeline.urlsPartial += 1
    case .failed: metrics.pipeline.urlsFailed += 1
    default:
      metrics.pipeline.urlsPending += 1
      return
    }
    metrics.pipeline.urlsProcessed += 1
    metrics.publications[publication, default: .init()].urlsProcessed += 1
  }

  private mutating func stage(_ event: Event) {
    guard let name = event.stateStage, event.data["reused"]?.bool != true else { return }
    metrics.stages[name, default: .init()].attempts += 1
    durations[name, default: 0] += event.data["duration_ms"]?.int ?? 0
    guard event.type == .stageCompleted else {
      if !told.contains([event.runID, event.stateKey ?? "", name]) { count(event) }
      return
    }
    metrics.stages[name]?.success += 1
    metrics.llm.enrichmentCalls += event.data["enrichment_calls"]?.int ?? 0
    metrics.llm.referenceMatches += event.data["reference_matches"]?.int ?? 0
    spend(event)
  }

  private mutating func spend(_ event: Event) {
    metrics.llm.tokensUsed += event.data["tokens_used"]?.int ?? 0
    metrics.llm.estimatedCost += event.data["estimated_cost_usd"]?.double ?? 0
  }

  private mutating func load(_ event: Event) {
    let rows = event.data["rows"]?.int ?? 0
    metrics.data.rowsLoaded += rows
    if let publication = event.context.publication {
      metrics.publications[publication, default: .init()].rowsLoaded += rows
    }
    if let table = event.data["table_name"]?.string { tables.insert(table) }
  }

  private mutating func fail(_ event: Event) {
    told.insert([event.runID, event.stateKey ?? "", event.stateStage ?? ""])
    count(event)
    guard let key = event.stateKey, let code = event.stateSource else { return }
    let times = state[key]?.sources[code]?.failure?.times ?? 0
    if times > 1 { metrics.errors.recurring["\(key)/\(code)"] = times }
  }

  private mutating func count(_ event: Event) {
    metrics.errors.byType[event.error?.type ?? ErrorType.unknown.rawValue, default: 0] += 1
    if let publication = event.context.publication { metrics.errors.byPublication[publication, default: 0] += 1 }
  }

  private func rate(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : (Double(part) / Double(whole) * 100).rounded() / 100
  }
}
