import Foundation
import Journal
import Testing

/// The commands by which people and programs look at fixes and decide on them.
@Suite("Reviewing fixes")
struct ReviewTests {
  /// One JSON document, the whole of standard output.
  private func document(_ ended: Ended) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(ended.output.utf8))
  }

  @Test("approves several fixes in any order, and the next run loads what they mend")
  func approves() async throws {
    let clinic = try await ClinicWorkspace("approves")
    try clinic.write("Org,Staff\nA,c\nB,2\n", to: "files/staff_nov25.csv")
    #expect(try await clinic.errata("run").code == 10)
    let fixes = try await clinic.fixes()
    #expect(fixes.count == 2)
    let unknown = try await clinic.errata("approve", "zzz")
    #expect(unknown.code == 64 && unknown.output.isEmpty)
    let ended = try await clinic.bench.run(
      Workbench.programs + "/errata", ["approve"] + fixes.reversed().map { String($0.id.prefix(6)) })
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try await clinic.fixes().allSatisfy { $0.status == .approved })
    #expect(try await clinic.errata("approve", "--where", "verified").code == 0)
    #expect(try await clinic.errata("run").code == 0)
    #expect(try await clinic.rows(of: "tbl_visits", period: "nov25") == 4)
    #expect(try await clinic.rows(of: "tbl_staff", period: "nov25") == 2)
    let status = try await clinic.bench.git("status", "--porcelain", "--", "manifests", "config")
    #expect(status == "")
  }

  @Test("diagnosing gathers, tries and shows without a trace in journal, git or the work tree")
  func diagnoses() async throws {
    let clinic = try await ClinicWorkspace("diagnoses")
    #expect(try await clinic.errata("diagnose", "clinic/nov25").output.contains("Nothing has failed"))
    _ = try await clinic.errata("run")
    let fix = try #require(try await clinic.fixes().first)
    let place = "\(fix.publication)/\(fix.period)/\(fix.source ?? "")"
    let before = (try await clinic.refs(), try await clinic.errata("events", "--json").output)
    let shown = try await clinic.errata("diagnose", place, "--verify")
    #expect(
      shown.code == 0 && shown.output.contains("nothing was changed") && shown.output.contains("proposed; passed"))
    guard let bundle = try document(try await clinic.errata("diagnose", place, "--json")).array?.first else {
      Issue.record("no bundle")
      return
    }
    #expect(bundle["pipeline_context"]?["source_code"]?.string == fix.source)
    #expect(bundle["error_event"]?["error"]?["type"]?.string == fix.errorType)
    #expect(bundle["state_context"]?["sources_failed"]?.array?.contains { $0.string == fix.source } == true)
    #expect(bundle["available_actions"]?.array?.contains { $0.string == fix.action } == true)
    #expect(try await clinic.errata("diagnose", "clinic/never").code == 64)
    #expect(try await clinic.refs() == before.0)
    #expect(try await clinic.errata("events", "--json").output == before.1)
    #expect(try await clinic.bench.git("status", "--porcelain", "--", "manifests", "config") == "")
  }

  @Test("a verification that does not come out the same again says what is different, and changes nothing")
  func repeats() async throws {
    let clinic = try await ClinicWorkspace("repeats")
    _ = try await clinic.errata("run")
    let fix = try #require(try await clinic.fixes().first)
    let same = try await clinic.errata("show", fix.id, "--verify")
    #expect(same.code == 0 && same.output.contains("The same verdict came out."), "\(same.output) \(same.errors)")
    // The publisher puts the number in after all, and nobody has the file as it was.
    try clinic.write("Org,Visits 2020\nA,1\nB,2\nC,3\nD,4\n", to: "files/visits_nov25.csv")
    try FileManager.default.removeItem(atPath: clinic.root + "/data/raw")
    let before = (try await clinic.refs(), try await clinic.errata("events", "--json").output)
    let other = try await clinic.errata("show", fix.id, "--verify")
    #expect(other.code == 50, "\(other.output)")
    #expect(other.output.contains("Without the edit the stage passed now, and failed with type_mismatch then."))
    #expect(other.output.contains("The input has changed"))
    let told = try document(try await clinic.errata("show", fix.id, "--verify", "--json"))
    #expect(told["same"]?.bool == false && told["recorded"]?["stage"]?.string == "load")
    #expect(try await clinic.refs() == before.0)
    #expect(try await clinic.errata("events", "--json").output == before.1)
  }

  @Test("a rejected fix is not proposed again: the next best candidate is")
  func rejects() async throws {
    let clinic = try await ClinicWorkspace("rejects")
    _ = try await clinic.errata("run")
    let fix = try #require(try await clinic.fixes().first)
    #expect(try await clinic.errata("reject", fix.id).code == 64)
    #expect(try await clinic.errata("reject", fix.id, "--reason", "The star means something here").code == 0)
    #expect(try await clinic.errata("run").code == 10)
    let after = try await clinic.fixes()
    #expect(after.map(\.status) == [.rejected, .open] && after[0].id == fix.id)
    #expect(after[0].changes != after[1].changes)
    #expect(try await !clinic.refs().contains(fix.branch))
    #expect(try await clinic.errata("approve", after[1].id).code == 0)
    #expect(try await clinic.errata("reject", after[1].id, "--reason", "Too late").code == 50)
    #expect(try await clinic.errata("run").code == 0)
  }

  @Test("a rollback is a revert: the rows go out, the source fails, and the same edit does not come back")
  func rollsBack() async throws {
    let clinic = try await ClinicWorkspace("rolls-back")
    _ = try await clinic.errata("run")
    let fix = try #require(try await clinic.fixes().first)
    #expect(try await clinic.errata("rollback", fix.id).code == 50)
    _ = try await clinic.errata("approve", fix.id)
    #expect(try await clinic.errata("run").code == 0)
    #expect(try await clinic.rows(of: "tbl_visits", period: "nov25") == 4)
    #expect(try await clinic.errata("rollback", fix.id).code == 0)
    #expect(try await clinic.rows(of: "tbl_visits", period: "nov25") == 0)
    #expect(try await clinic.rows(of: "tbl_visits", period: "dec25") == 2)
    let source = try await clinic.state().urls["clinic/nov25"]?.sources["visits"]
    #expect(source?.status == .failed && source?.error == "type_mismatch")
    let reconciled = try await clinic.errata("reconcile", "--json")
    #expect(try document(reconciled).array?.isEmpty == true)
    #expect(try await clinic.errata("run").code == 10)
    let after = try await clinic.fixes()
    #expect(after.map(\.status) == [.reverted, .open] && after[0].changes != after[1].changes)
  }

  @Test("reconcile tells a merge by git and a revert by git, each once, as one JSON document")
  func reconciles() async throws {
    let clinic = try await ClinicWorkspace("reconciles")
    _ = try await clinic.errata("run")
    let fix = try #require(try await clinic.fixes().first)
    for (command, after) in [
      (["merge", "--no-ff", "--no-edit", fix.branch], "approved"),
      (["revert", "--no-edit", "-m", "1", "HEAD"], "reverted"),
    ] {
      let ended = try await clinic.bench.run("git", command)
      #expect(ended.code == 0, "\(ended.errors)")
      let found = try #require(try document(try await clinic.errata("reconcile", "--json")).array)
      #expect(found.count == 1 && found.first?["after"]?.string == after && found.first?["id"]?.string == fix.id)
      #expect(try document(try await clinic.errata("reconcile", "--json")).array?.isEmpty == true)
    }
  }

  @Test("every --json output is one document on standard output, with the documented fields")
  func documents() async throws {
    let clinic = try await ClinicWorkspace("documents")
    let plan = try document(try await clinic.errata("run", "--dry-run", "--json"))
    #expect(plan.array?.isEmpty == false)
    let run = try await clinic.errata("run", "--json", "--fail-on", "none", "--config", "config/publications.yaml")
    #expect(run.code == 0)
    let summary = try document(run)
    #expect(summary["exit_code"]?.int == 0 && summary["new_fixes"]?.int == 1)
    let retried = try await clinic.errata("retry", "clinic/nov25", "--json")
    #expect(try document(retried)["exit_code"]?.int == Int(retried.code) && retried.code == 20)

    let fixes = try #require(try document(try await clinic.errata("fixes", "--json")).array)
    let names: Set = [
      "id", "branch", "status", "publication", "period", "source", "stage", "error_type", "action", "confidence",
      "verified", "reach", "files", "changes", "commit", "run",
    ]
    let fix = try #require(fixes.first?.object)
    #expect(names.isSubset(of: fix.keys))
    let change = try #require(fix["changes"]?.array?.first?.object)
    #expect(fix["changes"]?.array?.count == 1 && Set(["file", "path", "old", "new"]).isSubset(of: change.keys))

    let state = try document(try await clinic.errata("status", "--json"))
    #expect(state["schema_version"]?.string == "2.0" && state["last_updated"]?.string != nil)
    let last = state["runs"]?.object?.max { $0.key < $1.key }?.value
    #expect(last?["stats"]?["urls_total"]?.int == 1 && last?["status"]?.string == "completed_with_errors")
    let key = try #require(state["urls"]?["clinic/nov25"])
    #expect(key["status"]?.string == "partial" && key["stages"]?["load"]?["status"]?.string == "partial")
    #expect(key["sources"]?["staff"]?["rows"]?.int == 2 && key["sources"]?["staff"]?["table"]?.string != nil)
    #expect(key["sources"]?["visits"]?["error"]?.string == "type_mismatch")
    #expect(key["sources"]?["visits"]?["column"]?.string == "visits_2020")

    let failed = try document(
      try await clinic.errata("events", "--type", "source_failed", "--source", "visits", "--json"))
    #expect(failed.array?.isEmpty == false)
    #expect(failed.array?.allSatisfy { $0["event_type"]?.string == "source_failed" && $0["error"] != nil } == true)
    #expect(try document(try await clinic.errata("events", "--since", "2100-01-01", "--json")).array?.isEmpty == true)
    #expect(try await clinic.errata("events", "--since", "yesterday").code == 64)

    let shown = try await clinic.errata("show", fix["id"]?.string ?? "")
    #expect(shown.code == 0 && shown.output.contains("Errata-Fix:") && shown.output.contains("null_values"))
    let page = try document(try await clinic.errata("show", fix["id"]?.string ?? "", "--json"))
    #expect(page["fix"]?["id"] == fix["id"] && page["diff"]?.string?.contains("null_values") == true)
    #expect(page["message"]?.string?.contains("Errata-Fix:") == true)
    #expect(try await clinic.errata("report").output.contains("# Troubleshooting clinic/nov25/visits"))
    #expect(try await clinic.errata("report", "--run", "run_20000101_000000").code == 64)
  }

  @Test("a name that the configuration does not have is said, and nothing runs")
  func slips() async throws {
    let clinic = try await ClinicWorkspace("slips")
    for arguments in [
      ["run", "--only", "other"], ["run", "--only", "clinic/nov99"], ["run", "--dry-run", "--only", "other"],
      ["retry", "clinic/nov99"], ["retry", "clinic"], ["show", "zzz"],
    ] {
      let ended = try await clinic.bench.run(Workbench.programs + "/errata", arguments)
      #expect(ended.code == 64 && ended.output.isEmpty && !ended.errors.isEmpty, "\(arguments): \(ended.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: clinic.root + "/logs"))
    #expect(try await clinic.errata("validate").code == 0)
    try clinic.write("sources: [\n", to: ClinicWorkspace.manifest)
    let invalid = try await clinic.errata("validate")
    #expect(invalid.code == 40 && invalid.errors.contains("\(ClinicWorkspace.manifest):"))
    let told = try await clinic.errata("validate", ClinicWorkspace.manifest, "--json")
    let document = try JSONSerialization.jsonObject(with: Data(told.output.utf8)) as? [String: Any]
    let problems = try #require(document?["problems"] as? [[String: Any]])
    #expect(told.code == 40 && problems.first?["file"] as? String == ClinicWorkspace.manifest)
    #expect(problems.first?["line"] as? Int == 2 && document?["checked"] as? Int == 1)
    #expect(try await clinic.errata("validate", "config/pipeline.yaml").code == 0)
  }

  @Test("init writes a configuration that is valid, and keeps what is there")
  func initialises() async throws {
    let bench = try Workbench("init")
    #expect(try await bench.errata("init").code == 0)
    #expect(try await bench.errata("validate").code == 0)
    let pipeline = bench.root + "/config/pipeline.yaml"
    try FileManager.default.removeItem(atPath: bench.root + "/config/publications.yaml")
    try Data("# mine\n".utf8).write(to: URL(fileURLWithPath: pipeline))
    try Data("{\"publications\": {}}\n".utf8).write(to: URL(fileURLWithPath: bench.root + "/config/publications.json"))
    try Data("*.tmp\nlogs/\n".utf8).write(to: URL(fileURLWithPath: bench.root + "/.gitignore"))
    #expect(try await bench.errata("init").code == 0)
    #expect(try String(contentsOfFile: pipeline, encoding: .utf8) == "# mine\n")
    #expect(!FileManager.default.fileExists(atPath: bench.root + "/config/publications.yaml"))
    let ignored = try String(contentsOfFile: bench.root + "/.gitignore", encoding: .utf8).split(separator: "\n")
    #expect(ignored.first == "*.tmp" && ignored.count { $0 == "logs/" } == 1 && ignored.contains("state/"))
  }

  @Test("classify and the YAML editor work on their own")
  func tools() async throws {
    let bench = try Workbench("tools")
    func write(_ text: String, _ name: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: bench.root + "/" + name))
    }
    try write("ERROR:  invalid input syntax for type integer: \"*\"\n", "load.log")
    let found = try document(try await bench.errata("classify", "load.log", "--stage", "load", "--exit-code", "1"))
    #expect(found["type"]?.string == "type_mismatch" && found["transient"]?.bool == false)
    #expect(found["fields"]?["value"]?.string == "*" && found["fields"]?["expected_type"]?.string == "integer")

    let text = "# kept\nsources:\n- {code: 'a', enabled: true}   # here\n"
    try write(text, "m.yaml")
    let value = try await bench.errata("yaml", "get", "m.yaml", "sources[0].code")
    #expect(try document(value).string == "a")
    #expect(try await bench.errata("yaml", "get", "m.yaml", "/sources/0/nope").code == 40)
    try write(
      #"[{"op":"test","path":"/sources/0/enabled","value":true},{"op":"replace","path":"sources[0].enabled","value":false}]"#,
      "p.json")
    let patched = try await bench.errata("yaml", "patch", "m.yaml", "p.json", "--output", "-")
    #expect(patched.output == text.replacingOccurrences(of: "true", with: "false"))
    #expect(try await bench.errata("yaml", "patch", "m.yaml", "p.json").code == 0)
    #expect(try await bench.errata("yaml", "patch", "m.yaml", "p.json").code == 40)
  }
}
