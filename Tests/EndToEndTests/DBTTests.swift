import Foundation
import Journal
import Subprocess
import Testing

/// The dbt project of `config/pipelines/dbt`, built by real dbt.
struct DBTTests {
  /// The project in a repository of its own; nil where dbt is not installed, which is told, and fails in CI.
  private func workspace(_ name: String) async throws -> DBTWorkspace? {
    guard FileManager.default.isExecutableFile(atPath: DBTWorkspace.tools + "/dbt") else {
      guard ProcessInfo.processInfo.environment["CI"] != "true" else { throw DBTWorkspace.Missing() }
      print("SKIPPED: dbt is not installed; run make test")
      return nil
    }
    return try await DBTWorkspace(name)
  }

  @Test(
    "A build passes all 11 nodes, a column that is not there is told with its line, only what is left runs again, and a project that does not parse fails as a whole"
  )
  func wrongColumn() async throws {
    guard let place = try await workspace("dbt-column") else { return }
    #expect(try await place.run() == 0)
    #expect(try place.results().count == 11)
    var state = try place.state()
    #expect(state.sources(.loaded).count == 11 && state.sources["sample_orders"]?.rows == 10)

    try place.replace("    status,", by: "    state,", in: "dbt/models/staging/stg_orders.sql")
    #expect(try await place.run() == 30)
    state = try place.state()
    let failed = try #require(state.sources["stg_orders"])
    #expect(failed.error == "missing_column" && failed.column == "state")
    #expect(failed.message?.hasSuffix("(dbt/models/staging/stg_orders.sql:6)") == true, "\(failed.message ?? "")")
    #expect(state.sources(.failed) == ["stg_orders"] && state.sources(.pending).count == 7)

    try place.replace("    state,", by: "    status,", in: "dbt/models/staging/stg_orders.sql")
    #expect(try await place.run() == 0)
    let again = try place.results().map(\.key)
    #expect(again.count == 8 && !again.contains("seed.shop.sample_orders"))
    #expect(try place.state().status == .completed)

    try place.replace("version: 2", by: "version: 2\nbad: [", in: "dbt/models/sources.yml")
    #expect(try await place.run() == 30)
    state = try place.state()
    #expect(state.sources(.loaded).count == 11 && state.standingFailures.map(\.source) == [nil])
    #expect(state.stages["build"]?.failure?.error.message.contains("sources.yml") == true)
  }

  @Test(
    "A source table that was renamed is mended in sources.yml, proven in a scratch copy, and only its readers run again"
  )
  func renamedTable() async throws {
    guard let place = try await workspace("dbt-renamed") else { return }
    let files = FileManager.default
    try files.moveItem(atPath: place.root + "/data/raw/products.csv", toPath: place.root + "/data/raw/products_v2.csv")
    #expect(try await place.run() == 10)
    let fix = try #require(FixBook(replaying: try place.events()).open.first)
    #expect(fix.action == "fix_manifest_url" && fix.source == "stg_products" && fix.verified)
    #expect(fix.files == ["dbt/models/sources.yml"] && fix.changes.map(\.new) == ["products_v2"])
    #expect(try place.text("dbt/models/sources.yml").contains("identifier: products\n"))
    _ = try await place.bench.git("merge", "-q", "--ff-only", fix.branch, in: place.root)
    #expect(try await place.run() == 0)
    #expect(Set(try place.results().keys) == ["model.shop.stg_products", "model.shop.orders_summary"])
    #expect(try place.state().sources(.loaded).count == 11)
  }
}

/// A copy of the sample project in a git repository.
struct DBTWorkspace {
  struct Missing: Error, CustomStringConvertible { var description: String { "dbt is not installed in .venv" } }

  static let tools = Workbench.project + "/.venv/bin"
  let bench: Workbench
  let root: String

  init(_ name: String) async throws {
    bench = try Workbench(name)
    root = bench.root + "/shop"
    try FileManager.default.copyItem(atPath: Workbench.project + "/config/pipelines/dbt", toPath: root)
    for left in ["dbt/target", "dbt/logs", "state", "logs"] {
      try? FileManager.default.removeItem(atPath: "\(root)/\(left)")
    }
    _ = try await bench.git("init", "-q", "-b", "main", in: root)
    _ = try await bench.git("add", "-A", in: root)
    _ = try await bench.git("commit", "-q", "-m", "The project", in: root)
  }

  func run(_ arguments: String...) async throws -> Int32 {
    let path = Self.tools + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
    return try await bench.run(
      Workbench.programs + "/errata", ["run"] + arguments, in: root, variables: ["PATH": path]
    ).code
  }

  func replace(_ text: String, by other: String, in path: String) throws {
    let file = "\(root)/\(path)"
    let before = try String(contentsOfFile: file, encoding: .utf8)
    let after = before.replacing(text, with: other, maxReplacements: 1)
    #expect(after != before)
    try Data(after.utf8).write(to: URL(fileURLWithPath: file))
  }

  func text(_ path: String) throws -> String { try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) }

  /// The status of each node of the last build.
  func results() throws -> [String: String] {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: root + "/dbt/target/run_results.json"))
    let document = try JSONDecoder().decode(JSONValue.self, from: bytes)
    let pairs = (document["results"]?.array ?? []).compactMap { result in
      result["unique_id"]?.string.map { ($0, result["status"]?.string ?? "") }
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  func events() throws -> [Event] { try JournalReader.events(in: root + "/logs") }

  func state() throws -> URLRecord { try #require(BackfillState(replaying: try events())["shop/current"]) }
}
