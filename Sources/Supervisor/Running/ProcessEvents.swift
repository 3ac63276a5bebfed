import Journal

extension Event {
  /// A child exists: enough to find it again should this run be killed.
  static func processStarted(
    _ identity: ProcessIdentity, command: [String], label: String, context: EventContext = EventContext()
  ) -> Event {
    Event(
      .processStarted, context: context,
      data: [
        "pid": .int(Int(identity.pid)), "start_time": .int(identity.startTime), "boot_id": .string(identity.bootID),
        "command": .string(label.isEmpty ? command.first ?? "" : label),
      ])
  }

  /// A child has ended and left nothing.
  static func processEnded(_ identity: ProcessIdentity, context: EventContext = EventContext()) -> Event {
    Event(.processEnded, context: context, data: ["pid": .int(Int(identity.pid))])
  }
}
