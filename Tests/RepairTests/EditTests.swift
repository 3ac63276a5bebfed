import Foundation
import Journal
import ManifestYAML
import Testing

@testable import Repair

@Suite struct EditTests {
  private func edit(_ selector: String, old: JSONValue?, new: JSONValue?) throws -> FixEdit {
    FixEdit(file: Samples.manifestPath, selector: try YAMLSelector(selector), old: old, new: new)
  }

  @Test("An edit tests the old value before it replaces it")
  func testFirst() throws {
    let edit = try edit("sources[code=headcount].enabled", old: true, new: false)
    let operations = try edit.operations(in: Samples.manifest())
    #expect(operations.map(\.op) == [.test, .replace])
    #expect(operations.last?.path == "/sources/0/enabled")
    #expect(edit.change(in: try Samples.manifest()).path == "sources[0].enabled")
  }

  @Test("An edit whose old value is gone, or whose place is missing, is refused and says so")
  func stale() throws {
    let manifest = try Samples.manifest()
    for stale in [
      try edit("sources[code=headcount].enabled", old: false, new: true),
      try edit("sources[code=headcount].enabled", old: nil, new: true),
      try edit("sources[code=ghost].enabled", old: true, new: false),
    ] {
      #expect(throws: FixEditError.self) { try stale.operations(in: manifest) }
    }
  }

  @Test("An edit survives its own JSON, and absent differs from null")
  func coding() throws {
    for old in [nil, JSONValue.null, "x"] as [JSONValue?] {
      let edit = try edit("sources[code=\"a.b\"].columns[original_name=\"March 2020\"].data_type", old: old, new: 3)
      let back = try JSONDecoder().decode(FixEdit.self, from: JSONEncoder().encode(edit))
      #expect(back == edit)
    }
  }

  @Test("Joined candidates hold the edits of both, the later one where they meet, and the larger loss")
  func joining() throws {
    let first = try Samples.candidates("headcount_march_2020", "March 2020", "integer", [("*", 3)])[0]
    let second = try Samples.candidates("headcount_april_2020", "April 2020", "integer", [("0.5", 2)])[0]
    let joined = first.joined(with: second)
    #expect(joined.edits.count == 2)
    #expect(joined.action == .fixManifestType)
    #expect(joined.loss == Loss(.widening, values: 5))
    #expect(joined.prior == min(first.prior, second.prior))
    #expect(first.joined(with: first).edits == first.edits)
  }
}
