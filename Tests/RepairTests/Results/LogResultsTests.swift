import Journal
import Testing

@testable import Repair

@Suite struct LogResultsTests {
  private func reading(
    _ log: String, _ patterns: [LogResultPattern], words: OutcomeWords = OutcomeWords(), source: String? = nil
  ) throws -> ResultReading {
    var results = try LogResults(patterns, words: words, source: source)
    for line in log.split(separator: "\n") { results.read(String(line)) }
    return results.reading
  }

  @Test("A line that names a source says whom the lines after it are about")
  func blocks() throws {
    let log = """
      Loading: summary → staging.tbl_summary
        ✓ Loaded   1,110
      Loading: ages → staging.tbl_ages
        ✗ FAILED invalid input syntax for type integer: "*" (file: ages.csv)
      Loading: old → staging.tbl_old
        ⏭ SKIPPED
      ❌ Error: 1
      """
    let reading = try reading(
      log,
      [
        LogResultPattern(#"^Loading: (?<source>\S+) → (?:\w+\.)?(?<table>\w+)"#),
        LogResultPattern(#"✓ Loaded\s+(?<rows>[\d,]+)"#, status: .success),
        LogResultPattern(#"✗ FAILED (?<message>.*?)(?: \(file: (?<file>[^)]+)\))?$"#, status: .failed),
        LogResultPattern("⏭ SKIPPED", status: .alreadyLoaded),
      ])
    #expect(reading.problem == nil && reading.notes.isEmpty)
    #expect(reading.outcomes.map(\.source) == ["summary", "ages", "old"])
    #expect(reading.outcomes.map(\.status) == [.success, .failed, .alreadyLoaded])
    #expect(reading.outcomes[0].rows == 1110)
    #expect(reading.outcomes[1].message == #"invalid input syntax for type integer: "*""#)
    #expect(reading.outcomes[1].fields["file"] == "ages.csv")
    let error = reading.outcomes[1].error { Classifier().classify($0) }
    #expect(error.type == "type_mismatch" && error.value == "*" && error.file == "ages.csv")
  }

  @Test("The last word on a source counts, and lines with the same word add up")
  func lastWord() throws {
    let patterns = [
      LogResultPattern(#"^(?<source>\w+) (?<status>[a-z ]+)(?: rows=(?<rows>\d+))?(?:: (?<message>.+))?$"#)
    ]
    let log = "a failed: connection reset\na ok rows=5\nb error\nb error: no column x\nb error"
    let reading = try reading(log, patterns)
    #expect(
      reading.outcomes == [
        SourceOutcome("a", .success, rows: 5), SourceOutcome("b", .failed, message: "no column x"),
      ])
  }

  @Test("Patterns that never match are told with their number and the lines'")
  func silent() throws {
    let one = try reading("a\nb", [LogResultPattern("^Loaded", status: .success)], source: "x")
    #expect(one.problem == "its pattern matched none of the 2 lines of the output")
    let two = try reading("", [LogResultPattern("x", status: .success), LogResultPattern("y", status: .failed)])
    #expect(two.problem == "none of its 2 patterns matched any of the 0 lines of the output")
  }

  @Test("A word that means nothing is told and taken for no status, unless the user says what it means")
  func strange() throws {
    let patterns = [LogResultPattern(#"^(?<source>\w+)=(?<status>\w+)"#)]
    let unknown = try reading("a=gruen", patterns)
    #expect(unknown.outcomes.isEmpty)
    #expect(unknown.notes == ["the output's 'gruen' is no status that is known; say what it means under 'statuses'"])
    let known = try reading("a=GRUEN", patterns, words: OutcomeWords([.success: ["gruen"]]))
    #expect(known.outcomes.map(\.status) == [.success])
  }

  @Test("Before any line names a source, the one that the stage runs for is meant, or nobody")
  func nobody() throws {
    let patterns = [LogResultPattern(#"(?<rows>\d+) rows"#, status: .success)]
    #expect(try reading("7 rows", patterns, source: "one").outcomes == [SourceOutcome("one", .success, rows: 7)])
    let homeless = try reading("7 rows", patterns)
    #expect(homeless.outcomes.isEmpty && homeless.problem != nil)
    #expect(homeless.notes == ["1 lines of the output tell how a source ended before any line names one"])
  }

  @Test("A pattern that takes too many steps is left out and told")
  func steps() throws {
    let reading = try reading(
      String(repeating: "a", count: 60) + "b", [LogResultPattern("(a+)+$", status: .failed)])
    #expect(reading.outcomes.isEmpty)
    #expect(reading.notes.contains { $0.contains("takes too many steps") })
  }
}
