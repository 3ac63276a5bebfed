/// Makes events of the lines of files, so that a long journal needs no more memory than what is made of it.
struct JournalScan {
  private var walk: JournalWalk
  private var seen = EventIDs()

  /// - Parameter literals: Texts that a line must hold, byte for byte, to be looked at; of the others nothing is told.
  init(literals: [String] = []) { walk = JournalWalk(literals: literals) }

  /// What could not be read.
  var warnings: [JournalWarning] { walk.warnings }

  /// Gives the events of a file, in the order of the lines; one that was there before, by its name, is left out.
  ///
  /// - Parameters:
  ///   - run: The run of events that name none.
  ///   - start: Where the first line begins, in bytes.
  ///   - unfinished: Whether to look at a last line that has no newline, which may still be written.
  ///   - take: Takes the events of one piece; false when no more are wanted.
  /// - Returns: Where the last line that was looked at ends.
  @discardableResult
  mutating func scan(
    file path: String, run: String, from start: Int = 0, unfinished: Bool = true, _ take: ([Event]) -> Bool
  ) throws -> Int {
    var events: [Event] = []
    return try unsafe walk.walk(file: path, run: run, from: start, unfinished: unfinished) { event, _, _ in
      if let event, seen.insert(event.eventID) { events.append(event) }
    } then: { _ in
      defer { events = [] }
      return events.isEmpty || take(events)
    }
  }
}
