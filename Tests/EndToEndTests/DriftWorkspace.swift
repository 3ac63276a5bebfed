import DataFiles
import Foundation
import Journal
import Testing

/// A workspace of several publications that are loaded from files of this machine, whose producers change their columns.
struct DriftWorkspace: Sendable {
  /// A file as it is published: its headers, and its rows' cells.
  struct Table: Sendable {
    var headers: [String]
    var rows: [[String]]

    var text: String { ([headers] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n" }
  }

  let bench: Workbench
  var root: String { bench.root }

  /// Makes the workspace and commits it.
  ///
  /// - Parameter sources: The sources of each publication with their columns: header to type; the table's column is the header in small letters.
  init(_ name: String, _ sources: [String: [String: [(String, String)]]], mode: String = "") async throws {
    bench = try Workbench(name)
    let keys = sources.keys.sorted()
    try write(
      "publications:\n"
        + keys.map { "  \($0): {name: \($0), urls: [{period: y25, url: \"file://\(bench.root)/files/page.html\"}]}\n" }
        .joined(), to: "config/publications.yaml")
    let arguments = #"--manifest, "{enriched}", --source, "{source}", --database"#
    try write(
      """
      schema_version: 1
      database: data/warehouse.duckdb
      stages:
        - name: enrich
          state: ENRICH
          command: ["true"]
          produces: {enriched: "manifests/{publication}_{period}.yaml"}
          existing: keep
        - name: load
          state: INGEST
          scope: source
          exclusive: "{database}"
          command: [backfill, load, \(arguments), "{database}"]
          verify: [backfill, load, \(arguments), "{scratch_database}"]
          undo: [backfill, unload, \(arguments), "{database}"]
          timeout_seconds: 60

      """, to: "config/pipeline.yaml")
    try write(
      "retry: {max_retries: 0}\nnew_periods: ignore\nrevisions: reload\n" + mode, to: "config/execution_mode.yaml")
    for (publication, sources) in sources {
      var text = "manifest: {name: \(publication)_y25, period: y25}\nsources:\n"
      for (code, columns) in sources.sorted(by: { $0.key < $1.key }) {
        text += """
            - code: \(code)
              enabled: true
              table: tbl_\(code)
              files:
                - {url: "file://\(bench.root)/files/\(code).csv", period: "2025"}
              columns:

          """
        for (header, type) in columns {
          text += "        - {original_name: \(header), semantic_name: \(header.lowercased()), data_type: \(type)}\n"
        }
      }
      try write(text, to: "manifests/\(publication)_y25.yaml")
    }
    try write("<html><body></body></html>\n", to: "files/page.html")
    try write("logs/\nstate/\ndata/\npatches/\nfiles/\n", to: ".gitignore")
    try await bench.git("init", "--quiet", "--initial-branch", "main")
    try await bench.git("add", "--all")
    try await bench.git("commit", "--quiet", "--message", "Start")
  }

  func write(_ text: String, to path: String) throws {
    let place = URL(fileURLWithPath: "\(root)/\(path)")
    try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place)
  }

  func publish(_ table: Table, _ code: String) throws { try write(table.text, to: "files/\(code).csv") }

  func errata(_ arguments: String...) async throws -> Ended {
    try await bench.run(Workbench.programs + "/errata", arguments)
  }

  func fixes() async throws -> [FixRecord] {
    try JSONDecoder().decode([FixRecord].self, from: Data(try await errata("fixes", "--json").output.utf8))
  }

  func events() throws -> [Event] { try JournalReader.events(in: root + "/logs") }

  /// The branches that hold fixes, without those that revise the goals.
  func branches() async throws -> [String] {
    try await bench.git("for-each-ref", "--format=%(refname:short)", "refs/heads/errata/")
      .split(separator: "\n").map(String.init).filter { !$0.hasPrefix("errata/_config/") }
  }

  /// What a query of the warehouse gives, one text a row.
  func query(_ sql: String) async throws -> [String] {
    let rows = try await DuckDB.locate().query(sql, in: .readOnly(root + "/data/warehouse.duckdb"))
    return rows.map { $0["answer"]?.string ?? "" }
  }
}
