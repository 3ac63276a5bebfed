import Journal
import Testing

@testable import Repair

@Suite struct ClassifierTests {
  let classifier = Classifier()

  @Test(
    "Lines of real programs are recognised",
    arguments: [
      ("INTEGER column received unexpected value '*'", ErrorType.typeMismatch),
      ("psycopg2.errors.InvalidTextRepresentation: invalid input syntax for type integer: \"c\"", .typeMismatch),
      ("Conversion Error: Could not convert string '*' to 'INTEGER'", .typeMismatch),
      ("value \"3000000000\" is out of range for type integer", .valueOutOfRange),
      ("ERROR:  value too long for type character varying(20)", .valueTooLong),
      ("date/time field value out of range: \"31/13/2025\"", .dateFormat),
      ("ValueError: Worksheet named 'Table 2b' not found", .sheetNotFound),
      ("ERROR:  column \"fte\" of relation \"tbl_fte\" does not exist", .missingColumn),
      ("ERROR:  relation \"tbl_fte\" does not exist", .tableNotFound),
      ("zipfile.BadZipFile: File is not a zip file", .corruptFile),
      ("requests.exceptions.HTTPError: 404 Client Error: Not Found for url: https://example.org/a.xlsx", .notFound),
      ("503 Server Error: Service Unavailable for url: https://example.org/a.xlsx", .serverError),
      ("urllib3.exceptions.ReadTimeoutError: Read timed out. (read timeout=30)", .timeout),
      ("curl: (6) Could not resolve host: nowhere.example.org", .connectionFailed),
      (
        "psql: error: connection to server at \"db\" (10.0.0.5), port 5432 failed: Connection refused",
        .databaseUnavailable
      ),
      ("IO Error: Could not set lock on file \"/d/w.duckdb\": Conflicting lock is held in python", .lockConflict),
      ("OSError: [Errno 28] No space left on device", .diskFull),
      ("UnicodeDecodeError: 'utf-8' codec can't decode byte 0xa3 in position 3", .encodingError),
      ("No files found!", .noFilesFound),
      ("ModuleNotFoundError: No module named 'pandas'", .codeError),
    ])
  func lines(text: String, expected: ErrorType) {
    #expect(classifier.classify(text, exitCode: 1).type == expected)
  }

  @Test("What the text says is captured, and nothing else")
  func fields() {
    let copy = """
      psycopg2.errors.InvalidTextRepresentation: invalid input syntax for type integer: "*"
      CONTEXT:  COPY tbl_headcount, line 15, column march_2020: "*"
      """
    let found = classifier.classify(copy, exitCode: 1)
    #expect(found.fields.expectedType == "integer")
    #expect(found.fields.value == "*")
    #expect(found.fields.table == "tbl_headcount")
    #expect(found.fields.column == "march_2020")
    #expect(found.fields.sheet == nil)
    #expect(found.eventError().expectedType == "integer")
    let http = classifier.classify("404 Client Error: Not Found for url: https://example.org/a.xlsx", exitCode: 1)
    #expect(http.fields.url == "https://example.org/a.xlsx")
  }

  @Test("The cause wins over its consequences, and a warning over nothing only")
  func rootCause() {
    let chained = """
      Traceback (most recent call last):
      ValueError: Worksheet named 'Table 2b' not found
      The above exception was the direct cause of the following exception:
      AttributeError: 'NoneType' object has no attribute 'rows'
      """
    #expect(classifier.classify(chained, exitCode: 1).type == .sheetNotFound)
    let healed = """
      WARNING: Read timed out, retrying in 5 s
      download succeeded after 2 attempts
      ERROR: INTEGER column received unexpected value '*'
      """
    #expect(classifier.classify(healed, exitCode: 1).type == .typeMismatch)
    #expect(classifier.classify("WARNING: Connection refused, retrying\nLoaded 10 rows", exitCode: 0).type == .none)
    #expect(classifier.classify("Loaded 10 rows into tbl", exitCode: 0).type == .none)
  }

  @Test("Exit statuses and signals count where the text says nothing")
  func statuses() {
    #expect(classifier.classify("", exitCode: nil, signal: 9).type == .outOfMemory)
    #expect(classifier.classify("bye", exitCode: 3).type == .unknown)
    #expect(classifier.classify("bye", exitCode: 3).message == "bye")
    #expect(classifier.classify("", exitCode: 0).type == .none)
  }

  @Test("A user's pattern comes first, and a faulty one is told")
  func userPatterns() {
    let own = ErrorPattern("ours", .lowRowCount, match: ["only {row:int} rows in {table:word}"])
    let found = Classifier(userPatterns: [own]).classify("ConnectionError: only 12 rows in tbl_a", exitCode: 1)
    #expect(found.type == .lowRowCount)
    #expect(found.fields.row == 12)
    #expect(found.fields.table == "tbl_a")
    let expression = ErrorPattern("regex", .dateFormat, match: [], expression: #"bad day (?<value>\d+)"#)
    #expect(Classifier(userPatterns: [expression]).classify("bad day 42", exitCode: 1).fields.value == "42")
    for faulty in ["{column", "{colour} x", "{value:big} x", "{value}"] {
      #expect(ErrorPattern("x", .unknown, match: [faulty]).problem != nil)
    }
    #expect(ErrorPattern("x", .unknown, match: [], expression: "(").problem != nil)
    #expect(ErrorPattern.builtIn.allSatisfy { $0.problem == nil })
  }

  @Test("Hostile text neither hangs nor crashes")
  func hostile() {
    let line = String(repeating: "column \"", count: 20_000)
    #expect(classifier.classify(line, exitCode: 1).type == .unknown)
    let garbage = String(decoding: (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 7919) }, as: UTF8.self)
    _ = classifier.classify(garbage, exitCode: 1)
  }
}
