/// Tells each failure once: a source's own report, and its stage's end only where no source of it has told.
///
/// Metrics, summaries and pages count with this, so that they agree.
public struct FailureCount: Sendable {
  private var told: Set<[String]> = []

  /// Nothing has failed yet.
  public init() {}

  /// Whether the event is a failure that was not told before in its run.
  public mutating func isNew(_ event: Event) -> Bool {
    guard event.type == .sourceFailed || event.type == .stageFailed, !event.isLearned else { return false }
    let stage = [event.runID, event.stateKey ?? "", event.stateStage ?? ""]
    guard let source = event.stateSource else { return !told.contains(stage) }
    told.insert(stage)
    return told.insert(stage + [source]).inserted
  }
}
