internal import Journal
internal import Subprocess

extension DuckDB {
  /// What DuckDB's message says, as a typed error; the first pattern that the text holds decides.
  private static let patterns: [(text: String, type: ErrorType, transient: Bool?)] = [
    ("Could not set lock on file", .lockConflict, true),
    ("No space left on device", .diskFull, true),
    ("Out of Memory Error", .outOfMemory, nil),
    ("Permission denied", .permissionDenied, false),
    ("Read-only file system", .permissionDenied, false),
    ("is not a valid DuckDB database file", .databaseUnavailable, false),
    ("database does not exist", .databaseUnavailable, false),
    ("Failed to open zip for reading", .corruptFile, nil),
    ("Duplicate key", .duplicateKey, nil),
    ("duplicate key", .duplicateKey, nil),
    ("NOT NULL constraint failed", .nullViolation, nil),
    ("Constraint Error", .constraintViolation, nil),
    ("Conversion Error", .typeMismatch, nil),
    ("Out of Range Error", .valueOutOfRange, nil),
    ("Table with name", .tableNotFound, nil),
    ("TransactionContext Error", .lockConflict, true),
    ("Binder Error", .codeError, nil),
    ("Parser Error", .codeError, nil),
    ("IO Error", .databaseUnavailable, false),
    ("INTERNAL Error", .codeError, nil),
  ]

  /// The error of a child that did not end well.
  static func error(status: TerminationStatus, output: String) -> DataFileError {
    let message = firstParagraph(output)
    if case .signaled(let signal) = status {
      let type: ErrorType = signal == 9 ? .outOfMemory : .unknown
      return DataFileError(type, "DuckDB was ended by signal \(signal)" + (message.isEmpty ? "" : ": \(message)"))
    }
    guard !message.isEmpty else { return DataFileError(.unknown, "DuckDB ended with \(status) and said nothing") }
    let match = patterns.first { output.contains($0.text) }
    return DataFileError(match?.type ?? .unknown, message, transient: match?.transient)
  }

  /// The error of a child that could not be started or talked to.
  static func launchError(_ error: any Error, binary: String) -> DataFileError {
    if error is CancellationError { return DataFileError(.timeout, "DuckDB was ended because its work was cancelled") }
    guard let error = error as? SubprocessError else { return DataFileError(.unknown, "DuckDB failed: \(error)") }
    switch error.code {
    case .executableNotFound, .spawnFailed:
      return DataFileError(
        .databaseUnavailable, "DuckDB could not be started: \(binary): \(error.description)", transient: false)
    case .outputLimitExceeded:
      return DataFileError(.outOfMemory, "DuckDB's answer is too large to be read at once")
    default:
      return DataFileError(.unknown, "DuckDB failed: \(error.description)")
    }
  }

  /// The message without the excerpt of the script that follows it, which could hold data.
  private static func firstParagraph(_ output: String) -> String {
    let text = output.replacing("\r\n", with: "\n")
    let end = text.firstRange(of: "\n\nLINE ")?.lowerBound ?? text.endIndex
    return text[..<end].split(separator: "\n").joined(separator: " ").trimmed
  }
}

extension StringProtocol {
  /// The text without white space at its ends.
  var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
