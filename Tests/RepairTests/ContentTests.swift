import Journal
import ManifestYAML
import Testing

@testable import Repair

/// Renamed headers and sheets by what is in them.
@Suite struct ContentTests {
  private static let counts = ContentProfile(rows: 1000, distinct: 400, low: 10, high: 900)
  private static let codes = ContentProfile(
    rows: 1000, distinct: 4, shares: ["a": 0.4, "b": 0.3, "c": 0.2, "d": 0.1])

  private func columnCandidates(
    _ headers: [String: ContentProfile], loaded: ContentProfile?
  ) throws -> [Candidate] {
    var evidence = Evidence()
    evidence.headers = ["April 2020", "As At", "Practice"] + headers.keys.sorted()
    evidence.headerProfiles = headers
    if let loaded { evidence.loadedProfiles["headcount_march_2020"] = loaded }
    let failure = Samples.failure(.missingColumn) { $0.column = "headcount_march_2020" }
    return Candidates.all(for: failure, evidence: evidence, manifest: try Samples.manifest())
  }

  @Test("A header with another name and the column's own values is found, and counts as confirmed")
  func sameContent() throws {
    let first = try #require(
      try columnCandidates(
        [
          "Spring snapshot": ContentProfile(
            rows: 900, distinct: 4, shares: ["a": 0.5, "b": 0.2, "c": 0.2, "d": 0.1]),
          "Comment": ContentProfile(rows: 900, distinct: 3, shares: ["x": 0.9, "y": 0.1]),
        ], loaded: Self.codes
      ).first)
    #expect(first.action == .fixColumnName && first.edits.first?.new == "Spring snapshot")
    #expect(!first.restsOnLikeness && first.prior > 0.8)
    #expect(first.reason.contains("of its values in common"), "\(first.reason)")
  }

  @Test("A header with a like name and other content is not proposed at all")
  func otherContent() throws {
    // Texts where numbers stood; and numbers of quite another size.
    let texts = ContentProfile(rows: 900, present: 900, fitting: 10, distinct: 10, low: 1, high: 2)
    let large = ContentProfile(rows: 900, distinct: 800, low: 2_000_000, high: 9_000_000)
    for profile in [texts, large] {
      let candidates = try columnCandidates(["Mar 2020": profile], loaded: Self.counts)
      #expect(candidates.map(\.action) == [.markColumnOptional, .disableSource])
    }
    #expect(try columnCandidates(["Mar 2020": texts], loaded: nil).first?.action == .markColumnOptional)
  }

  @Test("Of two headers the one with the column's content comes first, whatever they are called")
  func contentBeforeName() throws {
    let candidates = try columnCandidates(
      [
        "March 2021": ContentProfile(rows: 1000, distinct: 4, shares: ["x": 0.4, "y": 0.3, "z": 0.2, "a": 0.1]),
        "Period 3": Self.codes,
      ], loaded: Self.codes)
    #expect(candidates.first?.edits.first?.new == "Period 3")
  }

  @Test("Numbers of one range confirm a like name, unless another header has the same, and find none by themselves")
  func ranges() throws {
    let alike = ContentProfile(rows: 980, distinct: 390, low: 11, high: 870)
    let confirmed = try columnCandidates(["Mar 2020": alike], loaded: Self.counts)
    #expect(confirmed.first?.edits.first?.new == "Mar 2020" && confirmed.first?.restsOnLikeness == false)
    let twins = try columnCandidates(["Mar 2020": alike, "Leavers": alike], loaded: Self.counts)
    #expect(twins.first?.edits.first?.new == "Mar 2020" && twins.first?.restsOnLikeness == true)
    let stranger = try columnCandidates(["Leavers": alike], loaded: Self.counts)
    #expect(stranger.map(\.action) == [.markColumnOptional, .disableSource])
  }

  @Test("Where no other period has loaded, a rename rests on its name")
  func noReference() throws {
    let first = try #require(try columnCandidates(["Mar 2020": Self.counts], loaded: nil).first)
    #expect(first.action == .fixColumnName && first.restsOnLikeness)
  }

  @Test("Values that are others in every row, or one for a whole period, say nothing when they are new")
  func silence() {
    let ids = ContentProfile(rows: 1000, distinct: 1000, shares: ["a": 0.001])
    let others = ContentProfile(rows: 1000, distinct: 1000, shares: ["b": 0.001])
    #expect(ContentLikeness(of: others, comparedTo: ids) == nil)
    let period = ContentProfile(rows: 1000, distinct: 1, shares: ["oct": 1])
    #expect(ContentLikeness(of: ContentProfile(rows: 1000, distinct: 1, shares: ["nov": 1]), comparedTo: period) == nil)
    #expect(ContentLikeness(of: ContentProfile(rows: 9, present: 0, distinct: 0), comparedTo: ids) == nil)
  }

  private func sheetCandidates(_ contents: [String: [String]]) throws -> [Candidate] {
    var evidence = Evidence()
    evidence.sheets = contents.keys.sorted()
    evidence.sheetContents = contents.mapValues { Evidence.SheetContent(headers: $0) }
    let failure = Samples.failure(.sheetNotFound) { $0.sheet = "Table 2b" }
    return Candidates.all(for: failure, evidence: evidence, manifest: try Samples.manifest())
  }

  @Test("A sheet with another name is found by its headers, and one with a like name and other headers is not proposed")
  func sheets() throws {
    let headers = ["March 2020", "April 2020", "As At", "Practice"]
    let first = try #require(try sheetCandidates(["By age": headers, "Table 2": ["Notes", "More"]]).first)
    #expect(first.edits.first?.new == "By age" && !first.restsOnLikeness)
    #expect(first.reason.contains("4 of the 4 headers"))
    #expect(try sheetCandidates(["Table 2": ["Notes", "More"]]).map(\.action) == [.disableSource])
    // Two sheets of one layout: the name decides, and a person.
    let twins = try sheetCandidates(["Table 2b new": headers, "By age": headers])
    #expect(twins.first?.edits.first?.new == "Table 2b new" && twins.first?.restsOnLikeness == true)
  }
}
