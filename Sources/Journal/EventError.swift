/// The real error of a failed stage or source (S0-14), never a pointer to some other output (S0-7).
///
/// Fields are set only when the failing program said them; `type` is text so that a newer writer's type survives.
public struct EventError: Codable, Hashable, Sendable {
  /// One of `ErrorType`'s names.
  public var type: String
  /// One sentence in the failing program's own words, secrets redacted.
  public var message: String
  /// The manifest's semantic name of the column, as the loader says it.
  public var column: String?
  /// The value that did not fit.
  public var value: String?
  /// The type that the manifest declares and the value is not.
  public var expectedType: String?
  /// The data file's name.
  public var file: String?
  /// The workbook's sheet.
  public var sheet: String?
  /// The row in the file, 1-based, header and title rows counted.
  public var row: Int?
  /// The target table.
  public var table: String?
  /// The address that failed.
  public var url: String?
  /// The HTTP status.
  public var status: Int?
  /// The day a publication is expected, `yyyy-mm-dd`.
  public var expectedDate: String?
  /// Whether the same command may succeed by itself later; nil when the program did not say.
  public var transient: Bool?
  /// The end of the failing program's output or its traceback.
  public var stacktrace: String?

  /// Creates an error of which only the type and message are known.
  public init(type: String, message: String) {
    self.type = type
    self.message = message
  }

  /// Creates an error of a known type.
  public init(_ type: ErrorType, _ message: String) { self.init(type: type.rawValue, message: message) }

  /// The type, `.unknown` when this version does not know the name.
  public var kind: ErrorType { ErrorType(rawValue: type) ?? .unknown }

  enum CodingKeys: String, CodingKey {
    case type, message, column, value, file, sheet, row, table, url, status, transient, stacktrace
    case expectedType = "expected_type"
    case expectedDate = "expected_date"
  }
}
