/// Why a file could not be read, an edit was refused or a value could not be decoded: always with the place.
public struct YAMLError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of failure, for code that treats them differently.
  public enum Code: String, Codable, Sendable {
    /// The file cannot be read or written.
    case unreadable
    /// The text is not YAML, or not in an encoding that is accepted.
    case invalid
    /// The file is larger or deeper than the limits allow.
    case limit
    /// The path, selector or patch is malformed.
    case malformedPatch = "malformed_patch"
    /// The path names nothing in the file.
    case notFound = "not_found"
    /// A `test` operation found another value.
    case testFailed = "test_failed"
    /// The edit cannot be made with certainty, so nothing was changed.
    case refused
    /// The value is of another type than expected.
    case typeMismatch = "type_mismatch"
    /// A required key is missing.
    case missingKey = "missing_key"
    /// A key that nothing reads.
    case unknownKey = "unknown_key"
    /// A key that stands twice in a mapping.
    case duplicateKey = "duplicate_key"
  }

  /// The kind of failure.
  public let kind: Code
  /// The file's name as it was given.
  public let file: String
  /// The line, counted from 1; nil when the failure has no place in the file.
  public let line: Int?
  /// The column in characters, counted from 1.
  public let column: Int?
  /// What is wrong and why.
  public let message: String
  /// What to do about it.
  public let hint: String?
  /// The path of the value concerned, in dotted form.
  public let path: String?
  /// Further failures of the same reading.
  public let others: [YAMLError]

  /// Describes a failure.
  public init(
    _ kind: Code, file: String, line: Int? = nil, column: Int? = nil, message: String, hint: String? = nil,
    path: String? = nil, others: [YAMLError] = []
  ) {
    self.kind = kind
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.hint = hint
    self.path = path
    self.others = others
  }

  /// One sentence: `file:line:column: what, why; what to do`.
  public var description: String {
    var place = file
    if let line { place += ":\(line)" }
    if line != nil, let column { place += ":\(column)" }
    let start = place.isEmpty ? message : "\(place): \(message)"
    return hint.map { "\(start); \($0)" } ?? start
  }

  /// The same failure of another path.
  func with(path: String) -> YAMLError {
    YAMLError(
      kind, file: file, line: line, column: column, message: message, hint: hint, path: path, others: others)
  }

  /// The same failure with further ones attached.
  func with(others: [YAMLError]) -> YAMLError {
    YAMLError(
      kind, file: file, line: line, column: column, message: message, hint: hint, path: path, others: others)
  }
}

/// How large and how deep a file may be before reading it is refused.
public struct YAMLLimits: Hashable, Sendable {
  /// The largest file, in bytes.
  public var maximumBytes: Int
  /// The deepest nesting of lists and mappings.
  public var maximumDepth: Int

  /// Sets the limits.
  public init(maximumBytes: Int = 64 << 20, maximumDepth: Int = 512) {
    self.maximumBytes = maximumBytes
    self.maximumDepth = maximumDepth
  }

  /// 64 MiB and 512 levels.
  public static let standard = YAMLLimits()
}
