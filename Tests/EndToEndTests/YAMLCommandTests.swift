import Foundation
import Testing

/// The editor as other programs call it: `errata yaml get` and `errata yaml patch`.
@Suite("The yaml command")
struct YAMLCommandTests {
  static let text = "# top\nsources:\n- code: a  # first\n  enabled: true\nlast: &x 1\nagain: *x\n"

  /// A workbench with a file and a patch in it.
  func bench(_ patch: String, _ text: String = text) throws -> Workbench {
    let bench = try Workbench("yaml")
    try text.write(toFile: bench.root + "/m.yaml", atomically: false, encoding: .utf8)
    try patch.write(toFile: bench.root + "/p.json", atomically: false, encoding: .utf8)
    return bench
  }

  func file(_ bench: Workbench) throws -> String { try String(contentsOfFile: bench.root + "/m.yaml", encoding: .utf8) }

  static let disable = #"[{"op": "replace", "path": "sources[0].enabled", "value": false}]"#

  @Test("get prints a value as JSON, with its place when asked") func get() async throws {
    let bench = try bench("[]")
    #expect(
      try await bench.errata("yaml", "get", "m.yaml", "/sources/0").output == #"{"code":"a","enabled":true}"# + "\n")
    let placed = try await bench.errata("yaml", "get", "m.yaml", "sources[0].code", "--json")
    #expect(placed.output.contains(#""line":3,"column":9,"#))
    let missing = try await bench.errata("yaml", "get", "m.yaml", "/none")
    #expect(missing.code == 40)
    #expect(missing.errors.contains("m.yaml:2:1: there is nothing at none"))
  }

  @Test("patch changes the file, or prints the result and leaves the file alone") func patch() async throws {
    let bench = try bench(Self.disable)
    let after = Self.text.replacingOccurrences(of: "true", with: "false")
    let printed = try await bench.errata("yaml", "patch", "m.yaml", "p.json", "--output", "-")
    #expect(printed.code == 0 && printed.output == after)
    #expect(try file(bench) == Self.text)
    let written = try await bench.errata("yaml", "patch", "m.yaml", "p.json")
    #expect(written.code == 0 && written.output.isEmpty && written.errors.isEmpty)
    #expect(try file(bench) == after)
  }

  @Test("the diff is one that patch applies") func diff() async throws {
    let bench = try bench(Self.disable)
    let shown = try await bench.errata("yaml", "patch", "m.yaml", "p.json", "--diff", "--dry-run")
    #expect(shown.code == 0)
    #expect(
      shown.output == """
        --- a/m.yaml
        +++ b/m.yaml
        @@ -1,6 +1,6 @@
         # top
         sources:
         - code: a  # first
        -  enabled: true
        +  enabled: false
         last: &x 1
         again: *x

        """)
    #expect(try file(bench) == Self.text)
    try shown.output.write(toFile: bench.root + "/d.patch", atomically: false, encoding: .utf8)
    let applied = try await bench.run("git", ["apply", "d.patch"])
    #expect(applied.code == 0, "\(applied.errors)")
    #expect(try file(bench) == Self.text.replacingOccurrences(of: "true", with: "false"))
    let after = try file(bench)
    let printed = try await bench.errata("yaml", "patch", "m.yaml", "p.json", "--diff", "--output", "-")
    #expect(printed.errors.isEmpty && printed.output == after)
  }

  @Test("a program learns what changed and why nothing did") func json() async throws {
    let bench = try bench(Self.disable)
    let changed = try await bench.errata("yaml", "patch", "m.yaml", "p.json", "--json")
    #expect(changed.code == 0)
    #expect(changed.output.contains(#""changed":true,"before":{"start":45,"end":49,"line":4}"#), "\(changed.output)")
    let again = try await bench.errata("yaml", "patch", "m.yaml", "p.json", "--json")
    #expect(again.output.contains(#""changed":false,"before":null"#))
    try #"[{"op": "remove", "path": "/last"}]"#.write(
      toFile: bench.root + "/p.json", atomically: false, encoding: .utf8)
    let before = try file(bench)
    let refused = try await bench.errata("yaml", "patch", "m.yaml", "p.json", "--json")
    #expect(refused.code == 40)
    #expect(refused.output.contains(#"{"error":{"kind":"refused","file":"m.yaml","line":5,"column":7,"path":"last""#))
    #expect(refused.errors.contains("m.yaml:5:7: last is shared: the alias *x on line 6 repeats it"))
    #expect(try file(bench) == before)
  }

  @Test("usage, broken patches and broken files have exit codes of their own") func failures() async throws {
    let bench = try bench("{")
    #expect(try await bench.errata("yaml", "patch", "m.yaml").code == 64)
    #expect(try await bench.errata("yaml", "patch", "m.yaml", "p.json", "--json", "--output", "-").code == 64)
    #expect(try await bench.errata("yaml", "patch", "m.yaml", "p.json").code == 40)
    try "a: [1\nb: 2\n".write(toFile: bench.root + "/m.yaml", atomically: false, encoding: .utf8)
    try "[]".write(toFile: bench.root + "/p.json", atomically: false, encoding: .utf8)
    let broken = try await bench.errata("yaml", "patch", "m.yaml", "p.json")
    #expect(broken.code == 40)
    #expect(broken.errors.contains("m.yaml:2:2: this is not YAML"), "\(broken.errors)")
  }
}
