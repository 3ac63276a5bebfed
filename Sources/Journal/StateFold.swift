extension BackfillState {
  /// Takes one event in; events that say nothing about the state change nothing.
  public mutating func apply(_ event: Event) {
    switch event.type {
    case .runStarted: startRun(event)
    case .runCompleted: completeRun(event)
    case .runEvaluated: if !event.isLearned { runs[event.runID]?.evaluation = RunEvaluation(event) }
    case .failureAcknowledged: acknowledge(event)
    case .stateMigrated: takeOver(event)
    default:
      guard URLRecord.eventTypes.contains(event.type), let key = event.stateKey else { return }
      urls[key, default: URLRecord()].apply(event)
      if event.type == .sourceLoaded { runs[event.runID]?.stats.rowsLoaded += event.data["rows"]?.int ?? 0 }
    }
    lastUpdated = Event.text(from: event.timestamp)
  }

  /// What is known already is newer.
  private mutating func takeOver(_ event: Event) {
    for (key, record) in event.data["urls"]?.object ?? [:] where urls[key] == nil {
      urls[key] = try? record.decode(URLRecord.self)
    }
  }

  private mutating func startRun(_ event: Event) {
    for (name, run) in runs where run.status == "in_progress" && name != event.runID {
      runs[name]?.status = "interrupted"
    }
    for (key, url) in urls where url.isActive && url.lastRun != event.runID {
      urls[key]?.interrupt(at: Event.text(from: event.timestamp))
    }
    var run = RunRecord(startedAt: Event.text(from: event.timestamp), status: "in_progress", stats: RunStats())
    run.configFile = event.data["config_file"]?.string
    run.stats.urlsTotal = event.data["total_urls"]?.int ?? 0
    runs[event.runID] = run
  }

  private mutating func completeRun(_ event: Event) {
    guard var run = runs[event.runID] else { return }
    run.completedAt = Event.text(from: event.timestamp)
    run.exitCode = event.data["exit_code"]?.int
    if let stats = try? (event.data["stats"] ?? .object(event.data.members)).decode(RunStats.self) {
      let rows = run.stats.rowsLoaded
      let total = run.stats.urlsTotal
      run.stats = stats
      if stats.rowsLoaded == 0 { run.stats.rowsLoaded = rows }
      if stats.urlsTotal == 0 { run.stats.urlsTotal = total }
    }
    let errors = run.stats.urlsPartial + run.stats.urlsFailed > 0
    run.status = event.data["status"]?.string ?? (errors ? "completed_with_errors" : "completed")
    runs[event.runID] = run
    for (key, url) in urls where url.isActive && url.lastRun == event.runID {
      urls[key]?.interrupt(at: Event.text(from: event.timestamp))
    }
  }
}

extension Event {
  /// The URL key the event belongs to: its context's, else the one that a diagnosis carries in its failure.
  public var stateKey: String? {
    if let key = context.urlKey { return key }
    let place = data["failure"] ?? .object(data.members)
    guard let publication = place["publication"]?.string, let period = place["period"]?.string else { return nil }
    return "\(publication)/\(period)"
  }

  /// The source the event belongs to.
  public var stateSource: String? {
    context.sourceCode ?? data["source_code"]?.string ?? data["failure"]?["source"]?.string
  }

  /// The stage the event belongs to.
  public var stateStage: String? { context.stage ?? data["stage_name"]?.string ?? data["failure"]?["stage"]?.string }
}
