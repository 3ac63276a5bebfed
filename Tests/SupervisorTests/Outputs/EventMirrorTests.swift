import Foundation
import Journal
import Operations
import PostgreSQL
import TestPostgreSQL
import Testing

@testable import Supervisor

/// The table of events in a real PostgreSQL server and in a real DuckDB file.
@Suite("The mirror of the events")
struct EventMirrorTests {
  enum Kind: String, CaseIterable, Sendable { case postgreSQL, duckDB }

  /// A journal, and a database for it.
  private struct Place {
    let folder: MirrorFolder
    let target: EventMirror.Target

    /// - Returns: Nil where PostgreSQL is not installed.
    init?(_ kind: Kind) throws {
      folder = try MirrorFolder()
      switch kind {
      case .duckDB: target = .file("events.duckdb")
      case .postgreSQL:
        guard let cluster = try TestCluster.shared() else { return nil }
        target = .address(try cluster.database())
      }
    }

    func mirror(_ other: MirrorFolder? = nil, within limit: Duration = .seconds(60)) throws -> EventMirror {
      try EventMirror((other ?? folder).workspace, to: target, within: limit)
    }

    func sent(_ other: MirrorFolder? = nil) async throws -> EventMirror.Report { try await mirror(other).run() }

    func rows(_ statement: String) async throws -> [[String?]] {
      try await MirrorFolder.rows(statement, in: target, folder)
    }

    func ids() async throws -> [String?] {
      try await rows("SELECT event_id FROM datawarp.tbl_pipeline_events ORDER BY event_id").map { $0[0] }
    }

    func table() throws -> any MirrorTable { try mirror().table }
  }

