internal import Foundation
internal import Journal
internal import Operations

/// Tells what happens: as events in the file that `ERRATA_EVENTS` names, else as plain lines on standard output.
struct EventWriter: Sendable {
  private let path: String?
  /// Where in a backfill this command runs, as far as the environment says.
  let context: EventContext

  /// Reads `ERRATA_EVENTS` and what tells the context.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    path = value("ERRATA_EVENTS")
    context = EventContext(
      publication: value("ERRATA_PUBLICATION"), period: value("ERRATA_PERIOD"), url: value("ERRATA_URL"),
      stage: value("ERRATA_STAGE"))
  }

  /// Appends an event and waits until it is on the disk.
  ///
  /// The run's name is left to the supervisor, which takes the events over into its journal.
  func emit(
    _ type: EventType, source: String? = nil, data: [String: JSONValue] = [:], error: EventError? = nil
  ) throws {
    var context = context
    context.sourceCode = source
    let event = Event(type, context: context, data: data, error: error)
    guard let path else {
      EventWriter.print(EventWriter.plain(event))
      return
    }
    if !FileManager.default.fileExists(atPath: path) {
      let folder = URL(filePath: path).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data().write(to: URL(filePath: path))
    }
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: event.line() + Data("\n".utf8))
    try file.synchronize()
  }

  /// Appends what was done at the door, where events are asked for. That it cannot be written changes no outcome.
  func emitOperations() {
    guard path != nil, let events = try? Event.operations(OperationLog.current.take()) else { return }
    for event in events { try? emit(event.type, data: event.data.members, error: event.error) }
  }

  /// The event as one line for people.
  static func plain(_ event: Event) -> String {
    var parts = [event.type.rawValue]
    if let source = event.context.sourceCode { parts.append(source) }
    for (key, value) in event.data.members.sorted(by: { $0.key < $1.key }) {
      switch value {
      case .string(let text): parts.append("\(key)=\(text)")
      case .int(let number): parts.append("\(key)=\(number)")
      default: break
      }
    }
    if let error = event.error { parts.append("\(error.type): \(error.message)") }
    return parts.joined(separator: " ")
  }

  /// Writes a line to standard output at once, whatever it is connected to.
  static func print(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  /// Writes a line to standard error.
  static func complain(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

extension EventError {
  /// The event's error for anything thrown.
  init(_ error: any Error) {
    switch error {
    case let error as LoadError: self = error.event
    case is CancellationError: self.init(.timeout, "the work was cancelled")
    default: self.init(.unknown, "\(error)")
    }
  }
}
