internal import Journal

extension ErrorPattern {
  /// The rules that every classifier has, in the order they are asked. The first that matches a line names it.
  ///
  /// To add one: put it before the rules that its lines would match too, and a line of real output into ClassifierTests.
  public static let builtIn: [ErrorPattern] =
    values + structure + files + database + machine + network + model + code

  /// Values that do not fit.
  static let values: [ErrorPattern] = [
    ErrorPattern(
      "varchar-too-long", .valueTooLong,
      match: [
        "value too long for type {expected_type}",
        "Data too long for column {column:quoted}",
        "column {column:word} received a value that is too long",
        "String or binary data would be truncated",
      ]),
    ErrorPattern(
      "out-of-range", .valueOutOfRange,
      match: [
        "value {value:quoted} is out of range for type {expected_type:word}",
        "{expected_type:word} column received value {value:quoted} out of range",
        "string {value:quoted} to {expected_type:word}{_}out of range",
        "integer out of range", "bigint out of range", "smallint out of range", "numeric field overflow",
        "Python int too large to convert",
      ]),
    ErrorPattern(
      "date-format", .dateFormat,
      match: [
        "date/time field value out of range: {value:quoted}",
        "invalid input syntax for type date: {value:quoted}",
        "invalid input syntax for type timestamp: {value:quoted}",
        "date field value out of range: {value:quoted}",
        "invalid date field format: {value:quoted}",
        "Could not convert string {value:quoted} to DATE",
        "Could not parse string {value:quoted} according to format specifier",
        "time data {value:quoted} does not match format",
        "DATE column received unexpected value {value:quoted}",
        "TIMESTAMP column received unexpected value {value:quoted}",
      ]),
    ErrorPattern(
      "type-mismatch", .typeMismatch,
      match: [
        "{expected_type:word} column received unexpected value {value:quoted}",
        "invalid input syntax for type {expected_type}: {value:quoted}",
        "invalid input syntax for {expected_type:word}: {value:quoted}",
        "Could not convert string {value:quoted} to {expected_type:quoted}",
        "Could not convert string {value:quoted} to {expected_type:word}",
        "Unable to parse string {value:quoted} at position",
        "invalid literal for int() with base 10: {value:quoted}",
        "could not convert string to float: {value:quoted}",
        "CSV conversion error to {expected_type:word}: invalid value {value:quoted}",
        "datatype mismatch", "DatatypeMismatch",
        "is of type {_} but expression is of type {_}",
      ]),
  ]

  /// Sheets, columns, keys and tables.
  static let structure: [ErrorPattern] = [
    ErrorPattern(
      "sheet-not-found", .sheetNotFound,
      match: [
        "Worksheet named {sheet:quoted} not found", "Worksheet {sheet:quoted} does not exist",
        "Worksheet {sheet} does not exist", "Sheet {sheet:quoted} not found", "sheet_not_found: {sheet:quoted}",
        "No sheet named <{sheet}>",
      ]),
    ErrorPattern(
      "missing-column", .missingColumn,
      match: [
        "column {column:quoted} of relation {table:quoted} does not exist",
        "column {column:quoted} does not exist", "column {column:word} does not exist",
        "Referenced column {column:quoted} not found", "no such column: {column:word}",
        "has no column named {column:word}", "Column {column:quoted} not found", "KeyError: {column:quoted}",
        "Usecols do not match columns, columns expected but not found: {column}",
      ]),
    ErrorPattern(
      "unexpected-column", .unexpectedColumn,
      match: ["extra data after last expected column", "Expected {_} fields in line {line:int}, saw"]),
    ErrorPattern(
      "duplicate-key", .duplicateKey,
      match: [
        "duplicate key value violates unique constraint {constraint:quoted}", "violates primary key constraint",
        "UNIQUE constraint failed: {table:word}", "Duplicate key",
      ]),
    ErrorPattern(
      "null-violation", .nullViolation,
      match: [
        "null value in column {column:quoted} of relation {table:quoted} violates not-null constraint",
        "null value in column {column:quoted} violates not-null constraint",
        "NOT NULL constraint failed: {column:word}",
      ]),
    ErrorPattern(
      "constraint", .constraintViolation,
      match: [
        "violates check constraint {constraint:quoted}", "violates foreign key constraint {constraint:quoted}",
        "CHECK constraint failed", "FOREIGN KEY constraint failed",
      ]),
    ErrorPattern(
      "table-not-found", .tableNotFound,
      match: [
        "relation {table:quoted} does not exist", "Table with name {table:word} does not exist",
        "no such table: {table:word}", "Table {table:quoted} does not exist",
      ]),
    ErrorPattern(
      "empty-data", .emptyData, match: ["No columns to parse from file", "EmptyDataError", "contains no rows"]),
    ErrorPattern("low-row-count", .lowRowCount, match: ["Low row count", "low_row_count"]),
  ]

