import DataFiles
import Foundation
import Journal
import Testing

@Suite("backfill load", withDuckDB, .serialized, .timeLimit(.minutes(2)))
struct LoadTests {
  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private let columns = """
    original_name: Org Code, semantic_name: org_code, data_type: varchar
    original_name: Start, semantic_name: start, data_type: date
    original_name: Count, semantic_name: count, data_type: integer
    """

  private func url(_ name: String) -> String { "file://\(sandbox.path)/\(name)" }

  @Test(
    "A value that does not fit fails the source with its place, and naming it as null mends it without losing a row")
  func marker() async throws {
    try sandbox.write("a.csv", "Title\n\nOrg Code,Start,Count\nA1,2025-05-01,12\n\nB2,2025-05-01,*\nC3,2025-05-01,7\n")
    try sandbox.write("manifest.yaml", manifest(url: url("a.csv"), columns: columns))
    let failed = try await sandbox.load()
    #expect(failed.code == 1)
    let error = try #require(failed.event(.sourceFailed)?.error)
    #expect(error.kind == .typeMismatch)
    #expect(error.message == "INTEGER column received unexpected value '*'")
    #expect([error.column, error.value, error.expectedType, error.file] == ["count", "*", "INTEGER", "a.csv"])
    #expect(error.row == 6)
    #expect(!FileManager.default.fileExists(atPath: sandbox.database))

    try sandbox.write("manifest.yaml", manifest(url: url("a.csv"), columns: columns, source: "null_values: ['*']"))
    let loaded = try await sandbox.load()
    #expect(loaded.code == 0)
    #expect(loaded.output.contains("Loaded 3 rows into tbl_adhd"))
    #expect(loaded.event(.sourceLoaded)?.data["rows"]?.int == 3)
    let rows = try await sandbox.rows("SELECT org_code, count, _row FROM tbl_adhd ORDER BY _row")
    #expect(rows.map { $0["count"] ?? "?" } == [12, nil, 7])
    #expect(rows.compactMap { $0["_row"]?.int } == [4, 6, 7])

    let again = try await sandbox.load()
    #expect(again.event(.sourceLoaded) == nil)
    let skipped = try #require(again.event(.sourceSkipped))
    #expect(skipped.data["reason"] == "already loaded")
    #expect(skipped.data["rows"]?.int == 3)
    #expect(skipped.data["entry_hash"] == loaded.event(.sourceLoaded)?.data["entry_hash"])
  }

  @Test("Footnotes under a workbook's table are not loaded, and rows keep the sheet's numbers")
  func workbook() async throws {
    try await sandbox.workbook(
      "b.xlsx", sheet: "It's \"data\"",
      [
        ["ADHD"], [], ["Org Code", "Start", "Count"], ["A1", "45778", "450.0"], [], ["B2", "45778", "x"],
        ["C3", "45778", "3"], [], ["Notes"], ["1. a footnote; it's long"],
      ])
    let file = "sheet: It's \"data\""
    try sandbox.write("manifest.yaml", manifest(url: url("b.xlsx"), columns: columns, file: file))
    let error = try #require(await sandbox.load().error)
    #expect(error.row == 6)
    #expect(error.sheet == "It's \"data\"")
    try sandbox.write(
      "manifest.yaml", manifest(url: url("b.xlsx"), columns: columns, file: file, source: "null_values: [x]"))
    #expect(try await sandbox.load().code == 0)
    let rows = try await sandbox.rows("SELECT org_code, start, count, _row FROM tbl_adhd ORDER BY _row")
    #expect(rows.map { $0["count"] ?? "?" } == [450, nil, 3])
    #expect(rows.first?["start"] == "2025-05-01")
    #expect(rows.compactMap { $0["_row"]?.int } == [4, 6, 7])
  }

