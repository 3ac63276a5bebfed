import Journal
import ManifestYAML
import Testing

@testable import Repair

@Suite struct AddColumnTests {
  private func candidates(_ evidence: Evidence, column: String? = nil) throws -> [Candidate] {
    let failure = Samples.failure(.unexpectedColumn) { $0.column = column }
    return Candidates.all(for: failure, evidence: evidence, manifest: try Samples.manifest())
  }

  private func evidence(_ headers: [String]) -> Evidence {
    var evidence = Evidence()
    evidence.headers = ["March 2020", "April 2020", "As At", "Practice"] + headers
    evidence.headerTypes = ["May 2020 (new)": "integer"]
    return evidence
  }

  @Test("A header that no column reads is declared below the others, with the type that takes it")
  func adds() throws {
    let candidate = try #require(try candidates(evidence(["May 2020 (new)", "Notes"]), column: "May 2020 (new)").first)
    #expect(candidate.action == .addColumn && !candidate.safe)
    #expect(
      candidate.edits.map(\.selector.description) == [
        "sources[code=headcount].columns[original_name=\"May 2020 (new)\"]"
      ])
    let manifest = try Samples.manifest()
    let lines = try Samples.changedLines(candidate, in: manifest)
    #expect(lines.count == 3 && lines.allSatisfy { $0.hasPrefix("+") }, "\(lines)")
    #expect(lines.contains { $0.hasSuffix("semantic_name: may_2020_new") })
    #expect(lines.contains { $0.hasSuffix("data_type: integer") })
    let reach = Reach.edits(
      of: candidate, source: "headcount", manifest: manifest,
      reference: try YAMLFile(Samples.manifestText, name: "manifests/reference.yaml"))
    #expect(reach.reach == .thisAndFuture && reach.edits.count == 1)
  }

  @Test("Where the error names no column all that are new are added; a row with too many fields adds none")
  func all() throws {
    #expect(try candidates(evidence(["May 2020 (new)", "Notes"])).first?.edits.count == 2)
    #expect(try candidates(evidence([])).isEmpty)
    #expect(try candidates(Evidence()).isEmpty)
    #expect(try candidates(Evidence(), column: "Notes").first?.edits.count == 1)
  }

  @Test("What is recorded of a failure keeps to the policy, and markers are always shown")
  func recorded() throws {
    var evidence = Evidence()
    evidence.values = Samples.values("headcount_march_2020", "March 2020", "integer", [("*", 3), ("Smith", 1)])
    evidence.values?.sample = ["120"]
    evidence.entry = ["code": "a", "files": [["url": "u", "preview": "secret"]]]
    let shown = evidence.shown(by: .counts)
    #expect(shown.values?.values.map(\.value) == ["*", "Aaaaa"] && shown.values?.sample == ["999"])
    #expect(shown.entry?["files"] == [["url": "u"]])
    #expect(evidence.shown(by: .full) == evidence)
    #expect(evidence.shown(by: .none).values?.values.allSatisfy { $0.rows.isEmpty } == true)
  }
}
