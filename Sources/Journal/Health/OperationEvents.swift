public import Operations

extension Event {
  /// What was done at the door, for the journal: each failure, and the totals.
  ///
  /// - Parameter taken: What ``OperationLog/take()`` gave.
  /// - Returns: Nothing when nothing was done.
  public static func operations(
    _ taken: (counts: [(operation: ExternalOperation, count: OperationCount)], episodes: [OperationEpisode])
  ) throws -> [Event] {
    guard !taken.counts.isEmpty else { return [] }
    var events = taken.episodes.map { episode in
      var error = EventError(type: episode.failure.type, message: Redaction.redact(episode.failure.message))
      error.transient = episode.failure.kind == .transient
      return Event(
        .operationFailed,
        data: [
          "operation": .string(episode.operation.name), "resource": .string(episode.operation.resource.rawValue),
          "class": .string(episode.failure.kind.rawValue), "retry_attempts": .int(episode.retryAttempts),
          "final_failure": .bool(episode.finalFailure), "is_transient": .bool(episode.failure.kind == .transient),
        ], error: error, timestamp: episode.at)
    }
    var counts: [String: JSONValue] = [:]
    for (operation, count) in taken.counts { counts[operation.name] = try JSONValue(encoding: count) }
    events.append(Event(.operationsCounted, data: ["operations": .object(counts)]))
    return events
  }
}

extension EventError {
  /// The error as the door takes it.
  public var operationFailure: OperationFailure {
    let kind: ErrorClass
    switch self.kind {
    case _ where isTransient: kind = .transient
    case .codeError, .llmError, .unknown, .none, .outOfMemory: kind = .logic
    default: kind = .data
    }
    return OperationFailure(type: type, message: message, kind: kind)
  }
}
