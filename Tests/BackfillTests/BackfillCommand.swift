import Foundation
import Journal
import ManifestYAML
import TestSite

/// Runs the real `backfill` program in a folder of its own, with an event file.
struct BackfillCommand {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  struct Outcome {
    var exitCode: Int32
    var output: String
    var events: [Event]
    /// The last event but for what is told of operations when all is over.
    var ending: Event? { events.last { ![.operationFailed, .operationsCounted].contains($0.type) } }
  }

  /// Runs a command; `events` are those of this call.
  func run(_ arguments: String...) throws -> Outcome {
    let process = Process()
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    process.executableURL = program.appendingPathComponent("backfill")
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    let eventFile = folder.path("events-\(UUID().uuidString).jsonl")
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["ERRATA_EVENTS": eventFile, "ERRATA_PUBLICATION": "adhd", "ERRATA_PERIOD": "may25", "ERRATA_STAGE": "manifest"]
    ) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let lines = (try? String(contentsOfFile: eventFile, encoding: .utf8))?.split(separator: "\n") ?? []
    return Outcome(
      exitCode: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
      events: try lines.map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) })
  }

  /// A manifest that a command wrote.
  func manifest(_ name: String) throws -> YAMLValue { try YAMLFile.load(folder.path(name)).root?.value ?? .null }

  /// A file's text.
  func text(_ name: String) throws -> String { try String(contentsOfFile: folder.path(name), encoding: .utf8) }
}

extension YAMLValue {
  /// The source of a code.
  func source(_ code: String) -> YAMLValue? { self["sources"]?.sequence?.first { $0["code"]?.string == code } }
}
