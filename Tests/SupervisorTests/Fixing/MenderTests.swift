import DataFiles
import Foundation
import Journal
import ManifestYAML
import Repair
import Testing

@testable import Supervisor

@Suite("Mending a failure from end to end") struct MenderTests {
  /// A loader of a few lines: it fails while the manifest does not name the marker.
  private static let loader = """
    #!/bin/sh
    if grep -q null_values "$1"; then echo 'Loaded 3 rows into tbl_adhd_data'; exit 0; fi
    printf '%s\\n' '{"event_type":"source_failed","context":{"source_code":"adhd_data"},"error":{"type":"type_mismatch",\
    "message":"INTEGER column received unexpected value","column":"march_2020","value":"*","expected_type":"INTEGER"}}' \
      >> "$ERRATA_EVENTS"
    exit 1

    """

  private func mender(
    _ place: FixWorkspace, verify: Bool = true, constraints: Constraints = Constraints()
  ) async throws -> Mender {
    try place.write("load.sh", MenderTests.loader)
    try place.write("data/adhd.csv", "Org code,March 2020\nA,1\nB,*\nC,3\n")
    let manifest = FixWorkspace.text.replacing("http://localhost/adhd.csv", with: "file://\(place.root)/data/adhd.csv")
    try place.write(FixWorkspace.manifest, manifest)
    if try place.shell("git status --porcelain \(FixWorkspace.manifest)") != "" {
      try place.shell("git commit -qam 'Name the file'")
    }
    let stage = Stage(
      name: "load", scope: .source, command: ["/bin/sh", "load.sh", "{enriched}"],
      verify: verify ? ["/bin/sh", "load.sh", "{enriched}"] : nil, undo: ["/bin/sh", "-c", "echo undone > undone.txt"])
    let enrich = Stage(
      name: "enrich", command: ["true"],
      produces: ["enriched": "manifests/backfill/{publication}/{publication}_{period}_enriched.yaml"])
    let publication = Publication(key: "adhd", urls: [Period(period: "nov25", url: "file:///nowhere.html")])
    let configuration = Configuration(
      publications: PublicationsFile(publications: [publication]), pipeline: Pipeline(stages: [enrich, stage]),
      constraints: constraints)
    let tools = RunTools(
      runner: ProcessRunner(redact: { $0 }), redact: { $0 },
      classify: { _, _, _, _ in Classification(type: .unknown, transient: false) })
    let queues = ExclusiveQueues()
    let undo = SourceUndo(
      workspace: place.workspace, configuration: configuration, tools: tools, queues: queues,
      runID: "run_20260112_103000", recorded: { [journal = place.journal] in await journal.events })
    let branches = await place.branches(undo: { await undo.undo($0, $1) })
    let journal = place.journal
    return Mender(
      workspace: place.workspace, configuration: configuration, branches: branches, tools: tools, queues: queues,
      duckDB: try DuckDB.locate(), runID: "run_20260112_103000", journal: { await journal.append($0) },
      state: { BackfillState(replaying: []) })
  }

  private var failure: Failure {
    var error = EventError(.typeMismatch, "INTEGER column received unexpected value '*'")
    error.column = "march_2020"
    error.value = "*"
    error.expectedType = "INTEGER"
    return Failure(
      publication: "adhd", period: "nov25", source: "adhd_data", stage: "load", error: error, exitCode: 1,
      manifestPath: FixWorkspace.manifest)
  }