  /// Files that are not what they should be.
  static let files: [ErrorPattern] = [
    ErrorPattern(
      "upcoming", .upcomingPublication,
      match: [
        "Upcoming, not yet published", "upcoming_publication", "This publication is due on {expected_date}",
        "not yet published",
      ]),
    ErrorPattern(
      "no-files", .noFilesFound, match: ["No files found", "There is no item named {file:quoted} in the archive"]),
    ErrorPattern(
      "corrupt-file", .corruptFile,
      match: [
        "File is not a zip file", "BadZipFile", "Bad magic number for", "is not an xlsx file", "not a valid xlsx",
        "Excel file format cannot be determined", "is an HTML page", "found HTML in place of",
        "Parquet magic bytes not found", "CRC check failed", "Unexpected end of archive", "truncated file",
        "Compressed file ended before the end-of-stream marker",
      ]),
    ErrorPattern(
      "encoding", .encodingError,
      match: [
        "codec can't decode byte", "invalid byte sequence for encoding", "is not utf-8 encoded", "invalid unicode",
        "Invalid UTF-8",
      ]),
    ErrorPattern(
      "manifest-invalid", .manifestInvalid,
      match: [
        "yaml.scanner.ScannerError", "yaml.parser.ParserError", "mapping values are not allowed", "manifest_invalid",
        "could not find expected ':'",
      ]),
    ErrorPattern(
      "reference", .referenceNotFound,
      match: ["reference manifest {file:word} does not exist", "Reference file not found"]),
  ]

  /// The target.
  static let database: [ErrorPattern] = [
    ErrorPattern(
      "database-login", .databaseUnavailable, transient: false,
      match: [
        "password authentication failed for user", "role {_} does not exist",
        "no pg_hba.conf entry for host {host:quoted}",
      ]),
    ErrorPattern(
      "database-unavailable", .databaseUnavailable,
      match: [
        "could not connect to server", "connection to server at {host:quoted}{_}failed",
        "the database system is starting up", "the database system is shutting down", "too many connections",
        "remaining connection slots are reserved", "server closed the connection unexpectedly",
        "terminating connection due to administrator command",
      ]),
    ErrorPattern(
      "lock", .lockConflict,
      match: [
        "Could not set lock on file {file:quoted}", "Conflicting lock is held", "database is locked",
        "deadlock detected", "could not obtain lock on", "canceling statement due to lock timeout",
      ]),
    ErrorPattern("statement-timeout", .timeout, match: ["canceling statement due to statement timeout"]),
  ]

  /// The computer.
  static let machine: [ErrorPattern] = [
    ErrorPattern(
      "disk-full", .diskFull,
      match: ["No space left on device", "disk full", "database or disk is full", "Disk quota exceeded"]),
    ErrorPattern(
      "memory", .outOfMemory,
      match: ["MemoryError", "Out of Memory Error", "out of memory", "Cannot allocate memory", "Killed process"]),
    ErrorPattern(
      "permission", .permissionDenied,
      match: [
        "Permission denied: {file:quoted}", "permission denied for {_} {table:word}", "Permission denied",
        "Read-only file system",
      ]),
  ]

