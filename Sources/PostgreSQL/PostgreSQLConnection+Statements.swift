internal import CPostgreSQL
internal import Journal

/// What a statement answered, all of it as text.
public struct PostgreSQLRows: Sendable {
  /// The columns' names.
  public var columns: [String] = []
  /// The rows; nil is NULL.
  public var rows: [[String?]] = []
  /// How many rows a statement that changes something changed.
  public var changed = 0
}

extension PostgreSQLConnection {
  /// Does one statement; what stands in it as `$1`, `$2`, … is given apart and never read as SQL.
  @discardableResult
  public func query(_ statement: String, _ parameters: [String?] = []) throws(PostgreSQLError) -> PostgreSQLRows {
    let sent = CStrings.with(parameters) {
      PQsendQueryParams(pointer, statement, Int32(parameters.count), nil, $0, nil, nil, 0)
    }
    guard sent == 1 else { throw .connection(lastWords) }
    return try results()
  }

  /// Does the statements of a script, which ends at the first that fails.
  public func execute(_ script: String) throws(PostgreSQLError) {
    guard PQsendQuery(pointer, script) == 1 else { throw .connection(lastWords) }
    _ = try results()
  }

  /// Does the work in a transaction, which is given up when it throws.
  public func transaction<Value>(
    _ work: () throws(PostgreSQLError) -> Value
  ) throws(PostgreSQLError) -> Value {
    try execute("BEGIN")
    do throws(PostgreSQLError) {
      let value = try work()
      try execute("COMMIT")
      return value
    } catch {
      // A connection that is lost needs none, and what it says then is not why the work failed.
      try? execute("ROLLBACK")
      throw error
    }
  }

  /// Writes rows into a table (`COPY … FROM STDIN`).
  ///
  /// - Parameters:
  ///   - table: The table, quoted where it needs to be.
  ///   - columns: The columns that the values are for.
  ///   - rows: The values; nil is NULL.
  /// - Returns: How many rows were written.
  @discardableResult
  public func copy(
    into table: String, columns: [String], rows: some Sequence<[String?]>
  ) throws(PostgreSQLError) -> Int {
    let names = columns.map(Self.quote(identifier:)).joined(separator: ", ")
    guard PQsendQuery(pointer, "COPY \(table) (\(names)) FROM STDIN") == 1 else { throw .connection(lastWords) }
    let begun = try next()
    guard begun?.status == PGRES_COPY_IN else {
      _ = try results()
      throw begun?.error ?? PostgreSQLError(.codeError, "the server takes no rows for \(table)", isTransient: false)
    }
    var chunk: [UInt8] = []
    for row in rows {
      CopyText.append(row, to: &chunk)
      if chunk.count >= 1 << 16 {
        try put(chunk)
        chunk.removeAll(keepingCapacity: true)
      }
    }
    try put(chunk)
    while true {
      let ended = PQputCopyEnd(pointer, nil)
      if ended == 1 { break }
      guard ended == 0 else { throw .connection(lastWords) }
      try wait(reading: false, writing: true)
    }
    return try results().changed
  }

  /// A name as SQL: in double quotes, those inside doubled.
  public static func quote(identifier: String) -> String {
    "\"" + identifier.replacing("\"", with: "\"\"").replacing("\0", with: "") + "\""
  }

  private func put(_ bytes: [UInt8]) throws(PostgreSQLError) {
    guard !bytes.isEmpty else { return }
    while true {
      let taken = bytes.withUnsafeBytes { raw in
        PQputCopyData(pointer, raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count))
      }
      if taken == 1 { return try flush() }
      // The server may have refused a row already: what it says is the reason.
      guard taken == 0 else {
        _ = try results()
        throw .connection(lastWords)
      }
      try wait(reading: false, writing: true)
    }
  }

  /// Sends what waits. The server's words are taken in meanwhile: it would stop listening until somebody hears them.
  private func flush() throws(PostgreSQLError) {
    while true {
      switch PQflush(pointer) {
      case 0: return
      case 1:
        try wait(reading: true, writing: true)
        guard PQconsumeInput(pointer) == 1 else { throw .connection(lastWords) }
      default: throw .connection(lastWords)
      }
    }
  }

  /// The next result; nil when the last statement is done.
  private func next() throws(PostgreSQLError) -> StatementResult? {
    try flush()
    while PQisBusy(pointer) == 1 {
      try wait(reading: true, writing: false)
      guard PQconsumeInput(pointer) == 1 else { throw .connection(lastWords) }
    }
    return PQgetResult(pointer).map(StatementResult.init)
  }

  /// All results, of which the last one's rows are given back. The first error is thrown once nothing more comes.
  private func results() throws(PostgreSQLError) -> PostgreSQLRows {
    var answer = PostgreSQLRows()
    var failure: PostgreSQLError?
    while let result = try next() {
      if let error = result.error {
        failure = failure ?? error
      } else {
        answer = result.rows
      }
      // A connection that broke gives the same result for ever.
      if PQstatus(pointer) == CONNECTION_BAD { break }
    }
    if let failure { throw failure }
    return answer
  }
}
