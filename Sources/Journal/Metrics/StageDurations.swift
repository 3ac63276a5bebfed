/// How long each stage's attempts took, over the whole journal.
public struct StageDurations: Sendable {
  /// The attempts of a stage, in milliseconds, in the order in which they ended.
  public private(set) var milliseconds: [String: [Int]] = [:]
  /// The stages in the order in which they first ended: a pipeline's order.
  public private(set) var stages: [String] = []

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event>) { for event in events { apply(event) } }

  /// Takes one event in; an attempt of unknown duration is one of none.
  public mutating func apply(_ event: Event) {
    guard event.type == .stageCompleted || event.type == .stageFailed, !event.isLearned,
      let name = event.stateStage, event.data["reused"]?.bool != true
    else { return }
    if milliseconds[name] == nil { stages.append(name) }
    milliseconds[name, default: []].append(event.data["duration_ms"]?.int ?? 0)
  }
}