  @Test("where the table is, is read from outputs.yaml, and both or none of them is an error")
  func reads() throws {
    func folder(_ outputs: String) throws -> ConfiguredFolder {
      try ConfiguredFolder([
        "publications.yaml": "publications:\n  adhd:\n    urls: [{period: a, url: \"https://e.org\"}]\n",
        "pipeline.yaml": "stages:\n- {name: load, scope: source, command: [x]}\n", "outputs.yaml": outputs,
      ])
    }
    let server = try folder("timeout_seconds: 2\nmirror: {url_env: MIRROR_URL}\n")
    let settings = try Configuration.load(server.workspace).outputs
    #expect(settings == OutputSettings(mirror: .postgreSQL(addressVariable: "MIRROR_URL"), timeLimitSeconds: 2))
    #expect(
      settings.secrets(in: ["MIRROR_URL": "postgres://me:pw@h/d"]) == [
        "postgres://me:pw@h/d", "postgres://me:pw@h/d", "pw",
      ])
    let file = try folder("mirror: {duckdb: a.duckdb}\n")
    #expect(try Configuration.load(file.workspace).outputs.mirror == .duckDB(path: "a.duckdb"))
    for wrong in ["mirror: {}\n", "mirror: {url_env: X, duckdb: y}\n", "mirror: {url_env: postgres://me:pw@h/d}\n"] {
      let errors = try folder(wrong).errors()
      #expect(errors.count == 1 && errors[0].contains("config/outputs.yaml:1:"), "\(errors)")
    }
  }

  @Test("an empty journal makes an empty table with the seeds' columns and indexes", arguments: Kind.allCases)
  func empty(_ kind: Kind) async throws {
    guard let place = try Place(kind) else { return }
    #expect(try await place.mirror().status().behind == 0)
    #expect(try await place.sent() == EventMirror.Report())
    #expect(try await place.rows("SELECT count(*) FROM datawarp.tbl_pipeline_events") == [["0"]])
    guard kind == .postgreSQL else { return }
    let columns = try await place.rows(
      """
      SELECT attname || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute
      WHERE attrelid = 'datawarp.tbl_pipeline_events'::regclass AND attnum > 0 ORDER BY attnum
      """)
    #expect(
      columns.compactMap { $0[0] } == [
        "id integer", "event_id character varying(50)", "run_id character varying(50)",
        "timestamp timestamp with time zone", "publication character varying(100)", "period character varying(20)",
        "source_code character varying(100)", "stage character varying(50)", "event_type character varying(50)",
        "data jsonb", "error jsonb",
      ])
    let indexes = try await place.rows(
      "SELECT indexname FROM pg_indexes WHERE schemaname = 'datawarp' AND indexname LIKE 'idx%' ORDER BY 1")
    #expect(indexes == [["idx_events_run"], ["idx_events_source"], ["idx_events_type"]])
  }

  @Test("events come over once, however often it is done; what is new is all that is sent", arguments: Kind.allCases)
  func again(_ kind: Kind) async throws {
    guard let place = try Place(kind) else { return }
    var error = EventError(.typeMismatch, "'*' is no integer")
    error.column = "headcount"
    let failed = Event(
      .sourceFailed, context: EventContext(publication: "adhd", period: "nov25", sourceCode: "a", stage: "load"),
      data: ["rows": 3, "share": 0.5, "odd": ["x": [nil, true]]], error: error,
      timestamp: Date(timeIntervalSince1970: 1_768_213_815.123), eventID: "evt_1")
    try place.folder.write([failed, Event(.warning, eventID: "evt_2")], run: "run_20260112_103000")
    #expect(try await place.mirror().status().behind == 2)
    #expect(try await place.sent().events == 2)
    let found = try await place.rows(
      """
      SELECT run_id, CAST(EXTRACT(epoch FROM "timestamp") * 1000 AS BIGINT), publication, period, source_code, stage,
      event_type, data, error ->> 'column' FROM datawarp.tbl_pipeline_events WHERE event_id = 'evt_1'
      """)
    #expect(
      found.first?.prefix(7).map { $0 } == [
        "run_20260112_103000", "1768213815123", "adhd", "nov25", "a", "load", "source_failed",
      ])
    let data = try JSONDecoder().decode(JSONValue.self, from: Data((found[0][7] ?? "").utf8))
    #expect(data == .object(failed.data.members))
    #expect(found[0][8] == "headcount")
    #expect(try await place.sent().events == 0)
    try place.folder.write(
      [Event(.info, eventID: "evt_3"), Event(.info, eventID: "evt_1")], run: "run_20260112_103000")
    try place.folder.write([Event(.info, eventID: "evt_4")], run: "run_20260113_103000")
    #expect(try await place.mirror().status().behind == 3)
    #expect(try await place.sent().events == 3)
    #expect(try await place.mirror().status().behind == 0)
    #expect(try await place.ids() == ["evt_1", "evt_2", "evt_3", "evt_4"])
  }

  @Test(
    "another machine's journal goes into the same table, though its files have the same names", arguments: Kind.allCases
  )
  func machines(_ kind: Kind) async throws {
    guard let place = try Place(kind) else { return }
    let other = try MirrorFolder()
    try place.folder.write(
      [Event(.info, eventID: "evt_a"), Event(.info, eventID: "evt_b")], run: "run_20260112_103000")
    // It learned one of the events, and its file has as many bytes.
    try other.write([Event(.info, eventID: "evt_c"), Event(.info, eventID: "evt_b")], run: "run_20260112_103000")
    let target: EventMirror.Target =
      if case .file = place.target { .file(place.folder.workspace.root + "/events.duckdb") } else { place.target }
    #expect(try await place.sent().events == 2)
    #expect(try await EventMirror(other.workspace, to: target, within: .seconds(60)).run().events == 2)
    #expect(try await place.ids() == ["evt_a", "evt_b", "evt_c"])
    #expect(try await place.mirror().status().behind == 0)
  }

  @Test(
    "killed half way it goes on from where the table is: what is in, and how far, are one", arguments: Kind.allCases)
  func halfWay(_ kind: Kind) async throws {
    guard let place = try Place(kind) else { return }
    try place.folder.write(
      (0..<600).map { Event(.info, data: ["n": .int($0)], eventID: "evt_\($0)") }, run: "run_20260112_103000")
    // The first batch only, as if the process had ended then.
    let table = try place.table()
    var backlog = try JournalBacklog(
      logs: place.folder.workspace.logs, known: await table.positions(changingNothing: false), batchBytes: 1 << 14)
    let items = try backlog.next()
    #expect(items.count > 10 && items.count < 500)
    try await table.append(items.compactMap(\.row), [items[items.count - 1].position])
    let status = try await place.mirror().status()
    #expect(status.behind == 600 - items.count)
    #expect(try await place.sent().events == 600 - items.count)
    #expect(
      try await place.rows("SELECT count(*), count(DISTINCT event_id) FROM datawarp.tbl_pipeline_events") == [
        ["600", "600"]
      ])
  }

  @Test("a batch that ends in trouble is as if it had never begun", arguments: Kind.allCases)
  func oneTransaction(_ kind: Kind) async throws {
    guard let place = try Place(kind) else { return }
    try place.folder.write([Event(.info, eventID: "evt_1")], run: "run_20260112_103000")
    let table = try place.table()
    var backlog = try JournalBacklog(
      logs: place.folder.workspace.logs, known: await table.positions(changingNothing: false))
    let rows = try backlog.next().compactMap(\.row)
    let file = JournalPosition.File(name: "2026-01-12/run_20260112_103000.jsonl", fingerprint: "f")
    // Without a position the statement that follows the events is no SQL; PostgreSQL is made to refuse one.
    if kind == .postgreSQL {
      try await place.folder.execute(
        "ALTER TABLE datawarp.tbl_pipeline_event_files ADD CHECK (bytes >= 0)", in: place.target)
    }
    await #expect(throws: MirrorError.self) {
      try await table.append(rows, kind == .postgreSQL ? [JournalPosition(file, bytes: -1)] : [])
    }
    #expect(try await place.rows("SELECT count(*) FROM datawarp.tbl_pipeline_events") == [["0"]])
  }

  @Test(
    "what no column can hold stands whole beside the data, and garbage is passed over and counted",
    arguments: Kind.allCases)
  func hostile(_ kind: Kind) async throws {
    guard let place = try Place(kind) else { return }
    let long = String(repeating: "é", count: 200)
    let lines = [
      #"{"event_id":"evt_new","event_type":"of_tomorrow","timestamp":"2031-01-01T00:00:00Z","weight":{"kg":2.5}}"#,
      #"{"event_id":"evt_nul","event_type":"info","data":{"text":"a\u0000b","\u0000":1},"context":{"stage":"s\u0000"}}"#,
      #"{"event_id":"evt_half","event_type":"info","data":{"text":"\ud800"}}"#,
      #"{"event_id":"evt_old","event_type":"info","timestamp":"no moment"}"#,
      #"{"event_type":"info","data":{"nameless":true}}"#, "", "garbage", "{\"event_id\":", "[1,2]",
      #"{"event_id":"\#(long)","event_type":"info","context":{"publication":"\#(long)","period":"a\u0000"}}"#,
      #"{"event_id":"evt_sql","event_type":"'); DROP TABLE x; --","context":{"source_code":"a\tb\\N\n$$"}}"#,
      #"{"event_id":"evt_big","event_type":"stage_failed","error":{"type":"unknown","message":"\#(String(repeating: "m", count: 10_000_000))"}}"#,
      #"{"event_id":"evt_torn","event_ty"#,
    ]
    try place.folder.write(bytes: Data(lines.joined(separator: "\n").utf8), run: "run_20260112_103000")
    let report = try await place.sent()
    #expect(report.trouble == nil && report.refused == 0, "\(report.sentence ?? "")")
    #expect(report.passedOver == 4)
    #expect(report.events == 7)
    #expect(try await place.sent() == EventMirror.Report())
    let whole = try await place.rows(
      "SELECT data FROM datawarp.tbl_pipeline_events WHERE event_id = 'evt_new'")
    let data = try JSONDecoder().decode(JSONValue.self, from: Data((whole[0][0] ?? "").utf8))
    #expect(data[EventRow.wholeKey]?["weight"]?["kg"] == 2.5)
    #expect(
      try await place.rows("SELECT stage FROM datawarp.tbl_pipeline_events WHERE event_id = 'evt_nul'") == [
        ["s\u{FFFD}"]
      ])
    let cut = try await place.rows(
      "SELECT event_id, length(publication) FROM datawarp.tbl_pipeline_events WHERE publication IS NOT NULL")
    #expect(cut.count == 1 && cut[0][1] == "100")
    #expect(cut[0][0]?.hasPrefix("evt_") == true)
    #expect(
      try await place.rows(
        "SELECT length(error ->> 'message') FROM datawarp.tbl_pipeline_events WHERE event_id = 'evt_big'") == [
          ["10000000"]
        ])
    #expect(
      try await place.rows(
        "SELECT event_type, source_code FROM datawarp.tbl_pipeline_events WHERE event_id = 'evt_sql'")
        == [["'); DROP TABLE x; --", "a\tb\\N\n$$"]])
  }

  @Test("a table of another schema is told in a sentence and left as it is", arguments: Kind.allCases)
  func otherSchema(_ kind: Kind) async throws {
    guard let place = try Place(kind) else { return }
    try await place.folder.execute(
      "CREATE SCHEMA datawarp; CREATE TABLE datawarp.tbl_pipeline_events (event_id INTEGER, note TEXT);",
      in: place.target)
    try place.folder.write([Event(.info)], run: "run_20260112_103000")
    let report = try await place.sent()
    #expect(report.events == 0)
    #expect(report.trouble?.description.contains("event_id") == true)
    #expect(try await place.rows("SELECT count(*) FROM datawarp.tbl_pipeline_events") == [["0"]])
  }

  @Test("an event that the table refuses is left out and counted, and the others are in")
  func refused() async throws {
    guard let place = try Place(.postgreSQL) else { return }
    _ = try await place.sent()
    try await place.folder.execute(
      """
      CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'this one not' USING ERRCODE = '22000'; END $$;
      CREATE TRIGGER t BEFORE INSERT ON datawarp.tbl_pipeline_events FOR EACH ROW WHEN (NEW.event_id = 'evt_7')
      EXECUTE FUNCTION no();
      """, in: place.target)
    try place.folder.write((0..<20).map { Event(.info, eventID: "evt_\($0)") }, run: "run_20260112_103000")
    let report = try await place.sent()
    #expect(report.events == 19 && report.refused == 1 && report.trouble == nil)
    #expect(
      report.sentence == "1 event could not be mirrored, since the database refused: this one not (SQLSTATE 22000).")
    let status = try await place.mirror().status()
    #expect(status.behind == 0 && status.passedOver == 1)
  }

  @Test("rights that lack, a database that is down, silent, or not there are each a sentence, and no secret is in it")
  func trouble() async throws {
    let folder = try MirrorFolder()
    try folder.write([Event(.info)], run: "run_20260112_103000")
    func trouble(_ target: EventMirror.Target, within limit: Duration = .seconds(10)) async throws -> String {
      let report = try await EventMirror(folder.workspace, to: target, within: limit).run()
      #expect(report.events == 0)
      return try #require(report.sentence)
    }
    let silent = try SilentServer()
    let waited = try await trouble(
      .address("postgres://me:s3cret@127.0.0.1:\(silent.port)/d"), within: .milliseconds(300))
    #expect(waited.contains("did not answer within the time limit"))
    silent.close()
    let down = try await trouble(.address("postgres://me:s3cret@127.0.0.1:\(silent.port)/d"))
    #expect(down.contains("refused") && !down.contains("s3cret"))
    let folderIsFile = try await trouble(.file("/proc/nowhere/x.duckdb"))
    #expect(folderIsFile.contains("/proc/nowhere/x.duckdb"))
    try Data("this is no database, whatever it is called".utf8)
      .write(to: URL(fileURLWithPath: folder.workspace.root + "/x.duckdb"))
    #expect(try await trouble(.file("x.duckdb")).contains("not a valid DuckDB database"))
    guard let cluster = try TestCluster.shared() else { return }
    let address = try cluster.database()
    let owner = try cluster.connect(address)
    let role = "r" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
    try owner.execute("CREATE ROLE \(role) LOGIN PASSWORD 'p4ssword'")
    let stranger = address.replacing("tests:the-tests-password", with: "\(role):p4ssword")
    #expect(try await trouble(.address(stranger)).contains("SQLSTATE 42501"))
    #expect(try await trouble(.address(cluster.address("absent"))).contains("does not exist"))
    // Let in, it does without the right to make the schema.
    #expect(try await EventMirror(folder.workspace, to: .address(address), within: .seconds(10)).run().events == 1)
    try owner.execute("GRANT USAGE ON SCHEMA datawarp TO \(role)")
    try owner.execute("GRANT ALL ON ALL TABLES IN SCHEMA datawarp TO \(role)")
    try owner.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA datawarp TO \(role)")
    try folder.write([Event(.info)], run: "run_20260113_103000")
    #expect(try await EventMirror(folder.workspace, to: .address(stranger), within: .seconds(10)).run().events == 1)
  }
}
