import Journal
import ManifestYAML
import Testing

@testable import Repair

@Suite("What a failed source shows of a change of its columns") struct DriftSignTests {
  private static func sign(
    _ type: ErrorType = .missingColumn, _ evidence: (inout Evidence) -> Void
  ) throws -> DriftSign? {
    var found = Evidence()
    found.column = Evidence.Column(originalName: "March 2020", semanticName: "headcount_march_2020")
    evidence(&found)
    let failure = Samples.failure(type) { $0.column = "headcount_march_2020" }
    return DriftSign(failure, evidence: found, manifest: try Samples.manifest(), hasLoaded: true)
  }

  @Test("Renamed, gone and new columns are told apart, each header given once")
  func columns() throws {
    let sign = try #require(
      try Self.sign { $0.headers = ["Mar 2020", "Apr 2020", "Practice", "Comment"] })
    #expect(sign.renames.map(\.new) == ["Mar 2020", "Apr 2020"])
    #expect(sign.gone == ["as_at"])
    #expect(sign.unread == ["Comment"])
    #expect(sign.origin == "example.org" && sign.place == "pcn/jun25/headcount")
  }

  @Test("Content tells which header is which where names do not")
  func contents() throws {
    func profile(_ low: Double, _ digest: String) -> ContentProfile {
      ContentProfile(rows: 20, distinct: 4, low: low, high: low + 9, shares: [digest: 1])
    }
    let sign = try #require(
      try Self.sign { evidence in
        evidence.headers = ["first", "second", "As At", "Practice"]
        evidence.loadedProfiles = ["headcount_march_2020": profile(10, "m"), "headcount_april_2020": profile(500, "a")]
        evidence.missingProfiles = [
          "headcount_march_2020": ["first": profile(500, "a"), "second": profile(10, "m")],
          "headcount_april_2020": ["first": profile(500, "a"), "second": profile(10, "m")],
        ]
      })
    #expect(sign.renames.map { [$0.old, $0.new] } == [["March 2020", "second"], ["April 2020", "first"]])
    #expect(sign.renames.map(\.isConfirmed) == [true, true])
  }

  @Test("A marker among numbers is no change of type; a column of other values is")
  func types() throws {
    func values(_ failing: Int) -> Evidence.FailingValues {
      var values = Samples.values("headcount_march_2020", "March 2020", "integer", [("1.5", failing)], rows: 100)
      values.fittingTypes = ["DOUBLE"]
      return values
    }
    #expect(try Self.sign(.typeMismatch) { $0.values = values(3) } == nil)
    let sign = try #require(try Self.sign(.typeMismatch) { $0.values = values(90) })
    #expect(sign.retypes == [DriftSign.Retype(column: "headcount_march_2020", old: "integer", new: "double")])
  }

  @Test("A file of which hardly a header is known is another file, and no change of columns")
  func anotherFile() throws {
    #expect(try Self.sign { $0.headers = ["<html>", "oops"] } == nil)
    #expect(try Self.sign(.notFound) { $0.headers = ["Mar 2020"] } == nil)
  }

  @Test("In a drift all headers are read anew in one edit, also by names that only other sources bear out")
  func candidate() throws {
    var evidence = Evidence()
    evidence.headers = ["Mar 2020", "zz", "As At", "Practice"]
    let failure = Samples.failure(.missingColumn) { $0.column = "headcount_march_2020" }
    func first() throws -> Candidate? {
      Candidates.all(for: failure, evidence: evidence, manifest: try Samples.manifest()).first
    }
    #expect(try first()?.edits.count == 1)
    evidence.upstreamNames = ["April 2020": "zz"]
    let candidate = try #require(try first())
    #expect(candidate.edits.map(\.new) == ["Mar 2020", "zz"])
    #expect(candidate.restsOnLikeness && candidate.action == .fixColumnName)
    evidence.headers = ["March 2020", "something", "As At", "Practice"]
    #expect(try first()?.action != .fixColumnName, "a header that is not there is not read")
  }
}
