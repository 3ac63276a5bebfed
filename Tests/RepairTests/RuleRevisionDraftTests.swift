import Foundation
import Journal
import ManifestYAML
import Testing

@testable import Repair

@Suite("Drafts of goals and constraints")
struct RuleRevisionDraftTests {
  private let cluster = FailureCluster(
    (1...14).map {
      FailingPlace(
        WorkPlace(key: "adhd/nov25", source: "s\($0)", stage: "load"), publication: "adhd", errorType: "missing_column")
    })

  private func applied(_ revision: Revision, to text: String) throws -> String {
    let file = try YAMLFile(Array(text.utf8), name: revision.candidate.files[0])
    var bytes = Array(text.utf8)
    for edit in revision.candidate.edits { bytes = try file.applying(try edit.operations(in: file)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("A goal takes its error rate from the strictest goal that applies, and two thirds of the attempts")
  func recovery() throws {
    let objectives = [
      ServiceObjective(name: "a", objective: 0.9), ServiceObjective(name: "b", stage: "load", objective: 0.98),
      ServiceObjective(name: "c", publication: "pcn", objective: 0.999),
    ]
    let goal = GoalRevision.recovery(
      from: try #require(cluster), objectives: objectives, by: "2026-12-06", attempts: 15)
    #expect(goal.name == "adhd-load-missing_column" && goal.maxErrorRate == 0.02 && goal.maxFixAttempts == 10)
    #expect(goal.goal.contains("migrated to what its producer publishes now"))
    let bare = GoalRevision.recovery(from: try #require(cluster), objectives: [], by: "2026-12-06", attempts: 0)
    #expect(bare.maxErrorRate == 0.05 && bare.maxFixAttempts == 1)
  }

  @Test(
    "The same cluster gives the same draft, which leaves every other byte of the file alone, and its end gives the file back"
  )
  func draft() throws {
    let cluster = try #require(cluster)
    let goal = GoalRevision.recovery(from: cluster, objectives: [], by: "2026-12-06", attempts: 15)
    let entry = EvaluationFold.Entry(
      run: "run_1", evaluation: RunEvaluation(well: 1, of: 15, failed: 14, of: 15, rows: 0, expected: 10))
    func drafted() -> Revision {
      GoalRevision.adding(goal, for: cluster, path: "config/goals.yaml", evaluations: [entry], attempts: 15)
    }
    #expect(drafted() == drafted() && drafted().id == drafted().id)
    #expect(drafted().branch == "errata/_config/goals-adhd-load-missing_column-\(drafted().id)")
    for before in [
      "# ours\ngoals:   # all\n  - {name: a, objective: 0.9}\n", "schema_version: 1\n",
      "recoveries:\n  # the first\n  x: {stage: load}\n",
    ] {
      let after = try applied(drafted(), to: before)
      #expect(after.hasPrefix(before), "\(after)")
      let root = try #require(try YAMLFile(Array(after.utf8), name: "g").root)
      let written = try #require(root["recoveries"]?[goal.name])
      let progress = RecoveryProgress(goal, failing: 0, of: 3, worked: true, today: "2026-12-01")
      let removal = GoalRevision.removing(
        goal, written: JSONValue(written.value), isLast: !before.hasPrefix("rec"), path: "config/goals.yaml",
        progress: progress, run: "run_2")
      #expect(try applied(removal, to: after) == before)
    }
    let message = drafted().message(run: "run_1", branch: "b")
    #expect(message.contains("14 places fail in load with missing_column.") && message.contains("    and 2 more"))
    #expect(message.split(separator: "\n").allSatisfy { $0.hasPrefix("    ") || $0.count <= 72 }, "\(message)")
  }

  @Test("What was turned down comes again only when the failing sources are others")
  func refusal() throws {
    func hash(_ count: Int, period: String = "nov25") throws -> String {
      let cluster = try #require(
        FailureCluster(
          (1...count).map {
            FailingPlace(
              WorkPlace(key: "adhd/\(period)", source: "s\($0)", stage: "load"), publication: "adhd",
              errorType: "missing_column")
          }))
      let goal = GoalRevision.recovery(from: cluster, objectives: [], by: "2026-12-0\(count)", attempts: 15)
      return GoalRevision.adding(goal, for: cluster, path: "g", evaluations: [], attempts: 15).evidenceHash
    }
    #expect(try hash(3) == hash(3, period: "dec25"))
    #expect(try hash(3) != hash(4))
  }

  private func violations(_ decisions: [(type: String, status: String)]) throws -> RuleViolations {
    var violations = RuleViolations()
    for (number, decision) in decisions.enumerated() {
      let record = FixRecord(
        id: "fix\(number)", branch: "errata/x-\(number)", publication: "adhd", period: "nov25", source: "a",
        stage: "load", errorType: decision.type, action: "add_column", confidence: 0.5, verified: true, files: [],
        changes: [], run: "run_1", summary: "x")
      violations.apply(Event(.fixPublished, data: ["place": "local", "fix": try JSONValue(encoding: record)]))
      violations.apply(
        Event(.fixStatus, data: ["fix_id": .string("fix\(number)"), "status": .string(decision.status)]))
    }
    return violations
  }

  private func drafts(
    _ decisions: [(type: String, status: String)], check: ConstraintCheck = ConstraintCheck(),
    approval: [String: ApprovalRule] = [:]
  ) throws -> [Revision] {
    ConstraintRevision(
      try violations(decisions), check: check, approval: approval, maxOpenFixes: nil, path: "config/constraints.yaml"
    ).drafts
  }

  @Test("Three refusals without an approval forbid such fixes; with some, a person decides on the action")
  func constraints() throws {
    let never = try drafts(Array(repeating: ("timeout", "rejected"), count: 3))
    #expect(never.count == 1)
    let text = try applied(never[0], to: "# ours\nmax_fix_attempts: 15   # in one run\n")
    #expect(
      text.hasPrefix("# ours\nmax_fix_attempts: 15   # in one run\nforbidden_fixes:\n  adhd-timeout-add_column:\n"))
    #expect(text.contains("    reason: 3 of 3 such fixes were turned down\n"))
    let mixed = try drafts([("a", "rejected"), ("a", "reverted"), ("b", "rejected"), ("b", "approved")])
    #expect(mixed.map(\.slug) == ["constraints-approval-add_column"])
    #expect(try applied(mixed[0], to: "schema_version: 1\n") == "schema_version: 1\napproval:\n  add_column: person\n")
    let stricter = try drafts(
      [("a", "rejected"), ("a", "reverted"), ("b", "rejected"), ("b", "approved")],
      approval: ["add_column": ApprovalRule(afterApprovals: 3)])
    let rule = try applied(stricter[0], to: "approval:\n  add_column: {after_approvals: 3}\n")
    #expect(rule == "approval:\n  add_column: person\n")
  }

  @Test("What is too little, or holds already, drafts nothing")
  func nothing() throws {
    let three = Array(repeating: (type: "timeout", status: "rejected"), count: 3)
    #expect(try drafts(Array(three.prefix(2))).isEmpty)
    #expect(try drafts(three, check: ConstraintCheck(forbiddenActions: ["add_column"])).isEmpty)
    let rule = ForbiddenFix(name: "x", action: "add_column", publication: "adhd")
    #expect(try drafts(three, check: ConstraintCheck(forbiddenFixes: [rule])).isEmpty)
    let mixed = three + [(type: "timeout", status: "approved")]
    #expect(try drafts(mixed, approval: ["add_column": ApprovalRule(person: true)]).isEmpty)
  }
}