  /// The way to the file.
  static let network: [ErrorPattern] = [
    ErrorPattern(
      "http-404", .notFound,
      match: [
        "404 Client Error: {_} for url: {url}", "HTTP Error {status:int}: Not Found",
        "HTTP {status:int} Not Found for {url:word}",
        "404 Not Found", "The requested URL returned error: 404", "status code 404", "404_not_found", "HTTP 404",
        "410 Gone",
        "NoSuchKey",
      ]),
    ErrorPattern(
      "http-denied", .accessDenied,
      match: [
        "403 Client Error: {_} for url: {url}", "401 Client Error: {_} for url: {url}", "403 Forbidden",
        "401 Unauthorized",
        "The requested URL returned error: 403", "status code 403", "HTTP 403", "HTTP 401", "AccessDenied",
      ]),
    ErrorPattern(
      "http-rate", .rateLimited,
      match: [
        "429 Client Error: {_} for url: {url}", "429 Too Many Requests", "returned error: 429", "status code 429",
        "HTTP 429", "SlowDown",
      ]),
    ErrorPattern(
      "http-5xx", .serverError,
      match: [
        "500 Server Error: {_} for url: {url}", "502 Server Error: {_} for url: {url}",
        "503 Server Error: {_} for url: {url}",
        "504 Server Error: {_} for url: {url}", "Internal Server Error", "Bad Gateway", "Service Unavailable",
        "Gateway Time",
        "returned error: 50", "HTTP 500", "HTTP 502", "HTTP 503", "HTTP 504",
      ]),
    ErrorPattern(
      "tls", .tlsError,
      match: [
        "CERTIFICATE_VERIFY_FAILED", "SSL certificate problem", "SSLError", "certificate has expired", "TLS handshake",
      ]),
    ErrorPattern(
      "timeout", .timeout,
      match: [
        "Read timed out", "ConnectTimeout", "ReadTimeout", "Connection timed out", "Operation timed out",
        "TimeoutError",
        "Timeout was reached", "timed out after",
      ]),
    ErrorPattern(
      "connection", .connectionFailed,
      match: [
        "Could not resolve host: {host:word}", "Failed to resolve {host:quoted}", "Name or service not known",
        "Temporary failure in name resolution", "Connection refused", "Connection reset", "Connection aborted",
        "ConnectionError",
        "Network is unreachable", "Remote end closed connection without response",
      ]),
  ]

  /// A model's client.
  static let model: [ErrorPattern] = [
    ErrorPattern(
      "model", .llmError,
      match: ["anthropic.", "openai.", "google.genai", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENAI_API_KEY"])
  ]

  /// The program itself.
  static let code: [ErrorPattern] = [
    ErrorPattern(
      "code", .codeError,
      match: [
        "SyntaxError:", "NameError:", "ImportError:", "ModuleNotFoundError:", "AttributeError:", "TypeError:",
        "IndentationError:",
        "syntax error at or near", "Parser Error: syntax error", "command not found", "AssertionError",
      ], general: true),
    ErrorPattern(
      "key-error", .codeError, match: ["IndexError:", "ZeroDivisionError:", "RecursionError:"], general: true),
  ]

  /// Lines near a failure that add fields to it and name none themselves.
  static let details: [String] = [
    "COPY {table:word}, line {line:int}, column {column:word}: {value:quoted}",
    "COPY {table:word}, line {line:int}, column {column:word}",
    "column {column:quoted}, sheet {sheet:quoted}, row {row:int}",
    "sheet {sheet:quoted}", "row {row:int}", "column {column:quoted}", "(file: {file})", "in file {file:quoted}",
    "for url: {url:word}",
  ]
}
