import Foundation
import Journal
import Repair
import Testing

@testable import Supervisor

/// What may be fixed and what is aimed at: constraints, goals, and the reports' templates.
struct ConfigurationRulesTests {
  @Test("Constraints are read with the line of each rule, and what is no action or statement is told")
  func constraints() throws {
    let text = """
      max_fix_attempts: 3
      forbidden_actions:
        - disable_source
        - add_column
      forbidden_statements: [drop_table, truncate]
      approval:
        disable_source: person
        fix_manifest_url: {after_approvals: 3, min_confidence: 0.9}
      """
    let folder = try ConfiguredFolder([
      "publications.yaml": ConfigurationTests.publications, "pipeline.yaml": ConfigurationTests.pipeline,
      "constraints.yaml": text,
    ])
    let constraints = try Configuration.load(folder.workspace).constraints
    #expect(constraints.forbiddenStatements == ["drop_table", "truncate"])
    #expect(
      constraints.approval == [
        "disable_source": ApprovalRule(person: true),
        "fix_manifest_url": ApprovalRule(afterApprovals: 3, minConfidence: 0.9),
      ])
    #expect(constraints.places["forbidden_actions.add_column"] == "config/constraints.yaml:4")
    #expect(constraints.places["max_fix_attempts"] == "config/constraints.yaml:1")
    #expect(
      constraints.approvalRules(minConfidence: 0.8).places["fix_manifest_url"] == "config/constraints.yaml:8")
    let errors = try ConfiguredFolder([
      "publications.yaml": ConfigurationTests.publications, "pipeline.yaml": ConfigurationTests.pipeline,
      "constraints.yaml": """
      forbidden_statements: [drop table]
      approval:
        explode: person
        disable_source: nobody
        add_column: {after_approvals: -1}
        add_period: {after: 1}
      """,
    ]).errors()
    let expected = [
      "config/constraints.yaml:1:24: item 1 of 'forbidden_statements' of the file must be a statement's words joined by '_'",
      "config/constraints.yaml:3:3: 'explode' of 'approval' is no action of a fix",
      "config/constraints.yaml:4:19: 'disable_source' of 'approval' of the file must be 'person', or a mapping",
      "config/constraints.yaml:5:33: 'after_approvals' of 'add_column' of 'approval' of the file must be a whole number",
      "config/constraints.yaml:6:16: unknown key 'after'",
    ]
    for line in expected { #expect(errors.contains { $0.hasPrefix(line) }, "missing: \(line)\nin \(errors)") }
  }

  @Test("Goals are read, and what they cannot be is told with its place")
  func goals() throws {
    let text = """
      schema_version: 1
      goals:
        - {name: loads, goal: They load., stage: manifest, publication: adhd, objective: 0.99, window_days: 7}
        - {name: all, objective: 0.5}
      """
    let files = ["publications.yaml": ConfigurationTests.publications, "pipeline.yaml": ConfigurationTests.pipeline]
    let folder = try ConfiguredFolder(files.merging(["goals.yaml": text]) { $1 })
    let read = try Configuration.load(folder.workspace)
    #expect(
      read.goals.objectives == [
        ServiceObjective(
          name: "loads", goal: "They load.", stage: "manifest", publication: "adhd", objective: 0.99, windowDays: 7),
        ServiceObjective(name: "all", objective: 0.5),
      ])
    let wrong = """
      goals:
        - {name: a, objective: 1}
        - {name: b, objektive: 0.9}
        - {name: c, objective: 0.9, stage: laod}
        - {name: c, objective: 0.9}
        - {name: d, objective: 0.9, publication: adhs}
      """
    let errors = try ConfiguredFolder(files.merging(["goals.yaml": wrong]) { $1 }).errors()
    #expect(errors.count == 6, "\(errors)")
    let wanted = [
      "config/goals.yaml:2:26: 'objective' of goal 'a' must be a number from 0.01 to 0.9999, not '1'",
      "config/goals.yaml:3:15: unknown key 'objektive' in goal 'b'; did you mean 'objective'?",
      "goal 'b' has no 'objective'", "config/goals.yaml:4:38: goal 'c' is for the stage 'laod'",
      "config/goals.yaml:5:5: two goals are called 'c'", "goal 'd' is for the publication 'adhs'",
    ]
    for sentence in wanted { #expect(errors.contains { $0.contains(sentence) }, "\(sentence): \(errors)") }
  }

  @Test(
    "Recovery goals are read with their lines, and with goals that are broken only a warning is told where that is asked"
  )
  func recoveries() throws {
    let text = """
      goals: []
      recoveries:
        adhd-manifest:
          publication: adhd
          stage: manifest
          error_type: 404_not_found
          max_error_rate: 0.1
          by: 2026-12-01
          max_fix_attempts: 5
        all: {}
      """
    let files = ["publications.yaml": ConfigurationTests.publications, "pipeline.yaml": ConfigurationTests.pipeline]
    let sound = try ConfiguredFolder(files.merging(["goals.yaml": text]) { $1 })
    let read = try Configuration.load(sound.workspace).goals
    #expect(
      read.recoveries == [
        RecoveryGoal(
          name: "adhd-manifest", publication: "adhd", stage: "manifest", errorType: "404_not_found", maxErrorRate: 0.1,
          by: "2026-12-01", maxFixAttempts: 5), RecoveryGoal(name: "all"),
      ])
    let wrong = "recoveries:\n  a: {by: soon, stage: laod}\n  b: {max_error_rate: 2}\n"
    let folder = try ConfiguredFolder(files.merging(["goals.yaml": wrong]) { $1 })
    let errors = folder.errors()
    #expect(
      errors.contains { $0.hasPrefix("config/goals.yaml:2:11: 'by' of recovery 'a' must be a day such as") },
      "\(errors)")
    #expect(errors.contains { $0.hasPrefix("config/goals.yaml:3:23: 'max_error_rate' of recovery 'b'") }, "\(errors)")
    let tolerated = try Configuration.load(folder.workspace, toleratingGoals: true)
    #expect(tolerated.goals == Goals() && tolerated.goalsProblem != nil)
    #expect(tolerated.warnings.map(\.description).contains(errors[0]))
  }

  @Test("Forbidden fixes are read, and constraints count as tightened only where nothing more is allowed")
  func forbiddenFixes() throws {
    func read(_ text: String) throws -> Constraints {
      let folder = try ConfiguredFolder([
        "publications.yaml": ConfigurationTests.publications, "pipeline.yaml": ConfigurationTests.pipeline,
        "constraints.yaml": text,
      ])
      return try Configuration.load(folder.workspace).constraints
    }
    let before = try read("max_open_fixes: 5\nforbidden_fixes:\n  x: {action: add_column, publication: adhd}\n")
    #expect(before.forbiddenFixes == [ForbiddenFix(name: "x", action: "add_column", publication: "adhd")])
    for (text, isTightened) in [
      ("max_open_fixes: 5\nforbidden_fixes: {y: {action: add_column}}\n", true),
      ("max_open_fixes: 4\nforbidden_fixes: {x: {action: add_column, publication: adhd}}\n", true),
      ("max_open_fixes: 5\nforbidden_fixes: {x: {action: add_column, publication: adhd, error_type: none}}\n", false),
      ("forbidden_fixes: {x: {action: add_column, publication: adhd}}\n", false),
      ("max_open_fixes: 5\n", false),
    ] { #expect(try read(text).isTightened(from: before) == isTightened, "\(text)") }
  }

  @Test("Report templates are read by error type; a broken one is told with its place, and the built-in one is used")
  func reports() throws {
    let folder = try ConfiguredFolder([
      "publications.yaml": ConfigurationTests.publications, "pipeline.yaml": ConfigurationTests.pipeline,
    ])
    let reports = folder.workspace.config + "/reports"
    try FileManager.default.createDirectory(atPath: reports, withIntermediateDirectories: true)
    let own = "Ours of {{place}}\n"
    for (name, text) in [
      ("type_mismatch.md", own), ("date_format.md", "See\n  {{colum}}\n"), ("explode.md", "x"), ("README.md", "{{x}}"),
    ] {
      try text.write(toFile: "\(reports)/\(name)", atomically: true, encoding: .utf8)
    }
    var configuration = try Configuration.load(folder.workspace)
    #expect(configuration.report(for: "type_mismatch") == (try ReportTemplate(own)))
    #expect(configuration.report(for: "date_format") == .standard)
    let told = configuration.warnings.map(\.description)
    #expect(told.count == 2)
    #expect(told.first?.hasPrefix("config/reports/date_format.md:2:3: there is no placeholder {{colum}}") == true)
    #expect(told.last?.hasPrefix("config/reports/explode.md:1:1: 'explode' is no error type") == true)
    try own.write(toFile: reports + "/default.md", atomically: true, encoding: .utf8)
    configuration = try Configuration.load(folder.workspace)
    #expect(configuration.report(for: "date_format") == (try ReportTemplate(own)))
  }

  @Test("Constraints that forbid less, or ask a person less often, are not tightened")
  func tightened() {
    let before = Constraints(approval: ["add_column": ApprovalRule(afterApprovals: 2)])
    var after = before
    #expect(after.isTightened(from: before))
    after.forbiddenStatements = []
    #expect(!after.isTightened(from: before))
    after = before
    after.approval["add_column"] = ApprovalRule(person: true)
    after.approval["add_period"] = ApprovalRule(minConfidence: 0.9)
    #expect(after.isTightened(from: before))
    after.approval["add_column"] = ApprovalRule(afterApprovals: 1)
    #expect(!after.isTightened(from: before))
    after.approval["add_column"] = nil
    #expect(!after.isTightened(from: before))
  }
}
