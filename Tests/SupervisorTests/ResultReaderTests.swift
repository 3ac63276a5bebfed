import DataFiles
import Foundation
import Journal
import ManifestYAML
import PostgreSQL
import Repair
import Supervisor
import TestPostgreSQL
import Testing

/// Runs of stages that tell of their sources by what they leave behind.
struct ResultReaderTests {
  private let place = RunningWorkspace()

  /// A pipeline whose loader is a script for each source, or for all of them, without any check.
  private func configuration(_ results: [ResultReader], scope: Stage.Scope = .source, load: String) -> Configuration {
    place.configuration(load: load, retries: 0) { configuration in
      configuration.pipeline.stages[1].scope = scope
      configuration.pipeline.stages[1].validate = []
      configuration.pipeline.stages[1].results = results
    }
  }

  private func record() throws -> URLRecord { try #require(try place.state()["adhd/nov25"]) }

  private func warnings() throws -> [String] {
    try place.events().filter { $0.type == .warning }.compactMap { $0.data["message"]?.string }
  }

  private static let log = ResultReader(
    .log(
      path: nil,
      patterns: [
        LogResultPattern(#"^(?<source>\w+): (?<status>OK|FAILED)(?: (?<rows>\d+) rows)?(?: (?<message>.+))?$"#)
      ]))

  @Test("A program that exits with 0 after a source failed is seen through by its output")
  func zeroAfterFailure() async throws {
    try place.prepare()
    let script = #"""
      echo "$1" >> loads
      if [ "$1" = two ]; then echo "two: FAILED invalid input syntax for type integer: '*' in column 'age'"; else echo "one: OK 7 rows"; fi
      """#
    let outcome = try await place.run(configuration([Self.log], load: script))
    #expect(outcome.exitCode() == 30)
    #expect(try record().sources["one"]?.rows == 7)
    let failed = try #require(try record().sources["two"])
    #expect(failed.status == .failed && failed.error == "type_mismatch" && failed.column == "age")
    #expect(try record().stages["export"]?.reason == "load incomplete")
    let decided = try #require(
      try place.events().last { $0.type == .stepDecided && $0.context.sourceCode == "two" })
    #expect(decided.data["step_result"]?["exit_code"] == 0)
    #expect(decided.data["step_result"]?["sources"]?["failed"] == 1)
    #expect(decided.data["decision"]?["action"] == "escalate")
  }

  @Test("A program that exits with 1 after all sources were loaded is seen through, told, and not run again")
  func oneAfterSuccess() async throws {
    try place.prepare()
    let script = #"echo x >> loads; echo "one: OK 7 rows"; echo "two: OK 8 rows"; echo "cannot clean up" >&2; exit 1"#
    let configuration = configuration([Self.log], scope: .url, load: script)
    #expect(try await place.run(configuration).exitCode() == 0)
    #expect(try record().rowsLoaded == 15 && record().status == .completed)
    #expect(
      try warnings() == [
        "load exited with 1, but its results tell that all 2 sources are loaded: that is believed"
      ])
    #expect(try await place.run(configuration).exitCode() == 0)
    #expect(place.lines("loads").count == 1)
  }

  @Test("What a signal ended has not succeeded, whatever it had told by then")
  func signal() async throws {
    try place.prepare()
    let script = #"echo "one: OK 7 rows"; echo "two: OK 8 rows"; kill -9 $$"#
    #expect(try await place.run(configuration([Self.log], scope: .url, load: script)).exitCode() != 0)
    #expect(try record().stages["load"]?.failure?.error.type == "out_of_memory")
    #expect(try record().status == .partial)
  }

  @Test(
    "A pattern that never matches is told for each source, the exit status is believed, and nothing is loaded twice")
  func silentPattern() async throws {
    try place.prepare()
    let configuration = configuration([Self.log], load: #"echo "$1" >> loads; echo done"#)
    #expect(try await place.run(configuration).exitCode() == 0)
    let told = try warnings()
    #expect(
      told
        == ["one", "two"].map {
          "the results of load say nothing of \($0), so its exit status 0 is believed: "
            + "log: its pattern matched none of the 1 lines of the output"
        })
    #expect(try await place.run(configuration).exitCode() == 0)
    #expect(place.lines("loads") == ["one", "two"])
  }

  @Test("A loader of all sources tells of each in a JSON file; one that it leaves out has failed, a stranger is told")
  func jsonFile() async throws {
    try place.prepare()
    try place.write(
      #"{"tables": [{"name": "one", "state": "ok", "n": 3}, {"name": "ghost", "state": "ok"}]}"#, to: "answer.json")
    let reader = ResultReader(
      .json(
        path: "out-{period}.json", records: try .init("tables"),
        fields: RecordFields(["source": try .init("name"), "status": try .init("state"), "rows": try .init("n")])))
    let configuration = configuration([reader], scope: .url, load: "cp answer.json out-nov25.json")
    #expect(try await place.run(configuration).exitCode() == 30)
    #expect(try record().sources["one"]?.rows == 3)
    let missing = try #require(try record().sources["two"])
    #expect(missing.status == .failed)
    #expect(missing.message == "load exited with 0, but its results say nothing of two: they tell of 1 others")
    #expect(
      try warnings() == [
        "the results of load tell of 'ghost', which manifests/adhd_nov25.yaml does not have; that was left out"
      ])
    #expect(try record().sources["ghost"] == nil)
  }

  @Test("A file that an earlier attempt left is not taken for this one's")
  func staleFile() async throws {
    try place.prepare()
    try place.write(#"[{"source": "one", "status": "failed"}, {"source": "two", "status": "ok"}]"#, to: "out.json")
    let reader = ResultReader(.json(path: "out.json", records: nil, fields: RecordFields()))
    #expect(try await place.run(configuration([reader], scope: .url, load: "echo nothing; exit 3")).exitCode() == 30)
    #expect(try record().sources.values.allSatisfy { $0.status != .failed && $0.status != .loaded })
    #expect(try record().stages["load"]?.failure?.error.message.contains("exited with 3") == true)
    #expect(try warnings().isEmpty)
    #expect(try await place.run(configuration([reader], scope: .url, load: "echo fine")).exitCode() == 0)
    #expect(
      try warnings().first?.hasSuffix(
        "json: out.json was not written in this attempt: it is an earlier one's and was not read") == true)
  }

  @Test("Events that a program appends to a file of its own are read from where the attempt began")
  func appendedEvents() async throws {
    try place.prepare()
    let script = #"""
      line() { echo "{\"event_id\":\"e-$1-$2-$$\",\"run_id\":\"r\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"event_type\":\"$2\",\"context\":{\"source_code\":\"$1\"},\"data\":{\"rows\":4},\"error\":$3}" >> journal.jsonl; }
      if [ -f second ]; then line two source_loaded null; else line one source_loaded null; line two source_failed '{"type":"type_mismatch","message":"x"}'; fi
      touch second
      """#
    let reader = ResultReader(.events(path: "journal.jsonl"), silence: .success)
    let configuration = configuration([reader], scope: .url, load: script)
    #expect(try await place.run(configuration).exitCode() == 30)
    #expect(try record().sources["two"]?.error == "type_mismatch" && record().sources["one"]?.rows == 4)
    #expect(try await place.run(configuration, options: RunOptions(retryFailed: true)).exitCode() == 0)
    #expect(try record().sources["two"]?.status == .loaded)
    let failed = try place.events().filter { $0.type == .sourceFailed }
    #expect(failed.count == 1)
  }

  @Test("A stage that loads nothing and fails for a source while it exits with 0 fails, and no source is loaded again")
  func export() async throws {
    try place.prepare()
    let configuration = place.configuration(retries: 0) { configuration in
      configuration.pipeline.stages[2].command = [
        "sh", "-c", "mkdir -p out; echo ok > \"$1\"; echo 'one: FAILED its shape is odd'", "e", "{table}",
      ]
      configuration.pipeline.stages[2].results = [Self.log]
    }
    #expect(try await place.run(configuration).exitCode() == 30)
    let error = try record().stages["export"]?.failure?.error
    #expect(error?.message == "export failed for one: its shape is odd", "\(String(describing: error))")
    #expect(try record().sources["one"]?.status == .loaded)
    _ = try await place.run(configuration)
    #expect(place.lines("loads") == ["one", "two"])
  }

  @Test("A query of the target tells of each source; its placeholders are values, and it cannot write")
  func query() async throws {
    guard let duckDB = try? DuckDB.locate() else { return }
    try place.prepare()
    try FileManager.default.removeItem(atPath: place.workspace.root + "/data/target")
    try await duckDB.execute(
      """
      CREATE TABLE loads AS SELECT * FROM (VALUES ('one', 'ok', 5, NULL), ('two', 'bad', NULL, 'no column "age"'))
        AS t(source, status, rows, message)
      """, in: .readWrite(place.workspace.root + "/data/target"))
    let asked = ResultQuery(
      query: "SELECT SOURCE, status, rows, message FROM loads WHERE {period} = 'nov25' AND {started_at} > '2020';  ")
    let reader = ResultReader(.sql(asked), words: OutcomeWords([.failed: ["bad"]]))
    let configuration = configuration([reader], load: #"echo "$1" >> loads; exit 1"#)
    #expect(try await place.run(configuration).exitCode() == 30)
    #expect(try record().sources["one"]?.rows == 5)
    #expect(try record().sources["two"]?.error == "missing_column")

    let writing = ResultReader(.sql(ResultQuery(query: "DELETE FROM loads RETURNING source, 'ok' AS status")))
    let other = RunningWorkspace()
    try other.prepare()
    var second = configuration
    second.pipeline.stages[1].results = [writing]
    second.pipeline.database = place.workspace.root + "/data/target"
    #expect(try await other.run(second).exitCode() == 30)
    let left = try await duckDB.query("SELECT count(*) AS n FROM loads", in: .readOnly(second.pipeline.database))
    #expect(left.first?["n"] == 2)
  }

  @Test(
    "A query that fails, and a database that is not there, are told for each source; what exited with 0 is believed")
  func failingQuery() async throws {
    guard (try? DuckDB.locate()) != nil else { return }
    try place.prepare()
    let absent = ResultReader(.sql(ResultQuery(database: "data/none.duckdb", query: "SELECT 1")))
    #expect(try await place.run(configuration([absent], load: "echo $1 >> loads")).exitCode() == 0)
    #expect(try warnings().count == 2)
    #expect(try warnings().allSatisfy { $0.contains("data/none.duckdb is not there") })
    #expect(place.lines("loads") == ["one", "two"])
  }

  @Test(
    "A PostgreSQL server is asked read-only and within a time limit, and what it cannot say is told in one sentence")
  func server() async throws {
    guard let cluster = try TestCluster.shared() else { return }
    let address = try cluster.database()
    try cluster.connect(address).execute(
      "CREATE SEQUENCE counter; CREATE TABLE loads (source text, status text, rows int); INSERT INTO loads VALUES ('one', 'loaded', 9), ('two', 'failed', NULL)"
    )
    try place.prepare()
    func reader(_ query: String, _ address: String, seconds: Double = 20) -> ResultReader {
      ResultReader(.sql(ResultQuery(database: address, query: query, timeoutSeconds: seconds)))
    }
    let script = "echo $1 >> loads"
    let asked = reader("SELECT source, status, rows FROM loads WHERE {publication} = 'adhd'", address)
    #expect(try await place.run(configuration([asked], load: script)).exitCode() == 30)
    #expect(try record().sources["one"]?.rows == 9)
    #expect(try record().sources["two"]?.status == .failed)

    for (query, words) in [
      ("SELECT source, 'ok' AS status, pg_sleep(30) FROM loads", "time"),
      ("SELECT nothing FROM loads", "column \"nothing\" does not exist"),
      ("SELECT 'one' AS source, 'ok' AS status, nextval('counter')", "read-only transaction"),
    ] {
      let other = RunningWorkspace()
      try other.prepare()
      let configuration = configuration([reader(query, address, seconds: 1)], load: script)
      #expect(try await other.run(configuration).exitCode() == 0)
      let told = try other.events().filter { $0.type == .warning }.compactMap { $0.data["message"]?.string }
      #expect(told.count == 2 && told.allSatisfy { $0.contains(words) && !$0.contains("\n") }, "\(told)")
      #expect(other.lines("loads") == ["one", "two"])
    }

    let silent = try SilentServer()
    let gone = RunningWorkspace()
    try gone.prepare()
    let unreachable = reader("SELECT 1", "postgres://u:the-secret-word@127.0.0.1:\(silent.port)/x", seconds: 0.5)
    #expect(try await gone.run(configuration([unreachable], load: script)).exitCode() == 0)
    let journal = String(decoding: try JSONEncoder().encode(try gone.events()), as: UTF8.self)
    #expect(journal.contains("did not answer within the time limit") && !journal.contains("the-secret-word"))
    #expect(gone.lines("loads") == ["one", "two"])
    silent.close()
  }

  @Test(
    "dbt's artifacts of this attempt are read, those of an earlier one are not, and nothing runs when dbt is not there")
  func dbt() async throws {
    try place.prepare()
    try place.write(
      #"""
      mkdir -p dbt/target
      cat > dbt/target/run_results.json <<EOF
      {"metadata": {"generated_at": "2099-01-01T00:00:00.000000Z", "env": {"ERRATA_ATTEMPT": "$DBT_ENV_CUSTOM_ENV_ERRATA_ATTEMPT"}},
       "args": {"which": "build"}, "results": [
        {"unique_id": "model.shop.one", "status": "success", "message": "OK", "adapter_response": {"rows_affected": 6}},
        {"unique_id": "model.shop.two", "status": "error", "message": "Runtime Error in model two (models/two.sql)\n  Binder Error: Referenced column \"x\" not found in FROM clause!"}]}
      EOF
      exit 1
      """#, to: "build.sh")
    let reader = ResultReader(.dbt(folder: "dbt/target", project: "dbt", target: nil))
    #expect(try await place.run(configuration([reader], scope: .url, load: "sh build.sh")).exitCode() == 30)
    #expect(try record().sources["one"]?.rows == 6)
    #expect(try record().sources["two"]?.error == "missing_column" && record().sources["two"]?.column == "x")

    let broken = try await place.run(
      configuration([reader], scope: .url, load: "echo 'Parsing Error' >&2; exit 2"),
      options: RunOptions(retryFailed: true))
    #expect(broken.exitCode() == 30)
    let stage = try #require(try place.events().last { $0.type == .stageFailed })
    #expect(stage.error?.message.contains("Parsing Error") == true)
    var missing = configuration([reader], scope: .url, load: "")
    missing.pipeline.stages[1].command = ["dbt-is-not-here", "build"]
    #expect(try await place.run(missing, options: RunOptions(retryFailed: true)).exitCode() == 30)
    let last = try #require(try place.events().last { $0.type == .stageFailed })
    #expect(last.error?.message.contains("dbt-is-not-here") == true && last.data["exit_code"] == 127)
  }

  @Test(
    "After a failure only what is left runs again, unless something else changed or nothing was told of the sources")
  func resume() async throws {
    try place.prepare()
    try place.write("1", to: "models/one.sql")
    try place.write("1", to: "models/two.sql")
    try place.write(
      #"""
      shift
      echo "$*" >> loads
      if [ -f broken ]; then exit 2; fi
      for s in ${*:-one two}; do
        if [ -f "fail-$s" ]; then echo "$s: FAILED no such column in models/$s.sql"; else echo "$s: OK 2 rows"; fi
      done
      """#, to: "all.sh")
    let reader = ResultReader(
      .log(
        path: nil,
        patterns: [
          LogResultPattern(#"^(?<source>\w+): (?<status>FAILED) (?<message>.* in (?<file>\S+))$"#),
          LogResultPattern(#"^(?<source>\w+): (?<status>OK) (?<rows>\d+) rows"#),
        ]), silence: .success)
    let configuration = place.configuration(retries: 0) { configuration in
      configuration.pipeline.stages[1].scope = .url
      configuration.pipeline.stages[1].command = ["sh", "all.sh", "{manifest}"]
      configuration.pipeline.stages[1].resume = ["sh", "all.sh", "x", "{sources}"]
      configuration.pipeline.stages[1].reads = ["models/*.sql"]
      configuration.pipeline.stages[1].validate = []
      configuration.pipeline.stages[1].results = [reader]
    }
    func run() async throws -> Int32 { try await place.run(configuration).exitCode() }
    func mend(_ file: String) throws { try FileManager.default.removeItem(atPath: place.workspace.root + "/" + file) }

    try place.write("", to: "fail-two")
    #expect(try await run() == 30)
    // Its own file changed: that is what people do about it.
    try place.write("2", to: "models/two.sql")
    #expect(try await run() == 30)
    // Another's changed as well: all of it runs.
    try place.write("2", to: "models/one.sql")
    #expect(try await run() == 30)
    try place.write("", to: "broken")
    #expect(try await run() == 30)
    try mend("broken")
    #expect(try await run() == 30)
    try mend("fail-two")
    #expect(try await run() == 0)
    #expect((place.text("loads") ?? "").components(separatedBy: "\n").dropLast() == ["", "two", "", "two", "", "two"])
    #expect(try record().status == .completed && record().rowsLoaded == 4)
    #expect(try await run() == 0)
    try place.write("3", to: "models/one.sql")
    #expect(try await run() == 0)
    #expect(place.text("loads")?.hasSuffix("two\n\n") == true)
  }
}
