internal import DataFiles
internal import Journal

/// A file of a source, downloaded and laid out for DuckDB.
struct InputFile {
  let plan: FilePlan
  let staged: StagedTable
  /// The columns in the manifest's order with the file's column that each is read from; nil for an optional one that the
  /// file does not have.
  let cells: [(column: ColumnPlan, cell: String?)]
  /// SHA-256 of the raw file.
  let hash: String

  /// The name under which the staged rows are attached.
  func alias(_ index: Int) -> String { "input_\(index + 1)" }

  /// Finds each declared column in the file.
  init(plan: FilePlan, staged: StagedTable, columns: [ColumnPlan], hash: String) throws(LoadError) {
    self.plan = plan
    self.staged = staged
    self.hash = hash
    var cells: [(column: ColumnPlan, cell: String?)] = []
    for column in columns {
      let cell = staged.cell(named: column.originalName)
      if cell == nil, !column.isOptional {
        var error = staged.missing(column.originalName).event
        error.column = column.name
        throw LoadError(error, data: ["original_name": .string(column.originalName)])
      }
      cells.append((column, cell))
    }
    self.cells = cells
  }

  /// The file's columns that no declared one is read from.
  var undeclared: [String] {
    let used = Set(cells.compactMap(\.cell))
    return staged.names.enumerated().filter { !used.contains("c\($0.offset + 1)") }.map(\.element)
  }

  /// SQL for the file's typed rows.
  func select(_ index: Int, owner: RowOwner) -> String {
    let values = cells.map { column, cell in
      let value = cell.map { plan.rule(column).value($0, kind: staged.kind) } ?? "NULL"
      return "CAST(\(value) AS \(column.type.sql)) AS \(DuckDB.quote(identifier: column.name))"
    }
    let lineage = [
      "\(DuckDB.quote(literal: owner.source)) AS _source_code", "\(DuckDB.quote(literal: plan.period)) AS _period",
      "\(DuckDB.quote(literal: plan.key)) AS _file", "_row",
    ]
    return "SELECT \((values + lineage).joined(separator: ", ")) FROM \(alias(index)).main.cells"
  }

  /// Throws the error of the first declared column with a value that does not fit.
  func check(_ duckDB: DuckDB) async throws(LoadError) {
    let present = cells.compactMap { column, cell in cell.map { (column: column, cell: $0) } }
    guard !present.isEmpty else { return }
    let counts = present.enumerated().map { index, item in
      "count(*) FILTER (\(plan.rule(item.column).fails(item.cell, kind: staged.kind))) AS n\(index)"
    }
    let answer = try await reading { () throws(DataFileError) in
      try await duckDB.query("SELECT \(counts.joined(separator: ", ")) FROM cells", in: .readOnly(staged.database))
    }
    let failing = present.enumerated().compactMap { index, item -> (ColumnPlan, Int)? in
      let count = answer.first?["n\(index)"]?.int ?? 0
      return count > 0 ? (item.column, count) : nil
    }
    guard let (column, _) = failing.first else { return }
    let found = try await reading { () throws(DataFileError) in
      try await FailingValues.find(
        in: staged, column: column.originalName, rule: plan.rule(column), duckDB: duckDB)
    }
    throw misfit(column, found, counts: failing)
  }

  private func misfit(_ column: ColumnPlan, _ found: FailingValues, counts: [(ColumnPlan, Int)]) -> LoadError {
    let first = found.values.min { $0.firstRow < $1.firstRow }
    let text = first?.text ?? ""
    var error = Misfit.error(column.type, text)
    error.column = column.name
    error.value = text
    error.expectedType = column.type.name
    error.file = staged.fileName
    error.sheet = staged.sheet
    error.row = first?.firstRow
    error.transient = false
    let values = found.values.prefix(20).map { value -> JSONValue in
      ["value": .string(value.text), "count": .int(value.count), "first_row": .int(value.firstRow)]
    }
    return LoadError(
      error,
      data: [
        "original_name": .string(column.originalName), "failing": .int(found.failing),
        "total_rows": .int(found.totalRows), "values": .array(values),
        "failing_columns": .object(
          Dictionary(counts.map { ($0.name, .int($1)) }, uniquingKeysWith: { first, _ in first })),
      ])
  }
}

/// What kind of error a value that does not fit a type is.
enum Misfit {
  static func error(_ type: ColumnType, _ value: String) -> EventError {
    switch type {
    case .smallint, .integer, .bigint:
      let digits = value.drop { $0 == "-" || $0 == "+" }
      let isWhole = !digits.isEmpty && digits.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
      if isWhole, Double(value).map({ $0 == $0.rounded() }) == true, abs(Double(value) ?? 0) > 32_767 {
        return EventError(.valueOutOfRange, "\(type.name) column received value '\(value)', which is out of its range")
      }
    case .numeric where Double(value) != nil:
      return EventError(.valueOutOfRange, "\(type.name) column received value '\(value)', which is out of its range")
    case .varchar(let limit):
      let most = limit.map { " at most \($0)" } ?? ""
      return EventError(
        .valueTooLong, "\(type.name) column received a value of \(value.count) characters;\(most) fit: '\(value)'")
    case .date, .timestamp:
      if looksLikeDate(value) {
        return EventError(
          .dateFormat, "\(type.name) column received '\(value)', which is no date in ISO form or the declared format")
      }
    default: break
    }
    return EventError(.typeMismatch, "\(type.name) column received unexpected value '\(value)'")
  }

  /// Digits with separators or a month's name beside them.
  private static func looksLikeDate(_ value: String) -> Bool {
    guard value.contains(where: \.isNumber) else { return false }
    let lower = value.lowercased()
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    let hasMonth = months.contains { lower.contains($0) }
    let separators = value.count { "/-. ".contains($0) }
    return hasMonth || (separators >= 2 && value.count(where: \.isNumber) >= 4)
  }
}
