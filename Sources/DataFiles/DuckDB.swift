internal import Foundation
public import Journal
internal import Operations
internal import Subprocess

#if canImport(System)
  internal import System
#else
  internal import SystemPackage
#endif

/// DuckDB's command-line program: one child process per script.
///
/// The script goes to the child's standard input, so that its size and its text never meet an argument list. The child is the
/// real binary, in the caller's process group, and is killed when the task is cancelled or the time is up. DuckDB's own
/// write-ahead log makes that safe: what was not committed is not there.
public struct DuckDB: Hashable, Sendable {
  /// The program.
  public let binary: String
  /// The Excel extension's file; nil when it was not found, and then workbooks cannot be read.
  public let excelExtension: String?

  /// A row of a result: column name to value. DuckDB's JSON writes decimals, dates and huge integers as texts.
  public typealias Row = [String: JSONValue]

  /// A database and how to open it.
  public enum Database: Hashable, Sendable {
    /// In memory, gone with the process.
    case memory
    /// A file that must exist; nothing in it can change.
    case readOnly(String)
    /// A file, made when it is missing.
    case readWrite(String)
  }

  /// Uses a program and an extension at known places.
  public init(binary: String, excelExtension: String?) {
    self.binary = binary
    self.excelExtension = excelExtension
  }

  /// Runs a script and returns the rows of its last statement that returned any.
  ///
  /// - Throws: an error with DuckDB's own message: `lock_conflict`, `disk_full`, `timeout` and so on by what it says.
  public func query(
    _ script: String, in database: Database = .memory, excel: Bool = false, timeout: Duration = .seconds(600)
  ) async throws(DataFileError) -> [Row] {
    try await run(script, in: database, excel: excel, timeout: timeout).last ?? []
  }

  /// Runs a script for what it does.
  public func execute(
    _ script: String, in database: Database, excel: Bool = false, timeout: Duration = .seconds(600)
  ) async throws(DataFileError) {
    _ = try await run(script, in: database, excel: excel, timeout: timeout)
  }

  /// Runs a script and returns the rows of each statement that returned any, in order.
  ///
  /// The script stops at its first error; a transaction that is open then is rolled back.
  public func run(
    _ script: String, in database: Database = .memory, excel: Bool = false, timeout: Duration = .seconds(600)
  ) async throws(DataFileError) -> [[Row]] {
    let operation: ExternalOperation = if case .readWrite = database { .changeDatabase } else { .queryDatabase }
    return try await attempt(operation, within: timeout) { () async throws(DataFileError) -> [[Row]] in
      try await runOnce(script, in: database, excel: excel, timeout: timeout)
    }
  }

  private func runOnce(
    _ script: String, in database: Database, excel: Bool, timeout: Duration
  ) async throws(DataFileError) -> [[Row]] {
    var arguments = ["-no-init", "-batch", "-bail", "-json"]
    switch database {
    case .memory: break
    case .readOnly(let path): arguments += ["-readonly", path]
    case .readWrite(let path): arguments.append(path)
    }
    let input = try preamble(excel: excel) + script + "\n;\n"
    let ended: Ended
    do {
      ended = try await DuckDB.within(timeout) { [binary, arguments] in
        try await DuckDB.launch(binary, arguments, input: input)
      }
    } catch let error as DataFileError {
      throw error
    } catch {
      throw DuckDB.launchError(error, binary: binary)
    }
    guard ended.status.isSuccess else { throw DuckDB.error(status: ended.status, output: ended.error) }
    return try DuckDB.resultSets(ended.output)
  }

  /// Nothing is fetched from the network, whatever a script names.
  private func preamble(excel: Bool) throws(DataFileError) -> String {
    let offline = "SET autoinstall_known_extensions = false; SET autoload_known_extensions = false;\n"
    guard excel else { return offline }
    guard let excelExtension else {
      throw DataFileError(
        .databaseUnavailable,
        "DuckDB's Excel extension was not found; install duckdb-extension-excel or set ERRATA_DUCKDB_EXTENSIONS",
        transient: false)
    }
    return offline + "LOAD \(DuckDB.quote(literal: excelExtension));\n"
  }
}

extension DuckDB {
  /// How a child ended and what it wrote.
  struct Ended: Sendable {
    var status: TerminationStatus
    var output: [UInt8]
    var error: String
  }

  /// More rows than this belong in a file, not in an answer.
  private static let outputLimit = 64 << 20

  private static func launch(_ binary: String, _ arguments: [String], input: String) async throws -> Ended {
    let script = try scriptFile(input)
    // An empty teardown sequence: cancellation kills at once.
    let result = try await Subprocess.run(
      .path(FilePath(binary)), arguments: Arguments(arguments),
      input: .fileDescriptor(script, closeAfterSpawningProcess: true),
      output: .bytes(limit: outputLimit), error: .bytes(limit: 1 << 20))
    return Ended(
      status: result.terminationStatus, output: result.standardOutput,
      error: String(decoding: result.standardError, as: UTF8.self))
  }

  /// The script as an open file without a name. Not a pipe: a child that ends before it has read all of a pipe, as DuckDB does
  /// when its database is locked, ends whoever writes to it with SIGPIPE.
  private static func scriptFile(_ text: String) throws -> FileDescriptor {
    let path = FilePath(NSTemporaryDirectory()).appending("errata-script-\(UUID().uuidString)")
    let file = try FileDescriptor.open(
      path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerReadWrite])
    do {
      try FileManager.default.removeItem(atPath: path.string)
      try file.writeAll(Array(text.utf8))
      try file.seek(offset: 0, from: .start)
      return file
    } catch {
      try? file.close()
      throw error
    }
  }

  /// Runs the work, or cancels it and throws when the time is up.
  static func within<Value: Sendable>(
    _ timeout: Duration, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: timeout)
        throw DataFileError(.timeout, "DuckDB did not finish within \(timeout); its process was ended", transient: true)
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }

  /// Splits `-json` output: each statement's array starts a line with `[`, and no string holds a real newline.
  static func resultSets(_ output: [UInt8]) throws(DataFileError) -> [[Row]] {
    var sets: [[Row]] = []
    var start = output.startIndex
    while start < output.endIndex {
      var end = start
      while end < output.endIndex {
        let isLineEnd = output[end] == UInt8(ascii: "\n")
        end += 1
        if isLineEnd, end == output.endIndex || output[end] == UInt8(ascii: "[") { break }
      }
      let slice = Data(output[start..<end])
      start = end
      guard slice.contains(where: { $0 > 0x20 }) else { continue }
      do {
        sets.append(try JSONDecoder().decode([Row].self, from: slice))
      } catch {
        let shown = String(decoding: slice.prefix(200), as: UTF8.self)
        throw DataFileError(.unknown, "DuckDB wrote something that is not JSON: \(shown)")
      }
    }
    return sets
  }
}
