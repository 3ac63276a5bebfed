internal import Foundation
internal import Journal

/// A table of a data file, laid out in a DuckDB database of its own with every cell as text and every row under its number in
/// the file: what loads read their rows from and what evidence is counted in.
///
/// Its table is `cells(_row, c1, c2, …)`, without title rows, header, blank rows and footnotes.
public struct StagedTable: Hashable, Sendable {
  /// The DuckDB database.
  public let database: String
  /// The columns' names in the file, left to right; the n-th is `cn` in `cells`.
  public let names: [String]
  /// What the file is.
  public let kind: DataFileKind
  /// The name that errors call the file by.
  public let fileName: String
  /// The workbook's sheet.
  public let sheet: String?
  /// The header's row in the file; 0 where the format carries names.
  public let headerRow: Int
  /// How many data rows there are.
  public let rowCount: Int
  /// The file's rows that were taken for footnotes and left out.
  public let footnotes: [Int]

  /// The SQL name of a column by its name in the file: exactly, or but for white space; nil when there is none.
  public func cell(named name: String) -> String? {
    if let index = names.firstIndex(of: name) { return "c\(index + 1)" }
    let folded = TableLocation.folded(name)
    let similar = names.indices.filter { TableLocation.folded(names[$0]) == folded }
    return similar.count == 1 ? "c\(similar[0] + 1)" : nil
  }

  /// Reads a table into `folder`, which the caller makes before and removes after.
  /// - Throws: `corrupt_file`, `sheet_not_found`, `empty_data`, `encoding_error`, `unexpected_column` or what DuckDB says.
  public static func stage(
    _ location: TableLocation, in folder: String, duckDB: DuckDB, timeout: Duration = .seconds(900)
  ) async throws(DataFileError) -> StagedTable {
    let staging = Staging(location: location, folder: folder, duckDB: duckDB, timeout: timeout)
    let kind = try DataFileKind.of(path: location.path, fileName: location.fileName)
    switch kind {
    case .csv: return try await staging.text()
    case .xlsx: return try await staging.workbook()
    case .json, .parquet: return try await staging.records(kind)
    case .xls, .zip, .html, .unknown:
      let size = (try? FileManager.default.attributesOfItem(atPath: location.path))?[.size] as? NSNumber
      if size == 0 { throw staging.empty("is empty (0 bytes)") }
      throw DataFileError(
        .corruptFile, "\(location.fileName) is \(kind.spokenName), from which no rows can be read",
        file: location.fileName, sheet: location.sheet)
    }
  }
}

/// One reading of a file into a database.
struct Staging {
  let location: TableLocation
  let folder: String
  let duckDB: DuckDB
  let timeout: Duration

  /// Of a table's first rows so many are searched for its header.
  static let headRows = 100

  private var database: String { folder + "/cells.duckdb" }

