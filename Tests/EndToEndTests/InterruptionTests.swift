import DataFiles
import Foundation
import Journal
import TestSeeds
import Testing

/// Whatever ends a run, the next one arrives at the same place.
@Suite("An interrupted run", .serialized)
struct InterruptionTests {
  @Test("killed at six random moments and a chosen one, ends in the state, branches and rows of an undisturbed one")
  func killed() async throws {
    let port = DemoWorkspace.freePort()
    let calm = DemoWorkspace(bench: try Workbench("calm"))
    _ = try await calm.bench.errata("demo", "--into", "demo", "--port", port)

    let seed = UInt64.random(in: 0...UInt64.max)
    print("kills: seed \(seed)")
    var random = SplitMix(state: seed)
    let demo = try await Self.begun("killed", port: port)
    for _ in 0..<6 {
      let moment = Double(Int.random(in: 50...1200, using: &random)) / 1000
      _ = try await Self.run(demo, ended: "KILL", when: "sleep \(moment)")
    }
    for event in [EventType.fixIntended] {
      _ = try await Self.run(demo, ended: "KILL", when: Self.appears(event))
    }
    let ended = try await demo.errata("run")
    #expect([10, 20, 30].contains(ended.code), "seed \(seed): \(ended.errors)")

    #expect(try await demo.tables() == calm.tables(), "seed \(seed)")
    #expect(try await Self.trees(demo) == Self.trees(calm), "seed \(seed)")
    let (found, wanted) = (try await demo.fixes().map(\.branch), try await calm.fixes().map(\.branch))
    #expect(found == wanted, "seed \(seed)")
    #expect(try await demo.git("rev-list", "--count", "main") == calm.git("rev-list", "--count", "main"))
    #expect(try await demo.git("status", "--porcelain").isEmpty, "seed \(seed)")
    #expect(
      try await demo.state().urls.mapValues(\.status) == calm.state().urls.mapValues(\.status), "seed \(seed)")
    let events = try demo.events()
    let loads = events.filter { $0.type == .sourceLoaded }.map {
      "\($0.context.urlKey ?? "")/\($0.context.sourceCode ?? "")"
    }
    #expect(Set(loads).count == loads.count, "seed \(seed): a source was loaded twice")
    #expect(events.count { $0.type == .baselineCommitted } <= 1, "seed \(seed)")
    #expect(Self.processes(of: demo).isEmpty, "seed \(seed): children are left")
  }

  @Test("ends its children, writes the checkpoint and says how to resume", arguments: ["INT", "TERM"])
  func asked(signal: String) async throws {
    let demo = try await Self.begun("asked", port: DemoWorkspace.freePort())
    let ended = try await Self.run(demo, ended: signal, when: Self.appears(.sourceLoaded))
    #expect(ended.code == 130, "\(ended.errors)")
    #expect(ended.errors.contains("errata run"))
    #expect(try demo.events().last { $0.type == .runCompleted }?.data["status"] == "interrupted")
    #expect(FileManager.default.fileExists(atPath: demo.root + "/state/state_v2.json"))
    #expect(Self.processes(of: demo).isEmpty)
  }

  @Test("waits for a database that another program has locked: one incident, no fix, and the next run completes it")
  func locked() async throws {
    let (demo, _) = try await DemoWorkspace.started("locked")
    let fix = try #require(try await demo.fixes().first { $0.publication == "adhd" && $0.errorType == "type_mismatch" })
    try await demo.git("merge", "--no-edit", "--quiet", fix.branch)
    let before = try await demo.fixes()

    // DuckDB has its lock once it has answered.
    let script = """
      mkfifo ../hold; "$0" "$1" < ../hold > ../answer & holder=$!; exec 3> ../hold; echo 'SELECT 42;' >&3
      until grep -q 42 ../answer; do kill -0 $holder || exit 99; sleep 0.05; done
      "$2" run 3>&-; code=$?; exec 3>&-; wait $holder; exit $code
      """
    let duckdb = try DuckDB.locate().binary
    let ended = try await demo.bench.run(
      "sh", ["-c", script, duckdb, "data/warehouse.duckdb", Workbench.programs + "/errata"], in: demo.root)
    #expect(ended.code == 30, "\(ended.errors)")
    #expect(try demo.events().count { $0.type == .circuitOpened } == 1)
    #expect(try await demo.fixes().map(\.id) == before.map(\.id))

    _ = try await demo.errata("run")
    #expect(try await demo.state().urls["adhd/nov25"]?.status == .completed)
  }

  /// A demo whose first run was killed as soon as it had begun.
  private static func begun(_ name: String, port: String) async throws -> DemoWorkspace {
    let demo = DemoWorkspace(bench: try Workbench(name))
    let arguments = ["demo", "--into", "demo", "--port", port]
    _ = try await run(
      demo, arguments, in: demo.bench.root, ended: "KILL",
      when: "until [ -s demo/logs/events/latest.jsonl ]; do kill -0 $pid || exit 99; sleep 0.02; done")
    return demo
  }

  /// Waits for an event of that type in this run's journal, or for the run's end.
  private static func appears(_ type: EventType) -> String {
    """
    until grep -q '"event_type":"\(type.rawValue)"' logs/events/latest.jsonl; do
      kill -0 $pid 2> /dev/null || break; sleep 0.01
    done
    """
  }

  /// Runs errata and sends it a signal when the shell's condition has come about.
  private static func run(
    _ demo: DemoWorkspace, _ arguments: [String] = ["run"], in folder: String? = nil, ended signal: String,
    when condition: String
  ) async throws -> Ended {
    let script = """
      rm -f logs/events/latest.jsonl; "$0" "$@" & pid=$!
      \(condition)
      kill -\(signal) $pid 2> /dev/null; wait $pid
      """
    return try await demo.bench.run(
      "sh", ["-c", script, Workbench.programs + "/errata"] + arguments, in: folder ?? demo.root)
  }

  /// What every branch holds.
  private static func trees(_ demo: DemoWorkspace) async throws -> String {
    try await demo.git("for-each-ref", "--format=%(refname) %(tree)", "refs/heads/")
  }

  /// Children of the workspace's runs that are still there.
  private static func processes(of demo: DemoWorkspace) -> [String] {
    let mark = Data("ERRATA_WORKSPACE=\(demo.root)".utf8)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { name in
      guard Int(name) != nil, let variables = FileManager.default.contents(atPath: "/proc/\(name)/environ") else {
        return false
      }
      return variables.split(separator: 0).contains(mark)
    }
  }
}
