import Journal
import Patterns
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

  @Test("The line of a failure says more than its pattern names")
  func ownLine() {
    let page = classifier.classify("ERROR: got status 404, tried https://example.org/a.xlsx.", exitCode: 1)
    #expect(page.fields.url == "https://example.org/a.xlsx")
    let record = classifier.classify(#"{"level": "error", "msg": "download failed", "status": 503}"#, exitCode: 1)
    #expect(record.type == .serverError && record.fields.status == 503)
    #expect(classifier.classify("the export returned 404 rows", exitCode: 0).type == .none)
    let zip = classifier.classify("ERROR: checksum mismatch in raw/adhd.zip", exitCode: 1)
    #expect(zip.fields.file == "raw/adhd.zip")
    let denied = classifier.classify("ERROR: permission denied, see https://example.org/help", exitCode: 1)
    #expect(denied.type == .permissionDenied && denied.fields.url == nil)
  }

  @Test("Exceptions of a group are told apart from the frames before them")
  func exceptionGroup() {
    let group = """
        + Exception Group Traceback (most recent call last):
        |   File "load.py", line 1, in <module>
        |     raise ExceptionGroup("loads", [MemoryError("never raised")])
        | ExceptionGroup: loads (1 sub-exception)
        +-+---------------- 1 ----------------
          | ValueError: invalid literal for int() with base 10: '*'
          +------------------------------------
      """
    let found = classifier.classify(group, exitCode: 1)
    #expect(found.type == .typeMismatch)
    #expect(found.fields.value == "*")
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

  @Test("A crash of the program itself is the code's fault, and a signal may come as an exit code")
  func signals() {
    #expect(classifier.classify("", exitCode: 139).type == .codeError)
    #expect(classifier.classify("", exitCode: 134).type == .codeError)
    #expect(classifier.classify("", exitCode: 137).type == .outOfMemory)
    #expect(classifier.classify("", exitCode: 124).type == .timeout)
    #expect(classifier.classify("", exitCode: 143).type == .unknown)
    #expect(classifier.classify("ERROR:  relation \"tbl_a\" does not exist", exitCode: 137).type == .tableNotFound)
  }

  @Test("A user's pattern comes first, and a faulty one is told")
  func userPatterns() {
    let own = ErrorPattern("ours", .lowRowCount, ["only {row} rows in {table:word}"])
    let found = Classifier(userPatterns: [own]).classify("ConnectionError: only 12 rows in tbl_a", exitCode: 1)
    #expect(found.type == .lowRowCount)
    #expect(found.fields.row == 12)
    #expect(found.fields.table == "tbl_a")
    let expression = ErrorPattern("group", .dateFormat, [#"bad day (?<value>\d+)"#])
    #expect(Classifier(userPatterns: [expression]).classify("bad day 42", exitCode: 1).fields.value == "42")
    let short = ErrorPattern("short", .dateFormat, [#"^\d+$"#])
    #expect(Classifier(userPatterns: [short]).classify("17", exitCode: 1).type == .dateFormat)
    let harmless = ErrorPattern("ours", .none, ["ERROR 17: "])
    #expect(Classifier(userPatterns: [harmless]).classify("ERROR 17: all is well").type == .none)
    for faulty in ["{colour} x", "{value:big} x", "(", "(?<colour>x)"] {
      #expect(ErrorPattern.problem(of: faulty) != nil)
    }
    #expect(ErrorPattern.problem(of: #"\p{L}{2,3} in {column}"#) == nil)
  }

  @Test("Every built-in pattern is sound, and all but a few can be searched for")
  func builtIn() {
    let table = PatternBook.builtIn
    #expect(table.patterns.count > 40)
    let beside = table.details + table.own.map(\.pattern) + table.retries + table.recoveries
    let all = table.patterns.flatMap(\.patterns) + beside
    #expect(all.compactMap(ErrorPattern.problem) == [])
    let types = Set(table.patterns.map(\.type))
    #expect(ErrorType.allCases.filter { !types.contains($0) } == [])
    // One that is tried on every line makes large outputs slow.
    let untold = all.filter { (try? Placeholder.expand($0)).map(RequiredText.of) ?? [] == [] }
    #expect(untold == [])
  }

  @Test("A pattern that takes too many steps is left out and told, and the others still count")
  func exhaustion() {
    let slow = ErrorPattern("slow", .dateFormat, ["(a+)+$"])
    let line = String(repeating: "a", count: 40) + "b\n"
    let text = String(repeating: line, count: 2_000) + "MemoryError\n"
    let found = Classifier(userPatterns: [slow]).classify(text, exitCode: 1)
    #expect(found.type == .outOfMemory)
    #expect(found.leftOut == ["(a+)+$"])
  }

  @Test("A long line is read where it stands, also behind others", arguments: [0, 1, 60, 5_000])
  func longLine(before: Int) {
    let line = String(repeating: "x ", count: 4_000) + "MemoryError: " + String(repeating: "y ", count: 3_000)
    let text = String(repeating: "ok\n", count: before) + line + "\n" + String(repeating: "done\n", count: 2)
    #expect(classifier.classify(text, exitCode: 1).type == .outOfMemory)
  }

  @Test("The answer does not depend on the pieces in which an output comes")
  func pieces() {
    let text = "loading\r\n\u{1B}[31mERROR\u{1B}[0m: column \"größe\" of relation \"tbl\" does not exist\nDETAIL: x\n"
    let whole = classifier.classify(text, exitCode: 1)
    #expect(whole.fields.column == "größe")
    for size in [1, 2, 3, 7, 64] {
      var rest = Array(text.utf8)[...]
      let found = classifier.classify(exitCode: 1) {
        defer { rest = rest.dropFirst(size) }
        return rest.prefix(size)
      }
      #expect(found == whole)
    }
  }

  @Test(
    "A database's code tells the type where its words are unknown",
    arguments: [
      ("FEHLER:  22P02: irgendetwas", ErrorType.typeMismatch), ("HIBA:  42703", .missingColumn),
      ("{'S': 'ERROR', 'C': '23505', 'M': 'x'}", .duplicateKey), ("error SQLSTATE[42P01]: x", .tableNotFound),
      ("error: x (22001)", .valueTooLong), ("code: '40P01',", .lockConflict), ("ERROR: 22003 rows were left", .unknown),
    ])
  func sqlStates(text: String, expected: ErrorType) {
    #expect(classifier.classify(text, exitCode: 1).type == expected)
  }

  @Test("A failure that is tried again counts no more than what failed beside the program")
  func asides() {
    let trace = "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n"
    let again = "ERROR download failed (attempt 1 of 3)\n\(trace)TimeoutError: timed out\nINFO done"
    #expect(classifier.classify(again, exitCode: 0).type == .none)
    #expect(classifier.classify(again + "\n" + trace + "MemoryError", exitCode: 1).type == .outOfMemory)
    let ignored = "Exception ignored in: <function C.__del__>\n\(trace)OSError: [Errno 9] Bad file descriptor"
    #expect(classifier.classify(ignored, exitCode: 0).type == .none)
    let own = "WARNING retrying in 1 s after 503 Service Unavailable\n\(trace)ValueError: Worksheet named 'A' not found"
    #expect(classifier.classify(own, exitCode: 1).type == .sheetNotFound)
  }

  @Test("What a program prints that says that it succeeded is data, unless it is called a failure")
  func success() {
    let data = "UNIQUE constraint failed | no such table"
    #expect(classifier.classify(data, exitCode: 0).type == .none)
    #expect(classifier.classify(data, exitCode: nil).type == .duplicateKey)
    #expect(classifier.classify("ERROR:  relation \"a\" does not exist", exitCode: 0).type == .tableNotFound)
  }

  @Test("A record tells its exceptions by class and message, the cause first, however long it is")
  func records() {
    let filler = String(repeating: "x", count: 9_000)
    let record = """
      {"level": "error", "event": "load_failed", "extra": "\(filler)", "exception": [
      {"exc_type": "LoadError", "exc_value": "no staff", "is_cause": false},
      {"exc_type": "PermissionError", "exc_value": "[Errno 13] Permission denied: '/data/a.csv'", "is_cause": true}]}
      """
    let found = classifier.classify(record.split(separator: "\n").joined(), exitCode: 1)
    #expect(found.type == .permissionDenied && found.fields.file == "/data/a.csv")
    let member = #"{"level": "ERROR", "event": "download_failed", "status_code": 404}"#
    let status = classifier.classify(member, exitCode: 1)
    #expect(status.type == .notFound && status.fields.status == 404)
  }

  @Test("A rule may want one of several texts nearby")
  func nearby() {
    let near = ErrorPattern("ours", .lowRowCount, ["came short"], near: ["/one/", "/two/"])
    let classifier = Classifier(userPatterns: [near])
    #expect(classifier.classify("in /two/ we\ncame short", exitCode: 1).type == .lowRowCount)
    #expect(classifier.classify("in /three/ we\ncame short", exitCode: 1).type == .unknown)
  }

  @Test("Hostile text neither hangs nor crashes")
  func hostile() {
    let line = String(repeating: "column \"", count: 20_000)
    #expect(classifier.classify(line, exitCode: 1).type == .unknown)
    let garbage = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 7919) }
    let endless = [UInt8](repeating: UInt8(ascii: "x"), count: 300_000) + Array(" MemoryError: too much ".utf8)
    for bytes in [garbage + endless, [0, 0xFF, 0xFE, 0x1B, 0x5B], endless + endless] {
      var rest = bytes[...]
      let found = classifier.classify(exitCode: 1) {
        defer { rest = rest.dropFirst(4096) }
        return rest.prefix(4096)
      }
      #expect(found.type == (bytes.count > 100 ? .outOfMemory : .unknown))
    }
  }
}
