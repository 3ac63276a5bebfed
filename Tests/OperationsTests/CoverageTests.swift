import Foundation
import Operations
import Testing

/// What reaches outside of the program does so at the door, and nowhere else.
@Suite("Coverage of the door")
struct CoverageTests {
  /// A way out, as the source has it, and the files that may use it: each is one implementation behind the door.
  struct Way: Sendable, CustomTestStringConvertible {
    let text: String
    let files: Set<String>
    var testDescription: String { text }

    init(_ text: String, _ files: Set<String>) {
      self.text = text
      self.files = files
    }
  }

  static let ways = [
    Way("Subprocess.run(", ["ProcessRunner.swift", "DuckDB.swift", "ToolCommand.swift"]),
    Way("posix_spawn", ["HelperProgram.swift"]),
    Way("Process()", []), Way("execv", []), Way("popen(", []), Way("system(", []), Way("fork(", []),
    Way("URLSession(", ["Transfer.swift"]),
    // Whether a service is up is asked every few milliseconds, and no answer is no failure.
    Way("URLSession.shared", ["ReadyCheck.swift"]),  // The dashboard listens, and asks nobody.
    // `PQsocket(` tells which one a connection has.
    Way("socket(", ["ReadyCheck.swift", "LoopbackServer.swift", "PostgreSQLConnection.swift"]),
    Way("git_remote_", []), Way("git_clone", []), Way("PQconnect", ["PostgreSQLConnection.swift"]),
    Way("duckdb_open", []), Way("sqlite3_open", []),
    // One try without a door of its own: who asks passes it, since only they know which answer is a failure.
    Way("Transfer.run(", ["Fetcher.swift"]),
    Way("fetcher.send(", ["Forge.swift", "ModelClient.swift", "AlertDelivery.swift", "LineageDelivery.swift"]),
    Way("operation: nil", ["GitCommand.swift", "AlertDelivery.swift"]),
    Way("client.answer(", ["Adviser.swift"]),
  ]

  private static var sources: [(name: String, path: String, text: String)] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
    let files =
      FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
    return files.filter { $0.pathExtension == "swift" }.compactMap { file in
      (try? String(contentsOf: file, encoding: .utf8)).map { (file.lastPathComponent, file.path, $0) }
    }
  }

  /// The lines that are code.
  private static func code(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
  }

  @Test("no other file uses this way out", arguments: ways)
  func bypasses(_ way: Way) {
    let users = Set(Self.sources.filter { Self.code($0.text).contains { $0.contains(way.text) } }.map(\.name))
    #expect(
      users.subtracting(way.files).isEmpty,
      "let it pass the door: `attempt(.anOperation, …) { … }`, with the operation in Sources/Operations/ExternalOperation.swift"
    )
    #expect(way.files.subtracting(users).isEmpty, "these files no longer use it")
  }

  @Test(
    "what is behind the door passes it",
    arguments: [
      "ProcessRunner.swift", "DuckDB.swift", "ToolCommand.swift", "HelperProgram.swift", "Fetcher.swift", "Forge.swift",
      "Adviser.swift", "GitCommand.swift", "AlertDelivery.swift", "JournalWriter.swift", "PostgreSQLConnection.swift",
      "EventMirror.swift", "LineageDelivery.swift",
    ])
  func passes(_ name: String) throws {
    let file = try #require(Self.sources.first { $0.name == name })
    #expect(Self.code(file.text).contains { $0.contains("attempt(") || $0.contains("OperationLog.current.note(") })
  }

  @Test("every operation of the catalogue is used somewhere")
  func used() {
    let code = Self.sources.filter { !$0.path.contains("/Operations/") }.map(\.text).joined()
    let catalogue = Self.sources.first { $0.name == "ExternalOperation.swift" }?.text ?? ""
    let names: [String] = catalogue.split(separator: "\n").compactMap { line in
      guard let start = line.range(of: "public static let ")?.upperBound, line.contains("= ExternalOperation(") else {
        return nil
      }
      return String(line[start...].prefix { $0 != " " })
    }
    #expect(names.count == ExternalOperation.all.count, "\(names)")
    // Files and git objects are used everywhere, and their failures told where they happen.
    for name in names where name != "useFile" && name != "useRepository" {
      #expect(code.contains(".\(name)"), "nothing uses \(name)")
    }
  }
}
