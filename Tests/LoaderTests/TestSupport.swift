import DataFiles
import Foundation
import Journal
import Testing

/// DuckDB for tests: nil where it is not installed, which only a person's machine may be.
enum Installed {
  static let duckDB: DuckDB? = try? DuckDB.locate()

  static var isMissing: Bool {
    if duckDB?.excelExtension != nil { return false }
    if ProcessInfo.processInfo.environment["CI"] != "true" {
      print("SKIPPED: DuckDB or its Excel extension was not found; set ERRATA_DUCKDB and ERRATA_DUCKDB_EXTENSIONS")
      return true
    }
    return false
  }
}

/// A suite's condition: skipped loudly without DuckDB, but run (and failed) where `CI` is true.
let withDuckDB = ConditionTrait.enabled(if: !Installed.isMissing, "DuckDB was not found")

/// A folder with what one test needs, removed at its end.
final class Sandbox {
  let path: String
  let duckDB: DuckDB

  init() throws {
    path = (NSTemporaryDirectory() as NSString).appendingPathComponent("loader-tests-\(UUID().uuidString.lowercased())")
    duckDB = try #require(Installed.duckDB, "DuckDB was not found")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var database: String { path + "/data/warehouse.duckdb" }

  @discardableResult
  func write(_ name: String, _ contents: some DataProtocol) throws -> String {
    let file = "\(path)/\(name)"
    try Data(contents).write(to: URL(filePath: file))
    return file
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

  /// A workbook of one sheet; nil is an empty cell.
  @discardableResult
  func workbook(_ name: String, sheet: String, _ rows: [[String?]]) async throws -> String {
    let file = "\(path)/\(name)"
    let width = rows.map(\.count).max() ?? 0
    let values = rows.map { row in
      let cells = (0..<width).map { index in
        let cell = row.indices.contains(index) ? row[index] : nil
        return cell.map(DuckDB.quote(literal:)) ?? "NULL::VARCHAR"
      }
      return "(\(cells.joined(separator: ", ")))"
    }
    try await duckDB.execute(
      """
      COPY (SELECT * FROM (VALUES \(values.joined(separator: ", "))))
      TO \(DuckDB.quote(literal: file)) (FORMAT xlsx, HEADER false, SHEET \(DuckDB.quote(literal: sheet)))
      """, in: .memory, excel: true)
    return file
  }

  func rows(_ sql: String) async throws -> [DuckDB.Row] { try await duckDB.query(sql, in: .readOnly(database)) }

  /// What a run of `backfill` came to.
  struct Run {
    let code: Int32
    let output: String
    let errors: String
    let events: [Event]

    func event(_ type: EventType) -> Event? { events.last { $0.type == type } }
    var error: EventError? { events.last { $0.error != nil }?.error }
  }

  /// The built program beside the tests.
  static var program: URL {
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "backfill")
  }

  func process(_ arguments: [String], events: String? = nil, environment: [String: String] = [:]) throws -> Process {
    let process = Process()
    process.executableURL = Sandbox.program
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: path)
    var all = ProcessInfo.processInfo.environment
    all["ERRATA_DUCKDB"] = duckDB.binary
    all["ERRATA_DUCKDB_EXTENSIONS"] = duckDB.excelExtension
    all["ERRATA_EVENTS"] = events
    process.environment = all.merging(environment) { $1 }
    return process
  }

  /// Runs a process to its end without holding a thread that other tests need.
  static func finish(_ process: Process) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in continuation.resume() }
      do {
        try process.run()
      } catch {
        process.terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
  }

  func backfill(_ arguments: String..., environment: [String: String] = [:]) async throws -> Run {
    let events = "\(path)/events-\(UUID().uuidString).jsonl"
    let process = try process(arguments, events: events, environment: environment)
    let output = URL(filePath: events + ".out")
    let errors = URL(filePath: events + ".err")
    try Data().write(to: output)
    try Data().write(to: errors)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try await Sandbox.finish(process)
    let lines = (try? String(contentsOfFile: events, encoding: .utf8)) ?? ""
    return Run(
      code: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8),
      events: try lines.split(separator: "\n").map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) })
  }

  func load(_ manifest: String = "manifest.yaml", source: String? = nil) async throws -> Run {
    let arguments = ["--manifest", manifest, "--database", database]
    if let source {
      return try await backfill("load", arguments[0], arguments[1], arguments[2], arguments[3], "--source", source)
    }
    return try await backfill("load", arguments[0], arguments[1], arguments[2], arguments[3])
  }
}

/// A manifest of one source of one file.
func manifest(
  url: String, columns: String, file: String = "", source: String = "", code: String = "adhd",
  table: String = "tbl_adhd",
  period: String = "2025-05", name: String = "may_2025"
) -> String {
  """
  manifest:
    name: \(name)
  sources:
  - code: \(code)
    table: \(table)
    enabled: true
  \(source.isEmpty ? "" : "  \(source)\n")  files:
    - url: \(url)
      period: \(period)
      mode: replace
  \(file.isEmpty ? "" : "    \(file)\n")  columns:
  \(columns.split(separator: "\n").map { "  - {\($0)}" }.joined(separator: "\n"))

  """
}
