extension URLRecord {
  mutating func applyStage(_ event: Event) {
    guard let name = event.stateStage else { return }
    // A stage that runs once per source is counted by its sources; its own ends say nothing about the others.
    let perSource = event.context.sourceCode != nil
    var stage = reportedStages[name] ?? StageRecord(.pending)
    stage.lastRun = event.runID
    switch event.type {
    case .stageStarted:
      stage.status = .inProgress
      stage.reason = nil
    case .stageCompleted:
      stage.status = .completed
      stage.reason = nil
      stage.takeOutputs(event)
      if !perSource { stage.failure = nil }
    case .stageSkipped:
      let reason = event.data["reason"]?.string
      if reason?.hasPrefix("already") == true {
        stage.status = .completed
      } else {
        stage.status = .skipped
        stage.reason = reason
      }
    default:
      stage.status = perSource ? .completed : .failed
      if perSource {
        failSource(event)
      } else {
        stage.failure = FailureFacts(event, after: stage.failure)
      }
    }
    reportedStages[name] = stage
  }

  /// A stage that died with one source in hand fails that source, unless the source said so itself.
  private mutating func failSource(_ event: Event) {
    guard let code = event.context.sourceCode else { return }
    let failure = sources[code]?.failure
    guard sources[code]?.status != .failed || failure?.run != event.runID || failure?.stage != event.context.stage
    else { return }
    applySource(Event(.sourceFailed, copying: event))
  }
}

extension StageRecord {
  /// Products by name; a bare list of paths is named by its positions.
  fileprivate mutating func takeOutputs(_ event: Event) {
    guard let written = event.data["outputs"] else { return }
    var products: [String: String] = [:]
    for (name, path) in written.object ?? [:] { products[name] = path.string }
    for (index, path) in (written.array ?? []).enumerated() { products[String(index)] = path.string }
    guard !products.isEmpty else { return }
    outputs = products
    let first = products.min { $0.key < $1.key }?.value
    file = first?.split(separator: "/").last.map(String.init)
  }
}

extension Event {
  fileprivate init(_ type: EventType, copying event: Event) {
    self = event
    self.type = type
  }
}
