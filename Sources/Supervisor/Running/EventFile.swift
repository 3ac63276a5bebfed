import Foundation
import Journal
import SystemPackage

/// The file that a stage writes its events into. Its first line is Errata's: what it takes to read the file when the run was
/// killed before it could.
enum EventFile {
  private static let opening: EventType = "errata_stage"

  /// Makes the file.
  static func begin(_ path: String, step: StageStep) {
    let hashes = step.entryHashes.mapValues { JSONValue.string($0) }
    let first = Event(opening, context: step.context, data: ["entry_hashes": .object(hashes)])
    let folder = (path as NSString).deletingLastPathComponent
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // Without the file a stage cannot tell details; its exit code and output still count.
    // It need not outlast the machine: the stage does not.
    guard let line = try? first.line(),
      let file = try? FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .init(rawValue: 0o666))
    else { return }
    _ = try? file.closeAfter { try file.writeAll(line + Data("\n".utf8)) }
  }

  /// Reads what the stage told.
  static func read(_ path: String, step: StageStep, log: String, redact: (String) -> String) -> StageEvents {
    var told = StageEvents(path: path, context: step.context, redact: redact)
    told.events = told.events.compactMap { event in
      guard event.type != opening else { return nil }
      return completed(event, hashes: step.entryHashes, log: log)
    }
    return told
  }

  /// What stages of killed runs told and nobody read: facts about sources and files, which happened whoever was there to read.
  ///
  /// - Parameter known: The names of all events in the journal; an event that stands there is left out.
  static func leftovers(in folder: String, known: Set<String>, redact: (String) -> String) -> [Event] {
    paths(in: folder).flatMap { path -> [Event] in
      guard let first = opening(of: path) else { return [] }
      let hashes = (first.data["entry_hashes"]?.object ?? [:]).compactMapValues(\.string)
      return StageEvents(path: path, context: first.context, redact: redact).events.compactMap { event in
        // A failure may have been the kill's own doing: the step runs again anyway.
        guard event.type != opening, event.type != .sourceFailed, !known.contains(event.eventID) else { return nil }
        return completed(event, hashes: hashes, log: nil)
      }
    }
  }

  /// Removes the files of killed runs, once they are read.
  static func removeLeftovers(in folder: String) {
    for path in paths(in: folder) { try? FileManager.default.removeItem(atPath: path) }
  }

  private static func paths(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".jsonl") }.sorted()
      .map { "\(folder)/\($0)" }
  }

  private static func opening(of path: String) -> Event? {
    guard let bytes = FileManager.default.contents(atPath: path),
      let line = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1).first,
      let event = try? JSONDecoder().decode(Event.self, from: Data(line)), event.type == opening
    else { return nil }
    return event
  }

  /// The manifest entry's hash is Errata's own, so that resume compares like with like.
  static func completed(_ event: Event, hashes: [String: String], log: String?) -> Event {
    guard [.sourceLoaded, .sourceSkipped, .sourceFailed].contains(event.type) else { return event }
    var event = event
    if let source = event.context.sourceCode {
      event.data["source_code"] = .string(source)
      if let hash = hashes[source] { event.data["entry_hash"] = .string(hash) }
    }
    if event.type == .sourceFailed, let log { event.data["log"] = .string(log) }
    return event
  }

  /// Removes an attempt's file: what it told is in the journal.
  static func remove(_ report: StageReport) { try? FileManager.default.removeItem(atPath: report.eventFile) }
}
