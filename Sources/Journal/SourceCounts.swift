/// How many sources of a URL key stand where, counted in one go: a key has hundreds of them, and they are large.
public struct SourceCounts: Sendable {
  /// How many sources stand where.
  public struct Count: Sendable {
    /// All but those that are switched off.
    public internal(set) var enabled = 0
    /// Loaded.
    public internal(set) var loaded = 0
    /// Failed, or taken out of the target again.
    public internal(set) var failed = 0
  }

  /// Over all stages.
  public private(set) var all = Count()
  private var byStage: [(name: String, count: Count)] = []

  init(_ sources: [String: SourceRecord]) {
    for source in sources.values where source.status != .disabled {
      all.add(source.status)
      guard let stage = source.stage else { continue }
      // A pipeline has a handful of stages.
      let known = byStage.firstIndex { $0.name == stage }
      if known == nil { byStage.append((stage, Count())) }
      byStage[known ?? byStage.count - 1].count.add(source.status)
    }
  }

  /// Where a stage stands that ended by itself as `own`: what its sources say counts more.
  func status(of own: StageStatus, named name: String) -> StageStatus {
    guard let count = byStage.first(where: { $0.name == name })?.count, own != .inProgress, own != .skipped else {
      return own
    }
    if count.loaded == count.enabled { return own == .failed ? .partial : .completed }
    if count.loaded > 0 { return .partial }
    return count.failed > 0 ? .failed : own
  }
}

extension SourceCounts.Count {
  fileprivate mutating func add(_ status: SourceStatus) {
    enabled += 1
    switch status {
    case .loaded: loaded += 1
    case .failed, .reverted: failed += 1
    case .pending, .disabled: break
    }
  }
}
