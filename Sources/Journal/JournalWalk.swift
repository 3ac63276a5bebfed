internal import CJournal
internal import Foundation

/// Goes through the lines of files, a piece of a file at a time: the one place where a line of the journal is cut out, checked and read.
struct JournalWalk {
  /// What could not be read.
  private(set) var warnings: [JournalWarning] = []
  private let lines = EventLines()
  /// Texts that a line must hold to be looked at.
  private let literals: [[UInt8]]

  /// - Parameter literals: Texts that a line must hold, byte for byte, to be looked at; of the others nothing is told.
  init(literals: [String] = []) { self.literals = literals.map { Array($0.utf8) } }

  /// The lines of a piece of a file that are more than blanks.
  struct Piece {
    /// Where they are in the file, and their events; nil for one that holds none, which is among the warnings then.
    var lines: [(place: Range<Int>, event: EventLine?)] = []
    /// What the events are made of.
    let page: JSONPage
    /// Where the piece ends in the file.
    let end: Int
  }

  /// Goes through a file.
  ///
  /// - Parameters:
  ///   - start: Where the first line begins, in bytes.
  ///   - unfinished: Whether to look at a last line that has no newline, which may still be written.
  ///   - pieceBytes: About how much is read at a time.
  ///   - take: Takes a piece; false when no more is wanted.
  /// - Returns: Where the last line that was looked at ends.
  mutating func walk(
    file path: String, from start: Int = 0, unfinished: Bool = true, pieceBytes: Int = LinePieces.pieceBytes,
    _ take: (Piece) -> Bool
  ) throws -> Int {
    var pieces = try LinePieces(path: path, from: start, pieceBytes: pieceBytes)
    var numbers = LineNumbers(path: path)
    while try pieces.next() {
      // Only a file's last line can lack its newline, and is then a piece of its own.
      let torn = !pieces.isWhole
      if torn, !unfinished { break }
      var found: [(place: Range<Int>, event: EventLine?)] = []
      var unread: [(place: Int, isAltered: Bool)] = []
      let offset = pieces.offset
      unsafe pieces.withPiece { bytes in
        var start = 0
        while let (from, to) = unsafe nextLine(in: bytes, from: start) {
          let line = unsafe UnsafeRawBufferPointer(rebasing: bytes[from..<to])
          let isAltered = unsafe LineChecksum.isAltered(line)
          let event = unsafe isAltered ? nil : lines.add(line)
          if unsafe event != nil || !line.allSatisfy(\.isBlank) {
            found.append((offset + from..<offset + to, event))
            if event == nil { unread.append((offset + from, isAltered)) }
          }
          start = to + 1
        }
      }
      for (place, isAltered) in unread {
        warnings.append(JournalWarning(path: path, line: try numbers.line(at: place), torn: torn, altered: isAltered))
      }
      if !take(Piece(lines: found, page: lines.page(), end: pieces.end)) { break }
    }
    return pieces.offset
  }

  private let newline = UInt8(ascii: "\n")

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
