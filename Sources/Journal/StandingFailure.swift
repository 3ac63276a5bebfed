/// A failure that stands: of a source, or of a stage as a whole.
public struct StandingFailure: Hashable, Sendable {
  /// The source's identity; nil when the stage failed as a whole.
  public let source: String?
  /// The stage, where it is known.
  public let stage: String?
  /// The error's type; `reverted` where a fix was taken back and the source was not tried since.
  public let errorType: String

  /// Names a failure.
  public init(source: String?, stage: String?, errorType: String) {
    self.source = source
    self.stage = stage
    self.errorType = errorType
  }

  /// How acknowledgements name it: the source, or the stage with a colon before it.
  public var name: String { source ?? ":" + (stage ?? "") }
}

extension URLRecord {
  /// What failed and has not worked since, sources first; nothing while the URL key waits for its day.
  public var standingFailures: [StandingFailure] {
    if pendingUntil != nil, status == .pending { return [] }
    let failed = sources.filter { $0.value.status == .failed || $0.value.status == .reverted }
    let ofSources = failed.sorted { $0.key < $1.key }.map { code, source in
      StandingFailure(source: code, stage: source.stage, errorType: source.error ?? "reverted")
    }
    // A stage that failed in its sources alone is told by them. One that died after it had loaded some is partial, and nobody's
    // failure but its own.
    let ofStages = stages.sorted { $0.key < $1.key }.compactMap { name, stage -> StandingFailure? in
      guard stage.status == .failed || stage.status == .partial, let failure = stage.failure,
        !failed.values.contains(where: { $0.stage == name })
      else { return nil }
      return StandingFailure(source: nil, stage: name, errorType: failure.error.type)
    }
    return ofSources + ofStages
  }
}
