import Foundation
import Journal
import ManifestYAML
import Testing

@testable import Repair

@Suite struct DecideTests {
  private func candidates() throws -> [Candidate] {
    try Samples.candidates("headcount_march_2020", "March 2020", "integer", [("*", 37)])
  }

  private func verdict(_ passed: Bool) -> Verdict {
    Verdict(
      control: Trial(exitCode: 1, error: EventError(.typeMismatch, "m")),
      treatment: Trial(exitCode: passed ? 0 : 1, rows: 1204, nullCounts: ["headcount_march_2020": 37]), passed: passed,
      reason: passed ? "the stage passed" : "missing_column followed", capturedInput: true)
  }

  @Test("Of two that pass the one that loses less is chosen; one that failed never is")
  func ranking() throws {
    let all = try candidates()
    let entries = [
      Ranked(all[1], verdict: verdict(true)), Ranked(all[0], verdict: verdict(true)),
      Ranked(all[2], blocked: Blocked(rule: "forbidden_actions", reason: "no")),
    ]
    let chosen = Ranking.chosen(from: entries, canVerify: true)
    #expect(chosen?.candidate == all[0])
    #expect(Ranking.rank(entries).last?.blocked != nil)
    let failed = [Ranked(all[0], verdict: verdict(false)), Ranked(all[1], verdict: verdict(true))]
    #expect(Ranking.chosen(from: failed, canVerify: true)?.candidate == all[1])
    #expect(Ranking.chosen(from: [Ranked(all[0])], canVerify: true) == nil)
    #expect(Ranking.chosen(from: [Ranked(all[0])], canVerify: false)?.candidate == all[0])
  }

  @Test(
    "Paths outside the allowed ones, and those that steer Errata itself, are refused by name",
    arguments: [
      ("manifests/backfill/a/a_x.yaml", nil), ("manifests/a.yaml", nil), ("config/publications.yaml", nil),
      ("config/pipeline.yaml", "protected_files"), ("config/patterns.yaml", "protected_files"),
      ("src/a.py", "allowed_paths"), ("config/x/publications.yaml", "allowed_paths"),
      ("manifests/../config/pipeline.yaml", "safe_paths"), ("/etc/passwd", "safe_paths"),
      ("manifests/.git/config", "safe_paths"), ("manifests//a.yaml", "safe_paths"),
    ] as [(String, String?)])
  func paths(path: String, rule: String?) {
    #expect(ConstraintCheck().check(path: path)?.rule == rule)
    #expect(ConstraintCheck(allowedPaths: ["**"]).check(path: "a/b/execution_mode.yml")?.rule == "protected_files")
  }

  @Test("Forbidden actions and a used-up budget block")
  func budget() throws {
    let candidate = try candidates()[0]
    #expect(ConstraintCheck().check(candidate) == nil)
    #expect(ConstraintCheck(forbiddenActions: ["add_null_values"]).check(candidate)?.rule == "forbidden_actions")
    #expect(ConstraintCheck().check(candidate, attempts: 14) == nil)
    #expect(ConstraintCheck().check(candidate, attempts: 15)?.rule == "max_fix_attempts")
  }

