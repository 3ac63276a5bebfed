extension URLRecord {
  mutating func applySource(_ event: Event) {
    guard let code = event.stateSource else { return }
    if event.type == .sourceSkipped, event.data["reason"]?.string == "removed" {
      sources[code] = nil
      return
    }
    let (status, stage) = sources[code, default: SourceRecord(.pending)].apply(event)
    if status != .loaded, status != .disabled { completedAt = nil }
    if let stage, reportedStages[stage] == nil { reportedStages[stage] = StageRecord(.completed) }
  }
}

extension SourceRecord {
  /// Takes one event of this source in, where it is: a copy of it costs more than all else that an event does.
  fileprivate mutating func apply(_ event: Event) -> (SourceStatus, stage: String?) {
    lastRun = event.runID
    stage = event.context.stage ?? stage
    switch event.type {
    case .sourceLoaded: load(event)
    case .sourceSkipped: skip(event)
    case .sourceFailed: fail(event)
    default: unload(event)
    }
    return (status, stage)
  }

  mutating func diagnose(_ event: Event) {
    failure?.diagnose(event)
    fix = failure?.fix
  }

  fileprivate mutating func load(_ event: Event) {
    status = .loaded
    rows = event.data["rows"]?.int ?? event.data["rows_loaded"]?.int ?? rows
    table = event.data["table_name"]?.string ?? table
    takeHashes(event)
    clearFailure()
  }

  fileprivate mutating func skip(_ event: Event) {
    let why = event.data["reason"]?.string ?? ""
    switch why {
    case "disabled":
      status = .disabled
      clearFailure()
      reason = why
    case _ where why.hasPrefix("already loaded"): load(event)
    default: reason = why
    }
  }

  fileprivate mutating func fail(_ event: Event) {
    status = .failed
    takeHashes(event)
    let facts = FailureFacts(event, after: failure)
    failure = facts
    error = facts.error.type
    column = facts.error.column
    message = facts.error.message
    rows = nil
    fix = nil
    reason = nil
    pendingUntil = nil
  }

  fileprivate mutating func unload(_ event: Event) {
    // What only waits for an earlier stage to work again has not failed itself.
    status = event.data["pending"]?.bool == true ? .pending : .reverted
    rows = nil
    reason = event.data["reason"]?.string
    clearFailure(keepingReason: true)
  }

  private mutating func takeHashes(_ event: Event) {
    entryHash = event.data["entry_hash"]?.string ?? entryHash
    inputHash = event.data["input_hash"]?.string ?? inputHash
  }

  private mutating func clearFailure(keepingReason: Bool = false) {
    failure = nil
    error = nil
    column = nil
    message = nil
    fix = nil
    pendingUntil = nil
    if !keepingReason { reason = nil }
  }
}
