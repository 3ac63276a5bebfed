/// Reads what is appended to the journal, as it comes: files that did not exist before too.
public struct JournalTail {
  private let logs: String
  private var scan = JournalScan()
  private var read: [String: Int] = [:]

  /// Stands at the journal's beginning.
  public init(logs: String) { self.logs = logs }

  /// The events that have come since the last call, in the order of the runs, and the new lines that are none. A line that is not
  /// complete yet is left for later.
  public mutating func next() throws -> JournalContents {
    var contents = JournalContents()
    let known = scan.warnings.count
    for path in try JournalReader.files(in: logs) {
      read[path] = try scan.scan(
        file: path, run: JournalReader.name(of: path), from: read[path, default: 0], unfinished: false
      ) { events in
        contents.events += events
        return true
      }
    }
    contents.warnings = Array(scan.warnings.dropFirst(known))
    return contents
  }
}
