internal import Foundation
internal import Journal

/// What a column of a data file holds that its declared type does not take, exactly: each value with its count and rows.
public struct FailingValues: Hashable, Codable, Sendable {
  /// One distinct text of the column.
  public struct Value: Hashable, Codable, Sendable {
    /// The cell's text without white space around it.
    public let text: String
    /// How many cells hold it.
    public let count: Int
    /// The first row in the file that holds it, title rows and header counted.
    public let firstRow: Int
    /// The first rows that hold it, at most 20.
    public let rows: [Int]

    /// Creates a value as it was found.
    public init(text: String, count: Int, firstRow: Int, rows: [Int]) {
      self.text = text
      self.count = count
      self.firstRow = firstRow
      self.rows = rows
    }
  }

  /// The values that do not fit, the most frequent first; at most 1000 different ones.
  public let values: [Value]
  /// How many different values do not fit.
  public let distinct: Int
  /// How many cells do not fit.
  public let failing: Int
  /// How many data rows the table has.
  public let totalRows: Int
  /// How many cells hold something that does not stand for no value.
  public let present: Int
  /// Different texts of at most three characters that are no numbers, such as `*`, `c`, `n/a`; at most 50.
  public let shortTokens: [Value]
  /// Some of the values that do fit, in the file's order; at most 10 different ones.
  public let sample: [String]
  /// The types (`INTEGER`, `BIGINT`, `DOUBLE`, `DATE`, `TIMESTAMP`, `BOOLEAN`) that take every cell.
  public let fittingTypes: [String]
  /// The types that would take every cell if the short tokens among the failing values stood for no value.
  public let fittingTypesWithoutTokens: [String]

  /// Whether all cells that hold numbers hold whole ones, the short tokens left out.
  public var allIntegers: Bool { fittingTypesWithoutTokens.contains("BIGINT") }
}

extension FailingValues {
  /// Finds what does not fit in a column of a file.
  ///
  /// - Parameters:
  ///   - location: the file and where the table lies in it.
  ///   - column: the column's name in the file.
  ///   - rule: how the manifest says that it is read.
  /// - Throws: `missing_column` when the file has no such column, else what reading the file throws.
  public static func find(
    at location: TableLocation, column: String, rule: ColumnRule, duckDB: DuckDB, timeout: Duration = .seconds(900)
  ) async throws(DataFileError) -> FailingValues {
    let folder = try ScratchFolder()
    defer { folder.remove() }
    let staged = try await StagedTable.stage(location, in: folder.path, duckDB: duckDB, timeout: timeout)
    return try await find(in: staged, column: column, rule: rule, duckDB: duckDB, timeout: timeout)
  }

  /// Finds what does not fit in a column of a table that is staged already.
  public static func find(
    in table: StagedTable, column: String, rule: ColumnRule, duckDB: DuckDB, timeout: Duration = .seconds(900)
  ) async throws(DataFileError) -> FailingValues {
    guard let cell = table.cell(named: column) else { throw table.missing(column) }
    let fails = rule.fails(cell, kind: table.kind)
    let token = "(length(text) <= 3 AND TRY_CAST(text AS DOUBLE) IS NULL)"
    let candidates: [ColumnType] = [.integer, .bigint, .double, .date, .timestamp, .boolean]
    let misfits = candidates.flatMap { type in
      let fails = rule.with(type).fails(cell, kind: table.kind)
      return [
        "count(*) FILTER (\(fails)) AS \"all \(type.sql)\"",
        "count(*) FILTER (\(fails) AND NOT (fails AND \(token))) AS \"rest \(type.sql)\"",
      ]
    }
    let script = """
      CREATE TEMP TABLE judged AS SELECT _row, \(cell), \(ColumnRule.trimmed(cell)) AS text,
        \(rule.present(cell)) AS present, \(fails) AS fails FROM cells;
      SELECT text, count(*) AS count, min(_row) AS first, list(_row ORDER BY _row)[1:20] AS rows
        FROM judged WHERE fails GROUP BY text ORDER BY count DESC, first LIMIT 1000;
      SELECT text, count(*) AS count, min(_row) AS first, list(_row ORDER BY _row)[1:20] AS rows
        FROM judged WHERE \(token) GROUP BY text ORDER BY count DESC, first LIMIT 50;
      SELECT text FROM judged WHERE present AND NOT fails GROUP BY text ORDER BY min(_row) LIMIT 10;
      SELECT count(*) AS total, count(*) FILTER (present) AS present, count(*) FILTER (fails) AS failing,
        count(DISTINCT CASE WHEN fails THEN text END) AS different, \(misfits.joined(separator: ", ")) FROM judged
      """
    let sets = try await duckDB.run(script, in: .readOnly(table.database), timeout: timeout)
    let parts = split(sets)
    let counts = parts.counts
    let hasValues = (counts["present"]?.int ?? 0) > 0
    return FailingValues(
      values: parts.failing, distinct: counts["different"]?.int ?? 0, failing: counts["failing"]?.int ?? 0,
      totalRows: counts["total"]?.int ?? 0, present: counts["present"]?.int ?? 0, shortTokens: parts.tokens,
      sample: parts.sample,
      fittingTypes: hasValues ? candidates.map(\.sql).filter { counts["all \($0)"]?.int == 0 } : [],
      fittingTypesWithoutTokens: hasValues ? candidates.map(\.sql).filter { counts["rest \($0)"]?.int == 0 } : [])
  }

  /// DuckDB writes `[]` for an answer without rows, so that each statement has its set.
  private static func split(
    _ sets: [[DuckDB.Row]]
  ) -> (failing: [Value], tokens: [Value], sample: [String], counts: DuckDB.Row) {
    func values(_ index: Int) -> [Value] {
      guard sets.indices.contains(index) else { return [] }
      return sets[index].compactMap { row in
        guard let text = row["text"]?.string, let count = row["count"]?.int, let first = row["first"]?.int else {
          return nil
        }
        return Value(text: text, count: count, firstRow: first, rows: row["rows"]?.array?.compactMap(\.int) ?? [])
      }
    }
    let sample = sets.count > 2 ? sets[2].compactMap { $0["text"]?.string } : []
    return (values(0), values(1), sample, sets.last?.first ?? [:])
  }
}

extension StagedTable {
  /// The error of a column that the file does not have.
  public func missing(_ column: String) -> DataFileError {
    let shown = names.prefix(40).map { "'\($0)'" }.joined(separator: ", ")
    let more = names.count > 40 ? " and \(names.count - 40) more" : ""
    let place = sheet.map { "sheet '\($0)' of \(fileName)" } ?? fileName
    return DataFileError(
      .missingColumn, "\(place) has no column '\(column)' in its header (row \(headerRow)); it has \(shown)\(more)",
      file: fileName, sheet: sheet, transient: false)
  }
}
