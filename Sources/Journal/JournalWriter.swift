public import Foundation
internal import Operations

/// Appends events to a run's file in the journal (S0-28). One per run; any task may append.
public actor JournalWriter {
  /// The run whose events it writes.
  public nonisolated let runID: String
  /// The run's file.
  public nonisolated let path: String
  private let handle: FileHandle
  /// The bytes that are known to be whole lines.
  private var length: UInt64

  /// Opens the run's file under `<logs>/events/<day>/`, mending a torn last line, and points `latest.jsonl` at it.
  public init(directory logs: String, runID: String) throws {
    self.runID = runID
    let day = RunID.day(of: runID) ?? RunID.day(Date())
    let folder = "\(logs)/events/\(day)"
    path = "\(folder)/\(runID).jsonl"
    do {
      try JournalWriter.makeFolder(folder)
      if !FileManager.default.fileExists(atPath: path) {
        try Data().write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
      }
      handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      length = try JournalWriter.mend(handle)
      JournalWriter.synchronizeFolder(folder)
      try LatestLink.point(in: "\(logs)/events", to: "\(day)/\(runID).jsonl", run: runID)
    } catch let error as JournalError {
      throw error
    } catch {
      throw JournalError("open", path, error)
    }
  }

  /// The events as lines of this file; those without a run get this one.
  public nonisolated func lines(of events: [Event]) throws -> Data {
    var bytes = Data()
    for var event in events {
      if event.runID.isEmpty { event.runID = runID }
      bytes.append(LineChecksum.added(to: try event.line()))
      bytes.append(JournalWriter.newline)
    }
    return bytes
  }

  /// Appends the events as one write and waits until they are on the disk.
  public func append(_ events: [Event]) throws { try append(lines: try lines(of: events)) }

  /// Appends lines as one write. When the write fails, what was half written is cut off again.
  ///
  /// - Parameter mustLast: Whether to wait until they, and with them all before them, are on the disk.
  public func append(lines bytes: Data, mustLast: Bool = true) throws {
    guard !bytes.isEmpty else { return }
    do {
      if try handle.seekToEnd() != length {
        try handle.truncate(atOffset: length)
        try handle.seek(toOffset: length)
      }
      try handle.write(contentsOf: bytes)
      if mustLast { try handle.synchronize() }
      length += UInt64(bytes.count)
      OperationLog.current.note(.appendJournal)
    } catch {
      let failure = OperationFailure(type: ErrorType.diskFull.rawValue, message: "\(error)", kind: .data)
      OperationLog.current.note(.appendJournal, failure: failure, final: true)
      try? handle.truncate(atOffset: length)
      throw JournalError("write", path, error)
    }
  }

  /// Appends one event.
  public func append(_ event: Event) throws { try append([event]) }

  private static let newline: UInt8 = 10

  /// A complete line that only lacks its newline gets it; anything less was never acknowledged and is cut off.
  private static func mend(_ handle: FileHandle) throws -> UInt64 {
    try handle.seek(toOffset: 0)
    let bytes = try handle.readToEnd() ?? Data()
    guard !bytes.isEmpty, bytes.last != newline else { return UInt64(bytes.count) }
    let start = bytes.lastIndex(of: newline).map { $0 + 1 } ?? 0
    if (try? JSONDecoder().decode(Event.self, from: bytes[start...])) != nil {
      try handle.write(contentsOf: Data([newline]))
      return UInt64(bytes.count + 1)
    }
    try handle.truncate(atOffset: UInt64(start))
    return UInt64(start)
  }

  /// Cuts off the lines that were torn in the files of runs that are over, so that they are told of once.
  public static func mend(_ warnings: [JournalWarning]) throws {
    for warning in warnings where warning.torn {
      do {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: warning.path))
        defer { try? handle.close() }
        _ = try mend(handle)
      } catch {
        throw JournalError("mend", warning.path, error)
      }
    }
  }

  /// Makes a folder and those above it that are missing, and their names last.
  private static func makeFolder(_ folder: String) throws {
    var missing: [String] = []
    var above = folder
    while !above.isEmpty, !FileManager.default.fileExists(atPath: above) {
      above = (above as NSString).deletingLastPathComponent
      missing.append(above)
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    missing.reversed().forEach(synchronizeFolder)
  }

  /// Makes a new file's name last; a file system that cannot do this still has the file.
  private static func synchronizeFolder(_ folder: String) {
    guard let handle = FileHandle(forReadingAtPath: folder) else { return }
    try? handle.synchronize()
    try? handle.close()
  }
}
