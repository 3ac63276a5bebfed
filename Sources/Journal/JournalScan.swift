internal import CJournal
internal import Foundation

/// Goes through lines of events, a few megabytes at a time, so that a long journal needs no more memory than what is made of it.
struct JournalScan {
  /// What could not be read.
  private(set) var warnings: [JournalWarning] = []
  private let lines = EventLines()
  private var seen = EventIDs()
  /// Texts that a line must hold to be looked at.
  private let literals: [[UInt8]]

  /// - Parameter literals: Texts that a line must hold, byte for byte, to be looked at; of the others nothing is told.
  init(literals: [String] = []) { self.literals = literals.map { Array($0.utf8) } }

  /// Calls for each event of a file, in the order of the lines; one that was there before, by its name, is left out.
  ///
  /// - Parameter run: The run of events that name none.
  mutating func scan(file path: String, run: String, _ visit: (Event) throws -> Void) throws {
    let handle: FileHandle
    do { handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path)) } catch {
      throw JournalError("read", path, error)
    }
    defer { try? handle.close() }
    var buffer: [UInt8] = []
    var line = 1
    while true {
      let chunk: Data?
      do { chunk = try handle.read(upToCount: 4 << 20) } catch { throw JournalError("read", path, error) }
      guard let chunk, !chunk.isEmpty else { break }
      buffer += chunk
      guard let end = chunk.lastIndex(of: newline).map({ buffer.count - chunk.count + $0 - chunk.startIndex + 1 })
      else { continue }
      line += try scan(&buffer, count: end, path: path, line: line, run: run, visit)
      buffer.removeFirst(end)
    }
    guard !buffer.isEmpty else { return }
    _ = try scan(&buffer, count: buffer.count, path: path, line: line, run: run, visit)
  }

  /// Calls for each event in a part of a file that begins with a line.
  mutating func scan(bytes: Data, path: String, run: String, _ visit: (Event) throws -> Void) throws {
    var buffer = Array(bytes)
    _ = try scan(&buffer, count: buffer.count, path: path, line: 1, run: run, visit)
  }

  private let newline = UInt8(ascii: "\n")

  /// Calls for the events of the first `count` bytes; gives how many lines those are.
  private mutating func scan(
    _ buffer: inout [UInt8], count: Int, path: String, line first: Int, run: String, _ visit: (Event) throws -> Void
  ) throws -> Int {
    let length = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: EventLines.padding))
    defer { buffer.removeLast(EventLines.padding) }
    return try unsafe buffer.withUnsafeBytes { padded in
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: padded[..<count])
      var (start, line) = (0, first)
      while start < count {
        guard let (from, to) = unsafe nextLine(in: bytes, from: start) else { break }
        line += unsafe newlines(in: bytes, start..<from)
        let text = unsafe UnsafeRawBufferPointer(rebasing: bytes[from..<to])
        if var event = unsafe lines.event(in: text) {
          if seen.insert(event.eventID) {
            if event.runID.isEmpty { event.runID = run }
            try visit(event)
          }
        } else if unsafe !text.allSatisfy(\.isBlank) {
          warnings.append(JournalWarning(path: path, line: line, torn: to == count && count == length))
        }
        if to < count { line += 1 }
        start = to + 1
      }
      return unsafe line - first + (start < count ? newlines(in: bytes, start..<count) : 0)
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
        from = unsafe base.distance(to: found)
        while from > start, unsafe bytes[from - 1] != newline { from -= 1 }
      }
      let end = unsafe memchr(base + from, Int32(newline), bytes.count - from).map { unsafe base.distance(to: $0) }
      let to = end ?? bytes.count
      let holdsAll = literals.dropFirst().allSatisfy { unsafe json_find(base + from, to - from, $0, $0.count) != nil }
      if holdsAll { return (from, to) }
      start = to + 1
    }
    return nil
  }

  private func newlines(in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int {
    guard let base = bytes.baseAddress, !range.isEmpty else { return 0 }
    return unsafe json_count(base + range.lowerBound, range.count, newline)
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == 32 || self == 13 || self == 9 }
}
