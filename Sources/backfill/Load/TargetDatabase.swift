internal import DataFiles
internal import Foundation
internal import Journal

/// A table's place in the database.
struct TableName: Hashable {
  let schema: String
  let name: String

  /// As SQL names it.
  var sql: String { "\(DuckDB.quote(identifier: schema)).\(DuckDB.quote(identifier: name))" }

  /// As people and events name it.
  var shown: String { schema == "main" ? name : "\(schema).\(name)" }
}

/// What a load left in the database in the same transaction as its rows: one for each file of a source.
struct Receipt: Hashable {
  let table: TableName
  let period: String
  let fileKey: String
  let inputHash: String
  let entryHash: String
  let rows: Int

  /// SQL for the receipts' table.
  static let table = TableName(schema: "main", name: "errata_receipts")

  /// SQL that makes the loader's own tables where they are missing.
  static let definitions = """
    CREATE TABLE IF NOT EXISTS main.errata_target (target_id VARCHAR NOT NULL);
    INSERT INTO main.errata_target
      SELECT CAST(uuid() AS VARCHAR) WHERE NOT EXISTS (SELECT 1 FROM main.errata_target);
    CREATE TABLE IF NOT EXISTS main.errata_receipts (
      publication VARCHAR, manifest_name VARCHAR, source_code VARCHAR, period VARCHAR, file_url VARCHAR,
      input_hash VARCHAR, entry_hash VARCHAR, rows BIGINT, table_schema VARCHAR, table_name VARCHAR, target_id VARCHAR,
      loaded_at TIMESTAMP);
    """

  /// SQL that is true for rows of the receipt's file in its table.
  var ownsRow: String { "(_period = \(DuckDB.quote(literal: period)) AND _file = \(DuckDB.quote(literal: fileKey)))" }
}

/// Whose rows a command is about: a source of a manifest, of a publication where one is known.
struct RowOwner {
  let publication: String
  let manifest: String
  let source: String

  /// SQL that is true for the receipts of this source.
  ///
  /// Different publications can have manifests of one name; a load by hand does not know the publication.
  var ownsReceipt: String {
    let base =
      "source_code = \(DuckDB.quote(literal: source)) AND manifest_name = \(DuckDB.quote(literal: manifest))"
    guard !publication.isEmpty else { return base }
    return base + " AND publication IN ('', \(DuckDB.quote(literal: publication)))"
  }

  /// SQL that is true for rows of this source.
  var ownsRow: String { "_source_code = \(DuckDB.quote(literal: source))" }
}

/// What a database holds before a load or an unload changes it.
struct TargetDatabase {
  let path: String
  /// Column names in lower case with DuckDB's types, by table.
  let columns: [TableName: [String: String]]
  /// The receipts of the owner that was asked about.
  let receipts: [Receipt]
  /// The database's own identity; nil before the first load.
  let identity: String?

  /// Looks at a database; one that does not exist yet is empty.
  static func read(_ path: String, owner: RowOwner, duckDB: DuckDB) async throws(LoadError) -> TargetDatabase {
    guard FileManager.default.fileExists(atPath: path) else {
      return TargetDatabase(path: path, columns: [:], receipts: [], identity: nil)
    }
    let described = try await reading { () throws(DataFileError) in
      try await duckDB.query(
        """
        SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()
        WHERE NOT internal AND database_name = current_database()
        """, in: .readOnly(path))
    }
    var columns: [TableName: [String: String]] = [:]
    for row in described {
      guard let schema = row["schema_name"]?.string, let table = row["table_name"]?.string,
        let column = row["column_name"]?.string, let type = row["data_type"]?.string
      else { continue }
      columns[TableName(schema: schema, name: table), default: [:]][column.lowercased()] = type
    }
    guard columns[Receipt.table] != nil else {
      return TargetDatabase(path: path, columns: columns, receipts: [], identity: nil)
    }
    let sets = try await reading { () throws(DataFileError) in
      try await duckDB.run(
        """
        SELECT target_id FROM main.errata_target;
        SELECT * FROM main.errata_receipts WHERE \(owner.ownsReceipt) ORDER BY period, file_url
        """, in: .readOnly(path))
    }
    let receipts = (sets.last ?? []).map { row in
      func text(_ key: String) -> String { row[key]?.string ?? "" }
      return Receipt(
        table: TableName(schema: text("table_schema"), name: text("table_name")), period: text("period"),
        fileKey: text("file_url"), inputHash: text("input_hash"), entryHash: text("entry_hash"),
        rows: row["rows"]?.int ?? 0)
    }
    return TargetDatabase(
      path: path, columns: columns, receipts: receipts, identity: sets.first?.first?["target_id"]?.string)
  }

  /// Whether a table has the columns that tell whose its rows are.
  func hasLineage(_ table: TableName) -> Bool {
    guard let columns = columns[table] else { return false }
    return ColumnPlan.reserved.allSatisfy { columns[$0] != nil }
  }

  /// SQL that takes the rows of the owner's receipts out of their tables, and the receipts with them.
  func removal(owner: RowOwner, except dropped: TableName? = nil) -> String {
    var script = ""
    let tables = Set(receipts.map(\.table)).filter { hasLineage($0) && $0 != dropped }
    for table in tables.sorted(by: { $0.shown < $1.shown }) {
      let rows = receipts.filter { $0.table == table }.map(\.ownsRow).joined(separator: " OR ")
      script += "DELETE FROM \(table.sql) WHERE \(owner.ownsRow) AND (\(rows));\n"
    }
    return receipts.isEmpty ? script : script + "DELETE FROM main.errata_receipts WHERE \(owner.ownsReceipt);\n"
  }
}