  @Test("A draft without columns keeps leading zeros, and what a workbook shows as a date is one")
  func draft() async throws {
    try await sandbox.duckDB.execute(
      """
      COPY (SELECT '007' AS code, DATE '2025-03-01' AS start, 5 AS count)
      TO \(DuckDB.quote(literal: sandbox.path + "/b.xlsx")) (FORMAT xlsx, HEADER true)
      """, in: .memory, excel: true)
    try sandbox.write("manifest.yaml", manifest(url: url("b.xlsx"), columns: "").replacing("  columns:\n", with: ""))
    #expect(try await sandbox.load().code == 0)
    let row = try #require(
      try await sandbox.rows("SELECT code, start, typeof(start) AS kind, count FROM tbl_adhd").first)
    #expect(row["code"] == "007")
    #expect(row["start"] == "2025-03-01")
    #expect(row["kind"] == "DATE")
    #expect(row["count"] == 5)
  }

  @Test("A sheet that is not there is named with those that are")
  func missingSheet() async throws {
    try await sandbox.workbook("b.xlsx", sheet: "Table 1a", [["Org Code", "Start", "Count"], ["A1", "45778", "1"]])
    try sandbox.write("manifest.yaml", manifest(url: url("b.xlsx"), columns: columns, file: "sheet: Table 1"))
    let error = try #require(await sandbox.load().error)
    #expect(error.kind == .sheetNotFound)
    #expect(error.sheet == "Table 1")
    #expect(error.message.contains("'Table 1a'"))
  }

  @Test(
    "What is wrong with a file has its own type",
    arguments: [
      ("a.csv", "Org Code,Start\nA1,2025-05-01\n", ErrorType.missingColumn, "'Count'"),
      ("a.csv", "<!DOCTYPE html><html><body>Sorry</body></html>", .corruptFile, "an HTML page"),
      ("a.csv", "Org Code,Start,Count\n", .emptyData, "no rows"),
      ("a.csv", "Org Code,Start,Count\nA1,2025-05-01,1,extra\n", .unexpectedColumn, "row 2"),
      ("a.csv", "Org Code,Start,Count\nA1,\"2025-05-01,1\n", .corruptFile, "quote"),
      ("a.csv", "Org Code,Start,Count\nA1,2025-05-01,12.5\n", .typeMismatch, "'12.5'"),
      ("a.csv", "Org Code,Start,Count\nA1,2025-05-01,3000000000\n", .valueOutOfRange, "3000000000"),
      ("a.csv", "Org Code,Start,Count\nA1,13/05/2025,1\n", .dateFormat, "13/05/2025"),
      ("b.xlsx", "<html>not a workbook</html>", .corruptFile, "an HTML page"),
    ])
  func badFiles(name: String, contents: String, type: ErrorType, part: String) async throws {
    try sandbox.write(name, contents)
    try sandbox.write("manifest.yaml", manifest(url: url(name), columns: columns))
    let run = try await sandbox.load()
    #expect(run.code == 1)
    let error = try #require(run.event(.sourceFailed)?.error)
    #expect(error.kind == type)
    #expect(error.message.contains(part), "\(error.message)")
  }

  @Test("Optional columns, date formats, encodings, delimiters and decimal marks are honoured")
  func keys() async throws {
    let text = "Name;When;Rate\nCaf\u{e9};31/12/2024;1,5\n"
    try sandbox.write("a.csv", Data(text.unicodeScalars.map { UInt8($0.value) }))
    let columns = """
      original_name: Name, semantic_name: "select", data_type: varchar(4)
      original_name: When, semantic_name: when, data_type: date, date_format: '%d/%m/%Y'
      original_name: Rate, semantic_name: rate, data_type: numeric
      original_name: Gone, semantic_name: gone, data_type: integer, optional: true
      """
    let file = "encoding: windows-1252\n    delimiter: ';'\n    decimal: ','"
    try sandbox.write(
      "manifest.yaml", manifest(url: url("a.csv"), columns: columns, file: file, table: "odd \"name\"; DROP TABLE x"))
    let run = try await sandbox.load()
    #expect(run.code == 0, "\(run.errors)")
    let rows = try await sandbox.rows(
      "SELECT \"select\" AS s, \"when\" AS w, rate, gone FROM \"odd \"\"name\"\"; DROP TABLE x\"")
    #expect(rows == [["s": "Caf\u{e9}", "w": "2024-12-31", "rate": 1.5, "gone": nil]])
    try sandbox.write(
      "manifest.yaml", manifest(url: url("a.csv"), columns: columns, file: "delimiter: ';'\n    decimal: ','"))
    let error = try #require(await sandbox.load().error)
    #expect(error.kind == .encodingError)
    #expect(error.row == 2)
  }

  @Test("Two sources of one table keep each other's rows, and unloading one leaves the other")
  func sharedTable() async throws {
    try sandbox.write("a.csv", "Org Code,Start,Count\nA1,2025-05-01,1\nA2,2025-05-01,2\n")
    try sandbox.write("b.csv", "Org Code,Count,Extra\nB1,3000000000,9\n")
    try sandbox.write("one.yaml", manifest(url: url("a.csv"), columns: columns))
    let other = """
      original_name: Org Code, semantic_name: org_code, data_type: varchar
      original_name: Count, semantic_name: count, data_type: bigint
      original_name: Extra, semantic_name: extra, data_type: integer
      """
    try sandbox.write("two.yaml", manifest(url: url("b.csv"), columns: other, code: "other"))
    #expect(try await sandbox.load("one.yaml").code == 0)
    let second = try await sandbox.load("two.yaml")
    #expect(second.event(.sourceLoaded)?.data["columns_added"] == ["extra"])
    #expect(try await sandbox.load("one.yaml").event(.sourceSkipped) != nil)
    #expect(try await sandbox.rows("SELECT sum(count)::BIGINT AS n FROM tbl_adhd").first?["n"]?.int == 3_000_000_003)

    let held = try await sandbox.backfill("receipts", "--manifest", "one.yaml", "--database", sandbox.database)
    #expect(held.code == 0)
    #expect(held.event(.sourceSkipped)?.context.sourceCode == "adhd")
    let unloaded = try await sandbox.backfill(
      "unload", "--manifest", "one.yaml", "--source", "adhd", "--database", sandbox.database)
    #expect(unloaded.event(.sourceUnloaded)?.data["rows"]?.int == 2)
    let none = try await sandbox.backfill("receipts", "--manifest", "one.yaml", "--database", sandbox.database)
    #expect(none.code == 0 && none.event(.sourceSkipped) == nil)
    #expect(try await sandbox.rows("SELECT org_code FROM tbl_adhd").compactMap { $0["org_code"]?.string } == ["B1"])
    #expect(try await sandbox.rows("SELECT count(*) AS n FROM errata_receipts").first?["n"]?.int == 1)
    #expect(try await sandbox.load("one.yaml").event(.sourceLoaded)?.data["rows"]?.int == 2)
  }

  @Test("Rows that a load replaces are counted: a changed one is one removed and one added, another order is none")
  func difference() async throws {
    try sandbox.write("a.csv", "Org Code,Start,Count\nA1,2025-05-01,1\nA2,,2\nA2,,2\nA3,2025-05-01,3\n")
    try sandbox.write("b.csv", "Org Code,Start,Count\nA1,2025-05-01,1\n")
    try sandbox.write("one.yaml", manifest(url: url("a.csv"), columns: columns))
    try sandbox.write("two.yaml", manifest(url: url("b.csv"), columns: columns, code: "other"))
    let first = try await sandbox.load("one.yaml")
    #expect(first.event(.sourceLoaded)?.data["rows_added"] == nil && !first.output.contains("added"))
    #expect(try await sandbox.load("two.yaml").event(.sourceLoaded)?.data["rows_added"] == nil)

    // One of two like rows goes, one changes, two come; the rest stands elsewhere in the file.
    let revised = "Org Code,Start,Count\nA3,2025-05-01,4\nA4,,\nA2,,2\nA1,2025-05-01,1\nA5,,5\n"
    try sandbox.write("c.csv", revised)
    let other = columns.replacing("data_type: integer", with: "data_type: bigint")
    try sandbox.write("one.yaml", manifest(url: url("c.csv"), columns: other))
    let second = try await sandbox.load("one.yaml")
    let data = try #require(second.event(.sourceLoaded)?.data)
    #expect([data["rows_before"], data["rows"], data["rows_added"], data["rows_removed"]] == [4, 5, 3, 2])
    #expect(second.output.contains("Loaded 5 rows into tbl_adhd (3 added, 2 removed)"), "\(second.output)")
    #expect(try await sandbox.rows("SELECT count(*) AS n FROM tbl_adhd").first?["n"]?.int == 6)
  }

  @Test("A type that was wider before a fix was taken back does not stay when nobody else has rows")
  func narrowedAgain() async throws {
    try sandbox.write("a.csv", "Org Code,Start,Count\nA1,2025-05-01,*\n")
    let wide = columns.replacing("data_type: integer", with: "data_type: varchar")
    try sandbox.write("manifest.yaml", manifest(url: url("a.csv"), columns: wide))
    #expect(try await sandbox.load().code == 0)
    try sandbox.write("manifest.yaml", manifest(url: url("a.csv"), columns: columns, source: "null_values: '*'"))
    #expect(try await sandbox.load().code == 0)
    let rows = try await sandbox.rows("SELECT typeof(count) AS t, count FROM tbl_adhd")
    #expect(rows == [["t": "INTEGER", "count": nil]])
  }

  @Test("A key that stands twice, and too few rows, fail the source")
  func checks() async throws {
    try sandbox.write("a.csv", "Org Code,Start,Count\nA1,2025-05-01,1\nB1,2025-05-01,1\nA1,2025-05-02,2\n")
    try sandbox.write("manifest.yaml", manifest(url: url("a.csv"), columns: columns, source: "primary_key: [org_code]"))
    let duplicate = try #require(await sandbox.load().error)
    #expect(duplicate.kind == .duplicateKey)
    #expect(duplicate.row == 4)
    try sandbox.write("manifest.yaml", manifest(url: url("a.csv"), columns: columns, source: "min_rows: 100"))
    #expect(try await sandbox.load().error?.kind == .lowRowCount)
  }

  @Test("A manifest that is not YAML says where")
  func badManifest() async throws {
    try sandbox.write("manifest.yaml", "manifest:\n  name: x\nsources: [\n")
    let error = try #require(await sandbox.load(source: "adhd").event(.sourceFailed)?.error)
    #expect(error.kind == .manifestInvalid)
    #expect(error.message.contains("manifest.yaml:"))
  }

  @Test("A disabled source is skipped, but only for a real false")
  func disabled() async throws {
    try sandbox.write("a.csv", "Org Code,Start,Count\nA1,2025-05-01,1\n")
    let text = manifest(url: url("a.csv"), columns: columns)
    try sandbox.write("manifest.yaml", text.replacing("enabled: true", with: "enabled: false"))
    #expect(try await sandbox.load().event(.sourceSkipped)?.data["reason"] == "disabled")
    try sandbox.write("manifest.yaml", text.replacing("enabled: true", with: "enabled: 'false'"))
    #expect(try await sandbox.load().event(.sourceLoaded) != nil)
  }

  @Test("Killed at any moment, a load leaves all of its rows with the receipt or none")
  func killed() async throws {
    let lines = (1...3000).map { "A\($0),2025-05-01,\($0)" }.joined(separator: "\n")
    try sandbox.write("a.csv", "Org Code,Start,Count\n\(lines)\n")
    try sandbox.write("manifest.yaml", manifest(url: url("a.csv"), columns: columns))
    for delay in [40, 120, 200, 300] {
      let process = try sandbox.process(["load", "--manifest", "manifest.yaml", "--database", sandbox.database])
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      try await Task.sleep(for: .milliseconds(delay))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    let run = try await sandbox.load()
    // The last child may still end its own commit; then this one meets its lock, or its receipt.
    let settled = run.code == 0 ? run : try await sandbox.load()
    #expect(settled.code == 0, "\(settled.errors)")
    let rows = try await sandbox.rows(
      "SELECT (SELECT count(*) FROM tbl_adhd) AS n, (SELECT list(rows) FROM errata_receipts) AS receipts")
    #expect(rows == [["n": 3000, "receipts": [3000]]])
  }

  @Test("Export writes a table and its page, the same bytes each time")
  func export() async throws {
    try sandbox.write("a.csv", "Org Code,Start,Count\nA1,2025-05-01,1\nA2,2025-05-01,2\n")
    try sandbox.write("manifest.yaml", manifest(url: url("a.csv"), columns: columns))
    #expect(try await sandbox.load().code == 0)
    func export() async throws -> [Data?] {
      let run = try await sandbox.backfill(
        "export", "--manifest", "manifest.yaml", "--database", sandbox.database, "--output", "out")
      #expect(run.code == 0, "\(run.errors)")
      return ["tbl_adhd.parquet", "tbl_adhd.md"].map {
        FileManager.default.contents(atPath: "\(sandbox.path)/out/\($0)")
      }
    }
    let first = try await export()
    #expect(try await export() == first)
    let rows = try await sandbox.duckDB.query(
      "SELECT org_code, count FROM read_parquet(\(DuckDB.quote(literal: sandbox.path + "/out/tbl_adhd.parquet")))")
    #expect(rows == [["org_code": "A1", "count": 1], ["org_code": "A2", "count": 2]])
    let page = String(decoding: try #require(first[1]), as: UTF8.self)
    #expect(page.contains("| count | INTEGER |"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.path + "/out").count == 2)
  }
}
