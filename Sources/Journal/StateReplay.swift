/// The state as it was at some point of the journal (S0-41): the events up to there, folded.
public struct StateReplay: Sendable {
  /// The state there.
  public let state: BackfillState
  /// How many events were folded.
  public let events: Int
  /// Whether the journal ends there.
  public let isLatest: Bool

  /// Folds a journal up to the end of a run, or up to one event of it.
  ///
  /// - Parameter until: The event that is folded last; nil for the run's last.
  /// - Returns: Nil where the journal has no such run, or the run no such event.
  public init?(_ events: [Event], run: String, until: String? = nil) {
    let last = events.lastIndex { event in
      event.runID == run && (until.map { $0 == event.eventID } ?? true)
    }
    guard let last else { return nil }
    state = BackfillState(replaying: events[...last])
    self.events = last + 1
    isLatest = !events[(last + 1)...].contains { $0.runID != run } && until == nil
  }

  /// What another state has otherwise: the names of runs, URL keys and acknowledgements, sorted.
  public func differences(from other: BackfillState) -> [String] {
    func names<Value: Equatable>(_ mine: [String: Value], _ theirs: [String: Value]) -> [String] {
      Set(mine.keys).union(theirs.keys).filter { mine[$0] != theirs[$0] }
    }
    return
      (names(state.runs, other.runs) + names(state.urls, other.urls)
      + names(state.acknowledgements, other.acknowledgements)).sorted()
  }
}
