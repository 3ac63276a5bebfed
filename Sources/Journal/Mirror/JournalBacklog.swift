internal import CJournal
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
  private var walk = JournalWalk()

  /// The lines without an event that were met, and where they are.
  public var warnings: [JournalWarning] { walk.warnings }

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
      let position = try read(source, atMost: batchBytes - taken, into: &items, &names)
      taken += position.bytes - source.position.bytes
      passedOver += position.passedOver - source.position.passedOver
      if position.bytes == source.position.bytes {
        sources.removeLast()
      } else {
        sources[sources.count - 1].position = position
      }
    }
    return items
  }

  /// How many lines are new; they are read, and no more is made of them.
  public func newLines() throws -> Int {
    var count = 0
    for source in sources {
      var pieces = try LinePieces(path: source.path, from: source.position.bytes)
      while try pieces.next() {
        count += unsafe pieces.withPiece { bytes in
          unsafe bytes.baseAddress.map { unsafe json_count($0, bytes.count, UInt8(ascii: "\n")) } ?? 0
        }
      }
    }
    return count
  }

  /// Reads about a batch of whole lines, or one line that is longer.
  ///
  /// - Returns: The position after them.
  private mutating func read(
    _ source: Source, atMost bytes: Int, into items: inout [Item], _ names: inout Set<String>
  ) throws -> JournalPosition {
    let start = source.position
    var position = start
    var isPending = false
    let run = JournalReader.name(of: source.path)
    _ = try walk.walk(
      file: source.path, from: start.bytes, unfinished: false, pieceBytes: min(bytes, LinePieces.pieceBytes)
    ) { piece in
      for (place, line) in piece.lines {
        position.bytes = place.upperBound + 1
        isPending = true
        guard let line else {
          position.passedOver += 1
          continue
        }
        let row = EventRow(
          line.event(on: piece.page, run: run), members: line.members(on: piece.page),
          place: "\(start.file.fingerprint) \(place.lowerBound)")
        position.events += 1
        guard names.insert(row.eventID).inserted else { continue }
        items.append(Item(row: row, position: position))
        isPending = false
      }
      isPending = isPending || position.bytes < piece.end
      position.bytes = piece.end
      return piece.end - start.bytes < bytes
    }
    if isPending { items.append(Item(row: nil, position: position)) }
    return position
  }
}
