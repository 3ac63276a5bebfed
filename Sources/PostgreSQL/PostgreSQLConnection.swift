internal import CPostgreSQL
internal import Foundation
internal import Journal
internal import Operations

/// What a session may do, and for how long it waits.
public struct PostgreSQLSession: Sendable {
  /// Whether the server refuses whatever writes.
  public var isReadOnly: Bool
  /// How long it may wait for a lock.
  public var lockTimeout: Duration

  /// Describes a session.
  public init(isReadOnly: Bool = false, lockTimeout: Duration = .seconds(5)) {
    self.isReadOnly = isReadOnly
    self.lockTimeout = lockTimeout
  }
}

/// A connection to a PostgreSQL server: the one owner of libpq's pointer, closed when it goes.
///
/// It never waits past its deadline, whatever the server or the network does: libpq's own waiting calls are not used. Its owner is
/// an actor or one function, for it is not safe to share.
public final class PostgreSQLConnection {
  let pointer: OpaquePointer
  /// Where it leads.
  public let address: PostgreSQLAddress
  /// When it gives up.
  public let deadline: ContinuousClock.Instant

  /// Connects and sets the session up.
  ///
  /// - Parameter deadline: When the connection and everything done over it must have ended.
  /// - Throws: `PostgreSQLError`.
  public init(
    _ address: PostgreSQLAddress, session: PostgreSQLSession = PostgreSQLSession(), deadline: ContinuousClock.Instant
  ) throws(PostgreSQLError) {
    let keywords = ["dbname", "fallback_application_name", "client_encoding"]
    let started = CStrings.with(keywords) { names in
      CStrings.with([address.text, "errata", "UTF8"]) { PQconnectStartParams(names, $0, 1) }
    }
    guard let started else { throw PostgreSQLError(.outOfMemory, "libpq has no memory left", isTransient: true) }
    pointer = started
    self.address = address
    self.deadline = deadline
    try attempt(once: .connectServer, describe: \.operationFailure) { () throws(PostgreSQLError) in
      try connect()
    }
    errata_pg_silence(pointer)
    PQsetnonblocking(pointer, 1)
    let left = max(1, Int((deadline - .now) / .milliseconds(1)))
    try execute(
      """
      SET statement_timeout = \(left);
      SET lock_timeout = \(max(1, Int(session.lockTimeout / .milliseconds(1))));
      SET default_transaction_read_only = \(session.isReadOnly ? "on" : "off")
      """)
  }

  deinit { PQfinish(pointer) }

  private func connect() throws(PostgreSQLError) {
    guard PQstatus(pointer) != CONNECTION_BAD else { throw .connection(lastWords) }
    while true {
      switch PQconnectPoll(pointer) {
      case PGRES_POLLING_OK: return
      case PGRES_POLLING_READING: try wait(reading: true, writing: false)
      case PGRES_POLLING_WRITING: try wait(reading: false, writing: true)
      default: throw .connection(lastWords)
      }
    }
  }

  var lastWords: String { String(cString: PQerrorMessage(pointer)).trimmingCharacters(in: .whitespacesAndNewlines) }

  /// Waits until the socket can be read or written, in short turns, so that a cancelled task ends soon.
  func wait(reading: Bool, writing: Bool) throws(PostgreSQLError) {
    while true {
      guard !Task.isCancelled else {
        throw PostgreSQLError(.timeout, "it was interrupted while it waited for \(address)", isTransient: true)
      }
      let left = (deadline - .now) / .milliseconds(1)
      guard left > 0 else {
        throw PostgreSQLError(.timeout, "\(address) did not answer within the time limit", isTransient: true)
      }
      let events = (reading ? Int16(POLLIN) : 0) | (writing ? Int16(POLLOUT) : 0)
      var descriptor = pollfd(fd: PQsocket(pointer), events: events, revents: 0)
      if poll(&descriptor, 1, Int32(min(left.rounded(.up), 200))) > 0 { return }
    }
  }
}

/// Texts as an array of C strings that ends with a null pointer.
enum CStrings {
  static func with<Value>(
    _ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
  ) -> Value {
    let copies = texts.map { $0.flatMap { strdup($0) } }
    defer { for copy in copies { free(copy) } }
    let pointers = copies.map { $0.map { UnsafePointer($0) } } + [nil]
    return pointers.withUnsafeBufferPointer { buffer in
      // Never empty: the null pointer is in it.
      var none: UnsafePointer<CChar>?
      return buffer.baseAddress.map(body) ?? withUnsafePointer(to: &none, body)
    }
  }
}
