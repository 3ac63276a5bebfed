import Foundation
import Journal
import Testing

/// After somebody else's backfill: its events, or a tool's plain output.
@Suite("Proposing after a foreign backfill")
struct ProposeTests {
  private static let failed = """
    {"event_id":"evt_1","run_id":"run_20260112_103015","timestamp":"2026-01-12T10:30:15.123Z","event_type":"run_started","context":{}}
    this line is junk
    {"event_id":"evt_2"
    [1,2,3]
    {"event_id":"evt_3","event_type":"source_loaded","timestamp":"2026-01-12T10:30:16.123Z","context":{"publication":"clinic","period":"nov25","source_code":"staff","stage":"load"},"data":{"rows":2,"table_name":"tbl_staff"}}
    {"event_id":"evt_4","event_type":"source_failed","timestamp":"2026-01-12T10:30:17.123Z","context":{"publication":"clinic","period":"nov25","source_code":"visits","stage":"load"},"error":{"type":"type_mismatch","message":"INTEGER column received unexpected value '*'","column":"visits_2020","row":3,"sheet":null}}
    {"event_type":"stage_failed","context":{"publication":"clinic","period":"nov25","stage":"load"},"error":{"type":"type_mismatch","message":"1 source failed"}}

    """

  @Test("gives the branches that a run would give, and moves no ref when told the same again")
  func events() async throws {
    let own = try await ClinicWorkspace("propose-run")
    #expect(try await own.errata("run").code == 10)
    let foreign = try await ClinicWorkspace("propose-events")
    try foreign.write(Self.failed, to: "logs/theirs.jsonl")
    try foreign.write("receivers: [{name: kept, command: [sh, -c, 'cat >> alerts.txt']}]\n", to: "config/alerts.yaml")
    let first = try await foreign.errata("propose", "--events", "logs/theirs.jsonl")
    #expect(first.code == 10, "\(first.errors)")
    #expect(first.output.isEmpty)
    for line in 2...4 { #expect(first.errors.contains("theirs.jsonl:\(line): ")) }
    let (theirs, ours) = (try await foreign.fixes(), try await own.fixes())
    #expect(theirs.map(\.branch) == ours.map(\.branch))
    #expect(theirs.map(\.changes) == ours.map(\.changes))
    #expect(theirs.filter(\.verified).count == theirs.count)

    // Who watches is told of what failed elsewhere as of what failed in a run, once.
    let alerts = try foreign.text("alerts.txt")
    #expect(alerts.contains("clinic/nov25") && alerts.contains("visits"))

    let refs = try await foreign.refs()
    let again = try await foreign.errata("propose", "--events", "logs/theirs.jsonl", "--json")
    #expect(again.code == 20)
    #expect(try await foreign.refs() == refs)
    #expect(try foreign.text("alerts.txt") == alerts)
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(again.output.utf8))
    #expect(document["exit_code"]?.int == 20 && document["new_fixes"]?.int == 0 && document["waiting"]?.int == 1)
    let told = try foreign.events().filter { $0.type == .sourceFailed }
    #expect(told.count == 1, "a known event was journalled again")
    #expect(try await foreign.state().urls["clinic/nov25"]?.sources["staff"]?.status == .loaded)
  }

  @Test("is no success when the file tells of nothing, of a period's failure alone, or of places that are not here")
  func noSuccess() async throws {
    let clinic = try await ClinicWorkspace("propose-hard")
    let key = #""publication":"clinic","period":"nov25""#
    let failed = #"{"event_type":"url_failed","context":{\#(key)},"error":{"type":"X","message":"killed\u2028"}}"#
    let loaded = #"{"event_type":"url_completed","context":{\#(key)}}"#
    let elsewhere = #"{"event_type":"url_failed","context":{"publication":"x","period":"y"}}"#
    for (text, code, words) in [
      ("", 64, "is empty"), ("\n \n", 64, "is empty"), ("killed\nby nobody\n", 64, "holds no line that is an event"),
      (String(repeating: "junk\n", count: 50) + loaded, 0, "30 more lines"), (failed, 30, ""),
      (elsewhere, 30, "no publication 'x'"),
      ("\u{FEFF}" + failed + "\r\n" + loaded + "\r\n", 0, ""), (#"{"event_type":"run_started"}"#, 0, "ends before"),
    ] as [(String, Int32, String)] {
      try clinic.write(text, to: "logs/theirs.jsonl")
      let ended = try await clinic.errata("propose", "--events", "logs/theirs.jsonl")
      #expect(
        ended.code == code && (words.isEmpty || ended.errors.contains(words)), "\(text): \(ended.code) \(ended.errors)")
    }
    // A source's name is no stage's, and JSON may hold a line separator as it is.
    try clinic.write(
      """
      {"event_type":"source_failed","context":{\(key),"source_code":"visits","stage":"load"},"error":{"type":"type_mismatch","message":"INTEGER\u{2028}\u{85}'*'","column":"visits_2020"}}
      {"event_type":"stage_completed","context":{\(key),"stage":"load"}}

      """, to: "logs/theirs.jsonl")
    let ended = try await clinic.errata("propose", "--events", "logs/theirs.jsonl")
    #expect(ended.code == 10 && !ended.errors.contains("passed over"), "\(ended.errors)")
  }

