internal import DataFiles
internal import Journal

/// Finds the types that all of a column's values fit, by counting in DuckDB.
struct TypeSniffer: Sendable {
  var duckdb: DuckDB

  /// A column's type, and how its dates are written where that has to be said.
  struct Sniffed: Hashable, Sendable {
    var type: String
    var dateFormat: String?
  }

  /// The type of each column of a staged table.
  ///
  /// Codes with leading zeros stay text, as does a column without values or with suppression markers in it.
  /// - Parameter dates: the columns that a workbook shows as dates, by index, with their type.
  func types(of table: StagedTable, dates: [Int: String] = [:]) async throws(DataFileError) -> [Sniffed] {
    guard !table.names.isEmpty else { return [] }
    // Programs that write workbooks keep whole numbers as 450.0 too.
    let whole = table.kind == .csv ? "[+-]?[0-9]+" : "[+-]?[0-9]+(\\.0+)?"
    let counts = table.names.indices.map { index in
      TypeSniffer.tests(whole: whole).map { test in
        "count(*) FILTER (v\(index) <> '' AND \(test.condition("v\(index)"))) AS \(test.name)_\(index)"
      }.joined(separator: ", ")
    }
    let values = table.names.indices.map { "trim(coalesce(c\($0 + 1), '')) AS v\($0)" }
    let script = """
      SELECT \(counts.joined(separator: ",\n  ")) FROM (SELECT \(values.joined(separator: ", ")) FROM cells)
      """
    let row = try await duckdb.query(script, in: .readOnly(table.database)).first ?? [:]
    return table.names.indices.map { index in
      let sniffed = TypeSniffer.type { name in row["\(name)_\(index)"]?.int ?? 0 }
      guard let date = dates[index], ["integer", "numeric"].contains(sniffed.type) else { return sniffed }
      return Sniffed(type: date)
    }
  }

  /// The columns that a workbook's first data row shows as dates or times, by index, with their type.
  /// - Parameter range: the part of the sheet that the table was read from.
  func dates(of table: StagedTable, at path: String, range: String?) async throws(DataFileError) -> [Int: String] {
    guard table.kind == .xlsx, table.rowCount > 0 else { return [:] }
    let row = table.headerRow + 1
    let first = range.flatMap(CellRange.init)?.firstColumn ?? 1
    let cells = CellRange(firstRow: row, firstColumn: first, lastRow: row, lastColumn: first + table.names.count - 1)
    let sheet = table.sheet.map { "sheet = \(DuckDB.quote(literal: $0)), " } ?? ""
    let described = try await duckdb.query(
      """
      DESCRIBE SELECT * FROM read_xlsx(\(DuckDB.quote(literal: path)), \(sheet)range = '\(cells)',
        header = false, stop_at_empty = false, empty_as_varchar = true)
      """, excel: true)
    var dates: [Int: String] = [:]
    for (index, column) in described.enumerated() {
      switch column["column_type"]?.string {
      case "DATE": dates[index] = "date"
      case "TIMESTAMP": dates[index] = "timestamp"
      default: continue
      }
    }
    return dates
  }

  private struct Test {
    var name: String
    var condition: (String) -> String
  }

  private static func tests(whole: String) -> [Test] {
    [
      Test(name: "filled") { _ in "true" },
      Test(name: "whole") { "regexp_full_match(\($0), '\(whole)')" },
      Test(name: "small") { "abs(try_cast(\($0) AS DOUBLE)) <= 2147483647" },
      Test(name: "large") { "abs(try_cast(\($0) AS DOUBLE)) <= 9.2e18" },
      Test(name: "coded") { "regexp_matches(\($0), '^[+-]?0[0-9]')" },
      Test(name: "number") {
        "regexp_full_match(\($0), '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?')"
      },
      Test(name: "iso") {
        "regexp_full_match(\($0), '[0-9]{4}-[0-9]{2}-[0-9]{2}') AND try_cast(\($0) AS DATE) IS NOT NULL"
      },
      Test(name: "stamp") {
        """
        regexp_full_match(\($0), '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9:.]+Z?)?') \
        AND try_cast(\($0) AS TIMESTAMP) IS NOT NULL
        """
      },
      Test(name: "slashed") {
        """
        regexp_full_match(\($0), '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}') AND try_strptime(\($0), '%d/%m/%Y') IS NOT NULL
        """
      },
      Test(name: "truth") { "lower(\($0)) IN ('true', 'false')" },
    ]
  }

  private static func type(_ count: (String) -> Int) -> Sniffed {
    let filled = count("filled")
    guard filled > 0 else { return Sniffed(type: "varchar") }
    if count("coded") == 0 {
      if count("whole") == filled, count("small") == filled { return Sniffed(type: "integer") }
      if count("whole") == filled, count("large") == filled { return Sniffed(type: "bigint") }
      if count("number") == filled, count("whole") < filled { return Sniffed(type: "numeric") }
    }
    if count("iso") == filled { return Sniffed(type: "date") }
    if count("stamp") == filled { return Sniffed(type: "timestamp") }
    if count("slashed") == filled { return Sniffed(type: "date", dateFormat: "%d/%m/%Y") }
    if count("truth") == filled { return Sniffed(type: "boolean") }
    return Sniffed(type: "varchar")
  }
}
