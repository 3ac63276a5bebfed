internal import DataFiles
internal import Journal
public import Operations
internal import PostgreSQL

/// Why events were not mirrored, in words that end a sentence. It never fails a run: the next one goes on.
public struct MirrorError: Error, Hashable, Sendable, CustomStringConvertible, OperationError {
  /// The reason.
  public let description: String
  /// How the door takes it.
  public let operationFailure: OperationFailure
  /// Whether other events may pass: the table refused what one of them holds.
  let isAboutValues: Bool

  init(
    _ type: ErrorType, _ description: String, kind: ErrorClass = .data, isAboutValues: Bool = false
  ) {
    self.description = description
    self.isAboutValues = isAboutValues
    operationFailure = OperationFailure(type: type.rawValue, message: description, kind: kind)
  }

  init(_ error: PostgreSQLError) {
    let advice: String =
      switch error.sqlState {
      case "42501": "; let its user write to the schema datawarp, or make it and its tables for them"
      case "42P10": "; its event_id must be unique: ALTER TABLE \(MirrorTableShape.name) ADD UNIQUE (event_id)"
      case "53100": "; make room there"
      default: ""
      }
    self.init(
      error.type, error.description + advice, kind: error.operationFailure.kind, isAboutValues: error.isAboutValues)
  }

  init(_ error: DataFileError) {
    let failure = error.operationFailure
    self.init(
      error.kind, error.description, kind: failure.kind,
      isAboutValues: [.typeMismatch, .valueOutOfRange].contains(error.kind))
  }

  init(_ error: JournalError) { self.init(.permissionDenied, error.description) }
}

/// A table of events in some database, with how far each file of the journals is in it.
protocol MirrorTable: Sendable {
  /// Where it is, as people may see it.
  nonisolated var place: String { get }
  /// How far each file was mirrored. Tables that are missing are made unless nothing may be changed.
  func positions(changingNothing: Bool) async throws(MirrorError) -> [JournalPosition]
  /// Brings events in, those that are new, and notes the positions in the same transaction.
  func append(_ rows: [EventRow], _ positions: [JournalPosition]) async throws(MirrorError)
}

/// What the two tables are called and have (S0-31, S0-32).
enum MirrorTableShape {
  static let schema = "datawarp"
  static let name = "datawarp.tbl_pipeline_events"
  /// How far each file of a journal was read.
  static let positions = "datawarp.tbl_pipeline_event_files"

  static var columnNames: [String] { EventRow.columns.map(\.name) }
  /// As SQL: `timestamp` is a word of its own there.
  static var columnList: String { columnNames.map { "\"\($0)\"" }.joined(separator: ", ") }

  /// The columns' definitions after `id`.
  static func columns(json: String) -> String {
    EventRow.columns.map { column in
      let type = column.width.map { "VARCHAR(\($0))" } ?? (column.name == "timestamp" ? "TIMESTAMPTZ" : json)
      return "\"\(column.name)\" \(type)" + (column.name == "event_id" ? " UNIQUE" : "")
    }.joined(separator: ", ")
  }

  static let indexes = """
    CREATE INDEX IF NOT EXISTS idx_events_run ON \(name) (run_id);
    CREATE INDEX IF NOT EXISTS idx_events_source ON \(name) (source_code);
    CREATE INDEX IF NOT EXISTS idx_events_type ON \(name) (event_type);
    """

  static let positionsTable = """
    CREATE TABLE IF NOT EXISTS \(positions) (
      file VARCHAR(200), fingerprint VARCHAR(64), bytes BIGINT NOT NULL, events BIGINT NOT NULL,
      passed_over BIGINT NOT NULL, mirrored_at TIMESTAMPTZ NOT NULL, PRIMARY KEY (file, fingerprint));
    """

  static let positionColumns = ["file", "fingerprint", "bytes", "events", "passed_over", "mirrored_at"]
  static let positionUpdate =
    "DO UPDATE SET "
    + positionColumns.dropFirst(2).map { "\($0) = excluded.\($0)" }.joined(separator: ", ")

  /// What is wrong with a table that stands there already; nil when events fit.
  ///
  /// - Parameters:
  ///   - types: Its columns' types by their names, as the database writes them.
  ///   - json: What the type of `data` and `error` may be called.
  static func trouble(_ types: [String: String], json: Set<String>) -> MirrorError? {
    for column in EventRow.columns {
      guard let type = types[column.name] else {
        return MirrorError(
          .missingColumn, "the table \(name) that stands there has no column \(column.name); move it out of the way")
      }
      let fits: Bool =
        if let width = column.width {
          isText(type, width: width)
        } else {
          column.name == "timestamp"
            ? type.lowercased() == "timestamp with time zone" : json.contains(type.lowercased())
        }
      guard fits else {
        return MirrorError(
          .typeMismatch,
          "the column \(column.name) of the table \(name) that stands there is \(type); move that table out of the way")
      }
    }
    return nil
  }

  private static func isText(_ type: String, width: Int) -> Bool {
    let type = type.lowercased()
    guard type.hasPrefix("character varying") || type.hasPrefix("varchar") else { return type == "text" }
    guard let open = type.firstIndex(of: "(") else { return true }
    return (Int(type[type.index(after: open)...].prefix(while: \.isNumber)) ?? 0) >= width
  }
}
