import DataFiles
import Foundation
import Testing

@Suite struct DuckDBScriptTests {
  @Test("a DuckDB that ends before it has read its script is an error, and does not take this process with it")
  func early() async throws {
    let duckDB = try DuckDB.locate()
    // A folder is no database: DuckDB ends at once, while the script is longer than any pipe holds.
    let script = String(repeating: "-- \(String(repeating: "x", count: 100))\n", count: 40_000)
    for _ in 0..<5 {
      await #expect(throws: DataFileError.self) { try await duckDB.run(script, in: .readOnly(NSTemporaryDirectory())) }
    }
  }
}
