import DataFiles
import Foundation
import Journal
import TestSite

/// A workspace in which faults happen, each to a publication of its own.
///
/// Beside each faulty source stands a steady one that loads; nothing that becomes of the fault may touch its rows.
struct FaultGround: Sendable {
  let bench: Workbench
  let site: TestSite
  let faults: [Fault]
  var root: String { bench.root }

  /// Makes and commits the workspace; the site is served until it is released.
  init(_ faults: [Fault], mode: String) async throws {
    bench = try Workbench("faults")
    site = try TestSite()
    self.faults = faults
    var publications = "publications:\n"
    for fault in faults {
      publications += try publish(fault)
      try makeSite(fault)
    }
    try write(publications, to: "config/publications.yaml")
    try write(Self.pipeline, to: "config/pipeline.yaml")
    try write(
      "execution: {mode: \(mode)}\nretry: {max_retries: 0}\nautonomous: {min_confidence: 0.5}\n",
      to: "config/execution_mode.yaml")
    try write("max_fix_attempts: 1000\n", to: "config/constraints.yaml")
    try write(Self.publishProgram, to: "publish.py")
    try write("logs/\nstate/\ndata/\npatches/\n", to: ".gitignore")
    try await bench.git("init", "--quiet", "--initial-branch", "main")
    try await bench.git("add", "--all")
    try await bench.git("commit", "--quiet", "--message", "Start")
  }

  private static let pipeline = """
    schema_version: 1
    database: data/warehouse.duckdb
    stages:
      - name: manifest
        state: EXTRACT
        command: [backfill, manifest, --publication, "{publication}", --period, "{period}", --url, "{url}", --output, "{manifest}"]
        verify: [backfill, manifest, --publication, "{publication}", --period, "{period}", --url, "{url}", --output, "{manifest}"]
        produces: {manifest: "manifests/backfill/{publication}/{publication}_{period}.yaml"}
        existing: keep
      - name: enrich
        state: ENRICH
        command: [backfill, enrich, --input, "{manifest}", --output, "{enriched}", --reference, "{reference_manifest}"]
        produces: {enriched: "manifests/backfill/{publication}/{publication}_{period}_enriched.yaml"}
        existing: keep
      - name: load
        state: INGEST
        scope: source
        exclusive: "{database}"
        command: [backfill, load, --manifest, "{enriched}", --source, "{source}", --database, "{database}"]
        verify: [backfill, load, --manifest, "{enriched}", --source, "{source}", --database, "{scratch_database}"]
        undo: [backfill, unload, --manifest, "{enriched}", --source, "{source}", --database, "{database}"]
      - name: export
        state: PUBLISH
        command: [python3, publish.py, "{publication}"]
        timeout_seconds: 2

    """

  private static let publishProgram = """
    import json, os, sys, time
    try: plan = json.load(open(f'publish/{sys.argv[1]}.json'))
    except FileNotFoundError: sys.exit(0)
    sys.stderr.write(plan['prints'])
    sys.stderr.flush()
    if plan.get('sleeps'): time.sleep(plan['sleeps'])
    if plan.get('signal'): os.kill(os.getpid(), plan['signal'])
    sys.exit(plan.get('exits', 1))

    """

  /// The steady source's entry.
  private static func steady(_ fault: Fault) -> String {
    """
    - code: steady
      enabled: true
      table: tbl_steady
      files:
      - {url: "$SITE/steady.csv", period: '\(fault.name.prefix(10))'}
      columns:
      - {original_name: Org, semantic_name: org, data_type: varchar}
      - {original_name: Number, semantic_name: number, data_type: integer}

    """
  }

  private func publish(_ fault: Fault) throws -> String {
    var entry = "  \(fault.name):\n    name: \(fault.name)\n    landing_page: \(site.url(fault.name))/landing.html\n"
    let folder = "manifests/backfill/\(fault.name)/\(fault.name)_nov25"
    if let manifest = fault.manifest {
      let text = resolve(manifest + (manifest.contains("\nsources:") ? Self.steady(fault) : ""), fault)
      try write(text, to: folder + ".yaml")
      try write(text, to: folder + "_enriched.yaml")
    }
    if let reference = fault.reference {
      try write(resolve(reference, fault), to: "manifests/reference/\(fault.name).yaml")
      entry += "    reference_manifest: manifests/reference/\(fault.name).yaml\n"
    }
    if let publish = fault.publish {
      try write(String(decoding: JSONEncoder().encode(publish), as: UTF8.self), to: "publish/\(fault.name).json")
    }
    return entry + "    urls:\n    - {period: nov25, url: \"\(resolve(fault.page, fault))\"}\n"
  }

  private func makeSite(_ fault: Fault) throws {
    try site.write("\(fault.name)/steady.csv", "Org,Number\nA,1\nB,2\n")
    try site.write("\(fault.name)/page.html", "<html><body>Nothing here.</body></html>")
    for (path, text) in fault.texts { try site.write("\(fault.name)/\(path)", resolve(text, fault)) }
    for (path, text) in fault.bytes {
      try site.write("\(fault.name)/\(path)", Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())
    }
    for (path, sheets) in fault.workbooks {
      try site.write(workbook: "\(fault.name)/\(path)", sheets.map { TestSite.Sheet($0.sheet, $0.rows) })
    }
    for (path, members) in fault.archives { try site.write(archive: "\(fault.name)/\(path)", members) }
  }

  /// A fault's text with the addresses of its site.
  func resolve(_ text: String, _ fault: Fault) -> String {
    text.replacing("$SITE", with: site.url(fault.name)).replacing("$ROOT", with: site.address)
  }

  /// An expected value with the addresses of its site.
  func resolve(_ value: JSONValue, _ fault: Fault) -> JSONValue {
    value.string.map { .string(resolve($0, fault)) } ?? value
  }

  private func write(_ text: String, to path: String) throws {
    let place = URL(fileURLWithPath: "\(root)/\(path)")
    try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place)
  }

  func errata(_ arguments: String...) async throws -> Ended {
    try await bench.run(Workbench.programs + "/errata", arguments)
  }

  func fixes() async throws -> [FixRecord] {
    try JSONDecoder().decode([FixRecord].self, from: Data(try await errata("fixes", "--json").output.utf8))
  }

  func state() async throws -> BackfillState {
    try JSONDecoder().decode(BackfillState.self, from: Data(try await errata("status", "--json").output.utf8))
  }

  func events() throws -> [Event] { try JournalReader.events(in: root + "/logs") }

  /// The steady sources' rows by publication, with a checksum of their values.
  func steadyRows() async throws -> [String: String] {
    let rows = try await DuckDB.locate().query(
      """
      SELECT split_part(_file, '/', 4) AS fault, count(*) || ' ' || sum(number) || ' ' || string_agg(org, ', ' ORDER BY org) AS sum
      FROM tbl_steady GROUP BY ALL
      """, in: .readOnly(root + "/data/warehouse.duckdb"))
    return Dictionary(
      uniqueKeysWithValues: rows.compactMap { row in
        row["fault"]?.string.flatMap { fault in row["sum"]?.string.map { (fault, $0) } }
      })
  }
}
