internal import CJournal

/// Tells which line of a file is where. It reads the file anew for that, each part at most once: unreadable lines are rare, and
/// counting the lines of a long journal costs as much as searching it.
struct LineNumbers {
  private let path: String
  /// A place that was asked for, in bytes, and the line that begins there.
  private var (offset, line) = (0, 1)

  init(path: String) { self.path = path }

  /// The number, from 1, of the line that begins at a place behind the one that was asked for before.
  mutating func line(at wanted: Int) throws -> Int {
    var pieces = try LinePieces(path: path, from: offset)
    while offset < wanted, try pieces.next() {
      let (count, newlines) = unsafe pieces.withPiece { bytes in
        let count = min(bytes.count, wanted - pieces.offset)
        return (count, unsafe bytes.baseAddress.map { unsafe json_count($0, count, UInt8(ascii: "\n")) } ?? 0)
      }
      offset += count
      line += newlines
    }
    return line
  }
}
