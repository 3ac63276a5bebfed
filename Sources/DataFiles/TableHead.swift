internal import Foundation
internal import Journal

/// What the beginning and the end of a table tell: its columns, its first rows and where it lies in its file.
public struct TableHead: Hashable, Sendable {
  /// The header row, 1-based; 1 for formats that carry their columns' names.
  public let headerRow: Int
  /// The columns by their `original_name`.
  public let names: [String]
  /// The header texts above each column, the header row's own last.
  public let parts: [[String]]
  /// The first data rows, at most 20.
  public let sample: [[String?]]
  /// `A1` to the last data cell, when footnotes lie below the table.
  public let range: CellRange?
  /// The text encoding of a CSV.
  public let encoding: String?
  /// The delimiter of a CSV.
  public let delimiter: String?

  /// How many rows at each end of a table are looked at.
  static let window = 60

  /// Reads a table's ends.
  /// - Parameters:
  ///   - path: the raw file.
  ///   - kind: what it is; a kind without rows has no table.
  ///   - sheet: the sheet of a workbook.
  /// - Returns: nil when there is no table: nothing in it, or no row that could be a header.
  public static func read(
    path: String, kind: DataFileKind, sheet: SheetInfo? = nil, duckdb: DuckDB
  ) async throws(DataFileError) -> TableHead? {
    switch kind {
    case .csv: return try text(path)
    case .xlsx: return try await workbook(path, sheet, duckdb)
    case .json: return try await described("read_json_auto", path, duckdb)
    case .parquet: return try await described("read_parquet", path, duckdb)
    case .xls, .zip, .html, .unknown: return nil
    }
  }

  private static func text(_ path: String) throws(DataFileError) -> TableHead? {
    let table = try TextTable(path: path, maximumRows: window)
    let width = table.rows.map(\.count).max() ?? 0
    let head = table.rows.map { row in row.map(Optional.some) + [String?](repeating: nil, count: width - row.count) }
    guard let guess = HeaderGuess(head: head) else { return nil }
    return TableHead(
      headerRow: guess.row, names: HeaderNames.names(for: head[guess.row - 1]), parts: guess.parts,
      sample: Array(head.dropFirst(guess.row).prefix(20)), range: nil, encoding: table.encoding,
      delimiter: String(table.delimiter))
  }

  private static func workbook(
    _ path: String, _ sheet: SheetInfo?, _ duckdb: DuckDB
  ) async throws(DataFileError) -> TableHead? {
    guard let sheet, let dimension = sheet.dimension else { return nil }
    let last = min(window, dimension.lastRow)
    let first = max(last + 1, dimension.lastRow - window + 1)
    var script = select(path, sheet, rows: 1...last, width: dimension.lastColumn)
    if first <= dimension.lastRow {
      script += ";\n" + select(path, sheet, rows: first...dimension.lastRow, width: dimension.lastColumn)
    }
    let sets = try await duckdb.run(script, excel: true).map { rows in
      rows.map { row in (1...dimension.lastColumn).map { row[CellRange.letters($0)]?.string } }
    }
    let head = sets.first ?? []
    guard let guess = HeaderGuess(head: head, merged: sheet.merged) else { return nil }
    // A short table's end is in its head; what stands above the header is no footnote.
    let tail = sets.count > 1 ? sets[1] : Array(head.dropFirst(guess.row))
    let footnotes = HeaderGuess.footnotes(tail: tail)
    let data = sets.count > 1 ? Array(head.dropFirst(guess.row)) : Array(tail.dropLast(footnotes))
    // Every reader knows footnotes that follow a blank row; those right below the data need a word.
    let top = tail.count - footnotes
    var range: CellRange?
    if footnotes > 0, top > 0, tail[top].contains(where: { !HeaderGuess.isBlank($0) }) {
      range = dimension
      range?.lastRow = dimension.lastRow - footnotes
    }
    return TableHead(
      headerRow: guess.row, names: HeaderNames.names(for: head[guess.row - 1]), parts: guess.parts,
      sample: Array(data.prefix(20)), range: range, encoding: nil, delimiter: nil)
  }

  /// The filled cells of a sheet's first rows, a line for each row: what a title page says.
  public static func lines(
    path: String, sheet: SheetInfo, maximumRows: Int = 12, duckdb: DuckDB
  ) async throws(DataFileError) -> [String] {
    guard let dimension = sheet.dimension else { return [] }
    let script = select(path, sheet, rows: 1...min(maximumRows, dimension.lastRow), width: dimension.lastColumn)
    return try await duckdb.query(script, excel: true).compactMap { row in
      let texts = (1...dimension.lastColumn).compactMap { row[CellRange.letters($0)]?.string }
      let line = HeaderNames.joined(texts)
      return line.isEmpty ? nil : line
    }
  }

  private static func select(_ path: String, _ sheet: SheetInfo, rows: ClosedRange<Int>, width: Int) -> String {
    let range = CellRange(firstRow: rows.lowerBound, firstColumn: 1, lastRow: rows.upperBound, lastColumn: width)
    return """
      SELECT * FROM read_xlsx(\(DuckDB.quote(literal: path)), sheet = \(DuckDB.quote(literal: sheet.name)), \
      range = '\(range)', header = false, all_varchar = true, stop_at_empty = false, empty_as_varchar = true)
      """
  }

  private static func described(
    _ function: String, _ path: String, _ duckdb: DuckDB
  ) async throws(DataFileError) -> TableHead? {
    let relation = "\(function)(\(DuckDB.quote(literal: path)))"
    let sets = try await duckdb.run("DESCRIBE SELECT * FROM \(relation);\nSELECT * FROM \(relation) LIMIT 20")
    let names = (sets.first ?? []).compactMap { $0["column_name"]?.string }
    guard !names.isEmpty else { return nil }
    let rows = sets.count > 1 ? sets[1] : []
    let sample = rows.map { row in names.map { name in row[name].flatMap(spoken) } }
    return TableHead(
      headerRow: 1, names: names, parts: names.map { [$0] }, sample: sample, range: nil, encoding: nil, delimiter: nil)
  }

  private static func spoken(_ value: JSONValue) -> String? {
    switch value {
    case .null: return nil
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return "\(value)"
    case .double(let value): return "\(value)"
    case .string(let value): return value
    case .array, .object:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) }
    }
  }
}
