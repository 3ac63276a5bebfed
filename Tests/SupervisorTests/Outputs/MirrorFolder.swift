import DataFiles
import Foundation
import Journal
import PostgreSQL
import Supervisor

/// A workspace of which there is nothing but a journal; gone with its last reference.
final class MirrorFolder: Sendable {
  let workspace: Workspace

  init() throws {
    workspace = Workspace(root: NSTemporaryDirectory() + "errata-mirror-" + UUID().uuidString)
    try FileManager.default.createDirectory(atPath: workspace.root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: workspace.root) }

  /// Appends events to a run's file.
  func write(_ events: [Event], run: String) throws {
    var bytes = Data()
    for var event in events {
      event.runID = run
      bytes += try event.line() + Data("\n".utf8)
    }
    try write(bytes: bytes, run: run)
  }

  func write(bytes: Data, run: String) throws {
    let folder = "\(workspace.logs)/events/2026-01-12"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = "\(folder)/\(run).jsonl"
    if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: bytes)
  }

  /// What a database answers, as text.
  static func rows(_ statement: String, in target: EventMirror.Target, _ folder: MirrorFolder) async throws
    -> [[String?]]
  {
    switch target {
    case .address(let address):
      return try PostgreSQLConnection(PostgreSQLAddress(address), deadline: .now + .seconds(30)).query(statement).rows
    case .file(let name):
      // A row of JSON, whose columns keep no order, as a list.
      let answer = try await DuckDB.locate().query(
        "SELECT list_value(*COLUMNS(*)) AS texts FROM (SELECT COLUMNS(*)::VARCHAR FROM (\(statement)))",
        in: .readOnly(folder.path(name)))
      return answer.map { row in (row["texts"]?.array ?? []).map(\.string) }
    }
  }

  func execute(_ script: String, in target: EventMirror.Target) async throws {
    switch target {
    case .address(let address):
      try PostgreSQLConnection(PostgreSQLAddress(address), deadline: .now + .seconds(30)).execute(script)
    case .file(let name): try await DuckDB.locate().execute(script, in: .readWrite(path(name)))
    }
  }

  private func path(_ name: String) -> String { name.hasPrefix("/") ? name : workspace.root + "/" + name }
}
