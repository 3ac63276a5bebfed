/// A child process group that the journal saw start.
public struct OpenProcess: Hashable, Sendable {
  /// The process group's leader.
  public let pid: Int
  /// Its start time in ticks since boot, which tells it from a later process with the same number.
  public let startTime: Int?
  /// The command, for people.
  public let command: String
  /// The run that started it.
  public let run: String
}

/// The processes that were started and not seen to end: what a killed run may have left behind.
public struct OpenProcesses: Equatable, Sendable {
  private var open: [Int: OpenProcess] = [:]

  /// No processes.
  public init() {}

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event>) { for event in events { apply(event) } }

  /// The open processes by their number.
  public var processes: [OpenProcess] { open.values.sorted { $0.pid < $1.pid } }

  /// Takes one event in.
  public mutating func apply(_ event: Event) {
    guard let pid = event.data["pid"]?.int else { return }
    if event.type == .processEnded { open[pid] = nil }
    guard event.type == .processStarted else { return }
    let words = event.data["command"]?.array?.compactMap(\.string).joined(separator: " ")
    open[pid] = OpenProcess(
      pid: pid, startTime: event.data["start_time"]?.int, command: words ?? event.data["command"]?.string ?? "",
      run: event.runID)
  }
}
