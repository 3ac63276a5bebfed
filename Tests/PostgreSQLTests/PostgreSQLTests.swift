import Foundation
import Journal
import Operations
import PostgreSQL
import TestPostgreSQL
import Testing

@Suite("PostgreSQL")
struct PostgreSQLTests {
  @Test("an address shows its database and server, and neither user nor password")
  func addresses() throws {
    let address = try PostgreSQLAddress("postgres://me:s3cret@db.example.org:5433/stats?sslmode=require")
    #expect(address.description == "the PostgreSQL database stats at db.example.org:5433")
    #expect(address.secrets.contains("s3cret"))
    #expect(try PostgreSQLAddress("host=h dbname=d").description == "the PostgreSQL database d at h")
    #expect(throws: PostgreSQLError.self) { try PostgreSQLAddress("postgres://me:s3cret@h:5432/d?nonsense=1") }
    #expect(throws: PostgreSQLError.self) { try PostgreSQLAddress("host=h\0") }
    do { _ = try PostgreSQLAddress("password=s3cret nonsense") } catch { #expect(!"\(error)".contains("s3cret")) }
  }

  @Test("parameters are values whatever they hold, and NULL comes back as nil")
  func parameters() throws {
    guard let cluster = try TestCluster.shared() else { return }
    let connection = try cluster.connect(cluster.address())
    let hostile = "'; DROP TABLE x; -- \\ \n é 🙂"
    let rows = try connection.query("SELECT $1::text AS a, $2::text AS b, 3 AS c", [hostile, nil])
    #expect(rows.columns == ["a", "b", "c"])
    #expect(rows.rows == [[hostile, nil, "3"]])
    #expect(try connection.query("SELECT 1 WHERE false").rows.isEmpty)
  }

  @Test("COPY brings every text over as it is, and more than a socket holds at once")
  func copies() throws {
    guard let cluster = try TestCluster.shared() else { return }
    let connection = try cluster.connect(cluster.address())
    try connection.execute("CREATE TEMP TABLE t (n int, \"odd \"\"name\" text)")
    let texts = ["", "a\tb\nc\rd\\e", "\\N", "\\.", "é\u{1}🙂", nil, String(repeating: "long\t", count: 2_000_000)]
    let rows = texts.enumerated().map { ["\($0.offset)", $0.element] }
    #expect(try connection.copy(into: "t", columns: ["n", "odd \"name"], rows: rows) == texts.count)
    #expect(try connection.query("SELECT * FROM t ORDER BY n").rows == rows)
  }

  @Test("a refused row is told with the server's code, and the session goes on")
  func refusals() throws {
    guard let cluster = try TestCluster.shared() else { return }
    let connection = try cluster.connect(cluster.address())
    try connection.execute("CREATE TEMP TABLE t (n int PRIMARY KEY)")
    let lines = (0..<200_000).map { [$0 == 10 ? "x" : "\($0)"] }
    let refused = #expect(throws: PostgreSQLError.self) { try connection.copy(into: "t", columns: ["n"], rows: lines) }
    #expect(refused?.sqlState == "22P02")
    #expect(refused?.type == .typeMismatch)
    #expect(refused?.isAboutValues == true)
    try connection.execute("INSERT INTO t VALUES (1)")
    let twice = #expect(throws: PostgreSQLError.self) { try connection.execute("INSERT INTO t VALUES (1)") }
    #expect(twice?.type == .duplicateKey)
    #expect(twice?.constraint == "t_pkey")
    // What may hold data is apart from the sentence.
    #expect(twice?.detail?.contains("(1)") == true)
    #expect(twice?.description.contains("(1)") == false)
    let missing = #expect(throws: PostgreSQLError.self) { try connection.query("SELECT nothing FROM t") }
    #expect(missing?.position == 8)
    #expect(missing?.type == .missingColumn)
    let nowhere = #expect(throws: PostgreSQLError.self) {
      try connection.copy(into: "absent", columns: ["n"], rows: [])
    }
    #expect(nowhere?.type == .tableNotFound)
    #expect(try connection.query("SELECT n FROM t").rows == [["1"]])
  }

  @Test("a transaction that fails leaves nothing")
  func transactions() throws {
    guard let cluster = try TestCluster.shared() else { return }
    let connection = try cluster.connect(cluster.address())
    try connection.execute("CREATE TEMP TABLE t (n int)")
    #expect(throws: PostgreSQLError.self) {
      try connection.transaction { () throws(PostgreSQLError) in
        try connection.execute("INSERT INTO t VALUES (1)")
        try connection.execute("SELECT 1/0")
      }
    }
    try connection.transaction { () throws(PostgreSQLError) in try connection.execute("INSERT INTO t VALUES (2)") }
    #expect(try connection.query("SELECT n FROM t").rows == [["2"]])
  }

  @Test("a session that only reads changes nothing")
  func readsOnly() throws {
    guard let cluster = try TestCluster.shared() else { return }
    let connection = try cluster.connect(cluster.address(), session: PostgreSQLSession(isReadOnly: true))
    let refused = #expect(throws: PostgreSQLError.self) { try connection.execute("CREATE TABLE t (n int)") }
    #expect(refused?.type == .permissionDenied)
  }

  @Test("nothing waits past its deadline: neither for the server's work nor for one that says nothing")
  func deadlines() throws {
    guard let cluster = try TestCluster.shared() else { return }
    let connection = try cluster.connect(cluster.address(), within: .milliseconds(700))
    let slow = #expect(throws: PostgreSQLError.self) { try connection.query("SELECT pg_sleep(60)") }
    #expect(slow?.type == .timeout)
    let silent = try SilentServer()
    let unheard = #expect(throws: PostgreSQLError.self) {
      try PostgreSQLConnection(
        PostgreSQLAddress("postgres://me@127.0.0.1:\(silent.port)/d"), deadline: .now + .milliseconds(300))
    }
    #expect(unheard?.type == .timeout)
    #expect(unheard?.operationFailure.kind == .transient)
  }

  @Test("who is not let in, or asks for what is not there, is told so and not to try again")
  func refusedConnections() throws {
    guard let cluster = try TestCluster.shared() else { return }
    for address in [cluster.address(password: "wrong"), cluster.address("absent"), cluster.address(user: "stranger")] {
      let refused = #expect(throws: PostgreSQLError.self) { try cluster.connect(address) }
      #expect(refused?.type == .databaseUnavailable)
      #expect(refused?.isTransient == false, "\(refused?.description ?? "")")
    }
    let silent = try SilentServer()
    let port = silent.port
    silent.close()
    let down = #expect(throws: PostgreSQLError.self) { try cluster.connect("postgres://me@127.0.0.1:\(port)/d") }
    #expect(down?.isTransient == true)
  }
}
