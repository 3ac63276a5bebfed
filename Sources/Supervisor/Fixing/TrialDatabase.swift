internal import DataFiles
internal import Foundation
internal import Journal

/// Scratch copies of the tables that a source shares, and what a trial left in them.
struct TrialDatabase: Sendable {
  /// Rows above which a shared table is copied without its rows.
  static let mostRows = 2_000_000

  let duckDB: DuckDB
  /// The target's file.
  let target: String
  let table: String
  /// What every trial starts from.
  let seed: String

  /// Copies the target's definition of the source's table, and the rows of those that share it.
  ///
  /// - Returns: A note for the report when something could not be copied; nil when all is there.
  func prepare() async throws -> String? {
    guard FileManager.default.fileExists(atPath: target) else { return nil }
    let attach = "ATTACH \(DuckDB.quote(literal: target)) AS target (READ_ONLY);"
    let rows = try await duckDB.query(
      """
      \(attach)
      SELECT schema_name, table_name, sql, estimated_size FROM duckdb_tables()
      WHERE database_name = 'target' AND NOT internal AND lower(table_name) = lower(\(DuckDB.quote(literal: table)))
      ORDER BY schema_name;
      """, in: .memory, timeout: .seconds(60))
    var script = [attach]
    var note: String?
    for row in rows {
      guard let schema = row["schema_name"]?.string, let name = row["table_name"]?.string, let sql = row["sql"]?.string
      else { continue }
      let full = "\(DuckDB.quote(identifier: schema)).\(DuckDB.quote(identifier: name))"
      script.append("CREATE SCHEMA IF NOT EXISTS \(DuckDB.quote(identifier: schema));")
      script.append(sql.hasSuffix(";") ? sql : sql + ";")
      if row["estimated_size"]?.int ?? 0 > TrialDatabase.mostRows {
        note = "The table \(name) is large: verification had its definition, not its rows."
      } else {
        script.append("INSERT INTO \(full) SELECT * FROM target.\(full);")
      }
    }
    guard script.count > 1 else { return nil }
    try await duckDB.execute(script.joined(separator: "\n"), in: .readWrite(seed), timeout: .seconds(300))
    return note
  }

  /// Makes the database of one trial.
  func copy(to path: String) throws {
    guard FileManager.default.fileExists(atPath: seed) else { return }
    try FileManager.default.copyItem(atPath: seed, toPath: path)
  }

  /// Looks at what a trial loaded: nulls per column of the source's rows, and whether the others' rows are as they were.
  func inspect(_ path: String, source: String?) async throws -> (
    rows: Int?, nulls: [String: Int], othersUnchanged: Bool
  ) {
    guard FileManager.default.fileExists(atPath: path) else { return (nil, [:], true) }
    guard let after = try await columns(of: path) else { return (nil, [:], true) }
    let code = source.map { DuckDB.quote(literal: $0) } ?? "NULL"
    let lineage = after.names.contains("_source_code")
    let own = lineage && source != nil ? "WHERE _source_code = \(code)" : ""
    let counts = after.names.map { name in
      let column = DuckDB.quote(identifier: name)
      return "count(*) FILTER (WHERE \(column) IS NULL) AS \(column)"
    }
    let row =
      try await duckDB.query(
        "SELECT count(*) AS __rows, \(counts.joined(separator: ", ")) FROM \(after.table) \(own);",
        in: .readOnly(path), timeout: .seconds(120)
      ).first ?? [:]
    var nulls: [String: Int] = [:]
    for name in after.names where !name.hasPrefix("_") { nulls[name] = row[name]?.int }
    return (row["__rows"]?.int, nulls, try await othersUnchanged(path, after: after, source: code))
  }

  /// Whether every row of another source that stood there before still does.
  private func othersUnchanged(_ path: String, after: (table: String, names: [String]), source: String) async throws
    -> Bool
  {
    guard FileManager.default.fileExists(atPath: seed), let before = try await columns(of: seed) else { return true }
    guard before.names.allSatisfy(after.names.contains) else { return false }
    let list = before.names.map { DuckDB.quote(identifier: $0) }.joined(separator: ", ")
    let others = before.names.contains("_source_code") ? "WHERE _source_code IS DISTINCT FROM \(source)" : ""
    let gone = try await duckDB.query(
      """
      ATTACH \(DuckDB.quote(literal: seed)) AS seed (READ_ONLY);
      SELECT count(*) AS gone FROM (
        SELECT \(list) FROM seed.\(before.table) \(others) EXCEPT ALL SELECT \(list) FROM \(after.table) \(others));
      """, in: .readOnly(path), timeout: .seconds(120))
    return gone.first?["gone"]?.int == 0
  }

  private func columns(of path: String) async throws -> (table: String, names: [String])? {
    let rows = try await duckDB.query(
      """
      SELECT schema_name, table_name, column_name FROM duckdb_columns()
      WHERE NOT internal AND lower(table_name) = lower(\(DuckDB.quote(literal: table)))
      ORDER BY schema_name, column_index;
      """, in: .readOnly(path), timeout: .seconds(60))
    guard let schema = rows.first?["schema_name"]?.string, let name = rows.first?["table_name"]?.string else {
      return nil
    }
    let names = rows.filter { $0["schema_name"]?.string == schema }.compactMap { $0["column_name"]?.string }
    return ("\(DuckDB.quote(identifier: schema)).\(DuckDB.quote(identifier: name))", names)
  }
}
