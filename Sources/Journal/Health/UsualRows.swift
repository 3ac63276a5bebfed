/// How many rows sources usually bring: what a run's throughput is measured against.
///
/// Of a source it is the median of its last five loads, in whichever periods they were; of one that is new in its publication the
/// median of the publication's others. What another machine loaded says as much as what this one did.
public struct UsualRows: Sendable {
  private static let remembered = 5
  private var loads: [String: [String: [Int]]] = [:]

  /// Knows nothing.
  public init() {}

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event>) { for event in events { apply(event) } }

  /// Takes one event in.
  public mutating func apply(_ event: Event) {
    guard event.type == .sourceLoaded, let publication = event.context.publication, let source = event.stateSource,
      let rows = event.data["rows"]?.int
    else { return }
    var last = loads[publication]?[source] ?? []
    if last.count == Self.remembered { last.removeFirst() }
    loads[publication, default: [:]][source] = last + [rows]
  }

  /// The rows of a source; nil where neither it nor its publication ever brought any.
  public func rows(of source: String, in publication: String) -> Int? {
    guard let sources = loads[publication] else { return nil }
    return sources[source].flatMap(Self.median) ?? Self.median(sources.values.compactMap(Self.median))
  }

  private static func median(_ values: [Int]) -> Int? {
    values.isEmpty ? nil : values.sorted()[(values.count - 1) / 2]
  }
}
