/// The events of a piece of a journal's file, which are made where they are wanted: texts that one thread makes and another one
/// drops cost both.
struct JournalPiece: Sequence, Sendable {
  fileprivate let lines: [EventLine]
  fileprivate let page: JSONPage
  /// The run of events that name none.
  fileprivate let run: String

  func makeIterator() -> some IteratorProtocol<Event> {
    lines.lazy.map { [page, run] in $0.event(on: page, run: run) }.makeIterator()
  }
}

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
    file path: String, run: String, from start: Int = 0, unfinished: Bool = true, _ take: (JournalPiece) -> Bool
  ) throws -> Int {
    try walk.walk(file: path, from: start, unfinished: unfinished) { piece in
      let events = piece.lines.compactMap(\.event).filter { $0.name.map { seen.insert($0) } ?? true }
      return events.isEmpty || take(JournalPiece(lines: events, page: piece.page, run: run))
    }
  }
}
