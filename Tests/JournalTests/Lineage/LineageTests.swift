import Foundation
import TestJournal
import Testing

@testable import Journal

/// The journal as run events of OpenLineage.
@Suite("Lineage")
struct LineageTests {
  private static let places = LineagePlaces(namespace: "stats", database: "data/warehouse.duckdb")

  /// A run in which one source loads and another fails, and one that was killed.
  private static let events: [Event] = {
    let load = EventContext(publication: "adhd", period: "nov25", stage: "load")
    var one = load
    one.sourceCode = "one"
    var two = load
    two.sourceCode = "two"
    var error = EventError(.typeMismatch, "'*' is no integer \u{0} <script>")
    error.stacktrace = "line 1"
    let manifest: JSONValue = ["manifest": "m.yaml"]
    let happened: [(String, Event)] = [
      ("run_20260112_103000", Event(.runStarted, data: ["total_urls": 1])),
      ("run_20260112_103000", Event(.stageStarted, context: load, data: ["inputs": ["sources": ["one", "two"]]])),
      ("run_20260112_103000", Event(.stageStarted, context: one, data: ["attempt": 1, "inputs": manifest])),
      ("run_20260112_103000", Event(.fileFetched, context: one, data: ["url": "https://e.org:8443/a/one.csv?x=1"])),
      ("run_20260112_103000", Event(.fileFetched, context: one, data: ["url": "file:///data/one.csv"])),
      (
        "run_20260112_103000",
        Event(.sourceLoaded, context: one, data: ["table_name": "tbl_one", "rows": 7, "entry_hash": "h"])
      ),
      ("run_20260112_103000", Event(.stageCompleted, context: one, data: ["rows": 7])),
      ("run_20260112_103000", Event(.stageStarted, context: two, data: ["attempt": 1])),
      ("run_20260112_103000", Event(.stageFailed, context: two, error: error)),
      (
        "run_20260112_103000",
        Event(.runCompleted, data: ["exit_code": 10, "stats": ["urls_total": 1, "urls_partial": 1]])
      ),
      ("run_20260112_113000", Event(.runStarted)),
      ("run_20260112_113000", Event(.stageStarted, context: two, data: ["attempt": 1])),
      ("run_20260112_123000", Event(.runStarted)),
      ("run_20260112_123000", Event(.runCompleted, data: ["exit_code": 0])),
      ("run_20260112_133000", Event(.runStarted)),
      ("run_20260112_133000", Event(.runCompleted, data: ["exit_code": 130])),
    ]
    return happened.enumerated().map { number, happened in
      var event = happened.1
      event.runID = happened.0
      event.eventID = "evt_\(number)"
      event.timestamp = Date(timeIntervalSince1970: 1_768_213_800 + Double(number))
      return event
    }
  }()

  private func fold(_ events: [Event] = events, done: Set<String> = []) -> LineageFold {
    var fold = LineageFold(Self.places, done: done) { manifest, source, hash in
      manifest == "m.yaml" && source == "one" && hash == "h" ? [.init(name: "patients", type: "integer")] : []
    }
    for event in events { fold.apply(event) }
    return fold
  }

  @Test("runs and stages begin and end as they did, each below its run")
  func kinds() throws {
    let runs = fold().runs
    #expect(runs.map(\.id) == (0..<4).map { "run_20260112_1\($0)3000" })
    let told = runs.map { run in
      run.documents.map { "\($0["eventType"]?.string ?? "") \($0["job"]?["name"]?.string ?? "")" }
    }
    #expect(
      told == [
        [
          "START backfill", "START adhd.load.one", "COMPLETE adhd.load.one", "START adhd.load.two",
          "FAIL adhd.load.two", "FAIL backfill",
        ],
        ["START backfill", "START adhd.load.two", "ABORT adhd.load.two", "ABORT backfill"],
        ["START backfill", "COMPLETE backfill"], ["START backfill", "ABORT backfill"],
      ])
    for run in runs {
      let parent = try #require(run.documents.first?["run"]?["runId"])
      for document in run.documents where document["job"]?["name"] != "backfill" {
        #expect(document["run"]?["facets"]?["parent"]?["run"]?["runId"] == parent)
      }
    }
  }

  @Test("a load names its files, its table with columns and rows, and a failure its error")
  func facts() throws {
    let documents = fold().runs[0].documents
    let loaded = documents[2]
    #expect(
      loaded["inputs"] == [
        ["namespace": "https://e.org:8443", "name": "/a/one.csv?x=1"], ["namespace": "file", "name": "/data/one.csv"],
      ])
    let output = try #require(loaded["outputs"]?.array?.first)
    #expect(output["namespace"] == "duckdb://data/warehouse.duckdb" && output["name"] == "tbl_one")
    #expect(output["facets"]?["schema"]?["fields"] == [["name": "patients", "type": "integer"]])
    #expect(output["outputFacets"]?["outputStatistics"]?["rowCount"] == 7)
    let error = documents[4]["run"]?["facets"]?["errorMessage"]
    #expect(error?["message"]?.string?.hasPrefix("type_mismatch: '*'") == true && error?["stackTrace"] == "line 1")
    #expect(documents[5]["run"]?["facets"]?["errorMessage"]?["message"]?.string?.contains("0 of 1 periods") == true)
  }

  @Test("the same journal gives the same events, however much of it is looked at")
  func deterministic() {
    let all = fold().runs.map(\.documents)
    #expect(fold().runs.map(\.documents) == all)
    // A run that goes on only adds to what was there to send.
    for count in Self.events.indices {
      for (run, whole) in zip(fold(Array(Self.events[..<count])).runs, all) {
        #expect(Array(whole.prefix(run.documents.count)) == run.documents)
      }
    }
    #expect(fold(done: ["run_20260112_103000"]).runs.map(\.documents) == Array(all.dropFirst()))
  }

  @Test("UUIDs are of version 5, as RFC 9562 makes them")
  func identifiers() {
    // python3 -c "import uuid as u; print(u.uuid5(u.uuid5(u.NAMESPACE_URL, 'errata'), 'run evt_0'))"
    #expect(LineageID.uuid("run evt_0") == "33b7a23e-5ca4-5deb-bf37-81a4ee69ded8")
  }

  @Test("a database's address is named without its credentials")
  func places() {
    let places = LineagePlaces(namespace: "n", database: "postgresql://me:s3cret@db.example.org:5432/stats?x=1")
    #expect(places.tables == "postgres://db.example.org:5432" && places.tablePrefix == "stats.")
    #expect(LineagePlaces(namespace: "n", database: nil).tables == "n")
  }

  @Test("OpenLineage's own client reads what comes of the journal, and of random ones")
  func published() throws {
    let random = RandomJournal(seed: 7, runs: 4, publications: 2, sources: 4).events
    let documents = (fold().runs + fold(random).runs).flatMap(\.documents)
    #expect(documents.count > 20)
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let project = folder.appending(path: "../../..").standardized.path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: project + "/.venv/bin/python")
    process.arguments = [folder.appending(path: "read_events.py").path]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    input.fileHandleForWriting.write(Data(documents.map { $0.storableText + "\n" }.joined().utf8))
    try input.fileHandleForWriting.close()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(String(decoding: bytes, as: UTF8.self) == "\(documents.count)\n")
  }
}
