import DataFiles
import Foundation
import Journal
import Testing

/// A demo's workspace and the questions that the tests ask of it.
struct DemoWorkspace: Sendable {
  let bench: Workbench
  var root: String { bench.root + "/demo" }

  /// Makes the demo and runs its first backfill.
  static func started(_ name: String) async throws -> (DemoWorkspace, Ended) {
    let demo = DemoWorkspace(bench: try Workbench(name))
    let ended = try await demo.bench.errata("demo", "--into", "demo", "--port", freePort())
    return (demo, ended)
  }

  /// A port that no other demo of the tests has: two that run at the same time must not serve for each other.
  static func freePort() -> String { "\(Int.random(in: 20_000..<32_000))" }

  func errata(_ arguments: String...) async throws -> Ended {
    try await bench.run(Workbench.programs + "/errata", arguments, in: root)
  }

  @discardableResult
  func git(_ arguments: String...) async throws -> String {
    let ended = try await bench.run("git", arguments, in: root)
    #expect(ended.code == 0, "git \(arguments.joined(separator: " ")): \(ended.errors)")
    return ended.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func events() throws -> [Event] { try JournalReader.events(in: root + "/logs") }

  /// The fixes as `errata fixes --json` prints them.
  func fixes() async throws -> [FixRecord] {
    let ended = try await errata("fixes", "--json")
    return try JSONDecoder().decode([FixRecord].self, from: Data(ended.output.utf8))
  }

  func state() async throws -> BackfillState {
    let ended = try await errata("status", "--json")
    return try JSONDecoder().decode(BackfillState.self, from: Data(ended.output.utf8))
  }

  /// Every ref and where it points.
  func refs() async throws -> [String] {
    try await git("for-each-ref", "--format=%(refname) %(objectname)").split(separator: "\n").map(String.init)
  }

  /// The database's answer as rows of text.
  func query(_ sql: String) async throws -> [[String: String]] {
    let rows = try await DuckDB.locate().query(sql, in: .readOnly(root + "/data/warehouse.duckdb"))
    return rows.map { row in row.compactMapValues { $0.string ?? $0.int.map(String.init) } }
  }

  /// Rows and a digest of every table, so that two databases can be compared.
  func tables() async throws -> [String: String] {
    var result: [String: String] = [:]
    let names = try await query(
      "SELECT table_schema || '.' || table_name AS name FROM information_schema.tables WHERE table_name LIKE 'tbl_%' ORDER BY 1"
    )
    for name in names.compactMap({ $0["name"] }) {
      let parts = name.split(separator: ".").map { "\"\($0)\"" }.joined(separator: ".")
      result[name] = try await query("SELECT count(*)::VARCHAR AS rows FROM \(parts)").first?["rows"]
    }
    return result
  }
}
