import ManifestYAML
import Testing

@Suite struct DecoderTests {
  struct Stage: Decodable, Equatable {
    var name: String
    var timeout: Int?
    var enabled: Bool?
    var environment: [String: String]?
  }

  struct Pipeline: Decodable, Equatable { var stages: [Stage] }

  func decode(_ text: String, _ keys: YAMLDecoder.KnownKeys = .strict) throws(YAMLError) -> Pipeline {
    try YAMLDecoder().decode(Pipeline.self, from: YAMLFile(text, name: "p.yaml"), knownKeys: keys)
  }

  @Test("plain scalars become what the type asks for") func scalars() throws {
    let pipeline = try decode("stages:\n- name: 2025-05\n  timeout: 5\n  enabled: no\n  environment: {A: 1, B: 007}\n")
    #expect(
      pipeline.stages == [.init(name: "2025-05", timeout: 5, enabled: false, environment: ["A": "1", "B": "007"])])
  }

  @Test("JSON is read too") func json() throws {
    #expect(try decode(#"{"stages": [{"name": "a\/b\u00e9"}]}"#).stages.first?.name == "a/bé")
  }

  @Test("a wrong type names the place, the path and what is expected") func wrongType() {
    let error = #expect(throws: YAMLError.self) { try decode("stages:\n- name: a\n  timeout: soon\n") }
    #expect(
      error?.description == "p.yaml:3:12: stages[0].timeout is the text \"soon\", and a whole number is expected")
  }

  @Test("an unknown key is an error with a suggestion, or is ignored") func unknownKey() throws {
    let text = "stages:\n- name: a\n  timeuot: 5\n"
    let error = #expect(throws: YAMLError.self) { try decode(text) }
    #expect(error?.description == "p.yaml:3:3: unknown key \"timeuot\" in stages[0]; did you mean \"timeout\"?")
    #expect(try decode(text, .lenient).stages.first?.timeout == nil)
  }

  @Test("a missing key is an error at its mapping") func missingKey() {
    let error = #expect(throws: YAMLError.self) { try decode("stages:\n- nam: a\n") }
    #expect(error?.kind == .missingKey)
    #expect(error?.line == 2)
  }

  @Test("a duplicate key is an error that names both lines") func duplicateKey() {
    let error = #expect(throws: YAMLError.self) { try decode("stages: []\nstages: []\n") }
    #expect(error?.description.contains("p.yaml:2:1: the key \"stages\" stands twice; the first is on line 1") == true)
  }

  @Test("merge keys and aliases are followed, but never without measure") func aliases() throws {
    let text = "stages:\n- &a {name: a, timeout: 1}\n- <<: *a\n  name: b\n"
    #expect(try decode(text).stages == [.init(name: "a", timeout: 1), .init(name: "b", timeout: 1)])
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      bomb += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
    }
    let file = try YAMLFile(bomb, name: "bomb.yaml")
    #expect(file.root?.value != nil)
  }
}
