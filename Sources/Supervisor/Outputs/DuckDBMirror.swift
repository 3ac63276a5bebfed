internal import DataFiles
internal import Foundation
internal import Journal

/// The table of events in a file of DuckDB's.
struct DuckDBMirror: MirrorTable {
  let place: String
  private let path: String
  private let duckDB: DuckDB
  private let deadline: ContinuousClock.Instant

  init(path: String, shown: String, _ duckDB: DuckDB, deadline: ContinuousClock.Instant) {
    self.path = path
    self.duckDB = duckDB
    self.deadline = deadline
    place = "the DuckDB database \(shown)"
  }

  func positions(changingNothing: Bool) async throws(MirrorError) -> [JournalPosition] {
    if changingNothing {
      guard FileManager.default.fileExists(atPath: path) else { return [] }
      let there = try await run(
        "SELECT count(*) AS tables FROM duckdb_tables() WHERE schema_name || '.' || table_name IN "
          + DuckDB.quote(list: [MirrorTableShape.name, MirrorTableShape.positions]), .readOnly(path))
      guard there.last?.first?["tables"]?.int == 2 else { return [] }
    }
    let sequence = "\(MirrorTableShape.schema).seq_pipeline_events"
    let making = """
      CREATE SCHEMA IF NOT EXISTS \(MirrorTableShape.schema);
      CREATE SEQUENCE IF NOT EXISTS \(sequence);
      CREATE TABLE IF NOT EXISTS \(MirrorTableShape.name) (
        id INTEGER PRIMARY KEY DEFAULT nextval('\(sequence)'), \(MirrorTableShape.columns(json: "JSON")));
      \(MirrorTableShape.positionsTable)
      """
    let columns = """
      SELECT column_name AS name, data_type AS type FROM duckdb_columns()
      WHERE schema_name || '.' || table_name = '\(MirrorTableShape.name)';
      """
    let asking = "SELECT file, fingerprint, bytes, events, passed_over FROM \(MirrorTableShape.positions);"
    let answers = try await run(
      (changingNothing ? "" : making) + columns, changingNothing ? .readOnly(path) : .readWrite(path))
    let types = (answers.last ?? []).compactMap { row in
      row["name"]?.string.flatMap { name in row["type"]?.string.map { (name, $0) } }
    }
    if let trouble = MirrorTableShape.trouble(
      Dictionary(types, uniquingKeysWith: { first, _ in first }), json: ["json"])
    {
      throw trouble
    }
    // After the check: another table's columns may not take these.
    let rows = try await run(
      (changingNothing ? "" : MirrorTableShape.indexes) + asking,
      changingNothing ? .readOnly(path) : .readWrite(path))
    return (rows.last ?? []).compactMap(Self.position)
  }

  func append(_ rows: [EventRow], _ positions: [JournalPosition]) async throws(MirrorError) {
    let file = NSTemporaryDirectory() + "errata-mirror-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: file) }
    do {
      try Data(rows.map { $0.json + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: file))
    } catch {
      throw MirrorError(.diskFull, "its rows could not be written to a temporary file: \(error.localizedDescription)")
    }
    let types = EventRow.columns.map { column in
      let type = column.width != nil ? "VARCHAR" : column.name == "timestamp" ? "TIMESTAMPTZ" : "JSON"
      return "\"\(column.name)\": '\(type)'"
    }.joined(separator: ", ")
    let largest = max(1 << 24, (rows.map { $0.json.utf8.count }.max() ?? 0) + 2)
    let inserting =
      rows.isEmpty
      ? ""
      : """
      INSERT INTO \(MirrorTableShape.name) (\(MirrorTableShape.columnList)) SELECT \(MirrorTableShape.columnList)
      FROM read_json(\(DuckDB.quote(literal: file)), format = 'newline_delimited', columns = {\(types)},
        maximum_object_size = \(largest)) ON CONFLICT (event_id) DO NOTHING;
      """
    let values = positions.map { position in
      "(\(DuckDB.quote(literal: position.file.name)), \(DuckDB.quote(literal: position.file.fingerprint)), "
        + "\(position.bytes), \(position.events), \(position.passedOver), now())"
    }
    _ = try await run(
      """
      BEGIN;
      \(inserting)
      INSERT INTO \(MirrorTableShape.positions) VALUES \(values.joined(separator: ", "))
      ON CONFLICT (file, fingerprint) \(MirrorTableShape.positionUpdate);
      COMMIT;
      """, .readWrite(path))
  }

  private static func position(_ row: DuckDB.Row) -> JournalPosition? {
    guard let name = row["file"]?.string, let fingerprint = row["fingerprint"]?.string, let bytes = row["bytes"]?.int,
      let events = row["events"]?.int, let passedOver = row["passed_over"]?.int
    else { return nil }
    return JournalPosition(
      JournalPosition.File(name: name, fingerprint: fingerprint), bytes: bytes, events: events, passedOver: passedOver)
  }

  private func run(_ script: String, _ database: DuckDB.Database) async throws(MirrorError) -> [[DuckDB.Row]] {
    do throws(DataFileError) {
      return try await duckDB.run(script, in: database, timeout: max(.milliseconds(1), deadline - .now))
    } catch {
      throw MirrorError(error)
    }
  }
}
