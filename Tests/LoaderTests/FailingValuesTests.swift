import DataFiles
import Foundation
import Journal
import Testing

@Suite("What does not fit a column", withDuckDB, .serialized, .timeLimit(.minutes(1)))
struct FailingValuesTests {
  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  @Test("Values come with counts and rows, and with the types that would take them")
  func values() async throws {
    let path = try sandbox.write("a.csv", "Org,Count\nA,1\nB,*\nC,2.5\nD,\nE,*\nF,c\nG,4000000000\n")
    let found = try await FailingValues.find(
      at: TableLocation(path: path, expectedNames: ["Count"]), column: "Count", rule: ColumnRule(.integer),
      duckDB: sandbox.duckDB)
    #expect(found.values.map(\.text) == ["*", "2.5", "c", "4000000000"])
    #expect(found.values.first == FailingValues.Value(text: "*", count: 2, firstRow: 3, rows: [3, 6]))
    #expect(found.failing == 5)
    #expect(found.distinct == 4)
    #expect(found.totalRows == 7)
    #expect(found.present == 6)
    #expect(found.shortTokens.map(\.text) == ["*", "c"])
    #expect(found.sample == ["1"])
    #expect(found.fittingTypes.isEmpty)
    #expect(found.fittingTypesWithoutTokens == ["DOUBLE"])
    #expect(!found.allIntegers)
    let marked = try await FailingValues.find(
      at: TableLocation(path: path), column: "Count", rule: ColumnRule(.double, nullValues: ["*", "c"]),
      duckDB: sandbox.duckDB)
    #expect(marked.failing == 0)
    #expect(marked.present == 3)
  }

  @Test(
    "Each type takes its own shapes and no others",
    arguments: [
      ("integer", ["1", "-7", "+3"], ["1.0", "1_000", "1,000", "1e3", "x", "2147483648"]),
      ("bigint", ["2147483648"], ["9223372036854775808", "0x1F"]),
      ("numeric(5,2)", ["1", "123.45", ".5"], ["1234.5", "nan", "12%"]),
      ("double", ["1.", "-1e-3", "2"], ["inf", "1,5", "--1"]),
      ("date", ["2025-02-28", "2025-02-28T00:00:00"], ["2025-02-30", "45778", "28/02/2025", "2025"]),
      ("timestamp", ["2025-02-28 10:11", "2025-02-28"], ["10:11", "2025-02-28 25:00"]),
      ("boolean", ["true", "NO", "1"], ["maybe", "2"]),
      ("varchar(3)", ["abc", "été"], ["abcd"]),
    ])
  func shapes(type: String, good: [String], bad: [String]) async throws {
    let declared = try #require(ColumnType(type))
    let cells = (good + bad).map { "\"\($0)\"" }.joined(separator: "\n")
    let path = try sandbox.write("a.csv", "v\n\(cells)\n")
    let found = try await FailingValues.find(
      at: TableLocation(path: path, headerRow: 1, delimiter: ","), column: "v", rule: ColumnRule(declared),
      duckDB: sandbox.duckDB)
    #expect(Set(found.values.map(\.text)) == Set(bad))
  }

  @Test("Rows are counted as the file has them: quotes, blank lines and every kind of line end")
  func rows() async throws {
    let path = try sandbox.write("a.csv", "\u{FEFF}Org,Count\r\n\"A\nB\",1\r\n\r\nC,\"x\"\"y\"\r\"D\",2")
    let found = try await FailingValues.find(
      at: TableLocation(path: path), column: "Count", rule: ColumnRule(.integer), duckDB: sandbox.duckDB)
    #expect(found.values == [FailingValues.Value(text: "x\"y", count: 1, firstRow: 4, rows: [4])])
    #expect(found.totalRows == 3)
    #expect(found.sample == ["1", "2"])
  }

  @Test("A column that is not there is named with those that are")
  func missing() async throws {
    let path = try sandbox.write("a.csv", "Org,Count\nA,1\n")
    let error = await #expect(throws: DataFileError.self) {
      _ = try await FailingValues.find(
        at: TableLocation(path: path), column: "Total", rule: ColumnRule(.integer), duckDB: sandbox.duckDB)
    }
    #expect(error?.kind == .missingColumn)
    #expect(error?.description.contains("'Org', 'Count'") == true)
  }
}
