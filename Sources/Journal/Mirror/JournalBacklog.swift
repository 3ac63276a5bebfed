internal import Foundation

/// What is in the journal and not yet where it is to be brought: read a few megabytes at a time.
///
/// Only whole lines are read, each file from where it was left; what it costs is a look at each file's size and beginning, and
/// then what is new.
public struct JournalBacklog {
  /// An event on its way, and where the journal stands after it.
  public struct Item: Sendable {
    /// The event; nil when only lines without one were passed over.
    public let row: EventRow?
    /// The position after it.
    public let position: JournalPosition
  }

  private struct Source {
    let path: String
    var position: JournalPosition
  }

  /// Every file of the journal that has a whole line.
  public private(set) var journal: [JournalPosition.File] = []
  /// Lines without an event that were met.
  public private(set) var passedOver = 0
  private var sources: [Source] = []
  private let batchBytes: Int
  private let parser = EventLines()

  /// Compares a journal with how far it was read.
  ///
  /// - Parameters:
  ///   - logs: The folder above `events/`.
  ///   - known: The positions; files that are not among them are new.
  ///   - batchBytes: About how much is read at a time.
  /// - Throws: `JournalError`.
  public init(logs: String, known: [JournalPosition], batchBytes: Int = 4 << 20) throws {
    self.batchBytes = batchBytes
    let positions = Dictionary(known.map { ($0.file, $0) }, uniquingKeysWith: { $0.bytes > $1.bytes ? $0 : $1 })
    for path in try JournalReader.files(in: logs) {
      let name = path.split(separator: "/").suffix(2).joined(separator: "/")
      do {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        guard let file = try JournalPosition.File(name: name, of: handle) else { continue }
        journal.append(file)
        let size = Int(try handle.seekToEnd())
        var position = positions[file] ?? JournalPosition(file)
        // Shorter than it was: it is not the file that was read, and what is there already is known by its names.
        if position.bytes > size { position = JournalPosition(file) }
        if position.bytes < size { sources.append(Source(path: path, position: position)) }
      } catch {
        throw JournalError("read", path, error)
      }
    }
    sources.reverse()
  }

  /// The files that have something new, in their order.
  public var files: [JournalPosition.File] { sources.reversed().map(\.position.file) }

  /// The next events, as many as a few megabytes hold; none when there are no more. An event that stands in them twice comes once.
  public mutating func next() throws -> [Item] {
    var items: [Item] = []
    var names: Set<String> = []
    var taken = 0
    while let source = sources.last, taken < batchBytes {
      let buffer: [UInt8]
      do { buffer = try lines(of: source) } catch { throw JournalError("read", source.path, error) }
      guard !buffer.isEmpty else {
        sources.removeLast()
        continue
      }
      taken += buffer.count
      let position = read(buffer, from: source.position, into: &items, &names)
      passedOver += position.passedOver - source.position.passedOver
      sources[sources.count - 1].position = position
    }
    return items
  }

  /// How many lines are new; they are read, and no more is made of them.
  public func newLines() throws -> Int {
    var count = 0
    for var source in sources {
      do {
        while true {
          let buffer = try lines(of: source)
          guard !buffer.isEmpty else { break }
          source.position.bytes += buffer.count
          count += buffer.count { $0 == 10 }
        }
      } catch {
        throw JournalError("read", source.path, error)
      }
    }
    return count
  }

  /// The next whole lines of a file: about a batch, or one line that is longer.
  private func lines(of source: Source) throws -> [UInt8] {
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: source.path))
    defer { try? handle.close() }
    try handle.seek(toOffset: UInt64(source.position.bytes))
    var buffer: [UInt8] = []
    while let chunk = try handle.read(upToCount: batchBytes), !chunk.isEmpty {
      let before = buffer.count
      buffer += chunk
      guard let end = chunk.lastIndex(of: 10) else { continue }
      buffer.removeLast(buffer.count - before - (end - chunk.startIndex) - 1)
      return buffer
    }
    return []
  }

  /// Takes the lines apart.
  ///
  /// - Returns: The position after them.
  private func read(
    _ lines: [UInt8], from start: JournalPosition, into items: inout [Item], _ names: inout Set<String>
  ) -> JournalPosition {
    let run = JournalReader.name(of: start.file.name)
    var position = start
    var isPending = false
    let count = lines.count
    let padded = lines + [UInt8](repeating: 0, count: EventLines.padding)
    unsafe padded.withUnsafeBytes { bytes in
      var from = 0
      while from < count {
        let offset = position.bytes
        var to = from
        while unsafe bytes[to] != 10 { to += 1 }
        let line = unsafe UnsafeRawBufferPointer(rebasing: bytes[from..<to])
        position.bytes += to + 1 - from
        from = to + 1
        isPending = true
        if var event = unsafe parser.event(in: line), let members = unsafe parser.members(in: line) {
          if event.runID.isEmpty { event.runID = run }
          let row = EventRow(event, members: members, place: "\(start.file.fingerprint) \(offset)")
          position.events += 1
          guard names.insert(row.eventID).inserted else { continue }
          items.append(Item(row: row, position: position))
          isPending = false
        } else if unsafe !line.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) {
          position.passedOver += 1
        }
      }
    }
    if isPending { items.append(Item(row: nil, position: position)) }
    return position
  }
}
