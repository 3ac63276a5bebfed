import Foundation
import Journal
import Testing

/// What Errata may do without a person.
@Suite("Autonomous mode")
struct AutonomousTests {
  private static let autonomous = "execution: {mode: autonomous}\nretry: {max_retries: 0}\n"

  @Test("merges a verified, safe fix and loads the source in the same run")
  func merges() async throws {
    let clinic = try await ClinicWorkspace("autonomous", mode: Self.autonomous)
    let ended = try await clinic.errata("run")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try await clinic.fixes().map(\.status) == [.approved])
    #expect(try await clinic.rows(of: "tbl_visits", period: "nov25") == 4)
    #expect(try await clinic.state().urls["clinic/nov25"]?.status == .completed)
    #expect(try await clinic.bench.git("status", "--porcelain").isEmpty)
  }

  @Test("never merges what could not be verified")
  func unverified() async throws {
    let clinic = try await ClinicWorkspace("unverified", verify: false)
    let ended = try await clinic.errata("run", "--auto-fix")
    #expect(ended.code == 10, "\(ended.errors)")
    #expect(try await clinic.fixes().map(\.status) == [.open])
    #expect(try await clinic.fixes().allSatisfy { !$0.verified })
  }

  @Test("never merges a rename that rests on likeness, nor a fix below the confidence bar")
  func likeness() async throws {
    let clinic = try await ClinicWorkspace(
      "likeness", mode: "execution: {mode: autonomous}\nretry: {max_retries: 0}\nautonomous: {min_confidence: 1}\n")
    try clinic.write("Org,Staffs\nA,1\nB,2\n", to: "files/staff_nov25.csv")
    let ended = try await clinic.errata("run")
    #expect(ended.code == 10, "\(ended.errors)")
    let bar = try await clinic.fixes()
    #expect(bar.contains { $0.source == "visits" } && bar.allSatisfy { $0.status == .open })
    try clinic.write(
      "execution: {mode: autonomous}\nretry: {max_retries: 0}\nautonomous: {min_confidence: 0}\n",
      to: "config/execution_mode.yaml")
    try await clinic.commit("Lower the bar")
    _ = try await clinic.errata("run", "--retry-failed")
    let renames = try await clinic.fixes().filter { $0.source == "staff" }
    #expect(renames.allSatisfy { $0.status == .open }, "\(renames)")
  }

  @Test("reverts by itself what fails on the data again after the merge, and leaves the next best fix to a person")
  func reverts() async throws {
    let clinic = try await ClinicWorkspace("taken-back", load: "sh, load.sh")
    try clinic.write(
      """
      if grep -q null_values "$2"; then
        echo 'ERROR:  duplicate key value violates unique constraint "visits_pkey"'; exit 1
      fi
      exec backfill load "$@"

      """, to: "load.sh")
    try await clinic.commit("Load with a rule of the target's own")
    let ended = try await clinic.errata("run", "--auto-fix")
    #expect(ended.code == 10, "\(ended.errors)")
    #expect(ended.errors.contains("duplicate_key since fix"))
    let fixes = try await clinic.fixes()
    #expect(fixes.map(\.status) == [.reverted, .open] && fixes.first?.action == "add_null_values")
    #expect(try !clinic.text(ClinicWorkspace.manifest).contains("null_values"))
    #expect(try await clinic.bench.git("log", "-1", "--format=%s").hasPrefix("Revert "))
    #expect(try await clinic.state().urls["clinic/nov25"]?.sources["visits"]?.status == .failed)
    #expect(try await clinic.bench.git("status", "--porcelain").isEmpty)
    // That the source fails again on the reverted manifest is news for the ledger; a third run has none.
    let branches = try await clinic.refs(below: "refs/heads/")
    #expect(try await clinic.errata("run", "--auto-fix").code == 20)
    #expect(try await clinic.refs(below: "refs/heads/") == branches)
    let refs = try await clinic.refs()
    #expect(try await clinic.errata("run", "--auto-fix").code == 20)
    #expect(try await clinic.refs() == refs)
  }

  @Test("the fixed decider always proceeds, and a step's decision is journalled in the contracts' shapes")
  func alwaysProceeds() async throws {
    let clinic = try await ClinicWorkspace("proceeds", mode: "step_decider: always_proceed\nretry: {max_retries: 0}\n")
    _ = try await clinic.errata("run")
    let decided = try clinic.events().filter { $0.type == .stepDecided }
    #expect(decided.count == 4 && decided.allSatisfy { $0.data["decision"]?["action"]?.string == "proceed" })
    for event in decided {
      #expect(event.data["step_result"]?["step_id"]?.string?.isEmpty == false)
      #expect(event.data["step_result"]?["exit_code"]?.int != nil)
      #expect(event.data["step_result"]?["artefacts"]?.object != nil)
      #expect(["pass", "fail"].contains(event.data["validation_report"]?["status"]?.string))
      #expect(event.data["validation_report"]?["checks"]?.array != nil)
      #expect(event.data["decision"]?["reason"]?.string?.isEmpty == false)
    }
    // Going on regardless makes no failure a success.
    #expect(try await clinic.state().urls["clinic/nov25"]?.sources["visits"]?.status == .failed)
  }

  @Test("a corrupted download is caught, tried again, and then handed to a person while the rest loads")
  func corrupted() async throws {
    let clinic = try await ClinicWorkspace("corrupted", mode: "retry: {max_retries: 1, base_delay_seconds: 0}\n")
    try clinic.write("<!DOCTYPE html><html><body>Please log in</body></html>\n", to: "files/staff_nov25.csv")
    let ended = try await clinic.errata("run", "--only", "clinic/nov25")
    #expect(ended.code == 10, "\(ended.errors)")
    let decided = try clinic.events().filter { $0.type == .stepDecided && $0.context.sourceCode == "staff" }
    #expect(decided.compactMap { $0.data["decision"]?["action"]?.string } == ["retry", "escalate"])
    let failed = try #require(
      try clinic.events().last { $0.type == .sourceFailed && $0.context.sourceCode == "staff" })
    #expect(failed.error?.kind == .corruptFile)
    #expect(try await clinic.fixes().allSatisfy { $0.source != "staff" })

    try clinic.write("Org,Staff\nA,1\nB,2\n", to: "files/staff_nov25.csv")
    _ = try await clinic.errata("run")
    #expect(try await clinic.state().urls["clinic/nov25"]?.sources["staff"]?.status == .loaded)
  }
}
