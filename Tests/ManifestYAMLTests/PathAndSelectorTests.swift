import ManifestYAML
import Testing

@Suite struct PathAndSelectorTests {
  static let manifest = """
    sources:
    - code: x
      columns:
      - original_name: March 2020
        data_type: integer
    - code: x
      columns:
      - original_name: "a.b [c]"
        null_values: ['*']
    """

  @Test(
    "pointers and dotted paths name the same steps",
    arguments: [
      ("/sources/3/columns/5/data_type", "sources[3].columns[5].data_type"), ("/a~1b/c~0d", #"["a/b"]["c~d"]"#),
      ("/a/-", "a[-]"), ("", ""),
    ])
  func forms(pointer: String, dotted: String) throws {
    #expect(try YAMLPath(pointer) == YAMLPath(dotted))
    #expect(try YAMLPath(dotted).pointer == pointer)
    #expect(try YAMLPath(pointer).description == dotted)
  }

  @Test("a malformed path is an error", arguments: ["a[", "a..b", ".a", "a[x]", "/a~2", "a]b", "[\"a"])
  func malformed(_ text: String) {
    #expect(throws: YAMLError.self) { try YAMLPath(text) }
  }

  @Test(
    "a selector finds its path and the path its selector",
    arguments: [
      ("/sources/0/columns/0/data_type", #"sources[code=x].columns[original_name="March 2020"].data_type"#),
      (
        "/sources/1/columns/0/null_values/0", ##"sources[code=x#2].columns[original_name="a.b [c]"].null_values[="*"]"##
      ),
      ("/sources/1", "sources[code=x#2]"),
    ])
  func selectors(pointer: String, selector: String) throws {
    let root = try #require(try YAMLFile(Self.manifest, name: "m.yaml").root)
    let path = try YAMLPath(pointer)
    #expect(YAMLSelector.selector(for: path, in: root)?.description == selector)
    #expect(try YAMLSelector(selector).path(in: root) == path)
  }

  @Test("a missing last key resolves to where it would be, an earlier miss to nothing")
  func missing() throws {
    let root = try #require(try YAMLFile(Self.manifest, name: "m.yaml").root)
    #expect(try YAMLSelector("sources[code=x].enabled").path(in: root)?.pointer == "/sources/0/enabled")
    #expect(try YAMLSelector("sources[code=x].a.b").path(in: root) == nil)
    #expect(try YAMLSelector("sources[code=y].enabled").path(in: root) == nil)
    let marker = try YAMLSelector("sources[code=x#2].columns[original_name=\"a.b [c]\"].null_values[=c]")
    #expect(marker.path(in: root)?.pointer == "/sources/1/columns/0/null_values/-")
  }
}
