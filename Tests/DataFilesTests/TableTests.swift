import DataFiles
import Foundation
import Journal
import TestSite
import Testing

@Suite struct TableTests {
  let site: TestSite

  init() throws { site = try TestSite() }

  @Test("a workbook's sheets, their states and their ranges counted from the cells, not from what they claim")
  func sheets() throws {
    try site.write(
      workbook: "w.xlsx",
      [
        .init("Title & <page>", [["A title"], [nil], [nil, nil]], dimension: "A1:Z999"),
        .init("Data", [["Head"], ["a", "b", "c"], ["1", "2", "3"]], merged: ["A1:C1"], dimension: "A1"),
        .init("Lookup", [["k", "v"]], hidden: true), .init("Nothing", []),
      ])
    let sheets = try Workbook.sheets(at: site.path("w.xlsx"))
    #expect(sheets.map(\.name) == ["Title & <page>", "Data", "Lookup", "Nothing"])
    #expect(sheets.map(\.hidden) == [false, false, true, false])
    #expect(sheets.map { $0.dimension?.description } == ["A1:A1", "A1:C3", "A1:B1", nil])
    #expect(sheets[1].merged.map(\.description) == ["A1:C1"])
  }

  @Test("a ZIP without a workbook and a damaged workbook are corrupt")
  func broken() throws {
    try site.write(archive: "no.xlsx", ["a.txt": "x"])
    try site.write(archive: "bad.xlsx", ["xl/workbook.xml": "<workbook", "xl/_rels/workbook.xml.rels": "<x/>"])
    for name in ["no.xlsx", "bad.xlsx"] {
      let error = #expect(throws: DataFileError.self) { try Workbook.sheets(at: site.path(name)) }
      #expect(error?.kind == .corruptFile)
    }
  }

  @Test("a workbook's header is found below titles and joined from two rows; notes right below the data are cut off")
  func head() async throws {
    try site.write(
      workbook: "h.xlsx",
      [
        .init(
          "Data",
          [
            ["Workforce, England"], [nil], [nil, nil, "Headcount", nil, "FTE"],
            ["Code", "Name", "2024", "2025", "2025"],
            ["A", "Ay", "1", "2", "3"], ["B", "Be", "*", "2", "3"], ["Note: * is suppressed"],
          ], merged: ["C3:D3"])
      ])
    let sheet = try #require(try Workbook.sheets(at: site.path("h.xlsx")).first)
    let head = try #require(
      try await TableHead.read(path: site.path("h.xlsx"), kind: .xlsx, sheet: sheet, duckdb: try DuckDB.locate()))
    #expect(head.headerRow == 4)
    #expect(head.names == ["Code", "Name", "2024", "2025", "2025_2"])
    #expect(head.parts[3] == ["Headcount", "2025"])
    #expect(head.parts[4] == ["FTE", "2025"])
    #expect(head.parts[0] == ["Code"])
    #expect(head.range?.description == "A1:E6")
    #expect(head.sample.count == 2)
  }

  @Test("a header that merged cells carry on below its first full row ends in its last row")
  func deepHeaders() throws {
    let rows: [[String?]] = [
      ["Region", "Q1", nil, "Q2", nil], [nil, "Count", "%", "Count", "%"], ["North", "1", "2", "3", "4"],
    ]
    let guess = try #require(HeaderGuess(head: rows, merged: ["A1:A2", "B1:C1", "D1:E1"].compactMap(CellRange.init)))
    #expect(guess.row == 2)
    #expect(guess.parts == [["Region"], ["Q1", "Count"], ["Q1", "%"], ["Q2", "Count"], ["Q2", "%"]])
    #expect(HeaderGuess(head: rows, merged: ["B1:C1", "D1:E1"].compactMap(CellRange.init))?.row == 2)
    let words: [[String?]] = [["Region", "Remarks", nil], ["North", "a", "b"], ["South", "c", "d"]]
    #expect(HeaderGuess(head: words, merged: ["B1:C1"].compactMap(CellRange.init))?.row == 1)
    let tall: [[String?]] = [["Region", "Count"], [nil, nil], ["North", "1"]]
    #expect(HeaderGuess(head: tall, merged: ["A1:A2", "B1:B2"].compactMap(CellRange.init))?.row == 1)
  }

  @Test("footnotes after a blank row need no range, and a sparse last row of data is none")
  func footnotes() {
    #expect(HeaderGuess.footnotes(tail: [["a", "1"], [nil, nil], ["Some remark", nil]]) == 2)
    #expect(HeaderGuess.footnotes(tail: [["a", "1"], ["Total", nil]]) == 0)
    #expect(HeaderGuess.footnotes(tail: [["a", "1"], ["Source: NHS", nil]]) == 1)
    #expect(HeaderGuess.footnotes(tail: [["a"], ["Note"]]) == 0)
  }

  @Test("a CSV's encoding and delimiter are told from its bytes, quotes and line breaks in fields kept")
  func text() throws {
    try site.write("w.csv", Data("Région;N\n\"a;\"\"b\"\"\nc\";1\n".data(using: .windowsCP1252) ?? Data()))
    let table = try TextTable(path: site.path("w.csv"))
    #expect(table.encoding == "windows-1252")
    #expect(table.delimiter == ";")
    #expect(table.rows == [["Région", "N"], ["a;\"b\"\nc", "1"]])
    try site.write("u.csv", Data([0xFF, 0xFE]) + ("a,b\r\n1,2\r\n".data(using: .utf16LittleEndian) ?? Data()))
    #expect(try TextTable(path: site.path("u.csv")).encoding == "utf-16")
    #expect(try TextTable(path: site.path("u.csv")).rows == [["a", "b"], ["1", "2"]])
  }

  @Test("blank and repeated headers get names that differ and never take another column's own")
  func names() {
    #expect(HeaderNames.names(for: ["A", nil, " ", "A"]) == ["A", "column_2", "column_3", "A_2"])
    #expect(HeaderNames.names(for: ["A", "A", "A_2"]) == ["A", "A_3", "A_2"])
    #expect(HeaderNames.names(for: [" A\n(1)"]) == [" A\n(1)"])
  }

  @Test("cells and ranges are read and written as Excel does")
  func ranges() {
    #expect(CellRange("A4:AB200")?.width == 28)
    #expect(CellRange("$B$2:XFD1048576")?.description == "B2:XFD1048576")
    #expect(CellRange.letters(702) == "ZZ")
    for text in ["", "4A", "A0", "A1:B2:C3", "ZZZZ1", "A1:", "A99999999999999999999"] {
      #expect(CellRange(text) == nil)
    }
  }
}
