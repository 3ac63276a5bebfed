import DataFiles
import Foundation
import Journal
import Testing

/// A workspace of one publication with two sources whose manifests are there already: small enough to run in seconds.
struct ClinicWorkspace: Sendable {
  let bench: Workbench
  var root: String { bench.root }
  static let manifest = "manifests/backfill/clinic/clinic_nov25_enriched.yaml"

  /// Makes the workspace with a `*` in the visits of nov25, and commits it.
  ///
  /// - Parameters:
  ///   - mode: The text of `execution_mode.yaml`.
  ///   - load: The program of the load stage; the reference pipeline's own by default.
  ///   - verify: Whether the load stage has a verify command.
  ///   - services: YAML of services.
  ///   - address: Where the data files are; the workspace's `files/` by default.
  init(
    _ name: String, mode: String = "retry: {max_retries: 0}\n", load: String = "backfill, load", verify: Bool = true,
    services: String = "", address: String? = nil
  ) async throws {
    bench = try Workbench(name)
    let files = address ?? "file://\(bench.root)/files"
    try write(
      """
      publications:
        clinic:
          name: Clinics
          urls:
            - {period: nov25, url: "\(files)/page.html", enabled: true}
            - {period: dec25, url: "\(files)/page.html", enabled: true}

      """, to: "config/publications.yaml")
    let arguments = #"--manifest, "{enriched}", --source, "{source}", --database"#
    try write(
      """
      schema_version: 1
      database: data/warehouse.duckdb
      \(services)
      stages:
        - name: enrich
          state: ENRICH
          command: ["true"]
          produces: {enriched: "manifests/backfill/{publication}/{publication}_{period}_enriched.yaml"}
          existing: keep
        - name: load
          state: INGEST
          scope: source
          exclusive: "{database}"
          command: [\(load), \(arguments), "{database}"]
          \(verify ? "verify: [backfill, load, \(arguments), \"{scratch_database}\"]" : "")
          undo: [backfill, unload, \(arguments), "{database}"]
          timeout_seconds: 60

      """, to: "config/pipeline.yaml")
    try write(mode, to: "config/execution_mode.yaml")
    for period in ["nov25", "dec25"] {
      let text = Self.manifestText(period, files: files)
      try write(text, to: "manifests/backfill/clinic/clinic_\(period)_enriched.yaml")
      try write("Org,Visits 2020\nA,1\nB,2\n", to: "files/visits_\(period).csv")
      try write("Org,Staff\nA,1\nB,2\n", to: "files/staff_\(period).csv")
    }
    try write("Org,Visits 2020\nA,1\nB,*\nC,3\nD,*\n", to: "files/visits_nov25.csv")
    try write("<html><body><a href=\"visits_nov25.csv\">Visits</a></body></html>\n", to: "files/page.html")
    try write("logs/\nstate/\ndata/\npatches/\n", to: ".gitignore")
    try await bench.git("init", "--quiet", "--initial-branch", "main")
    try await commit("Start")
  }

  private static func manifestText(_ period: String, files: String) -> String {
    func source(_ code: String, _ column: String, _ name: String) -> String {
      """
        - code: \(code)
          enabled: true
          table: tbl_\(code)
          mode: append
          files:
            - {url: "\(files)/\(code)_\(period).csv", filename: \(code)_\(period).csv}
          columns:
            - {original_name: "Org", semantic_name: org, data_type: varchar}
            - {original_name: "\(column)", semantic_name: \(name), data_type: integer}

      """
    }
    return "manifest: {name: clinic_\(period), period: \(period)}\nsources:\n"
      + source("visits", "Visits 2020", "visits_2020") + source("staff", "Staff", "staff")
  }

  func write(_ text: String, to path: String) throws {
    let place = URL(fileURLWithPath: "\(root)/\(path)")
    try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place)
  }

  func text(_ path: String) throws -> String { try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) }

  func commit(_ message: String) async throws {
    try await bench.git("add", "--all")
    try await bench.git("commit", "--quiet", "--message", message)
  }

  func errata(_ arguments: String...) async throws -> Ended {
    try await bench.run(Workbench.programs + "/errata", arguments)
  }

  func refs(below prefix: String = "refs/") async throws -> String {
    try await bench.git("for-each-ref", "--format=%(refname) %(objectname)", prefix)
  }

  /// The fixes as `errata fixes --json` prints them.
  func fixes() async throws -> [FixRecord] {
    try JSONDecoder().decode([FixRecord].self, from: Data(try await errata("fixes", "--json").output.utf8))
  }

  func state() async throws -> BackfillState {
    try JSONDecoder().decode(BackfillState.self, from: Data(try await errata("status", "--json").output.utf8))
  }

  func events() throws -> [Event] { try JournalReader.events(in: root + "/logs") }

  /// How many rows of a period the target holds.
  func rows(of table: String, period: String) async throws -> Int {
    let duckdb = try DuckDB.locate()
    let target = DuckDB.Database.readOnly(root + "/data/warehouse.duckdb")
    let places = try await duckdb.query(
      "SELECT table_schema AS name FROM information_schema.tables WHERE table_name = '\(table)'", in: target)
    guard let schema = places.first?["name"]?.string else { return 0 }
    let rows = try await duckdb.query(
      "SELECT count(*) AS n FROM \"\(schema)\".\"\(table)\" WHERE _period LIKE '%\(period)%'", in: target)
    return rows.first?["n"]?.int ?? -1
  }
}
