import Foundation
import Git
import Journal
import ManifestYAML
import Repair
import Testing

@testable import Supervisor

@Suite("Patches for review away from git") struct PatchSeriesTests {
  /// A manifest that mail has trouble with, and the value that its fix writes.
  struct Awkward: Sendable, CustomTestStringConvertible {
    let name: String
    var file = FixWorkspace.manifest
    var text = FixWorkspace.text
    var message = "fix(adhd/nov25): read '*' as null\n\nWhy.\n\nErrata-Fix: 0123abcd\n"
    var testDescription: String { name }

    static let all = [
      Awkward(name: "a plain one"),
      Awkward(name: "Windows line ends", text: FixWorkspace.text.replacing("\n", with: "\r\n")),
      Awkward(name: "no final newline", text: String(FixWorkspace.text.dropLast(2))),
      Awkward(name: "no final newline and Windows line ends", text: mixed),
      Awkward(name: "blanks and umlauts in its name", file: "manifests/Zürich data/ädhd nov 25.yaml"),
      Awkward(name: "a leading dash and quotes in its name", file: "manifests/-n/\"quoted\"\t1.yaml"),
      Awkward(
        name: "long lines and other alphabets",
        text: FixWorkspace.text + "# " + String(repeating: "長い🚀 ", count: 400) + "\n"),
      Awkward(
        name: "a message in other alphabets, with trailers and quoted diffs",
        message: """
          fix(adhd/nov25): Größe '数' als leer lesen 🚀 in einer Spalte namens x

          Straße. A quoted diff:

              --- a/manifest
              +++ b/manifest
              diff --git a/x b/x
              From nobody: 1
              -- \n\("    " + String(repeating: "x", count: 300))

          Errata-Fix: 0123abcd
          Errata-Source: adhd/nov25/größe

          """),
      Awkward(name: "lines that look like mail", text: FixWorkspace.text + "x: |\n  From me\n  .\n  -- \n  ---\n"),
    ]

    private static let mixed = String(FixWorkspace.text.replacing("\n", with: "\r\n").dropLast(1))
  }

  @Test("git am takes the series on the clean base and gives the branch's own tree and message", arguments: Awkward.all)
  func roundTrip(_ awkward: Awkward) async throws {
    let place = try FixWorkspace()
    try place.shell("git rm -q \(FixWorkspace.manifest)")
    try place.write(awkward.file, awkward.text)
    try place.shell("git config core.autocrlf false; git add -A && git commit -qm 'Name it awkwardly' --allow-empty")
    let fix = try await propose(awkward, in: place)
    try place.shell("git clone -q . ../\(place.name)-reader")
    defer { try? FileManager.default.removeItem(atPath: place.root + "-reader") }
    let patch = try #require(fix.patch)
    let folder = "\(place.root)/\((patch as NSString).deletingLastPathComponent)"
    #expect(
      try String(contentsOfFile: folder + "/series", encoding: .utf8) == (patch as NSString).lastPathComponent + "\n")
    let reader = "git -C ../\(place.name)-reader -c user.name=R -c user.email=r@example.org -c core.autocrlf=false"
    try place.shell(
      "cd \(folder) && for p in $(cat series); do cd \(place.root); \(reader) am -q \"\(folder)/$p\"; done")
    #expect(try place.shell("\(reader) rev-parse 'HEAD^{tree}'") == place.shell("git rev-parse '\(fix.branch)^{tree}'"))
    let format = "log -1 --format=%B%an%ae%ad"
    #expect(try place.shell("\(reader) \(format)") == place.shell("git \(format) \(fix.branch)"))
    #expect(try place.shell("\(reader) log -1 --format='%(trailers:key=Errata-Fix,valueonly)'") == "0123abcd")
  }

  @Test("a whole series gives the same tree as merging every branch, and a rebuilt fix stays one patch")
  func wholeSeries() async throws {
    let place = try FixWorkspace()
    let branches = await place.branches()
    var fixes: [FixRecord] = []
    for (source, column) in [("adhd_data", "March 2020"), ("adhd_waits", "Weeks"), ("adhd_waits", "Org code")] {
      let outcome = try await branches.propose(FixWorkspace.proposal(source: source, column: column))
      fixes.append(outcome.record)
    }
    // Within one run a fix that is put forward again replaces its patch.
    try place.shell("git commit -q --allow-empty -m other")
    let again = await place.branches(settings: FixSettings(rebuild: .behind))
    fixes[0] = try await again.propose(FixWorkspace.proposal()).record
    let folder = place.root + "/patches/run_20260112_103000"
    let series = try String(contentsOfFile: folder + "/series", encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(series == fixes.compactMap { $0.patch.map { ($0 as NSString).lastPathComponent } })
    try place.shell(
      "git checkout -q -b mailed && git am -q --3way \(series.map { "\(folder)/\($0)" }.joined(separator: " "))")
    try place.shell("git checkout -q main")
    for fix in fixes { try place.shell("git merge -q --no-edit \(fix.branch)") }
    #expect(try place.shell("git rev-parse 'mailed^{tree}'") == place.shell("git rev-parse 'main^{tree}'"))
  }

  private func propose(_ awkward: Awkward, in place: FixWorkspace) async throws -> FixRecord {
    let selector = try YAMLSelector("sources[code=adhd_data].columns[original_name=\"March 2020\"].null_values")
    let edit = FixEdit(file: awkward.file, selector: selector, old: nil, new: ["*", "größer 数"])
    let record = FixRecord(
      id: "0123abcd", branch: "errata/adhd/nov25/x-0123abcd", publication: "adhd", period: "nov25",
      source: "adhd_data", stage: "load", errorType: "type_mismatch", action: "add_null_values", confidence: 0.9,
      verified: true, files: [], changes: [], run: "run_20260112_103000", summary: "x")
    let settings = FixSettings(allowedPaths: ["manifests/**"])
    let outcome = try await place.branches(settings: settings).propose(
      Proposal(record: record, edits: [edit], message: awkward.message))
    guard case .published(let fix, _) = outcome else { throw FixingError(.conflict, "\(outcome)") }
    return fix
  }
}

extension FixWorkspace {
  var name: String { (root as NSString).lastPathComponent }
}
