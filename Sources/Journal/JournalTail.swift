internal import Foundation

/// Reads what is appended to the journal, as it comes: files that did not exist before too.
public struct JournalTail {
  private let logs: String
  private var read: [String: UInt64] = [:]

  /// Stands at the journal's beginning.
  public init(logs: String) { self.logs = logs }

  /// The events that have come since the last call, in the order of the runs. A line that is not complete yet is left for later.
  public mutating func next() throws -> [Event] {
    var events: [Event] = []
    for path in try JournalReader.files(in: logs) {
      let file: FileHandle
      do { file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path)) } catch {
        throw JournalError("read", path, error)
      }
      defer { try? file.close() }
      let bytes: Data
      do {
        try file.seek(toOffset: read[path, default: 0])
        bytes = try file.readToEnd() ?? Data()
      } catch {
        throw JournalError("read", path, error)
      }
      guard let end = bytes.lastIndex(of: 10) else { continue }
      let complete = bytes[...end]
      read[path, default: 0] += UInt64(complete.count)
      let contents = try JournalReader.read(complete, path: path, run: JournalReader.name(of: path))
      events += contents.events
    }
    return events
  }
}
