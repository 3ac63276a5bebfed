internal import DataFiles
internal import Foundation
public import Journal
internal import Operations
internal import PostgreSQL

/// Brings the journal's events into a table of a database (S0-31), each once, and goes on where the table is.
public struct EventMirror: Sendable {
  /// What came of it.
  public struct Report: Hashable, Sendable {
    /// Events that were sent.
    public var events = 0
    /// Lines that hold no event.
    public var passedOver = 0
    /// Where these lines are.
    public var warnings: [JournalWarning] = []
    /// Events that the database did not take, whatever was tried, and its words about the first of them.
    public var refused = 0
    /// What the database said about the first refused event.
    public var refusal: String?
    /// Why it ended early.
    public var trouble: MirrorError?
  }

  /// How far the table is.
  public struct Status: Codable, Hashable, Sendable {
    /// The database, without credentials.
    public var place: String
    /// Lines of the journal that are not in the table yet.
    public var behind: Int
    /// The files that these are in.
    public var files: [String]
    /// Events that this journal's files have in the table.
    public var events: Int
    /// Lines of this journal's files that hold no event, or one that was refused.
    public var passedOver: Int

    enum CodingKeys: String, CodingKey {
      case place, behind, files, events
      case passedOver = "passed_over"
    }
  }

  let table: any MirrorTable
  private let logs: String
  private let deadline: ContinuousClock.Instant

  /// The database, as people may see it.
  public var place: String { table.place }

  /// A database, as it is named.
  public enum Target: Hashable, Sendable {
    /// An address of PostgreSQL's.
    case address(String)
    /// The path of a file of DuckDB's, relative to the workspace or absolute.
    case file(String)

    /// What a person wrote: `postgres://…` or a path.
    public init(_ text: String) { self = PostgreSQLAddress.isAddress(text) ? .address(text) : .file(text) }

    /// What the configuration names, with the address that the environment holds.
    public init(_ settings: MirrorSettings, environment: [String: String]) throws(MirrorError) {
      switch settings {
      case .duckDB(let path): self = .file(path)
      case .postgreSQL(let variable):
        guard let address = environment[variable], !address.isEmpty else {
          throw MirrorError(
            .databaseUnavailable, "the variable \(variable), which holds the database's address, is not set",
            kind: .logic)
        }
        self = .address(address)
      }
    }
  }

  /// Prepares to mirror; nothing is asked yet.
  ///
  /// - Parameter limit: How long all of it may take.
  public init(_ workspace: Workspace, to target: Target, within limit: Duration) throws(MirrorError) {
    logs = workspace.logs
    deadline = .now + limit
    switch target {
    case .address(let text):
      do throws(PostgreSQLError) {
        table = PostgreSQLMirror(try PostgreSQLAddress(text), deadline: deadline)
      } catch {
        throw MirrorError(error)
      }
    case .file(let path):
      do throws(DataFileError) {
        table = DuckDBMirror(
          path: path.hasPrefix("/") ? path : workspace.root + "/" + path, shown: path, try DuckDB.locate(),
          deadline: deadline)
      } catch {
        throw MirrorError(error)
      }
    }
  }

  /// Brings in what is new, a few thousand events a transaction, for as long as there is time.
  public func run() async -> Report {
    var report = Report()
    do throws(MirrorError) {
      try await attempt(.mirrorEvents) { () async throws(MirrorError) in try await bring(&report) }
    } catch {
      report.trouble = error
    }
    return report
  }

  private func bring(_ report: inout Report) async throws(MirrorError) {
    var backlog = try backlog(await table.positions(changingNothing: false))
    var refused: [JournalPosition.File: Int] = [:]
    while true {
      let items: [JournalBacklog.Item]
      do { items = try backlog.next() } catch { throw Self.unreadable(error) }
      guard !items.isEmpty else { return }
      guard deadline > .now, !Task.isCancelled else {
        throw MirrorError(.timeout, "the time for it was over", kind: .transient)
      }
      report.passedOver = backlog.passedOver
      report.warnings = backlog.warnings
      try await send(items[...], &refused, &report)
    }
  }

  /// Sends events, by halves where the database does not take one of them: that one is left out and counted.
  private func send(
    _ items: ArraySlice<JournalBacklog.Item>, _ refused: inout [JournalPosition.File: Int], _ report: inout Report
  ) async throws(MirrorError) {
    var last: [JournalPosition.File: JournalPosition] = [:]
    for item in items { last[item.position.file] = item.position }
    let rows = items.compactMap(\.row)
    do throws(MirrorError) {
      let positions = last.values.map { position in
        var position = position
        position.passedOver += refused[position.file, default: 0]
        return position
      }
      try await table.append(rows, positions)
      report.events += rows.count
    } catch {
      guard error.isAboutValues, let first = items.first else { throw error }
      if items.count > 1 {
        let middle = items.startIndex + items.count / 2
        try await send(items[..<middle], &refused, &report)
        try await send(items[middle...], &refused, &report)
      } else {
        refused[first.position.file, default: 0] += 1
        report.refused += 1
        report.refusal = report.refusal ?? error.description
        var position = first.position
        position.passedOver += refused[position.file, default: 0]
        try await table.append([], [position])
      }
    }
  }

  /// How far the table is; nothing is made or changed.
  public func status() async throws(MirrorError) -> Status {
    let known = try await table.positions(changingNothing: true)
    do {
      let backlog = try JournalBacklog(logs: logs, known: known)
      let own = Set(backlog.journal)
      let counted = known.filter { own.contains($0.file) }
      return Status(
        place: place, behind: try backlog.newLines(), files: backlog.files.map(\.name),
        events: counted.reduce(0) { $0 + $1.events }, passedOver: counted.reduce(0) { $0 + $1.passedOver })
    } catch {
      throw Self.unreadable(error)
    }
  }

  private func backlog(_ known: [JournalPosition]) throws(MirrorError) -> JournalBacklog {
    do { return try JournalBacklog(logs: logs, known: known) } catch { throw Self.unreadable(error) }
  }

  private static func unreadable(_ error: any Error) -> MirrorError {
    (error as? JournalError).map(MirrorError.init) ?? MirrorError(.unknown, "\(error)")
  }
}
