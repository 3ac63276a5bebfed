import Foundation
import ManifestYAML
import Testing

/// A folder with `before.yaml`, `patch.json` and what must come of it: `after.yaml`, or words of `refused.txt`.
struct EditFixture: CustomTestStringConvertible, Sendable {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

  static let all: [EditFixture] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted().map { EditFixture(name: $0) }
  }()

  let name: String
  var testDescription: String { name }

  func bytes(_ file: String) throws -> [UInt8] {
    Array(try Data(contentsOf: Self.folder.appending(path: name).appending(path: file)))
  }

  func text(_ file: String) -> String? {
    (try? bytes(file)).map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
  }
}

@Suite struct FixtureTests {
  @Test("there are fixtures") func presence() { #expect(EditFixture.all.count > 380) }

  @Test("an edit gives exactly the expected bytes, or is refused for the expected reason", arguments: EditFixture.all)
  func edit(_ fixture: EditFixture) throws {
    let document = fixture.text("document.txt").flatMap { Int($0) } ?? 0
    let patch = try PatchOperation.list(json: try fixture.bytes("patch.json"), name: "patch.json")
    let before = try fixture.bytes("before.yaml")
    if let reason = fixture.text("refused.txt") {
      let error = try #require(throws: YAMLError.self) {
        try YAMLFile(before, name: "before.yaml").applying(patch, document: document)
      }
      #expect(error.description.contains(reason))
      #expect(error.line != nil)
      return
    }
    let result = try YAMLFile(before, name: "before.yaml").applying(patch, document: document)
    let after = try fixture.bytes("after.yaml")
    #expect(result == after, "got:\n\(String(decoding: result, as: UTF8.self))")
  }
}
