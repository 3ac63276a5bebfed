public import Journal
public import Operations

/// Why PostgreSQL did not do something.
public struct PostgreSQLError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The server's code, such as `23505`; nil when it was not the server that spoke.
  public var sqlState: String?
  /// The server's or libpq's own words, without a newline at the end.
  public var message: String
  /// What the server adds. It may hold values of the data.
  public var detail: String?
  /// What the server advises.
  public var hint: String?
  /// The character of the statement that is meant, from 1.
  public var position: Int?
  /// The table, column and constraint that are meant.
  public var table, column, constraint: String?
  /// The kind of failure in the journal's vocabulary.
  public var type: ErrorType
  /// Whether the same may succeed later.
  public var isTransient: Bool

  /// Describes a failure that is not the server's.
  public init(_ type: ErrorType, _ message: String, isTransient: Bool) {
    self.type = type
    self.message = message
    self.isTransient = isTransient
  }

  /// The words with the code: what may hold data is left out.
  public var description: String { sqlState.map { "\(message) (SQLSTATE \($0))" } ?? message }

  /// Whether the server refused what a statement brought along, rather than the statement: other values may pass.
  public var isAboutValues: Bool { sqlState.map { $0.hasPrefix("22") || $0.hasPrefix("54") } ?? false }
}

extension PostgreSQLError: OperationError {
  /// How the door takes it.
  public var operationFailure: OperationFailure {
    OperationFailure(
      type: type.rawValue, message: description, kind: isTransient ? .transient : type == .codeError ? .logic : .data)
  }
}

extension PostgreSQLError {
  /// What the server's code says, as the pattern table has it for texts.
  static func meaning(ofState state: String) -> (type: ErrorType, isTransient: Bool) {
    if let (type, isTransient) = states[state] { return (type, isTransient) }
    switch state.prefix(2) {
    case "08": return (.databaseUnavailable, true)
    case "22": return (.typeMismatch, false)
    case "23": return (.constraintViolation, false)
    case "28": return (.databaseUnavailable, false)
    case "40": return (.lockConflict, true)
    case "53": return (.databaseUnavailable, true)
    case "57": return (.databaseUnavailable, true)
    default: return (.codeError, false)
    }
  }

  private static let states: [String: (ErrorType, Bool)] = [
    "3D000": (.databaseUnavailable, false), "22001": (.valueTooLong, false), "22003": (.valueOutOfRange, false),
    "22007": (.dateFormat, false), "22008": (.dateFormat, false), "22021": (.encodingError, false),
    "22P05": (.encodingError, false), "23502": (.nullViolation, false), "23505": (.duplicateKey, false),
    "25006": (.permissionDenied, false), "42501": (.permissionDenied, false), "42703": (.missingColumn, false),
    "42P01": (.tableNotFound, false), "3F000": (.tableNotFound, false), "42804": (.typeMismatch, false),
    "53100": (.diskFull, false), "53200": (.outOfMemory, true), "55P03": (.lockConflict, true),
    "57014": (.timeout, true), "58030": (.databaseUnavailable, true),
  ]

  /// What libpq says of a connection that did not come about: then there is a text only, and perhaps the server's.
  static func connection(_ text: String) -> PostgreSQLError {
    let said = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    let lasting = [
      "authentication failed", "no pg_hba.conf entry", "does not exist", "permission denied", "no password supplied",
      "is not permitted to log in", "SSL",
    ].contains { said.contains($0) }
    return PostgreSQLError(.databaseUnavailable, said, isTransient: !lasting)
  }
}
