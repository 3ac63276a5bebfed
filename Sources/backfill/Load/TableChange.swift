internal import DataFiles
internal import Journal

/// What a load does to its table before its rows go in: own old rows out, columns added or widened.
struct TableChange {
  let table: TableName
  /// SQL, a part of the load's transaction.
  let script: String
  /// Columns that the table did not have.
  let added: [String]
  /// How the rows differ from those of the load before; nil when the table has none of them.
  let difference: RowDifference?

  private static let lineage = [
    ("_source_code", "VARCHAR"), ("_period", "VARCHAR"), ("_file", "VARCHAR"), ("_row", "BIGINT"),
  ]

  static func plan(
    _ table: TableName, inputs: [InputFile], target: TargetDatabase, owner: RowOwner, duckDB: DuckDB
  ) async throws(LoadError) -> TableChange {
    let wanted = try columns(of: inputs)
    let own = ownRows(table, inputs: inputs, target: target, owner: owner)
    let difference = RowDifference(table, own: own, wanted: wanted, inputs: inputs, target: target, owner: owner)
    var existing = target.columns[table]
    var script = ""
    if existing != nil {
      // Where nobody else's rows are, the table is made anew: an older, wider type of this source must not stay.
      let foreign = target.hasLineage(table) ? "WHERE NOT coalesce(\(own), false)" : ""
      let others = try await reading { () throws(DataFileError) in
        try await duckDB.query("SELECT 1 AS other FROM \(table.sql) \(foreign) LIMIT 1", in: .readOnly(target.path))
      }
      if others.isEmpty {
        script += "DROP TABLE \(table.sql);\n"
        existing = nil
      }
    }
    guard let existing else {
      let definitions = (wanted + lineage).map { "\(DuckDB.quote(identifier: $0.0)) \($0.1)" }
      if table.schema != "main" { script += "CREATE SCHEMA IF NOT EXISTS \(DuckDB.quote(identifier: table.schema));\n" }
      script += "CREATE TABLE \(table.sql) (\(definitions.joined(separator: ", ")));\n"
      script += target.removal(owner: owner, except: table)
      let before = target.columns[table]
      return TableChange(
        table: table, script: script,
        added: before.map { old in wanted.map(\.0).filter { old[$0.lowercased()] == nil } } ?? [],
        difference: difference)
    }
    var added: [String] = []
    for (name, type) in wanted + lineage {
      let quoted = DuckDB.quote(identifier: name)
      guard let present = existing[name.lowercased()] else {
        script += "ALTER TABLE \(table.sql) ADD COLUMN \(quoted) \(type);\n"
        if !lineage.contains(where: { $0.0 == name }) { added.append(name) }
        continue
      }
      guard present != type else { continue }
      guard let wider = ColumnType(type)?.widening(present) else {
        throw LoadError(
          .typeMismatch,
          "column '\(name)' of table '\(table.shown)' is \(present) in the database and \(type) in the manifest, "
            + "and other sources have rows there")
      }
      if wider != present { script += "ALTER TABLE \(table.sql) ALTER COLUMN \(quoted) SET DATA TYPE \(wider);\n" }
    }
    script += target.removal(owner: owner)
    if target.hasLineage(table) { script += "DELETE FROM \(table.sql) WHERE \(own);\n" }
    return TableChange(table: table, script: script, added: added, difference: difference)
  }

  /// SQL that is true for rows that this load replaces.
  private static func ownRows(
    _ table: TableName, inputs: [InputFile], target: TargetDatabase, owner: RowOwner
  ) -> String {
    var rows = target.receipts.filter { $0.table == table }.map(\.ownsRow)
    for input in inputs {
      let period = "_period = \(DuckDB.quote(literal: input.plan.period))"
      let file = " AND _file = \(DuckDB.quote(literal: input.plan.key))"
      rows.append("(\(period)\(input.plan.replaces ? "" : file))")
    }
    return "(\(owner.ownsRow) AND (\(rows.joined(separator: " OR "))))"
  }

  /// The columns of all files with one type each.
  private static func columns(of inputs: [InputFile]) throws(LoadError) -> [(String, String)] {
    var columns: [(String, String)] = []
    for input in inputs {
      for (column, _) in input.cells {
        guard let index = columns.firstIndex(where: { $0.0.lowercased() == column.name.lowercased() }) else {
          columns.append((column.name, column.type.sql))
          continue
        }
        columns[index].1 = column.type.widening(columns[index].1) ?? "VARCHAR"
      }
    }
    return columns
  }
}
