extension URLRecord {
  /// The types of event that a URL key's state is made of.
  static let eventTypes: Set<EventType> = [
    .urlStarted, .urlCompleted, .urlFailed, .stageStarted, .stageCompleted, .stageFailed, .stageSkipped, .sourceLoaded,
    .sourceSkipped, .sourceFailed, .sourceUnloaded, .markedPending, .failureDiagnosed,
  ]

  /// Takes one event of this URL key in.
  mutating func apply(_ event: Event) {
    switch event.type {
    case .sourceLoaded, .sourceSkipped, .sourceFailed, .sourceUnloaded: applySource(event)
    default:
      applyOther(event)
      expect(event)
    }
    if !event.runID.isEmpty { lastRun = event.runID }
  }

  private mutating func applyOther(_ event: Event) {
    switch event.type {
    case .urlStarted: start(event)
    case .urlCompleted, .urlFailed: finish(event)
    case .stageStarted, .stageCompleted, .stageFailed, .stageSkipped: applyStage(event)
    case .markedPending: markPending(event)
    default: diagnose(event)
    }
  }

  /// The run that had it in hand is gone; all that it had to do may be done nevertheless.
  mutating func interrupt(at moment: String) {
    isActive = false
    isInterrupted = !isPlanned
    isPlanned = false
    for (name, stage) in reportedStages where stage.status == .inProgress { reportedStages[name]?.status = .pending }
    completedAt = status == .completed ? moment : nil
  }

  private mutating func start(_ event: Event) {
    isActive = true
    isPlanned = event.data["stages"]?.array != nil
    isInterrupted = false
    recordedStatus = nil
    pendingUntil = nil
    reason = nil
    completedAt = nil
    for case .string(let name) in event.data["stages"]?.array ?? [] where reportedStages[name] == nil {
      reportedStages[name] = StageRecord(.pending)
    }
  }

  private mutating func finish(_ event: Event) {
    isActive = false
    isPlanned = false
    isInterrupted = false
    completedAt = status == .completed ? Event.text(from: event.timestamp) : nil
  }

  /// Sources that a stage announces before it loads any are pending.
  private mutating func expect(_ event: Event) {
    let announced = event.data["sources"]?.array ?? event.data["inputs"]?["sources"]?.array ?? []
    for case .string(let code) in announced where sources[code] == nil {
      sources[code] = SourceRecord(.pending)
      if event.type == .stageStarted { sources[code]?.stage = event.stateStage }
    }
  }

  private mutating func markPending(_ event: Event) {
    let until = event.data["pending_until"]?.string
    let why = event.data["reason"]?.string
    if let code = event.stateSource {
      var source = sources[code] ?? SourceRecord(.pending)
      source.status = .pending
      source.pendingUntil = until
      source.reason = why
      sources[code] = source
    } else {
      pendingUntil = until
      reason = why
      lastChecked = Event.text(from: event.timestamp)
      if let stage = event.context.stage, reportedStages[stage]?.status == .failed {
        reportedStages[stage]?.status = .pending
        reportedStages[stage]?.reason = why
      }
    }
  }

  private mutating func diagnose(_ event: Event) {
    if let code = event.stateSource {
      sources[code]?.diagnose(event)
    } else if let stage = event.stateStage {
      reportedStages[stage]?.failure?.diagnose(event)
    }
  }
}
