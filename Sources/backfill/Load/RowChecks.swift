internal import DataFiles
internal import Journal
internal import ManifestYAML

/// The columns whose values together are different in every row.
struct PrimaryKey {
  let columns: [String]
  let inputs: [InputFile]
  let owner: RowOwner

  /// Throws `duplicate_key` or `null_violation` for the first row that breaks the key.
  ///
  /// Checked on the rows that are loaded, not by the database: DuckDB can't replace keyed rows in one transaction.
  func check(_ duckDB: DuckDB, source: SourcePlan) async throws(LoadError) {
    guard !columns.isEmpty, let first = inputs.first else { return }
    let known = Set(first.cells.map(\.column.name))
    for column in columns where !known.contains(column) {
      throw LoadError(
        manifest: source.node["primary_key"], source.file, "primary_key names '\(column)', which is no column")
    }
    var script = ""
    for (index, input) in inputs.enumerated() {
      script += "ATTACH \(DuckDB.quote(literal: input.staged.database)) AS \(input.alias(index)) (READ_ONLY);\n"
    }
    let names = columns.map(DuckDB.quote(identifier:))
    let rows = inputs.enumerated().map { $0.element.select($0.offset, owner: owner) }.joined(separator: " UNION ALL ")
    let text = names.map { "coalesce(CAST(\($0) AS VARCHAR), '')" }.joined(separator: " || ', ' || ")
    let missing = names.map { "\($0) IS NULL" }.joined(separator: " OR ")
    script += """
      CREATE TEMP TABLE keyed AS SELECT \(names.joined(separator: ", ")), _row FROM (\(rows));
      SELECT _row, '' AS value FROM keyed WHERE \(missing) ORDER BY _row LIMIT 1;
      SELECT \(text) AS value, count(*) AS count, list(_row ORDER BY _row)[2] AS _row FROM keyed
        GROUP BY \(names.joined(separator: ", ")), value HAVING count(*) > 1 ORDER BY _row LIMIT 1
      """
    let sets = try await reading { () throws(DataFileError) in try await duckDB.run(script) }
    let key = columns.joined(separator: ", ")
    if let row = sets.first?.first {
      throw error(.nullViolation, "the key (\(key)) has no value", row: row, in: first)
    }
    if let row = sets.last?.first {
      let value = row["value"]?.string ?? ""
      throw error(.duplicateKey, "the key (\(key)) = '\(value)' stands in more than one row", row: row, in: first)
    }
  }

  private func error(_ type: ErrorType, _ message: String, row: DuckDB.Row, in input: InputFile) -> LoadError {
    var error = EventError(type, message)
    error.column = columns.joined(separator: ", ")
    error.value = row["value"]?.string
    error.row = row["_row"]?.int
    error.file = input.staged.fileName
    error.sheet = input.staged.sheet
    error.transient = false
    return LoadError(error)
  }
}

/// The columns of a file for which a manifest (a draft) declares none.
enum Undeclared {
  /// Every column, with the narrowest type that takes all its values: codes with leading zeros stay text, and what a
  /// workbook shows as a date is one.
  static func columns(
    of table: StagedTable, at path: String, file: FilePlan, _ duckDB: DuckDB
  ) async throws(LoadError) -> [ColumnPlan] {
    let rule = ColumnRule(
      .varchar(nil), nullValues: file.nullValues, dateFormat: file.dateFormat, decimal: file.decimal)
    let counts = table.names.indices.flatMap { index in
      let cell = "c\(index + 1)"
      let coded = "\(rule.present(cell)) AND regexp_matches(\(cell), '^\\s*[+-]?0[0-9]')"
      return [
        "count(*) FILTER (\(rule.present(cell))) AS p\(index)", "count(*) FILTER (\(coded)) AS z\(index)",
      ]
        + ColumnType.inferable.map { type in
          "count(*) FILTER (\(rule.with(type).fails(cell, kind: table.kind))) AS \"\(index) \(type.sql)\""
        }
    }
    let answer = try await reading { () throws(DataFileError) in
      try await duckDB.query("SELECT \(counts.joined(separator: ", ")) FROM cells", in: .readOnly(table.database)).first
    }
    let dates = try await reading { () throws(DataFileError) in
      try await TypeSniffer(duckdb: duckDB).dates(of: table, at: path, range: file.range)
    }
    var taken: Set<String> = []
    return table.names.enumerated().map { index, name in
      let isText = answer?["p\(index)"]?.int == 0 || answer?["z\(index)"]?.int != 0
      let fitting = ColumnType.inferable.filter { answer?["\(index) \($0.sql)"]?.int == 0 }
      let shown = dates[index].flatMap(ColumnType.init).flatMap { fitting.contains($0) ? $0 : nil }
      let type = isText ? nil : shown ?? fitting.first
      return ColumnPlan(undeclared: name, type: type ?? .varchar(nil), taken: &taken)
    }
  }
}
