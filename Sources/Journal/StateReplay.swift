/// The state as it was at some point of the journal (S0-41): a fold over the events up to the end of a run, or up to one of them.
public struct StateReplay: Sendable {
  private struct Point {
    var state = BackfillState()
    var events = 0
  }

  private let run: String
  private let until: String?
  private var last = Point()
  /// The point that is asked for, once other events have come after it.
  private var passed: Point?
  private var isFound = false

  /// Stands before the first event.
  ///
  /// - Parameter until: The event that is folded last; nil for the run's last.
  public init(run: String, until: String? = nil) {
    self.run = run
    self.until = until
  }

  /// Takes the next event of the journal in.
  public mutating func apply(_ event: Event) {
    if event.runID == run, until == nil || until == event.eventID {
      isFound = true
      passed = nil
    } else if isFound, passed == nil {
      passed = last
    }
    // An event comes once; a run may go on behind what others' machines did.
    guard passed == nil || until == nil else { return }
    last.state.apply(event)
    last.events += 1
  }

  /// The state there; nil where the journal has no such run, or the run no such event.
  public var state: BackfillState? { isFound ? (passed ?? last).state : nil }

  /// How many events were folded.
  public var events: Int { (passed ?? last).events }

  /// Whether the journal ends there.
  public var isLatest: Bool { isFound && passed == nil && until == nil }
}

extension BackfillState {
  /// What another state has otherwise: the names of runs, URL keys and acknowledgements, sorted.
  public func differences(from other: BackfillState) -> [String] {
    func names<Value: Equatable>(_ mine: [String: Value], _ theirs: [String: Value]) -> [String] {
      Set(mine.keys).union(theirs.keys).filter { mine[$0] != theirs[$0] }
    }
    return
      (names(runs, other.runs) + names(urls, other.urls)
      + names(acknowledgements, other.acknowledgements)).sorted()
  }
}
