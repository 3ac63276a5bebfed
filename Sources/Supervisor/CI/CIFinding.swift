/// Something that a CI service can show beside a line of a file.
public struct CIFinding: Hashable, Sendable {
  /// How grave it is: a failure that a fix waits for is a warning.
  public enum Level: String, Sendable { case error, warning }

  /// How grave it is.
  public let level: Level
  /// A few words: where, and what kind.
  public let title: String
  /// One sentence.
  public let message: String
  /// The file, relative to the repository's top.
  public let file: String
  /// The line, 1-based; nil when the file as a whole is meant.
  public let line: Int?
  /// The column, 1-based.
  public let column: Int?

  /// Creates a finding.
  public init(level: Level, title: String, message: String, file: String, line: Int? = nil, column: Int? = nil) {
    self.level = level
    self.title = title
    self.message = message
    self.file = file
    self.line = line
    self.column = column
  }

  /// The finding for a configuration or a manifest that is not valid.
  ///
  /// - Parameter prefix: The workspace's folder in the repository, empty or ending with a slash.
  public init(_ error: ConfigurationError, prefix: String) {
    self.init(
      level: .error, title: "Invalid configuration", message: error.message,
      file: error.file.hasPrefix("/") ? error.file : prefix + error.file, line: error.line, column: error.column)
  }
}
