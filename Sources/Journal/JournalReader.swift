internal import Foundation

/// A line of the journal that could not be read.
public struct JournalWarning: Hashable, Sendable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// The line, 1-based.
  public let line: Int
  /// Whether it is the last line of its file and has no newline: a kill or a full disk cut it off.
  public let torn: Bool
  /// Whether its checksum says that it was changed after it was written.
  public let altered: Bool
  /// One sentence.
  public var description: String {
    if torn { return "\(path):\(line): the last line was cut off while it was written; it is left out" }
    return altered
      ? "\(path):\(line): this line was changed after it was written, its checksum says; it is left out, the others are read"
      : "\(path):\(line): this line is not an event; it is left out, the others are read"
  }

  init(path: String, line: Int, torn: Bool, altered: Bool = false) {
    self.path = path
    self.line = line
    self.torn = torn
    self.altered = altered
  }
}

/// What the journal holds.
public struct JournalContents: Sendable {
  /// The events in the order of the runs, and of the lines in each.
  public var events: [Event] = []
  /// What could not be read.
  public var warnings: [JournalWarning] = []
  /// The names of the runs that have a file.
  public var runs: [String] = []
  /// How many files end in a line that was cut off.
  public var tornLines: Int { warnings.count(where: \.torn) }
}

/// Reads the journal; unreadable lines become warnings, never a crash.
public struct JournalReader {
  /// All events in run order.
  public static func events(in logs: String) throws -> [Event] { try read(in: logs).events }

  /// All events in run order, with what could not be read. No journal yet is an empty one.
  public static func read(in logs: String) throws -> JournalContents {
    var events: [Event] = []
    var contents = try scan(in: logs) { events.append($0) }
    contents.events = events
    return contents
  }

  /// Calls for each event in run order, and keeps none.
  ///
  /// - Parameter literals: Texts that an event's line must hold to be looked at: what is asked for, where that is written in
  ///   JSON as it is. Other lines are passed over at the speed of a text search, and nothing is told of them.
  /// - Returns: The runs, and what could not be read.
  public static func scan(
    in logs: String, literals: [String] = [], _ visit: (Event) throws -> Void
  ) throws -> JournalContents {
    let files = try files(in: logs)
    var warnings: [JournalWarning] = []
    try ReadAhead<Pieces>.run { give in
      var scan = JournalScan(literals: literals)
      for path in files { try scan.scan(file: path, run: name(of: path)) { give(.events($0)) } }
      _ = give(.warnings(scan.warnings))
    } take: { pieces in
      switch pieces {
      case .events(let events): for event in events { try visit(event) }
      case .warnings(let found): warnings = found
      }
    }
    return JournalContents(warnings: warnings, runs: files.map(name(of:)))
  }

  /// What the thread that reads hands on.
  private enum Pieces: Sendable {
    case events(JournalPiece)
    case warnings([JournalWarning])
  }

  /// The events of one file, such as one that another program wrote.
  public static func read(file path: String, run: String = "") throws -> JournalContents {
    var contents = JournalContents()
    var scan = JournalScan()
    try scan.scan(file: path, run: run) { events in
      contents.events += events
      return true
    }
    contents.warnings = scan.warnings
    return contents
  }

  /// The names of the runs that have a file, in their order.
  public static func runs(in logs: String) throws -> [String] { try files(in: logs).map(name(of:)) }

  static func name(of path: String) -> String {
    String((path.split(separator: "/").last ?? "").dropLast(".jsonl".count))
  }

  static func files(in logs: String) throws -> [String] {
    let root = "\(logs)/events"
    let manager = FileManager.default
    guard manager.fileExists(atPath: root) else { return [] }
    do {
      var found: [(name: String, path: String)] = []
      for day in try manager.contentsOfDirectory(atPath: root).sorted() where !day.hasSuffix(".jsonl") {
        guard let names = try? manager.contentsOfDirectory(atPath: "\(root)/\(day)") else { continue }
        for name in names where name.hasSuffix(".jsonl") { found.append((name, "\(root)/\(day)/\(name)")) }
      }
      return found.sorted { ($0.name, $0.path) < ($1.name, $1.path) }.map(\.path)
    } catch {
      throw JournalError("list", root, error)
    }
  }
}
