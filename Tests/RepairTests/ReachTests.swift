import Journal
import ManifestYAML
import Testing

@testable import Repair

@Suite struct ReachTests {
  private static let referencePath = "manifests/production/pcn.yaml"

  private func reference(_ edit: (inout String) -> Void = { _ in }) throws -> YAMLFile {
    var text = Samples.manifestText
    edit(&text)
    return try YAMLFile(text, name: Self.referencePath)
  }

  private func marker() throws -> Candidate {
    try #require(try Samples.candidates("headcount_march_2020", "March 2020", "integer", [("*", 37)]).first)
  }

  @Test("What the reference declares alike is mended there too, at the same place and without being another fix")
  func future() throws {
    let candidate = try marker()
    let found = Reach.edits(
      of: candidate, source: "headcount", manifest: try Samples.manifest(), reference: try reference())
    #expect(found.reach == .thisAndFuture)
    #expect(found.edits.map(\.file) == [Self.referencePath])
    #expect(
      found.edits.first?.selector.description
        == "sources[code=headcount].columns[original_name=\"March 2020\"].null_values")
    #expect(found.edits.first?.new == ["*"])
    var reaching = candidate
    reaching.referenceEdits = found.edits
    let failure = Samples.failure(.typeMismatch)
    #expect(FixIdentity.id(of: reaching, for: failure) == FixIdentity.id(of: candidate, for: failure))
    #expect(reaching.files == [Samples.manifestPath, Self.referencePath])
  }

  @Test("A source whose code differs by its period only is the same one")
  func codeWithPeriod() throws {
    let found = Reach.edits(
      of: try marker(), source: "headcount", manifest: try Samples.manifest(),
      reference: try reference { $0 = $0.replacing("code: headcount", with: "code: headcount_may25") })
    #expect(found.edits.first?.selector.description.hasPrefix("sources[code=headcount_may25]") == true)
  }

  @Test(
    "Where the reference has another source or column, or says something else there, the fix is for this period",
    arguments: [
      ("code: headcount\n", "code: staff\n"),
      ("March 2020\n    semantic_name: headcount_march_2020", "Spring\n    semantic_name: spring"),
      ("march_2020\n    data_type: integer", "march_2020\n    data_type: varchar"),
      ("march_2020\n    data_type: integer", "march_2020\n    null_values: [c]\n    data_type: integer"),
      ("march_2020\n    data_type: integer", "march_2020\n    null_values: ['*']\n    data_type: integer"),
    ])
  func different(old: String, new: String) throws {
    let reference = try reference { text in
      #expect(text.contains(old))
      text = text.replacing(old, with: new)
    }
    let found = Reach.edits(
      of: try marker(), source: "headcount", manifest: try Samples.manifest(), reference: reference)
    #expect(found.reach == .thisPeriod && found.edits.isEmpty)
  }

  @Test("What is the period's own reaches no further, and the failed manifest may be the reference itself")
  func ownMatters() throws {
    var evidence = Evidence()
    evidence.sheets = ["Table 2b - Headcount", "Table 1"]
    let failure = Samples.failure(.sheetNotFound) { $0.sheet = "Table 2b" }
    let manifest = try Samples.manifest()
    let sheet = try #require(Candidates.all(for: failure, evidence: evidence, manifest: manifest).first)
    #expect(
      Reach.edits(of: sheet, source: "headcount", manifest: manifest, reference: try reference()).reach == .thisPeriod)
    let itself = Reach.edits(of: try marker(), source: "headcount", manifest: manifest, reference: manifest)
    #expect(itself.reach == .thisAndFuture && itself.edits.isEmpty)
  }
}
