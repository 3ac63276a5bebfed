internal import Foundation

/// Picks the events of some types out of files of the journal.
struct JournalScan {
  private let types: Set<[UInt8]>
  private let decoder = JSONDecoder()
  /// Hashes of the names of events that were read: a line that is there twice counts once.
  private var seen: Set<Int> = []
  private(set) var warnings: [JournalWarning] = []

  init(types: Set<EventType>) { self.types = Set(types.map { Array($0.rawValue.utf8) }) }

  /// Reads a file.
  mutating func read(_ bytes: Data, path: String, run: String, _ body: (Event) throws -> Void) throws {
    var start = 0
    var line = 0
    while start < bytes.count {
      line += 1
      let (end, type) = Self.line(of: bytes.span, from: start)
      defer { start = end + 1 }
      // What is written in another way than the journal's own is decoded to see what it is.
      if let type, !types.contains(type) { continue }
      guard end > start else { continue }
      guard var event = try? decoder.decode(Event.self, from: bytes[start..<end]) else {
        warnings.append(JournalWarning(path: path, line: line, torn: end == bytes.count))
        continue
      }
      guard types.contains(Array(event.type.rawValue.utf8)), seen.insert(event.eventID.hashValue).inserted else {
        continue
      }
      if event.runID.isEmpty { event.runID = run }
      try body(event)
    }
  }

  private static let mark = Array("\"event_type\":\"".utf8)

  /// Where a line ends, and its event's type where it is written as the journal writes it, once and without escapes.
  private static func line(of bytes: Span<UInt8>, from start: Int) -> (end: Int, type: [UInt8]?) {
    var end = start
    while end < bytes.count, bytes[end] != 10 { end += 1 }
    // It stands behind the data, whose texts cannot hold an unescaped quote.
    var index = end - mark.count
    while index >= start {
      if bytes[index] == mark[0], isMark(bytes, at: index) {
        var type: [UInt8] = []
        var at = index + mark.count
        while at < end, bytes[at] != UInt8(ascii: "\"") {
          type.append(bytes[at])
          at += 1
        }
        return (end, type)
      }
      index -= 1
    }
    return (end, nil)
  }

  private static func isMark(_ bytes: Span<UInt8>, at index: Int) -> Bool {
    for offset in mark.indices where bytes[index + offset] != mark[offset] { return false }
    return true
  }
}
