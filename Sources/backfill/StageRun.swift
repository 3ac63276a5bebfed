internal import ArgumentParser
internal import DataFiles
internal import Foundation
internal import Journal
internal import ManifestYAML

/// One invocation of a step that writes a manifest: its events, its file, its exit code.
struct StageRun: Sendable {
  private let writer = EventWriter()

  /// Runs a step; what it throws becomes a `stage_failed` event, a line on standard error and exit code 1.
  static func perform(_ step: (StageRun) async throws(DataFileError) -> Void) async throws {
    let run = StageRun()
    do {
      try await step(run)
    } catch {
      EventWriter.complain("Error: \(error.kind.rawValue): \(error.description)")
      try run.writer.emit(.stageFailed, error: error.event)
      throw ExitCode(1)
    }
  }

  /// Emits an event.
  func tell(_ type: EventType, source: String? = nil, data: [String: JSONValue]) throws(DataFileError) {
    do {
      try writer.emit(type, source: source, data: data)
    } catch {
      throw DataFileError(.permissionDenied, "cannot write the events: \(error.localizedDescription)")
    }
  }

  /// Writes a manifest whole, and says so.
  func write(_ manifest: YAMLValue, to path: String) throws(DataFileError) {
    let bytes = Array(ManifestText.text(manifest).utf8)
    do {
      try FileManager.default.createDirectory(
        at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
      try AtomicFile.write(bytes, to: path)
    } catch {
      throw DataFileError(.permissionDenied, "cannot write \(path): \(error)", file: path)
    }
    try tell(
      .fileWritten,
      data: ["path": .string(path), "sha256": .string(Digest.sha256(Data(bytes))), "bytes": .int(bytes.count)])
  }
}