  @Test(
    "reads the output of psql, DuckDB and pandas, with and without the source, as one failure",
    arguments: [
      "ERROR:  invalid input syntax for type integer: \"*\"\nCONTEXT:  COPY tbl_visits, line 3, column visits_2020: \"*\"\n",
      "Conversion Error: CSV Error on Line: 3\nError when converting column \"Visits 2020\". Could not convert string \"*\" to 'INTEGER'\n",
      "  File \"load.py\", line 3, in read\n    read(\"visits_nov25.csv\")\nValueError: invalid literal for int() with base 10: '*'\n",
    ])
  func log(text: String) async throws {
    let clinic = try await ClinicWorkspace("propose-log")
    try clinic.write(text, to: "logs/load.log")
    let first = try await clinic.errata("propose", "--log", "logs/load.log", "--stage", "load", "clinic/nov25")
    #expect(first.code == 10, "\(first.errors)")
    let fix = try #require(try await clinic.fixes().first)
    #expect(fix.source == "visits" && fix.action == "add_null_values" && fix.verified)
    let refs = try await clinic.refs()
    let named = try await clinic.errata(
      "propose", "--log", "logs/load.log", "--stage", "INGEST", "clinic/nov25/visits", "--exit-code", "1")
    #expect(named.code == 20, "\(named.errors)")
    #expect(try await clinic.refs() == refs)
  }

  @Test("says which publication, period, stage or source is not there, and journals nothing of them")
  func unknown() async throws {
    let clinic = try await ClinicWorkspace("propose-unknown")
    try clinic.write("ERROR:  invalid input syntax for type integer: \"*\"\n", to: "logs/load.log")
    for (stage, place, words) in [
      ("load", "other/nov25/visits", "no publication 'other'"), ("load", "clinic/nov99", "no period 'nov99'"),
      ("nope", "clinic/nov25/visits", "no stage 'nope'"), ("load", "clinic/nov25/ghost", "no source 'ghost'"),
      ("load", "clinic", "names no period"),
    ] {
      let ended = try await clinic.errata("propose", "--log", "logs/load.log", "--stage", stage, place)
      #expect(ended.code == 64 && ended.errors.contains(words), "\(place): \(ended.errors)")
    }
    #expect(try await clinic.errata("propose", "--events", "logs/none.jsonl").code == 64)
    try clinic.write(
      """
      {"event_type":"source_failed","context":{"publication":"clinic","period":"nov25","source_code":"ghost","stage":"load"},"error":{"type":"x","message":"y"}}
      {"event_type":"process_started","context":{"publication":"clinic","period":"nov25"},"data":{"pid":2,"start_time":1}}
      {"event_type":"fix_published","context":{"publication":"clinic","period":"nov25"},"data":{"place":"local"}}

      """, to: "logs/theirs.jsonl")
    let ended = try await clinic.errata("propose", "--events", "logs/theirs.jsonl")
    #expect(ended.code == 30 && ended.errors.contains("no source 'ghost'"), "\(ended.errors)")
    #expect(try clinic.events().isEmpty, "a foreign machine's processes and fixes were believed")
    #expect(try await clinic.state().urls.isEmpty)
  }

  @Test("commits a manifest that only the foreign stage wrote, and leaves a person's file alone")
  func baseline() async throws {
    let clinic = try await ClinicWorkspace("propose-baseline")
    try await clinic.bench.git("rm", "--quiet", "-r", "--cached", "manifests")
    try await clinic.bench.git("commit", "--quiet", "--message", "Forget the manifests")
    let told =
      #"{"event_type":"stage_completed","context":{"publication":"clinic","period":"nov25","stage":"enrich"},"data":{"outputs":["\#(ClinicWorkspace.manifest)"]}}"#
    try clinic.write(told + "\n" + Self.failed, to: "logs/theirs.jsonl")
    #expect(try await clinic.errata("propose", "--events", "logs/theirs.jsonl").code == 10)
    #expect(try await clinic.fixes().allSatisfy { !$0.branch.isEmpty })
    let tracked = try await clinic.bench.git("ls-tree", "-r", "--name-only", "main", "manifests")
    #expect(tracked == ClinicWorkspace.manifest)
  }

  @Test("starts the services that pages come from, stops them, and says what a moved file's verification read")
  func services() async throws {
    let bench = try Workbench("port")
    let chosen = try await bench.run(
      "python3", ["-c", "import socket; s=socket.socket(); s.bind(('127.0.0.1',0)); print(s.getsockname()[1])"])
    let port = try #require(Int(chosen.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    let site = "http://127.0.0.1:\(port)"
    let clinic = try await ClinicWorkspace(
      "propose-services",
      services: """
        services:
          - name: site
            command: [python3, -m, http.server, "\(port)", --bind, 127.0.0.1, --directory, files]
            ready: {http: "\(site)/page.html"}
            timeout_seconds: 30
        """, address: site)
    try FileManager.default.moveItem(
      atPath: clinic.root + "/files/staff_nov25.csv", toPath: clinic.root + "/files/staff_nov25_v2.csv")
    try clinic.write("<html><body><a href=\"staff_nov25_v2.csv\">Staff</a></body></html>\n", to: "files/page.html")
    try clinic.write("urllib.error.HTTPError: HTTP Error 404: Not Found\n", to: "logs/load.log")
    let ended = try await clinic.errata("propose", "--log", "logs/load.log", "--stage", "load", "clinic/nov25/staff")
    #expect(ended.code == 10, "\(ended.errors)")
    let fix = try #require(try await clinic.fixes().first)
    #expect(fix.action == "fix_manifest_url" && fix.verified)
    let message = try await clinic.bench.git("log", "-1", "--format=%B", fix.branch)
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(message.contains("there are no bytes for it to read") && !message.contains("the very bytes"), "\(message)")
    let left = try await clinic.bench.run(
      "python3", ["-c", "import socket; socket.create_connection(('127.0.0.1', \(port)), 2)"])
    #expect(left.code != 0, "the service was left running")
  }
}