  @Test("a marker is proven in scratch and proposed, once; after a revert it is never proposed again")
  func mends() async throws {
    let place = try FixWorkspace()
    guard case .proposed(let fix, _) = try await mender(place).mend([failure]).first else {
      Issue.record("no fix was proposed")
      return
    }
    #expect(fix.action == "add_null_values")
    #expect(fix.verified)
    #expect(try place.read(try #require(fix.report)).contains("Troubleshooting"))
    #expect(try place.shell("ls state/scratch") == "")
    guard case .waiting = try await mender(place).mend([failure]).first else {
      Issue.record("the fix was proposed twice")
      return
    }
    try place.shell("git merge -q --ff-only \(fix.branch) && git revert --no-edit HEAD")
    let findings = try await mender(place).branches.reconcile()
    #expect(findings.map(\.fix.status) == [.reverted])
    #expect(try place.read("undone.txt") == "undone\n")
    let outcome = try await mender(place).mend([failure]).first
    if case .proposed(let other, _) = outcome { #expect(other.id != fix.id) }
    if case .waiting = outcome { Issue.record("the reverted fix waits again") }
  }

  @Test("as many fixes as may wait are proposed; the next failure is told with its candidates, and waits for room")
  func heldBack() async throws {
    let place = try FixWorkspace()
    guard
      case .heldBack(let report) = try await mender(place, constraints: Constraints(maxOpenFixes: 0)).mend([failure])
        .first
    else {
      Issue.record("it was not held back")
      return
    }
    let text = try place.read(report)
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing("\\", with: "")
    #expect(words.contains("max_open_fixes allows 0"), "\(text)")
    #expect(words.contains("add_null_values"), "\(text)")
    #expect(try place.shell("git branch --list 'errata/*'") == "")
    guard case .proposed = try await mender(place, constraints: Constraints(maxOpenFixes: 1)).mend([failure]).first
    else {
      Issue.record("there was room for it")
      return
    }
    // What waits already needs no more room.
    guard case .waiting = try await mender(place, constraints: Constraints(maxOpenFixes: 1)).mend([failure]).first
    else {
      Issue.record("it waits already")
      return
    }
  }

  @Test("a rule that blocks an edit is named with its line in the report")
  func blocked() async throws {
    let place = try FixWorkspace()
    var constraints = Constraints(forbiddenActions: ["add_null_values"])
    constraints.places = ["forbidden_actions.add_null_values": "config/constraints.yaml:7"]
    guard case .escalated(let report) = try await mender(place, constraints: constraints).mend([failure]).first else {
      Issue.record("the loader passes with no other edit")
      return
    }
    let text = try place.read(report).replacing("\\", with: "")
    #expect(text.contains("blocked by forbidden_actions (config/constraints.yaml:7)"), "\(text)")
    let spent = try await mender(place, constraints: Constraints(maxFixAttempts: 0)).mend([failure]).first
    guard case .escalated(let other) = spent else {
      Issue.record("there was no attempt left")
      return
    }
    #expect(try place.read(other).contains("0 attempts"))
    #expect(try place.shell("git branch --list 'errata/*'") == "")
  }

  @Test("an address that makes a command drop a table is told by that command")
  func commands() async throws {
    let place = try FixWorkspace()
    try place.write("config/publications.yaml", "publications:\n  a:\n    urls:\n    - {period: p, url: index}\n")
    let stage = Stage(name: "load", command: ["sql", "drop {url} x"])
    let publication = Publication(key: "a", urls: [Period(period: "p", url: "index")])
    let configuration = Configuration(
      publications: PublicationsFile(publications: [publication]), pipeline: Pipeline(stages: [stage]),
      files: ["publications": "config/publications.yaml"])
    let edit = FixEdit(
      file: "config/publications.yaml", selector: try YAMLSelector("publications.a.urls[period=p].url"), old: "index",
      new: "table")
    let candidate = Candidate(
      action: .fixManifestURL, edits: [edit], loss: Loss(.nothing), summary: "", reason: "", prior: 1)
    let changes = CommandChanges.of(
      candidate, key: URLKey(publication: publication, period: publication.urls[0]), source: nil,
      workspace: place.workspace, configuration: configuration)
    #expect(
      changes == [CommandChange(name: "stage load", before: ["sql", "drop index x"], after: ["sql", "drop table x"])])
    #expect(ConstraintCheck().check(candidate, commands: changes)?.rule == "forbidden_statements")
    #expect(ConstraintCheck().check(candidate) == nil)
  }

  @Test("without a verify command the fix is proposed unverified")
  func unverified() async throws {
    let place = try FixWorkspace()
    guard case .proposed(let fix, _) = try await mender(place, verify: false).mend([failure]).first else {
      Issue.record("no fix was proposed")
      return
    }
    #expect(!fix.verified)
  }

  @Test("what no edit mends is escalated with a report")
  func escalates() async throws {
    let place = try FixWorkspace()
    var failure = failure
    failure.error = EventError(.codeError, "a program failed")
    guard case .escalated(let report) = try await mender(place).mend([failure]).first else {
      Issue.record("it was not escalated")
      return
    }
    #expect(try place.read(report).contains("A person has to look"))
    #expect(await place.journal.events.map(\.type) == [.failureDiagnosed])
  }
}
