/// How much of each run was sent to a receiver, as the journal says.
public struct LineageSent: Sendable {
  private var counts: [String: Int] = [:]
  /// Runs of which nothing more comes, and all was sent.
  public private(set) var done: Set<String> = []
  private let receiver: String

  /// Looks for what a receiver was sent.
  public init(to receiver: String, replaying events: some Sequence<Event>) {
    self.receiver = receiver
    for event in events { apply(event) }
  }

  private mutating func apply(_ event: Event) {
    guard event.type == .lineageSent, event.data["receiver"]?.string == receiver,
      let run = event.data["run"]?.string, let count = event.data["events"]?.int
    else { return }
    counts[run] = max(counts[run] ?? 0, count)
    if event.data["over"]?.bool == true { done.insert(run) }
  }

  /// How many events of a run were sent.
  public func count(of run: String) -> Int { counts[run] ?? 0 }

  /// Notes that so many events of a run were sent.
  public static func event(to receiver: String, run: String, events: Int, isOver: Bool) -> Event {
    Event(
      .lineageSent,
      data: ["receiver": .string(receiver), "run": .string(run), "events": .int(events), "over": .bool(isOver)])
  }
}
