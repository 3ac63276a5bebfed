internal import Foundation
public import PostgreSQL

/// One PostgreSQL server for all tests of a process, on a free port of this machine; each test has a database of its own in it.
public final class TestCluster: Sendable {
  private static let started = Result { try TestCluster() }

  /// The server; nil where PostgreSQL is not installed, which is told, and an error in CI.
  public static func shared() throws -> TestCluster? {
    do { return try started.get() } catch {
      guard ProcessInfo.processInfo.environment["CI"] != "true" else { throw error }
      print("SKIPPED: \(error)")
      return nil
    }
  }

  /// The port that it listens on.
  public let port: Int
  private let process: Process
  /// The server ends when this closes, which it does even when the tests crash.
  private let lifeline = Pipe()

  private struct Missing: Error, CustomStringConvertible { let description: String }

  private init() throws {
    let program = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("cluster.py").path
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-u", program]
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = lifeline
    try process.run()
    let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard let port = Int(said) else { throw Missing(description: said) }
    self.port = port
  }

  /// The address of a database in it.
  public func address(
    _ database: String = "postgres", user: String = "tests", password: String = "the-tests-password"
  ) -> String {
    "postgres://\(user):\(password)@127.0.0.1:\(port)/\(database)"
  }

  /// A new database; gives its address.
  public func database(template: String = "template0") throws -> String {
    let name = "d" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
    try connect(address()).execute("CREATE DATABASE \(name) TEMPLATE \(template)")
    return address(name)
  }

  /// A connection to one of its databases.
  public func connect(
    _ address: String, session: PostgreSQLSession = PostgreSQLSession(), within limit: Duration = .seconds(30)
  ) throws -> PostgreSQLConnection {
    try PostgreSQLConnection(PostgreSQLAddress(address), session: session, deadline: .now + limit)
  }
}
