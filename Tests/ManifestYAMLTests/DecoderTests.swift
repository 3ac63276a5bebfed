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
    try YAMLDecoder(knownKeys: keys).decode(Pipeline.self, from: YAMLFile(text, name: "p.yaml"))
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
      error?.description
        == "p.yaml:3:12: 'timeout' of item 1 of 'stages' of the file must be a whole number, not 'soon'")
    #expect(error?.path == "stages[0].timeout")
  }

  @Test("an unknown key is an error with a suggestion, or is ignored") func unknownKey() throws {
    let text = "stages:\n- name: a\n  timeuot: 5\n"
    let error = #expect(throws: YAMLError.self) { try decode(text) }
    #expect(
      error?.description
        == "p.yaml:3:3: unknown key 'timeuot' in item 1 of 'stages' of the file; did you mean 'timeout'?")
    #expect(error?.path == "stages[0].timeuot")
    #expect(try decode(text, .lenient).stages.first?.timeout == nil)
  }

  @Test("a missing key is an error at its mapping") func missingKey() {
    let error = #expect(throws: YAMLError.self) { try decode("stages:\n- nam: a\n") }
    #expect(
      error?.description
        == "p.yaml:2:3: item 1 of 'stages' of the file has no 'name'; 'nam' is there; did you mean 'name'?")
    #expect(error?.kind == .missingKey)
    #expect(error?.path == "stages[0].name")
  }

  @Test("a duplicate key is an error that names both lines") func duplicateKey() {
    let error = #expect(throws: YAMLError.self) { try decode("stages: []\nstages: []\n") }
    #expect(
      error?.description.contains("p.yaml:2:1: the key 'stages' stands twice in the file, on lines 1 and 2") == true)
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

  struct Site: YAMLDescribed {
    enum Kind: String, CaseIterable, Decodable { case page, feed }
    var name: String
    var kind: Kind
    var port: Port?
    var sizes: [Int]?

    static let noun: String? = "site"
    static let nameKey: String? = "name"
    static let examples = ["kind": "page"]
  }

  struct Port: YAMLScalar {
    var value: Int
    static let expectation = "a port from 1 to 65535"
    static let placeholder = Port(value: 1)
    init(value: Int) { self.value = value }
    init?(_ node: YAMLNode) {
      guard let value = node.value.int, (1...65_535).contains(value) else { return nil }
      self.value = value
    }
  }

  struct Sites: Decodable {
    var sites: YAMLItems<Site>
    var owner: String
  }

  @Test("everything that is wrong is told at once, and what is right is kept") func allAtOnce() throws {
    let file = try YAMLFile(
      """
      sites:
      - {name: a, kind: page, port: 80, sizes: [1, 2]}
      - {name: b, knd: page, port: 0, sizes: [1, x, y]}
      - {kind: blog, port: [1]}
      - c
      ownr: me
      """, name: "s.yaml")
    let reading = YAMLDecoder().read(Sites.self, from: try #require(file.root))
    #expect(
      reading.errors.map(\.description) == [
        "s.yaml:1:1: the file has no 'owner'; 'ownr' is there; did you mean 'owner'?",
        "s.yaml:3:3: site 'b' has no 'kind'; add one like kind: page",
        "s.yaml:3:13: unknown key 'knd' in site 'b'; did you mean 'kind'?",
        "s.yaml:3:30: 'port' of site 'b' must be a port from 1 to 65535, not '0'",
        "s.yaml:3:44: item 2 of 'sizes' of site 'b' must be a whole number, not 'x'",
        "s.yaml:3:47: item 3 of 'sizes' of site 'b' must be a whole number, not 'y'",
        "s.yaml:4:3: site 3 has no 'name'",
        "s.yaml:4:10: 'kind' of site 3 must be one of page, feed, not 'blog'",
        "s.yaml:4:22: 'port' of site 3 must be a port from 1 to 65535, not a list",
        "s.yaml:5:3: site 4 must be a mapping of keys to values, not 'c'",
        "s.yaml:6:1: unknown key 'ownr' in the file; did you mean 'owner'?",
      ])
    #expect(reading.value == nil, "the owner is missing")
    let kept = YAMLDecoder(knownKeys: .lenient).read(YAMLItems<Site>.self, from: try #require(file.root?["sites"]))
    #expect(kept.value?.items.map { $0.value?.name } == ["a", nil, nil, nil])
    #expect(kept.value?.items.map(\.subject) == ["site 'a'", "site 'b'", "site 3", "site 4"])
  }

  @Test("a repeated key can be a warning, and then the last one counts") func lastCounts() throws {
    let file = try YAMLFile("a: {x: 1}\na: {x: 2}\n", name: "d.yaml")
    let reading = YAMLDecoder(repeatedKeys: .lastCounts).read(
      [String: [String: Int]].self, from: try #require(file.root))
    #expect(reading.value == ["a": ["x": 2]])
    #expect(reading.errors.isEmpty)
    #expect(
      reading.warnings.map(\.description) == [
        "d.yaml:2:1: the key 'a' stands twice in the file, on lines 1 and 2; the last one counts, keep only that"
      ])
  }
}
