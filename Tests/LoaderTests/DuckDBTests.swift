import DataFiles
import Foundation
import Journal
import TestSeeds
import Testing

@Suite("DuckDB's child process", withDuckDB, .serialized, .timeLimit(.minutes(1)))
struct DuckDBTests {
  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  @Test("A script gives one list of rows for each statement that asks for some, empty ones too")
  func sets() async throws {
    let sets = try await sandbox.duckDB.run(
      """
      SELECT 1 AS a, 'two
      lines [' AS b; CREATE TABLE t (x INTEGER); SELECT * FROM t;
      INSERT INTO t VALUES (7); SELECT x, [1, 2] AS list, NULL AS nothing FROM t
      """)
    #expect(
      sets == [
        [["a": 1, "b": "two\nlines ["]], [], [["x": 7, "list": [1, 2], "nothing": nil]],
      ])
  }

  @Test("A script of megabytes passes, as it is no argument")
  func largeScript() async throws {
    let text = String(repeating: "x", count: 5 << 20)
    let rows = try await sandbox.duckDB.query("SELECT length(\(DuckDB.quote(literal: text))) AS n")
    #expect(rows.first?["n"]?.int == 5 << 20)
  }

  @Test("Names and texts of any characters come back as they were")
  func quoting() async throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("quoting: seed \(seed)")
    var random = SplitMix(state: seed)
    let alphabet = Array("a'\"\\;-/*\n\r\t$%{}é日`[]() .A")
    for _ in 0..<12 {
      func text() -> String {
        String((0..<Int.random(in: 1...12, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) })
      }
      // A name has no escapes, and DuckDB's program reads CR LF in its script as one line end.
      let (name, value) = (text().replacing("\r", with: "").replacing("\r\n", with: "\n") + "n", text())
      let rows = try await sandbox.duckDB.query(
        """
        CREATE TABLE \(DuckDB.quote(identifier: name)) (\(DuckDB.quote(identifier: name)) VARCHAR);
        INSERT INTO \(DuckDB.quote(identifier: name)) VALUES (\(DuckDB.quote(literal: value)));
        SELECT * FROM \(DuckDB.quote(identifier: name))
        """)
      #expect(rows == [[name: .string(value)]])
    }
  }

  @Test(
    "DuckDB's own message comes back with its type",
    arguments: [
      ("SELECT * FROM nowhere", ErrorType.tableNotFound, "nowhere"),
      ("SELECT CAST('*' AS INTEGER)", .typeMismatch, "'*'"),
      ("SELEC 1", .codeError, "SELEC"),
      ("CREATE TABLE t (a INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (1)", .duplicateKey, "key \"1\""),
    ])
  func errors(script: String, type: ErrorType, part: String) async throws {
    let error = try #require(
      await #expect(throws: DataFileError.self) { _ = try await sandbox.duckDB.query(script) })
    #expect(error.kind == type)
    #expect(error.description.contains(part))
  }

  @Test("A database that another process holds is a lock conflict that may pass")
  func locked() async throws {
    let path = sandbox.path + "/locked.duckdb"
    let holder = Process()
    holder.executableURL = URL(filePath: sandbox.duckDB.binary)
    holder.arguments = ["-no-init", "-batch", path]
    let input = Pipe()
    holder.standardInput = input
    holder.standardOutput = FileHandle.nullDevice
    try holder.run()
    try input.fileHandleForWriting.write(contentsOf: Data("CREATE TABLE t (a INTEGER);\n".utf8))
    // The child has its lock when the file is there.
    for _ in 0..<250 where !FileManager.default.fileExists(atPath: path) {
      try await Task.sleep(for: .milliseconds(20))
    }
    let error = try #require(
      await #expect(throws: DataFileError.self) {
        try await sandbox.duckDB.execute("SELECT 1", in: .readWrite(path))
      })
    #expect(error.kind == .lockConflict)
    #expect(error.event.transient == true)
    try input.fileHandleForWriting.close()
    holder.waitUntilExit()
    try await sandbox.duckDB.execute("SELECT 1", in: .readWrite(path))
  }

  @Test("A file that is no database, and one that is not there, are unavailable databases")
  func unavailable() async throws {
    let path = try sandbox.write("text.duckdb", "this is text")
    for database in [DuckDB.Database.readWrite(path), .readOnly(sandbox.path + "/none.duckdb")] {
      let error = await #expect(throws: DataFileError.self) {
        try await sandbox.duckDB.execute("SELECT 1", in: database)
      }
      #expect(error?.kind == .databaseUnavailable)
    }
  }

  static let endless = "SELECT count(*) FROM range(100000000) a, range(100000000) b"

  @Test("When the time is up the child is gone and the error says so")
  func timeout() async throws {
    let marked = DuckDB(binary: try copyOfBinary(), excelExtension: nil)
    let error = await #expect(throws: DataFileError.self) {
      _ = try await marked.query(DuckDBTests.endless, timeout: .milliseconds(300))
    }
    #expect(error?.kind == .timeout)
    #expect(running(marked.binary) == 0)
  }

  @Test("Cancelling the task ends the child")
  func cancellation() async throws {
    let marked = DuckDB(binary: try copyOfBinary(), excelExtension: nil)
    let task = Task { try await marked.query(DuckDBTests.endless) }
    for _ in 0..<250 where running(marked.binary) == 0 { try await Task.sleep(for: .milliseconds(20)) }
    #expect(running(marked.binary) == 1)
    task.cancel()
    await #expect(throws: DataFileError.self) { _ = try await task.value }
    #expect(running(marked.binary) == 0)
  }

  @Test("A program that cannot be started is named")
  func missingProgram() async throws {
    let none = DuckDB(binary: sandbox.path + "/no-duckdb", excelExtension: nil)
    let error = await #expect(throws: DataFileError.self) { _ = try await none.query("SELECT 1") }
    #expect(error?.description.contains("no-duckdb") == true)
  }

  @Test("Only a program that can be run counts as ERRATA_DUCKDB")
  func location() throws {
    let found = try DuckDB.locate(environment: ["ERRATA_DUCKDB": sandbox.duckDB.binary])
    #expect(found.binary == sandbox.duckDB.binary)
    let error = #expect(throws: DataFileError.self) {
      _ = try DuckDB.locate(environment: ["ERRATA_DUCKDB": "/nowhere/duckdb"])
    }
    #expect(error?.description.contains("/nowhere/duckdb") == true)
  }

  /// A link of its own name tells this test's children from everybody else's.
  private func copyOfBinary() throws -> String {
    let path = sandbox.path + "/duckdb-\(UUID().uuidString.prefix(6))"
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: sandbox.duckDB.binary)
    return path
  }

  private func running(_ binary: String) -> Int {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.filter { Int($0) != nil }.count { process in
      guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else { return false }
      return String(decoding: line, as: UTF8.self).hasPrefix(binary)
    }
  }
}
