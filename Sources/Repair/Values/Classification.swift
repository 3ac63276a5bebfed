public import Journal

/// What the text of a failing program says about its failure.
public struct Classification: Codable, Hashable, Sendable {
  /// The kind of failure; `.none` when the text holds no error.
  public var type: ErrorType
  /// Whether the same command may succeed by itself later.
  public var transient: Bool
  /// The line that named the failure, secrets as they came in.
  public var message: String
  /// What that line, or one near it, literally said.
  public var fields: Fields
  /// The name of the pattern that decided; nil when the exit status or nothing did.
  public var pattern: String?
  /// Patterns that took too many steps over this text and were left out; nil when none was.
  public var leftOut: [String]?

  /// Creates a classification.
  public init(
    type: ErrorType, transient: Bool, message: String = "", fields: Fields = Fields(), pattern: String? = nil,
    leftOut: [String] = []
  ) {
    self.type = type
    self.transient = transient
    self.message = message
    self.fields = fields
    self.pattern = pattern
    self.leftOut = leftOut.isEmpty ? nil : leftOut
  }

  enum CodingKeys: String, CodingKey {
    case type, transient, message, fields, pattern
    case leftOut = "left_out"
  }

  /// What can be captured from a message. A field is set only when the text holds it.
  public struct Fields: Codable, Hashable, Sendable {
    /// The column.
    public var column: String?
    /// The value that did not fit.
    public var value: String?
    /// The type that was wanted.
    public var expectedType: String?
    /// The table or relation.
    public var table: String?
    /// The workbook's sheet.
    public var sheet: String?
    /// The address.
    public var url: String?
    /// The HTTP status.
    public var status: Int?
    /// The file.
    public var file: String?
    /// The row of the data.
    public var row: Int?
    /// The constraint's name.
    public var constraint: String?
    /// The host that was asked.
    public var host: String?
    /// The line of a parsed file.
    public var line: Int?
    /// The day a publication is expected.
    public var expectedDate: String?

    /// Creates fields of which nothing is known.
    public init() {}

    enum CodingKeys: String, CodingKey {
      case column, value, table, sheet, url, status, file, row, constraint, host, line
      case expectedType = "expected_type"
      case expectedDate = "expected_date"
    }
  }

  /// The classification as the error of an event.
  public func eventError(stacktrace: String? = nil) -> EventError {
    var error = EventError(type, message)
    error.column = fields.column
    error.value = fields.value
    error.expectedType = fields.expectedType
    error.table = fields.table
    error.sheet = fields.sheet
    error.url = fields.url
    error.status = fields.status
    error.file = fields.file
    error.row = fields.row
    error.expectedDate = fields.expectedDate
    error.transient = transient
    error.stacktrace = stacktrace
    return error
  }
}