  @Test("A rule is told with the line of constraints.yaml that has it")
  func places() throws {
    var check = ConstraintCheck(forbiddenActions: ["add_null_values"], maxFixAttempts: 1)
    check.places = [
      "forbidden_actions": "config/constraints.yaml:2",
      "forbidden_actions.add_null_values": "config/constraints.yaml:4",
      "max_fix_attempts": "config/constraints.yaml:1",
    ]
    let entry = Ranked(try candidates()[0], blocked: check.check(try candidates()[0]))
    #expect(
      entry.standing
        == "blocked by forbidden_actions (config/constraints.yaml:4): the action add_null_values is forbidden")
    #expect(check.check(entry.candidate, attempts: 1)?.name == "max_fix_attempts (config/constraints.yaml:1)")
  }

  @Test(
    "A statement is found whatever its case, blanks, comments and encoding; words that merely look alike are not it",
    arguments: [
      ("x; DROP TABLE patients", 1), ("drop\n\ttable a; Drop Table b", 2), ("drop/* gone */table a", 1),
      ("drop -- now\ntable a", 1), ("https://e.org/?query=DROP%20TABLE%20a", 1), ("https://e.org/?q=drop+table", 1),
      ("https://e.org/drop-table.csv", 0), ("Drop in centres, table 2", 0), ("droptable", 0), ("raindrop table", 0),
      ("", 0), ("drop", 0), ("drop/* table", 0),
    ] as [(String, Int)])
  func statements(text: String, count: Int) {
    #expect(Statements.count(of: "drop_table", in: text) == count)
  }

  @Test("An edit with a secret in its place, its old or its new value is never made")
  func secrets() throws {
    let candidate = try candidates()[0]
    func rule(_ change: (inout FixEdit) throws -> Void) rethrows -> String? {
      var copy = candidate
      try change(&copy.edits[0])
      return ConstraintCheck().check(copy)?.rule
    }
    #expect(rule { $0.new = "https://bob:hunter22@example.org/a.csv" } == "no_secrets")
    #expect(rule { $0.old = ["a", "https://example.org/a.csv?token=abcdefgh1234"] } == "no_secrets")
    let place = "sources[code=a].files[url=\"https://bob:hunter22@example.org/a.csv\"].sheet"
    #expect(try rule { $0.selector = try YAMLSelector(place) } == "no_secrets")
    let entry: JSONValue = ["period": "jan26", "url": "https://example.org/a?token=abcdefgh1234"]
    #expect(
      try rule {
        $0.selector = try YAMLSelector("publications.a.urls[period=jan26]")
        ($0.old, $0.new) = (nil, entry)
      } == "no_secrets")
    #expect(rule { $0.new = "https://example.org/a.csv" } == nil)
  }

  @Test("An edit may bring no forbidden statement into a file or a command, and may leave one that was there")
  func forbiddenStatements() throws {
    let candidate = try candidates()[0]
    func edited(_ old: JSONValue?, _ new: JSONValue) -> Candidate {
      var copy = candidate
      copy.edits[0].old = old
      copy.edits[0].new = new
      return copy
    }
    let check = ConstraintCheck()
    #expect(check.check(edited("t", "t; drop table u"))?.rule == "forbidden_statements")
    #expect(check.check(edited(nil, ["a", .object(["drop table": 1])]))?.rule == "forbidden_statements")
    #expect(check.check(edited("drop table x", "drop table y")) == nil)
    #expect(check.check(edited("t", "truncate u")) == nil)
    #expect(ConstraintCheck(forbiddenStatements: ["truncate"]).check(edited("t", "truncate u")) != nil)
    let command = CommandChange(
      name: "stage load", before: ["sql", "drop", "index x"], after: ["sql", "drop", "table x"])
    let blocked = check.check(candidate, commands: [command])
    #expect(blocked?.reason == "with the edit the command of stage load holds 'drop_table'")
    #expect(check.check(candidate, commands: [CommandChange(name: "s", before: ["a"], after: ["b"])]) == nil)
  }

  @Test("What autonomous mode leaves to a person, and by which rule")
  func approval() throws {
    let candidate = try candidates()[0]
    func objection(_ rule: ApprovalRule?, confidence: Double = 0.9, _ history: [FixRecord] = []) -> String? {
      var rules = ApprovalRules(minConfidence: 0.8)
      rules.rules["add_null_values"] = rule
      rules.places = ["add_null_values": "config/constraints.yaml:9"]
      return rules.objection(to: candidate, verdict: verdict(true), confidence: confidence, history: history)
    }
    #expect(objection(nil) == nil)
    #expect(objection(nil, confidence: 0.79)?.contains("below autonomous.min_confidence") == true)
    #expect(
      objection(ApprovalRule(person: true))
        == "A person decides, by approval.add_null_values (config/constraints.yaml:9): a person always decides on add_null_values."
    )
    #expect(objection(ApprovalRule(minConfidence: 0.95)) != nil)
    let rule = ApprovalRule(afterApprovals: 2)
    var history = (0..<2).map { record(id: "\($0)", status: .approved, hash: "") }
    #expect(objection(rule, history) == nil)
    history[0].mergedAutomatically = true
    #expect(objection(rule, history)?.contains("people have approved 1") == true)
    history[0] = record(id: "0", status: .reverted, hash: "")
    #expect(objection(rule, history) != nil)
    var unsafe = candidate
    unsafe.safe = false
    let rules = ApprovalRules(minConfidence: 0)
    #expect(rules.objection(to: unsafe, verdict: verdict(true), confidence: 1) != nil)
    #expect(rules.objection(to: candidate, verdict: nil, confidence: 1) != nil)
    var alike = candidate
    alike.restsOnLikeness = true
    #expect(rules.objection(to: alike, verdict: verdict(true), confidence: 1) != nil)
  }

  @Test("Identities are the same for the same edits and differ with them, and branches are safe names")
  func identity() throws {
    let all = try candidates()
    let failure = Samples.failure(.typeMismatch)
    #expect(FixIdentity.id(of: all[0], for: failure) == FixIdentity.id(of: try candidates()[0], for: failure))
    #expect(Set(all.map { FixIdentity.id(of: $0, for: failure) }).count == all.count)
    let branch = FixIdentity.branch(of: all[0], for: failure)
    #expect(branch.hasPrefix("errata/pcn/jun25/headcount-add_null_values-"))
    for name in ["code#2", "a b", "../x", "x.lock", "-x", "..", "~^:?*[\\", "é", "a..b", "", "x@{1}"] {
      let part = FixIdentity.component(name, longest: 80)
      #expect(!part.isEmpty && !part.contains("..") && !part.hasSuffix(".lock") && !part.hasPrefix("-"))
      #expect(part.unicodeScalars.allSatisfy { $0.isASCII && !" ~^:?*[\\@{#/".unicodeScalars.contains($0) })
    }
  }

  @Test("A fix that was turned down is refused until the evidence changes")
  func refusal() throws {
    let failure = Samples.failure(.typeMismatch) { $0.column = "headcount_march_2020" }
    var evidence = Evidence()
    evidence.values = Samples.values("headcount_march_2020", "March 2020", "integer", [("*", 1)])
    let hash = FixIdentity.evidenceHash(of: failure, evidence: evidence)
    let id = FixIdentity.id(of: try candidates()[0], for: failure)
    let record = record(id: id, status: .rejected, hash: hash)
    #expect(FixIdentity.refusal(of: id, evidenceHash: hash, in: [record]) == record)
    evidence.values?.values.append(Evidence.Value("c"))
    let other = FixIdentity.evidenceHash(of: failure, evidence: evidence)
    #expect(FixIdentity.refusal(of: id, evidenceHash: other, in: [record]) == nil)
    #expect(
      FixIdentity.refusal(of: id, evidenceHash: hash, in: [self.record(id: id, status: .open, hash: hash)]) == nil)
  }

  @Test("Confidence follows outcomes and verification")
  func confidence() throws {
    var candidate = try candidates()[0]
    candidate.prior = 0.7
    let plain = Confidence().value(of: candidate, errorType: "type_mismatch", verdict: verdict(true))
    #expect(plain > candidate.prior)
    #expect(Confidence().value(of: candidate, errorType: "type_mismatch", verdict: verdict(false)) == 0)
    #expect(Confidence().value(of: candidate, errorType: "type_mismatch", verdict: nil) < 0.8)
    func learned(_ number: Int, _ status: FixStatus, failed: Bool = false) -> Double {
      let outcomes = (0..<number).map {
        var outcome = FixOutcome(record(id: "\($0)", status: status, hash: ""), setbacks: FixSetbacks())
        if failed { outcome.ending = .failed }
        return outcome
      }
      return Confidence(outcomes: outcomes)
        .value(of: candidate, errorType: "type_mismatch", verdict: verdict(true))
    }
    #expect(learned(200, .approved) > plain)
    #expect(learned(4, .rejected) < 0.5)
    #expect(learned(4, .reverted) < 0.5)
    #expect(learned(4, .approved, failed: true) < 0.5)
    for status in [FixStatus.open, .changed, .superseded, .lost] { #expect(learned(9, status) == plain) }
  }

  @Test("The value that people put in place of a proposed one is proposed the next time")
  func learns() throws {
    let before = try candidates()[0]
    let edit = try #require(before.edits.first)
    var record = record(id: "0a1b2c3d", status: .changed, hash: "")
    record.period = "may25"
    record.statusValue = ["*", "c"]
    record.changes = [
      FixChange(
        file: "other.yaml", path: "", selector: edit.selector.description, old: edit.old, new: edit.new)
    ]
    let learned = Learned.corrected(before, by: [record])
    #expect(learned.edits.map(\.new) == [["*", "c"]])
    #expect(learned.summary == "set null_values of March 2020 as people did in may25")
    #expect(learned.reason.contains("0a1b2c3d"))
    record.status = .approved
    #expect(Learned.corrected(before, by: [record]) == before)
    record.status = .changed
    record.changes[0].new = ["-"]
    #expect(Learned.corrected(before, by: [record]) == before)
  }

  private func record(id: String, status: FixStatus, hash: String) -> FixRecord {
    FixRecord(
      id: id, branch: "b", status: status, publication: "pcn", period: "jun25", source: "headcount", stage: "load",
      errorType: "type_mismatch", action: "add_null_values", confidence: 0.9, verified: true, files: [], changes: [],
      run: "run", evidenceHash: hash, summary: "s")
  }
}
