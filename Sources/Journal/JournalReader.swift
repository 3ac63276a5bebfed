internal import Foundation

/// A line of the journal that could not be read.
public struct JournalWarning: Hashable, Sendable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// The line, 1-based.
  public let line: Int
  /// Whether it is the last line of its file and has no newline: a kill or a full disk cut it off.
  public let torn: Bool
  /// One sentence.
  public var description: String {
    torn
      ? "\(path):\(line): the last line was cut off while it was written; it is left out"
      : "\(path):\(line): this line is not an event; it is left out, the others are read"
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
    var contents = JournalContents()
    var seen: Set<String> = []
    for path in try files(in: logs) {
      let run = name(of: path)
      contents.runs.append(run)
      try read(path, run: run, into: &contents, seen: &seen)
    }
    return contents
  }

  /// The events of one file, such as one that another program wrote.
  public static func read(file path: String, run: String = "") throws -> JournalContents {
    var contents = JournalContents()
    var seen: Set<String> = []
    try read(path, run: run, into: &contents, seen: &seen)
    return contents
  }

  /// Reads the journal one event at a time, so that memory does not grow with it: the events of some types, in run order.
  ///
  /// - Parameters:
  ///   - types: The types that are asked for; lines of others are not even decoded.
  ///   - body: Takes an event in.
  /// - Returns: Lines that could not be read.
  public static func scan(
    in logs: String, types: Set<EventType>, _ body: (Event) throws -> Void
  ) throws -> [JournalWarning] {
    var scan = JournalScan(types: types)
    for path in try files(in: logs) {
      let bytes: Data
      do {
        bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
      } catch {
        throw JournalError("read", path, error)
      }
      try scan.read(bytes, path: path, run: name(of: path), body)
    }
    return scan.warnings
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

  private static func read(
    _ path: String, run: String, into contents: inout JournalContents, seen: inout Set<String>
  ) throws {
    let bytes: Data
    do { bytes = try Data(contentsOf: URL(fileURLWithPath: path)) } catch { throw JournalError("read", path, error) }
    read(bytes, path: path, run: run, into: &contents, seen: &seen)
  }

  /// The events in a part of a file that begins and ends with a line.
  static func read(_ bytes: Data, path: String, run: String) -> JournalContents {
    var contents = JournalContents()
    var seen: Set<String> = []
    read(bytes, path: path, run: run, into: &contents, seen: &seen)
    return contents
  }

  private static func read(
    _ bytes: Data, path: String, run: String, into contents: inout JournalContents, seen: inout Set<String>
  ) {
    let newline: UInt8 = 10
    let complete = bytes.last == newline
    let lines = bytes.split(separator: newline, omittingEmptySubsequences: false)
    let decoder = JSONDecoder()
    for (index, line) in lines.enumerated() where !line.allSatisfy(\.isBlank) {
      guard var event = try? decoder.decode(Event.self, from: Data(line)) else {
        let last = index == lines.count - 1
        contents.warnings.append(JournalWarning(path: path, line: index + 1, torn: last && !complete))
        continue
      }
      guard seen.insert(event.eventID).inserted else { continue }
      if event.runID.isEmpty { event.runID = run }
      contents.events.append(event)
    }
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == 32 || self == 13 || self == 9 }
}
