import Foundation
import Journal
import Supervisor
import Testing

@Suite("Expressions that select fixes") struct FixFilterTests {
  private static let now = Date(timeIntervalSince1970: 1_800_000_000)

  /// Waits since three days.
  private static func fix() -> FixRecord {
    FixRecord(
      id: "3f9a1c20", branch: "errata/adhd/nov25/x", publication: "adhd", period: "nov25", source: "adhd waits/all",
      stage: "load", errorType: "type_mismatch", action: "add_null_values", confidence: 0.9, verified: true, files: [],
      changes: [], run: "run_20260112_103000", summary: "read '*' as null")
  }

  @Test(
    "a fix matches when every term holds",
    arguments: [
      "verified", "error=type_mismatch verified", "error!=date_format", "not error=date_format", "not not verified",
      "publication=adhd period=nov25 stage=load", "period=*25", "period=nov??", "source='adhd waits/all'",
      "source=\"adhd *\"", "source=*", "source=*all", "confidence>=0.9", "confidence >= 90%", "confidence<1",
      "confidence=0.9", "age>2d", "age<1w", "age >= 72h and verified", "age<=4320m", "reach=this_period", "id=3f*",
      "action=add_* and\n  verified", "error=*mismatch",
    ])
  func matches(_ text: String) throws {
    #expect(try select(text))
  }

  @Test(
    "one term that does not hold is enough to leave a fix out",
    arguments: [
      "not verified", "verified error=date_format", "error!=type_*", "publication=adh", "confidence>0.9",
      "confidence<90%", "age<3d", "age>1w", "not age>2d", "id=3F*", "source=waits", "reach!=this*",
    ])
  func leavesOut(_ text: String) throws {
    #expect(try !select(text))
  }

  @Test("a whole stage's fix has no source")
  func wholeStage() throws {
    var fix = Self.fix()
    fix.source = nil
    #expect(try FixFilter("source=''").matches(fix, since: nil, now: Self.now))
    #expect(try !FixFilter("age>0d").matches(fix, since: nil, now: Self.now))
  }

  @Test(
    "what cannot be understood is told with its column and what would do",
    arguments: [
      ("", 1, "it is empty"), ("   ", 1, "it is empty"),
      ("eror=type_mismatch", 1, "no key 'eror'; the keys are publication, period"),
      ("verified eror=x", 10, "no key 'eror'"), ("not", 4, "a key is missing"), ("=x", 1, "a key is missing"),
      ("error", 6, "such as error=type_mismatch"), ("error=", 7, "value is missing"),
      ("error=typo", 7, "no error 'typo'"), ("action=nothing", 8, "no action 'nothing'"),
      ("reach=far", 7, "no reach 'far'"), ("error>3", 6, "compare it by = or !="), ("error==x", 6, "'=' once"),
      ("source='a b", 8, "not closed"), ("verified=true", 9, "'verified' stands alone"),
      ("confidence>=high", 13, "number from 0 to 1"), ("confidence>=9", 13, "number from 0 to 1"),
      ("age=3d", 4, "compared by <"), ("age>3", 5, "m, h, d or w"), ("age>-1d", 5, "m, h, d or w"),
      ("verified or age>1d", 10, "there is no 'or'"),
    ])
  func slips(_ text: String, _ column: Int, _ words: String) {
    #expect {
      try FixFilter(text)
    } throws: { error in
      let error = error as? FixFilterError
      return error?.column == column && error?.description.contains(words) == true
    }
  }

  private func select(_ text: String) throws -> Bool {
    try FixFilter(text).matches(Self.fix(), since: Self.now.addingTimeInterval(-3 * 86_400), now: Self.now)
  }
}

@Suite("The digest of what waits") struct FixDigestTests {
  private func event(_ id: String, _ period: String, _ confidence: Double, at: TimeInterval) throws -> Event {
    let fix = FixRecord(
      id: id, branch: "errata/\(id)", publication: "adhd", period: period, source: "a", stage: "load",
      errorType: id.hasPrefix("d") ? "date_format" : "type_mismatch", action: "add_null_values",
      confidence: confidence, verified: confidence > 0.5, files: [], changes: [], run: "run_20260112_103000",
      summary: "x")
    return Event(
      .fixPublished, data: ["fix": try JSONValue(encoding: fix)], timestamp: Date(timeIntervalSince1970: at))
  }

  @Test("counts by cause, the largest first, with the age of the oldest; a rebuilt branch is no new wait")
  func groups() throws {
    let book = FixBook(replaying: [
      try event("d1", "oct25", 0.4, at: 50), try event("t1", "nov25", 0.7, at: 100),
      try event("t2", "dec25", 0.9, at: 200), try event("t1", "nov25", 0.8, at: 300),
    ])
    let groups = FixDigest(book.open) { book.waitingSince($0.id) }.groups
    #expect(groups.map(\.errorType) == ["type_mismatch", "date_format"])
    #expect(groups.map { $0.fixes.map(\.id) } == [["t1", "t2"], ["d1"]])
    #expect(groups.map(\.since) == [Date(timeIntervalSince1970: 100), Date(timeIntervalSince1970: 50)])
    #expect(groups.map(\.confidence) == [0.8...0.9, 0.4...0.4] && groups.map(\.verified) == [2, 0])
    for group in groups {
      #expect(try FixFilter(group.selection).open(in: book, now: Date()).map(\.id) == group.fixes.map(\.id))
    }
  }
}
