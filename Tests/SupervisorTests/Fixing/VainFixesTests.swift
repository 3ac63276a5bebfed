import Journal
import ManifestYAML
import Repair
import Testing

@testable import Supervisor

@Suite("What fixes changed in vain") struct VainFixesTests {
  private static let path = "manifests/a.yaml"
  private static let text = """
    sources:
      - code: orders
        columns:
          - {original_name: id_2, semantic_name: id, data_type: varchar, optional: true}

    """
  private static let columns = "sources[code=orders].columns"

  private static func fix(_ id: String, _ changes: [(String, JSONValue?, JSONValue?)], _ status: FixStatus = .approved)
    -> FixRecord
  {
    FixRecord(
      id: id, branch: "", status: status, publication: "a", period: "p", source: "orders", stage: "load",
      errorType: "missing_column", action: "fix_column_name", confidence: 1, verified: true, files: [path],
      changes: changes.map { FixChange(file: path, path: $0.0, selector: "\(columns)\($0.0)", old: $0.1, new: $0.2) },
      run: "r", summary: "s")
  }

  private static func back(_ fixes: [FixRecord], hasLoaded: Bool = false) throws -> (edits: [FixEdit], text: String) {
    let failure = Failure(
      publication: "a", period: "p", source: "orders", stage: "load", error: EventError(.missingColumn, "no 'id_2'"))
    let found = VainFixes.edits(
      of: failure, manifest: try YAMLFile([UInt8](text.utf8), name: path), history: fixes, hasLoaded: hasLoaded)
    return (found.edits, String(decoding: found.manifest.bytes, as: UTF8.self))
  }

  @Test("is put back, the latest first, as far as it still stands")
  func back() throws {
    let renamed = Self.fix("1", [("[semantic_name=id].original_name", "id", "id_2")])
    let eased = Self.fix("2", [("[original_name=id_2].optional", nil, true)])
    let gone = Self.fix("3", [("[original_name=id_2].data_type", "integer", "bigint")])
    let (edits, text) = try Self.back([renamed, eased, gone])
    #expect(edits.map(\.new) == [nil, "id"])
    #expect(text.contains("original_name: id, semantic_name: id, data_type: varchar}"), "\(text)")
  }

  @Test("stays where the source has loaded with it, and where it never was approved")
  func stays() throws {
    let fix = Self.fix("1", [("[semantic_name=id].original_name", "id", "id_2")])
    #expect(try Self.back([fix], hasLoaded: true).edits.isEmpty)
    for status in [FixStatus.open, .rejected, .reverted, .changed] {
      var other = fix
      other.status = status
      #expect(try Self.back([other]).edits.isEmpty)
    }
  }

  @Test("An edit of what was put back comes straight from what stands")
  func following() throws {
    let place = try YAMLSelector("\(Self.columns)[semantic_name=id].original_name")
    let back = FixEdit(file: Self.path, selector: place, old: "id_2", new: "id")
    let candidate = Candidate(
      action: .fixColumnName, edits: [FixEdit(file: Self.path, selector: place, old: "id", new: "key")],
      loss: Loss(.nothing), summary: "s", reason: "r", prior: 1)
    #expect(candidate.following([back]).edits == [FixEdit(file: Self.path, selector: place, old: "id_2", new: "key")])
    #expect(candidate.following([]).edits == candidate.edits)
  }
}
