import DataFiles
import Foundation
import Journal
import Testing

/// Whatever ends a run, the next one arrives at the same place.
@Suite("An interrupted run", .serialized)
struct InterruptionTests {
  @Test("killed at ten random moments, ends in the same state, branches and rows as an undisturbed one")
  func killed() async throws {
    let (calm, _) = try await DemoWorkspace.started("calm")
    let (wanted, trees) = (try await calm.tables(), try await Self.branches(calm))

    let demo = DemoWorkspace(bench: try Workbench("killed"))
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    // The demo's first run is killed like the others: making the workspace is quick and comes first.
    for round in 0..<10 {
      let arguments = round == 0 ? ["demo", "--into", demo.root] : ["run"]
      let directory = round == 0 ? demo.bench.root : demo.root
      let milliseconds = Int.random(in: round == 0 ? 1500...3000 : 100...4000, using: &random)
      let script = "\"$0\" \"$@\" & pid=$!; sleep \(Double(milliseconds) / 1000); kill -9 $pid 2>/dev/null; wait $pid"
      _ = try await demo.bench.run("sh", ["-c", script, Workbench.programs + "/errata"] + arguments, in: directory)
    }
    let ended = try await demo.errata("run")
    #expect([10, 20, 30].contains(ended.code), "seed \(seed): \(ended.errors)")
    #expect(try await demo.tables() == wanted, "seed \(seed)")
    #expect(try await Self.branches(demo) == trees, "seed \(seed)")
    #expect(try await demo.git("status", "--porcelain").isEmpty, "seed \(seed)")
    let keys = try await demo.state().urls.mapValues(\.status)
    #expect(try await calm.state().urls.mapValues(\.status) == keys, "seed \(seed)")
    let loads = try demo.events().filter { $0.type == .sourceLoaded }.map {
      "\($0.context.urlKey ?? "")/\($0.context.sourceCode ?? "")"
    }
    #expect(Set(loads).count == loads.count, "seed \(seed): a source was loaded twice")
  }

  /// Branch names and their edits; the port in the sample's addresses may differ between two workspaces.
  private static func branches(_ demo: DemoWorkspace) async throws -> [String] {
    var result: [String] = []
    for fix in try await demo.fixes() {
      let numstat = try await demo.git("diff", "--numstat", "\(fix.branch)~1", fix.branch)
      result.append("\(fix.publication)/\(fix.period) \(fix.source ?? "") \(fix.action) \(numstat)")
    }
    return result.sorted()
  }

  @Test("waits for a database that another program has locked: one incident, no fix, and the next run completes it")
  func locked() async throws {
    let demo = DemoWorkspace(bench: try Workbench("locked"))
    _ = try await demo.bench.errata("demo", "--into", "demo")
    let fix = try #require(try await demo.fixes().first { $0.publication == "adhd" && $0.errorType == "type_mismatch" })
    try await demo.git("merge", "--no-edit", "--quiet", fix.branch)
    let before = try await demo.fixes()

    let duckdb = try DuckDB.locate().binary
    let script =
      "sleep 30 | \"$0\" \"$1\" & pid=$!; sleep 1; \"$2\" run; code=$?; pkill -P $$ sleep; kill $pid; exit $code"
    let ended = try await demo.bench.run(
      "sh", ["-c", script, duckdb, demo.root + "/data/warehouse.duckdb", Workbench.programs + "/errata"], in: demo.root)
    #expect(ended.code == 30, "\(ended.errors)")
    #expect(try demo.events().filter { $0.type == .circuitOpened }.count == 1)
    #expect(try await demo.fixes().map(\.id) == before.map(\.id))

    _ = try await demo.errata("run")
    #expect(try await demo.state().urls["adhd/nov25"]?.status == .completed)
  }
}

/// A generator whose seed a failing test prints (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
