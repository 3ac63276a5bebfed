import Journal
import ManifestYAML
import Testing

@testable import Repair

@Suite struct ValueCandidateTests {
  @Test("A marker in an integer column is named as null, the type kept; text and disabling come after")
  func marker() throws {
    let candidates = try Samples.candidates("headcount_march_2020", "March 2020", "integer", [("*", 37)])
    #expect(candidates.map(\.action) == [.addNullValues, .fixManifestType, .disableSource])
    let first = try #require(candidates.first)
    #expect(first.loss == Loss(.nothing, values: 37))
    #expect(first.summary == "read '*' in headcount_march_2020 as null")
    #expect(first.safe && !first.restsOnLikeness)
    #expect(
      first.edits.map(\.selector.description)
        == ["sources[code=headcount].columns[original_name=\"March 2020\"].null_values"])
    #expect(try Samples.changedLines(first, in: Samples.manifest()) == ["+    null_values: ['*']"])
    #expect(try Samples.changedLines(candidates[1], in: Samples.manifest()).count == 2)
  }

  @Test("A list of markers that is there is extended, and the source's own markers are kept")
  func existingMarkers() throws {
    let candidates = try Samples.candidates("headcount_april_2020", "April 2020", "integer", [("*", 1), ("[c]", 2)])
    #expect(candidates.first?.edits.first?.new == ["-", "*", "[c]"])
    let lines = try Samples.changedLines(try #require(candidates.first), in: Samples.manifest())
    #expect(lines.count == 2)

    var evidence = Evidence()
    evidence.values = Samples.values("fte", "FTE", "integer", [("c", 3)])
    let second = Candidates.all(
      for: Samples.failure(.typeMismatch, source: "fte#2"), evidence: evidence, manifest: try Samples.manifest())
    #expect(second.first?.edits.first?.new == ["*", "c"])
    #expect(second.first?.edits.first?.selector.description.hasPrefix("sources[code=fte#2]") == true)
  }

  @Test(
    "The type is widened to the narrowest that holds the actual values",
    arguments: [
      (["3000000000"], "bigint"), (["12.5", "0.25"], "numeric"), (["99999999999999999999"], "numeric"),
      (["1e5"], "double"), (["12.5", "abc def"], "varchar"), (["1,204"], "varchar"),
    ])
  func widening(values: [String], expected: String) throws {
    let candidates = try Samples.candidates(
      "headcount_march_2020", "March 2020", "integer", values.map { ($0, 1) })
    #expect(candidates.first?.action == .fixManifestType)
    #expect(candidates.first?.edits.last?.old == "integer")
    #expect(candidates.first?.edits.last?.new == .string(expected))
    #expect(candidates.last?.action == .disableSource)
  }

  @Test("Markers among decimals are named and the type is widened, in one candidate")
  func markersAndDecimals() throws {
    let candidates = try Samples.candidates(
      "headcount_march_2020", "March 2020", "integer", [("12.5", 4), ("*", 2)])
    let first = try #require(candidates.first)
    #expect(first.action == .fixManifestType)
    #expect(first.edits.map(\.new) == [["*"], "numeric"])
    #expect(first.loss.kind == .widening)
    #expect(try Samples.changedLines(first, in: Samples.manifest()).count == 3)
  }

  @Test("All faulty columns of a source are mended by one candidate")
  func severalColumns() throws {
    var evidence = Evidence()
    evidence.values = Samples.values("headcount_march_2020", "March 2020", "integer", [("*", 3)])
    evidence.furtherValues = [Samples.values("headcount_april_2020", "April 2020", "integer", [("*", 5)])]
    let candidates = Candidates.all(
      for: Samples.failure(.typeMismatch), evidence: evidence, manifest: try Samples.manifest())
    let first = try #require(candidates.first)
    #expect(first.edits.count == 2)
    #expect(first.loss == Loss(.nothing, values: 8))
    #expect(first.summary == "read '*' in 2 columns as null")
    #expect(candidates[1].edits.map(\.new) == ["varchar", "varchar"])
  }

  @Test("Codes that fill a column are not taken for markers, a few among numbers are, as a guess")
  func codes() throws {
    let filled = try Samples.candidates(
      "headcount_march_2020", "March 2020", "integer", [("abc", 400), ("xyz", 500), ("qrs", 300)])
    #expect(filled.first?.edits.first?.new == "varchar")
    let few = try Samples.candidates("headcount_march_2020", "March 2020", "integer", [("sup", 4)])
    #expect(few.first?.action == .addNullValues)
    #expect(few.first?.safe == false)
  }

  @Test("Dates in another notation get their format; where day and month may be swapped it is a guess")
  func dates() throws {
    let clear = try Samples.candidates(
      "as_at", "As At", "date", [("31/03/2025", 2), ("01/02/2025", 1)], type: .dateFormat)
    #expect(clear.first?.action == .fixDateFormat)
    #expect(clear.first?.edits.first?.new == "%d/%m/%Y")
    #expect(clear.first?.restsOnLikeness == false)
    let unclear = try Samples.candidates("as_at", "As At", "date", [("03/04/2025", 2)], type: .typeMismatch)
    #expect(unclear.prefix(2).map { $0.edits.first?.new } == ["%d/%m/%Y", "%m/%d/%Y"])
    #expect(unclear.first?.restsOnLikeness == true)
    let words = try Samples.candidates("as_at", "As At", "date", [("March 2025", 1), ("..", 2)], type: .dateFormat)
    #expect(words.first?.edits.map(\.new) == [[".."], "%B %Y"])
  }

  @Test("A text that is too long gets the next usual length")
  func tooLong() throws {
    let candidates = try Samples.candidates(
      "practice", "Practice", "varchar(20)", [(String(repeating: "x", count: 60), 1)], type: .valueTooLong)
    #expect(candidates.first?.edits.first?.new == "varchar(100)")
    #expect(candidates.first?.loss.kind == .widening)
  }

  @Test("Without evidence the error's own value is enough to propose something")
  func errorOnly() throws {
    let failure = Samples.failure(.typeMismatch) {
      $0.column = "headcount_march_2020"
      $0.value = "*"
      $0.row = 15
    }
    let candidates = Candidates.all(for: failure, evidence: Evidence(), manifest: try Samples.manifest())
    #expect(candidates.first?.action == .addNullValues)
  }

  @Test("A source or column that the manifest does not have gets no candidate, and no crash")
  func unknownPlaces() throws {
    var evidence = Evidence()
    evidence.values = Samples.values("nowhere", "Nowhere", "integer", [("*", 1)])
    let manifest = try Samples.manifest()
    #expect(
      Candidates.all(for: Samples.failure(.typeMismatch), evidence: evidence, manifest: manifest).map(\.action)
        == [.disableSource])
    #expect(
      Candidates.all(for: Samples.failure(.typeMismatch, source: "ghost"), evidence: evidence, manifest: manifest)
        .isEmpty)
    #expect(Candidates.all(for: Samples.failure(.typeMismatch), evidence: evidence, manifest: nil).isEmpty)
  }
}
