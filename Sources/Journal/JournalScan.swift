internal import CJournal
internal import Foundation

/// Makes events of the lines of files, a piece of a file at a time, so that a long journal needs no more memory than what is made of
/// it.
struct JournalScan {
  /// What could not be read.
  private(set) var warnings: [JournalWarning] = []
  private let lines = EventLines()
  private var seen = EventIDs()
  /// Texts that a line must hold to be looked at.
  private let literals: [[UInt8]]

  /// - Parameter literals: Texts that a line must hold, byte for byte, to be looked at; of the others nothing is told.
  init(literals: [String] = []) { self.literals = literals.map { Array($0.utf8) } }

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
    var pieces = try LinePieces(path: path, from: start)
    var numbers = LineNumbers(path: path)
    while try pieces.next() {
      // Only a file's last line can lack its newline, and is then a piece of its own.
      let torn = !pieces.isWhole
      if torn, !unfinished { break }
      var (events, unread): ([Event], [Int]) = ([], [])
      unsafe pieces.withPiece { bytes in unsafe read(bytes, run: run, &events, &unread) }
      for position in unread {
        let line = try numbers.line(at: pieces.offset + position)
        warnings.append(JournalWarning(path: path, line: line, torn: torn))
      }
      if !events.isEmpty, !take(events) { break }
    }
    return pieces.offset
  }

  private let newline = UInt8(ascii: "\n")

  /// Appends the events of a piece, and where the lines begin that hold none.
  private mutating func read(
    _ bytes: UnsafeRawBufferPointer, run: String, _ events: inout [Event], _ unread: inout [Int]
  ) {
    var start = 0
    while let (from, to) = unsafe nextLine(in: bytes, from: start) {
      let text = unsafe UnsafeRawBufferPointer(rebasing: bytes[from..<to])
      if var event = unsafe lines.event(in: text) {
        if seen.insert(event.eventID) {
          if event.runID.isEmpty { event.runID = run }
          events.append(event)
        }
      } else if unsafe !text.allSatisfy(\.isBlank) {
        unread.append(from)
      }
      start = to + 1
    }
  }

  /// The next line that holds all literals, without its newline; nil when there is none.
  private func nextLine(in bytes: UnsafeRawBufferPointer, from start: Int) -> (from: Int, to: Int)? {
    guard let base = bytes.baseAddress else { return nil }
    var start = start
    while start < bytes.count {
      var from = start
      if let rarest = literals.first {
        guard let found = unsafe json_find(base + start, bytes.count - start, rarest, rarest.count) else { return nil }
        let before = unsafe json_find_last(base + start, base.distance(to: found) - start, newline)
        from = unsafe before.map { unsafe base.distance(to: $0) + 1 } ?? start
      }
      let end = unsafe memchr(base + from, Int32(newline), bytes.count - from).map { unsafe base.distance(to: $0) }
      let to = end ?? bytes.count
      let holdsAll = literals.dropFirst().allSatisfy { unsafe json_find(base + from, to - from, $0, $0.count) != nil }
      if holdsAll { return (from, to) }
      start = to + 1
    }
    return nil
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == 32 || self == 13 || self == 9 }
}
