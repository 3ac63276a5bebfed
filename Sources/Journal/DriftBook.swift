/// A schema drift as the journal tells of it: many columns of many sources that changed together upstream.
public struct DriftRecord: Equatable, Sendable {
  /// Eight hex digits.
  public let id: String
  /// The sources that were found to be its own, as `publication/period/source`.
  public var places: Set<String>
  /// What ties its sources together.
  public var traits: Set<String>
  /// The latest event, which has the mapping, the sources and the plan.
  public var event: Event

  /// Creates a record.
  public init(id: String, places: Set<String>, traits: Set<String> = [], event: Event) {
    self.id = id
    self.places = places
    self.traits = traits
    self.event = event
  }
}

/// All schema drifts that the journal knows, as a fold over `schema_drift_detected`.
public struct DriftBook: Equatable, Sendable {
  private var order: [String] = []
  private var records: [String: DriftRecord] = [:]

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event> = []) { for event in events { apply(event) } }

  /// The drifts in the order in which they were first seen.
  public var drifts: [DriftRecord] { order.compactMap { records[$0] } }

  /// The drift of that id.
  public subscript(id: String) -> DriftRecord? { records[id] }

  /// The drifts that still wait for a person, or that a person turned down: what fails of them is theirs.
  ///
  /// - Parameter fixes: Every fix that the journal knows.
  public func unsettled(_ fixes: [FixRecord]) -> [DriftRecord] {
    drifts.filter { drift in
      let own = fixes.filter { $0.incident == drift.id }
      return own.isEmpty || own.contains { $0.status == .open || $0.status.isRefusal }
    }
  }

  /// Takes one event in; events of other types change nothing.
  public mutating func apply(_ event: Event) {
    guard event.type == .schemaDriftDetected, let id = event.data["incident"]?.string else { return }
    let places = Set((event.data["sources"]?.array ?? []).compactMap { $0["place"]?.string })
    let traits = Set((event.data["traits"]?.array ?? []).compactMap(\.string))
    if records[id] == nil { order.append(id) }
    var record = records[id] ?? DriftRecord(id: id, places: [], event: event)
    record.places.formUnion(places)
    record.traits.formUnion(traits)
    record.event = event
    records[id] = record
  }
}
