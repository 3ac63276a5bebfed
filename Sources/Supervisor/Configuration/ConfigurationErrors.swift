/// One thing that is wrong with the configuration.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, relative to the workspace.
  public let file: String
  /// The line, 1-based; nil when the file itself is the trouble.
  public let line: Int?
  /// The column, 1-based.
  public let column: Int?
  /// What is wrong, why, and what to do.
  public let message: String

  /// Creates an error.
  public init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  /// `file:line:column: message`.
  public var description: String {
    let place = [file, line.map(String.init), column.map(String.init)].compactMap(\.self).joined(separator: ":")
    return "\(place): \(message)"
  }
}

/// Everything that is wrong with the configuration, in the order of files and lines.
public struct ConfigurationErrors: Error, Hashable, Sendable, CustomStringConvertible {
  /// The errors; at least one.
  public let errors: [ConfigurationError]

  /// Creates a collection of errors.
  public init(_ errors: [ConfigurationError]) { self.errors = errors }

  /// One line for each.
  public var description: String { errors.map(\.description).joined(separator: "\n") }
}
