import Foundation
import Journal
import Testing

/// A workspace whose sources load or fail as files beside it say, a period a run.
private struct Rules {
  let place: SmallWorkspace

  init(_ name: String) async throws {
    place = try SmallWorkspace(name, periods: [])
    let loader = #"""
      if [ -e "fail-$1" ]; then echo "ERROR: column \"n\" does not exist"; exit 1; fi
      echo "{\"event_type\":\"source_loaded\",\"context\":{\"source_code\":\"$1\"},\"data\":{\"rows\":100}}" >> "$ERRATA_EVENTS"
      echo "Loaded 100 rows"

      """#
    try place.write(loader, to: "load.sh")
    try place.edit(
      "config/pipeline.yaml",
      #"[backfill, load, --manifest, "{manifest}", --source, "{source}", --database, "{database}"]"#,
      #"[sh, load.sh, "{source}"]"#)
    let lines = try place.text("config/pipeline.yaml").split(separator: "\n")
    try place.write(
      lines.filter { !$0.contains("verify:") && !$0.contains("exclusive:") }.joined(separator: "\n") + "\n",
      to: "config/pipeline.yaml")
    try place.write("logs/\nstate/\ndata/\npatches/\nfail-*\n", to: ".gitignore")
    try place.write(Self.goals, to: "config/goals.yaml")
    try place.write(Self.manifest, to: "manifests/pub_jan25.yaml")
    try place.write(Self.publications + Self.period("jan25"), to: "config/publications.yaml")
    try await place.commit()
  }

  static let goals = """
    # Ours.
    schema_version: 1
    goals:
      - name: loads       # all of them
        objective: 0.9

    """
  private static let publications = "publications:\n  pub:\n    name: A publication\n    urls:\n"
  private static let manifest = ["a", "b", "c", "d"].reduce("sources:\n") { text, code in
    text + """
        - code: \(code)
          name: \(code)
          table: tbl_\(code)
          enabled: true
          columns:
            - {original_name: n, semantic_name: n, data_type: integer}

      """
  }
  private static func period(_ name: String) -> String { "      - {period: \(name), url: \"http://127.0.0.1:9/x\"}\n" }

  func add(_ period: String) async throws {
    try place.write(try place.text("config/publications.yaml") + Self.period(period), to: "config/publications.yaml")
    try place.write(Self.manifest, to: "manifests/pub_\(period).yaml")
    try await place.git("add", "--all")
    try await place.git("commit", "--quiet", "--message", "Add \(period)")
  }

  func fail(_ sources: String...) throws {
    for source in ["a", "b", "c", "d"] {
      let path = "\(place.root)/fail-\(source)"
      try? FileManager.default.removeItem(atPath: path)
      if sources.contains(source) { try place.write("", to: "fail-\(source)") }
    }
  }

  func branches() async throws -> [String] {
    try await place.fixBranches().filter { $0.hasPrefix("errata/_config/") }
  }

  /// The id of the only branch that changes rules.
  func revision() async throws -> (id: String, branch: String) {
    let branch = try #require(try await branches().first)
    return (String(branch.suffix(8)), branch)
  }

  func merge(_ branch: String) async throws {
    try await place.git("merge", "--quiet", "--no-ff", "--message", "Approve", branch)
    try await place.git("branch", "--quiet", "--delete", branch)
  }

  func status(_ id: String) throws -> FixStatus? { FixBook(replaying: try place.events())[id]?.status }
}

@Suite("Goals and constraints that evolve")
struct RuleRevisionTests {
  @Test("A run that does badly drafts a goal; merged it holds, met it is to be taken out again")
  func goal() async throws {
    let rules = try await Rules("goal")
    let place = rules.place
    #expect(try await place.errata("run").errors.contains("Score 1.00 of −1 to 1: 4 of 4 places stand well"))
    try await rules.add("feb25")
    try rules.fail("a", "b", "c")
    let bad = try await place.errata("run")
    #expect(bad.code == 10 && bad.errors.contains("Score −0.65 of −1 to 1: 1 of 4 places stand well, 3 of 4 outcomes"))
    #expect(bad.errors.contains("1 revision of the rules proposed"), "\(bad.errors)")
    let (id, branch) = try await rules.revision()
    #expect(branch.hasPrefix("errata/_config/goals-pub-load-missing_column-"))
    let text = try await place.git("show", "\(branch):config/goals.yaml") + "\n"
    #expect(text.hasPrefix(Rules.goals), "comments and all: \(text)")
    #expect(text.contains("\nrecoveries:\n  pub-load-missing_column:\n") && text.contains("max_error_rate: 0.1\n"))
    let message = try await place.git("log", "-1", "--format=%B", branch)
    for part in [
      "fix(goals): pub: have load recover from missing_column", "is -0.65 of -1 to 1", "well 1/4 (25 %)",
      "    pub/feb25/a missing_column", "Errata-Action: revise_goal", "Errata-Source: _config/goals",
    ] { #expect(message.contains(part), "\(part): \(message)") }
    let only = try await place.git("diff", "--name-only", "main", branch)
    #expect(only == "config/goals.yaml")

    // It waits, and a second one does not join it.
    let quiet = try await place.errata("run")
    #expect(quiet.code == 20 && !quiet.errors.contains("revision of"), "\(quiet.errors)")
    #expect(try await rules.branches() == [branch])

    try await rules.merge(branch)
    let standing = try await place.errata("run")
    #expect(standing.errors.contains("Recovery pub-load-missing_column: 3 of 3 places fail, not met yet."))
    #expect(try rules.status(id) == .approved)
    #expect(try await place.errata("health").output.contains("Recovery pub-load-missing_column: 3 of 3 places fail"))

    try rules.fail()
    let well = try await place.errata("run", "--retry-failed")
    #expect(well.errors.contains("Recovery pub-load-missing_column: 0 of 3 places fail, met."), "\(well.errors)")
    let (_, end) = try await rules.revision()
    #expect(try await place.git("show", "\(end):config/goals.yaml") + "\n" == Rules.goals)
    try await rules.merge(end)
    let after = try await place.errata("run")
    #expect(!after.errors.contains("Recovery") && !after.errors.contains("is lost"), "\(after.errors)")
    #expect(try await rules.branches().isEmpty)
  }

  @Test("A revision that was rejected or reverted comes back only with other failures")
  func refused() async throws {
    let rules = try await Rules("refused")
    let place = rules.place
    _ = try await place.errata("run")
    try await rules.add("feb25")
    try rules.fail("a", "b", "c")
    _ = try await place.errata("run")
    let (id, branch) = try await rules.revision()
    let rejected = try await place.errata("reject", id, "--reason", "We know.")
    #expect(rejected.code == 0, "\(rejected.errors)")
    #expect(try await rules.branches().isEmpty)
    try await rules.add("mar25")
    _ = try await place.errata("run")
    #expect(try await rules.branches().isEmpty, "the same sources fail in the same way")
    try rules.fail("a", "b", "c", "d")
    try await rules.add("apr25")
    _ = try await place.errata("run")
    let (second, again) = try await rules.revision()
    #expect(again == branch || second != id)
    try await rules.merge(again)
    _ = try await place.errata("run")
    #expect(try rules.status(second) == .approved)
    let rolled = try await place.errata("rollback", second)
    #expect(rolled.code == 0, "\(rolled.errors)")
    #expect(try place.text("config/goals.yaml") == Rules.goals)
    #expect(try rules.status(second) == .reverted)
    #expect(!(try place.events().contains { $0.context.publication == "_config" && $0.error != nil }))
    try await rules.add("may25")
    _ = try await place.errata("run")
    #expect(try await rules.branches().isEmpty)
  }

  @Test("Goals that are not there are begun, and broken ones are told with their place while the run goes on")
  func missing() async throws {
    let rules = try await Rules("no-goals")
    let place = rules.place
    try await place.git("rm", "--quiet", "config/goals.yaml")
    try await place.git("commit", "--quiet", "--message", "No goals")
    // Autonomous mode merges no change of the rules either.
    try place.write("execution: {mode: autonomous}\nretry: {max_retries: 0}\n", to: "config/execution_mode.yaml")
    try await place.git("commit", "--quiet", "--all", "--message", "Alone")
    _ = try await place.errata("run")
    try await rules.add("feb25")
    try rules.fail("a", "b")
    _ = try await place.errata("run")
    let (id, branch) = try await rules.revision()
    let text = try await place.git("show", "\(branch):config/goals.yaml")
    #expect(text.hasPrefix("schema_version: 1\nrecoveries:\n  pub-load-missing_column:"), "\(text)")
    #expect(try rules.status(id) == .open)
    _ = try await place.errata("run")
    #expect(try await rules.branches() == [branch] && (try rules.status(id)) == .open)
    try await rules.merge(branch)
    _ = try await place.errata("run")
    #expect(try rules.status(id) == .approved)

    try place.write("goals:\n  - {name: a, objective: 9}\n", to: "config/goals.yaml")
    let broken = try await place.errata("run")
    #expect(
      broken.code != 40 && broken.errors.contains("errata: config/goals.yaml:2:26: 'objective' of goal 'a'"),
      "\(broken.errors)")
    #expect(broken.errors.contains("errata: config/goals.yaml: nothing in it counts until that is mended"))
    #expect(try await place.errata("validate").code == 40)
  }

  @Test("Fixes that people turn down again and again are forbidden by a constraint, drafted at every third run")
  func constraint() async throws {
    let rules = try await Rules("constraint")
    let place = rules.place
    try rules.fail("a", "b", "c")
    _ = try await place.errata("run")
    for fix in FixBook(replaying: try place.events()).open where !fix.isRevision {
      #expect(fix.action == "disable_source")
      #expect(try await place.errata("reject", fix.id, "--reason", "We need it.").code == 0)
    }
    _ = try await place.errata("run", "--retry-failed")
    #expect(try await rules.branches().filter { $0.contains("constraints") }.isEmpty, "only at the third run")
    _ = try await place.errata("run", "--retry-failed")
    let branch = try #require(try await rules.branches().first { $0.contains("constraints") })
    #expect(branch.hasPrefix("errata/_config/constraints-forbid-pub-missing_column-disable_source-"))
    let text = try await place.git("show", "\(branch):config/constraints.yaml")
    #expect(text.hasPrefix("schema_version: 1\nforbidden_fixes:\n  pub-missing_column-disable_source:"), "\(text)")
    let message = try await place.git("log", "-1", "--format=%B", branch)
    #expect(message.contains("rejected, We need it.") && message.contains("Errata-Action: add_constraint"))
    try await rules.merge(branch)
    try await rules.add("feb25")
    _ = try await place.errata("run")
    let told = try place.events().last { $0.type == .failureDiagnosed && $0.context.period == "feb25" }
    #expect(told?.data["blocked"]?.array?.first?["rule"] == "forbidden_fixes", "\(String(describing: told?.data))")
    let report = try place.text(try #require(told?.data["report"]?.string))
    #expect(report.contains("blocked by forbidden\\_fixes (config/constraints.yaml:3)"), "\(report)")
    #expect(try await place.errata("fixes", "--json").output.contains("no disable_source for missing_column any more"))
    #expect(try await place.errata("validate").code == 0)
  }

  @Test(
    "A run attempts no more fixes than it may, a recovery no more than its own, and what is short again and again is told"
  )
  func budget() async throws {
    let rules = try await Rules("budget")
    let place = rules.place
    try place.write("# Few.\nmax_fix_attempts: 2\n", to: "config/constraints.yaml")
    try await place.git("add", "--all")
    try await place.git("commit", "--quiet", "--message", "Few attempts")
    try rules.fail("a", "b", "c")
    _ = try await place.errata("run")
    func blocked() throws -> [[String?]] {
      let run = try place.events().last?.runID
      return try place.events().filter { $0.type == .failureDiagnosed && $0.runID == run }.map {
        [$0.context.sourceCode, $0.data["blocked"]?.array?.first?["rule"]?.string]
      }
    }
    #expect(try blocked() == [["a", nil], ["b", nil], ["c", "max_fix_attempts"]])
    _ = try await place.errata("run", "--retry-failed")
    let third = try await place.errata("run", "--retry-failed")
    let branch = try #require(try await rules.branches().first { $0.contains("max_open_fixes") }, "\(third.errors)")
    let text = try await place.git("show", "\(branch):config/constraints.yaml")
    #expect(text == "# Few.\nmax_fix_attempts: 2\nmax_open_fixes: 2")
    let recovery = """
      recoveries:
        c-first: {publication: pub, stage: load, error_type: missing_column, max_fix_attempts: 1, by: 2020-01-01}

      """
    try place.write(Rules.goals + recovery, to: "config/goals.yaml")
    let overdue = try await place.errata("run", "--retry-failed")
    #expect(try blocked() == [["a", nil], ["b", "recoveries"], ["c", "recoveries"]])
    #expect(overdue.errors.contains("Recovery c-first: 3 of 3 places fail, overdue."), "\(overdue.errors)")
  }
}