  func text() async throws(DataFileError) -> StagedTable {
    var file = try DelimitedText(location)
    let path = folder + "/rows.csv"
    try file.write(to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    guard file.width > 0, file.rowCount > 0 else { throw empty("holds no rows") }
    let window = try window(of: CellRange(firstRow: 1, firstColumn: 1, lastRow: file.rowCount, lastColumn: file.width))
    let columns = (1...file.width).map { "'f\($0)': 'VARCHAR'" }.joined(separator: ", ")
    let fields = (window.firstColumn...window.lastColumn).enumerated().map { "f\($0.element) AS c\($0.offset + 1)" }
    return try await finish(
      """
      SELECT _row, \(fields.joined(separator: ", ")) FROM read_csv(\(DuckDB.quote(literal: path)), header = false,
        auto_detect = false, delim = ',', quote = '"', escape = '"', new_line = '\\n', max_line_size = 67108864,
        columns = {'_row': 'BIGINT', \(columns)})
      WHERE _row BETWEEN \(window.firstRow) AND \(window.lastRow)
      """, window: window, kind: .csv, sheet: nil)
  }

  func workbook() async throws(DataFileError) -> StagedTable {
    let sheets = try Workbook.sheets(at: location.path, fileName: location.fileName)
    let sheet = try chosen(among: sheets)
    guard let used = sheet.dimension else { throw empty("has nothing in it", sheet: sheet.name) }
    let window = try window(of: used, sheet: sheet.name)
    let cells = (1...window.width).map { "c\($0)" }.joined(separator: ", ")
    return try await finish(
      """
      SELECT row_number() OVER () + \(window.firstRow - 1) AS _row, \(cells)
      FROM read_xlsx(\(DuckDB.quote(literal: location.path)), sheet = \(DuckDB.quote(literal: sheet.name)),
        range = '\(window)', header = false, all_varchar = true, stop_at_empty = false, empty_as_varchar = true)
        AS sheet(\(cells))
      """, window: window, kind: .xlsx, sheet: sheet.name)
  }

  private func chosen(among sheets: [SheetInfo]) throws(DataFileError) -> SheetInfo {
    guard let name = location.sheet else {
      let visible = sheets.filter { !$0.hidden }
      guard let first = visible.first(where: { $0.dimension != nil }) ?? visible.first ?? sheets.first else {
        throw empty("has no sheet")
      }
      return first
    }
    if let sheet = sheets.first(where: { $0.name == name }) { return sheet }
    let there = sheets.map { "'\($0.name)'" + ($0.hidden ? " (hidden)" : "") }.joined(separator: ", ")
    throw DataFileError(
      .sheetNotFound, "\(location.fileName) has no sheet '\(name)'; its sheets are \(there)", file: location.fileName,
      sheet: name, transient: false)
  }

  /// JSON records and Parquet carry names: the header is row 0 and records count from 1.
  func records(_ kind: DataFileKind) async throws(DataFileError) -> StagedTable {
    let path = DuckDB.quote(literal: location.path)
    let relation =
      kind == .parquet
      ? "read_parquet(\(path))"
      : "read_json(\(path), sample_size = -1, convert_strings_to_integers = false, maximum_object_size = 268435456)"
    let described: [DuckDB.Row]
    do {
      described = try await duckDB.query("DESCRIBE SELECT * FROM \(relation)", timeout: timeout)
    } catch {
      throw unreadable(error)
    }
    let names = described.compactMap { $0["column_name"]?.string }
    guard !names.isEmpty else { throw empty("holds no columns") }
    let fields = names.indices.map { "CAST(\(DuckDB.quote(identifier: names[$0])) AS VARCHAR) AS c\($0 + 1)" }
    let script = """
      CREATE TABLE cells AS SELECT row_number() OVER () AS _row, \(fields.joined(separator: ", ")) FROM \(relation);
      SELECT count(*) AS rows FROM cells
      """
    let counted: [DuckDB.Row]
    do {
      counted = try await duckDB.query(script, in: .readWrite(database), timeout: timeout)
    } catch {
      throw unreadable(error)
    }
    return StagedTable(
      database: database, names: names, kind: kind, fileName: location.fileName, sheet: nil, headerRow: 0,
      rowCount: counted.first?["rows"]?.int ?? 0, footnotes: [])
  }

  /// The declared range, cut to what is there.
  private func window(of used: CellRange, sheet: String? = nil) throws(DataFileError) -> CellRange {
    guard let text = location.range else { return used }
    guard let range = CellRange(text), range.firstRow <= range.lastRow, range.firstColumn <= range.lastColumn else {
      throw DataFileError(
        .manifestInvalid, "range '\(text)' is not a range of cells such as A4:F200", file: location.fileName,
        sheet: sheet)
    }
    guard range.firstRow <= used.lastRow, range.firstColumn <= used.lastColumn else {
      throw empty("has nothing in the range \(text): its cells end at \(used)", sheet: sheet)
    }
    return CellRange(
      firstRow: range.firstRow, firstColumn: range.firstColumn, lastRow: min(range.lastRow, used.lastRow),
      lastColumn: min(range.lastColumn, used.lastColumn))
  }

  private func finish(
    _ source: String, window: CellRange, kind: DataFileKind, sheet: String?
  ) async throws(DataFileError) -> StagedTable {
    let width = window.width
    let head: [DuckDB.Row]
    do {
      head = try await duckDB.query(
        """
        CREATE TABLE everything AS \(source);
        SELECT * FROM everything WHERE _row < \(window.firstRow + Staging.headRows) ORDER BY _row
        """, in: .readWrite(database), excel: kind == .xlsx, timeout: timeout)
    } catch {
      throw unreadable(error)
    }
    let rows = head.map { row in (1...width).map { row["c\($0)"]?.string } }
    let headerRow: Int
    if let declared = location.headerRow {
      headerRow = declared
    } else if let index = location.headerIndex(among: rows) {
      headerRow = window.firstRow + index
    } else {
      throw empty("has no row that could be a header", sheet: sheet)
    }
    guard headerRow >= window.firstRow, headerRow <= window.lastRow else {
      throw empty("has no row \(headerRow), which header_row names: its rows are \(window.rows)", sheet: sheet)
    }
    let header = try await cells(ofRow: headerRow, width: width, known: head)
    let outcome = try await select(after: headerRow, width: width)
    // A workbook may have remarks beside its table; in delimited text a field without a name is a broken row.
    let named = header.lastIndex { !HeaderGuess.isBlank($0) }.map { $0 + 1 } ?? 0
    if kind == .csv, named < width { try await refuseExtraFields(beyond: named, width: width) }
    return StagedTable(
      database: database, names: HeaderNames.names(for: header), kind: kind, fileName: location.fileName, sheet: sheet,
      headerRow: headerRow, rowCount: outcome.rows, footnotes: outcome.footnotes)
  }

  private func cells(ofRow row: Int, width: Int, known: [DuckDB.Row]) async throws(DataFileError) -> [String?] {
    var found = known.first { $0["_row"]?.int == row }
    if found == nil {
      found = try await duckDB.query("SELECT * FROM everything WHERE _row = \(row)", in: .readOnly(database)).first
    }
    return (1...width).map { found?["c\($0)"]?.string }
  }

  /// Makes `cells`: what lies below the header, without blank rows and footnotes.
  ///
  /// A footnote is a row with text in its first cell only whose block of such rows follows a blank row.
  private func select(after header: Int, width: Int) async throws(DataFileError) -> (rows: Int, footnotes: [Int]) {
    let present = (1...width).map { "(\(ColumnRule.trimmed("c\($0)")) IS NOT NULL)::INTEGER" }
    let filled = present.joined(separator: " + ")
    let single = width > 1 ? "(filled = 1 AND \(ColumnRule.trimmed("c1")) IS NOT NULL)" : "false"
    let script = """
      CREATE TABLE cells AS
        WITH counted AS (SELECT *, \(filled) AS filled FROM everything WHERE _row > \(header)),
        judged AS (SELECT *, \(single) AS is_single,
          last_value(CASE WHEN NOT \(single) THEN filled = 0 END IGNORE NULLS)
            OVER (ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS follows_blank FROM counted)
        SELECT * EXCLUDE (is_single, follows_blank, filled),
          (is_single AND coalesce(follows_blank, false)) AS is_footnote
        FROM judged WHERE filled > 0 ORDER BY _row;
      DROP TABLE everything;
      SELECT _row FROM cells WHERE is_footnote ORDER BY _row;
      DELETE FROM cells WHERE is_footnote;
      ALTER TABLE cells DROP COLUMN is_footnote;
      SELECT count(*) AS rows FROM cells
      """
    let sets = try await duckDB.run(script, in: .readWrite(database), timeout: timeout)
    let footnotes = sets.count > 1 ? sets[0].compactMap { $0["_row"]?.int } : []
    return (sets.last?.first?["rows"]?.int ?? 0, footnotes)
  }

  private func refuseExtraFields(beyond named: Int, width: Int) async throws(DataFileError) {
    let extra = ((named + 1)...width).map { "\(ColumnRule.trimmed("c\($0)"))" }.joined(separator: ", ")
    let found = try await duckDB.query(
      "SELECT _row, coalesce(\(extra)) AS value FROM cells WHERE coalesce(\(extra)) IS NOT NULL ORDER BY _row LIMIT 1",
      in: .readOnly(database), timeout: timeout)
    guard let row = found.first?["_row"]?.int else { return }
    var error = DataFileError(
      .unexpectedColumn, "\(location.fileName) has more fields in row \(row) than its header, which has \(named)",
      file: location.fileName)
    error.event.row = row
    error.event.value = found.first?["value"]?.string
    throw error
  }

  func empty(_ reason: String, sheet: String? = nil) -> DataFileError {
    let place = sheet.map { "sheet '\($0)' of \(location.fileName)" } ?? location.fileName
    return DataFileError(.emptyData, "\(place) \(reason)", file: location.fileName, sheet: sheet ?? location.sheet)
  }

  /// What DuckDB says of a file it can't read is about the file unless it names a machine's trouble.
  private func unreadable(_ error: DataFileError) -> DataFileError {
    var error = error
    switch error.kind {
    case .diskFull, .outOfMemory, .permissionDenied, .timeout, .lockConflict: break
    default:
      if error.event.transient == nil || error.kind == .databaseUnavailable, duckDB.excelExtension != nil {
        error.event.type = ErrorType.corruptFile.rawValue
        error.event.message = "\(location.fileName) cannot be read: \(error.event.message)"
        error.event.transient = nil
      }
    }
    error.event.file = location.fileName
    error.event.sheet = location.sheet
    return error
  }
}

extension CellRange {
  /// The rows in words.
  var rows: String { "\(firstRow) to \(lastRow)" }
}
