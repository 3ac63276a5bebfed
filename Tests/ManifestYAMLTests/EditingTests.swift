import Foundation
import ManifestYAML
import TestSeeds
import Testing

@Suite struct EditingTests {
  static let columns = (0..<40).map { "- name: c\($0)  # column \($0)\n  data_type: integer\n" }.joined()

  @Test("many independent operations give what the same operations give one by one")
  func batch() throws {
    let operations = (0..<40).map { PatchOperation(op: .replace, path: "[\($0)].data_type", value: "numeric") }
    let result = try YAMLFile(Self.columns, name: "c.yaml").applying(operations)
    #expect(
      String(decoding: result, as: UTF8.self) == Self.columns.replacingOccurrences(of: "integer", with: "numeric"))
  }

  @Test("a patch that fails at its end changes nothing") func atomic() throws {
    let operations = [
      PatchOperation(op: .replace, path: "[0].name", value: "x"), PatchOperation(op: .remove, path: "[999]"),
    ]
    #expect(throws: YAMLError.self) { try YAMLFile(Self.columns, name: "c.yaml").applying(operations) }
  }

  @Test("replacing a random scalar changes one line, and the value reads back")
  func randomScalars() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SplitMix(state: seed)
    let words = ["no", "a: b", "x #y", "2025-03-01", "it's", "é日本", "", "- x", "{a", "tab\t", "plain", "1e3", "null"]
    for _ in 0..<100 {
      let index = Int.random(in: 0..<40, using: &generator)
      let word = words.randomElement(using: &generator) ?? ""
      let path = "/\(index)/data_type"
      let changed = try YAMLFile(Self.columns, name: "c.yaml").applying([
        PatchOperation(op: .replace, path: path, value: .string(word))
      ])
      let file = try YAMLFile(changed, name: "c.yaml")
      #expect(file.root?[index]?["data_type"]?.value == .string(word), "seed \(seed)")
      let lines = String(decoding: changed, as: UTF8.self).split(separator: "\n")
      let before = Self.columns.split(separator: "\n")
      #expect(zip(lines, before).filter { $0 != $1 }.count <= 1, "seed \(seed)")
    }
  }

  @Test("writing keeps the mode and leaves no temporary file") func writing() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "errata-yaml-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "a.yaml").path()
    try AtomicFile.write(Array("a: 1\n".utf8), to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try AtomicFile.write(Array("a: 2\n".utf8), to: path)
    #expect(try AtomicFile.read(path) == Array("a: 2\n".utf8))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o640)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["a.yaml"])
  }

  @Test("canonical JSON sorts keys and tells equal numbers alike") func canonical() {
    let value: YAMLValue = ["b": 1, "a": ["x": 1.5, "é": "q\"\n"], "c": nil]
    #expect(value.canonicalJSON == #"{"a":{"x":1.5,"é":"q\"\n"},"b":1,"c":null}"#)
  }
}
