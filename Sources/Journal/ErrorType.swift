/// What kind of failure an error is. The names are the seeds' own and are written into events as they stand.
///
/// A name that this version does not know (from a newer writer, or a user's pattern) is read as `.unknown` by the classifier
/// but kept as text in the event.
public enum ErrorType: String, Codable, CaseIterable, Sendable {
  case notFound = "404_not_found"
  case accessDenied = "access_denied"
  case rateLimited = "rate_limited"
  case serverError = "server_error"
  case timeout
  case connectionFailed = "connection_failed"
  case tlsError = "tls_error"
  case noFilesFound = "no_files_found"
  case upcomingPublication = "upcoming_publication"
  case corruptFile = "corrupt_file"
  case encodingError = "encoding_error"
  case sheetNotFound = "sheet_not_found"
  case emptyData = "empty_data"
  case lowRowCount = "low_row_count"
  case typeMismatch = "type_mismatch"
  case valueOutOfRange = "value_out_of_range"
  case valueTooLong = "value_too_long"
  case dateFormat = "date_format"
  case missingColumn = "missing_column"
  case unexpectedColumn = "unexpected_column"
  case duplicateKey = "duplicate_key"
  case nullViolation = "null_violation"
  case constraintViolation = "constraint_violation"
  case tableNotFound = "table_not_found"
  case permissionDenied = "permission_denied"
  case diskFull = "disk_full"
  case databaseUnavailable = "database_unavailable"
  case lockConflict = "lock_conflict"
  case outOfMemory = "out_of_memory"
  case manifestInvalid = "manifest_invalid"
  case referenceNotFound = "reference_not_found"
  case llmError = "llm_error"
  case codeError = "code_error"
  case unknown
  /// The output holds no error.
  case none
}
