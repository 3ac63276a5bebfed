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
    #expect(Ranking.whyNot(entries[0], chosen: chosen).contains("turns 1,204 values to text"))
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
    #expect(ConstraintCheck().check(candidate, attempts: 15)?.rule == "max_fix_attempts")
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
    let candidate = try candidates()[0]
    let plain = Confidence().value(of: candidate, errorType: "type_mismatch", verdict: verdict(true))
    #expect(plain == 0.92)
    #expect(Confidence().value(of: candidate, errorType: "type_mismatch", verdict: verdict(false)) == 0)
    #expect(Confidence().value(of: candidate, errorType: "type_mismatch", verdict: nil) < 0.8)
    let good = Confidence(history: (0..<20).map { record(id: "\($0)", status: .approved, hash: "") })
    let bad = Confidence(history: (0..<4).map { record(id: "\($0)", status: .rejected, hash: "") })
    #expect(good.value(of: candidate, errorType: "type_mismatch", verdict: verdict(true)) > plain)
    #expect(bad.value(of: candidate, errorType: "type_mismatch", verdict: verdict(true)) < 0.5)
    #expect(Confidence.mayMerge(candidate, verdict: verdict(true), confidence: plain, minimum: 0.8))
    #expect(!Confidence.mayMerge(candidate, verdict: nil, confidence: 1, minimum: 0.8))
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
