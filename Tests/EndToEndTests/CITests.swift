import Foundation
import Journal
import ManifestYAML
import Testing

/// In CI: what services are told, and the ready files under `config/ci/`.
@Suite("In CI")
struct CITests {
  private func run(_ clinic: ClinicWorkspace, _ environment: [String], _ arguments: String...) async throws -> Ended {
    try await clinic.bench.run("env", environment + [Workbench.programs + "/errata"] + arguments)
  }

  private func issues(_ clinic: ClinicWorkspace, _ path: String = "logs/quality.json") throws -> [JSONValue] {
    try JSONDecoder().decode([JSONValue].self, from: Data(try clinic.text(path).utf8))
  }

  @Test("a run's failures stand beside the manifest's lines, its page lists the fixes, and its exit code stays")
  func run() async throws {
    let clinic = try await ClinicWorkspace("ci-run")
    let page = ["GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=\(clinic.root)/logs/page.md"]
    let first = try await run(clinic, page, "run", "--json", "--code-quality", "logs/quality.json")
    #expect(first.code == 10)
    let fix = try #require(try await clinic.fixes().first)
    let lines = try clinic.text(ClinicWorkspace.manifest).split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.contains("visits_2020") }) + 1
    let annotations = first.errors.split(separator: "\n").filter { $0.hasPrefix("::") }
    #expect(annotations.count == 1, "\(first.errors)")
    #expect(annotations.first?.hasPrefix("::warning file=\(ClinicWorkspace.manifest),line=\(line),") == true)
    #expect(annotations.first?.contains(fix.branch) == true)
    // Standard output stays one document.
    _ = try JSONDecoder().decode(JSONValue.self, from: Data(first.output.utf8))
    let markdown = try clinic.text("logs/page.md")
    #expect(markdown.contains("(exit code 10)") && markdown.contains("| \(fix.id) |"), "\(markdown)")
    let issue = try #require(try issues(clinic).first)
    #expect(issue["location"]?["path"]?.string == ClinicWorkspace.manifest)
    #expect(issue["location"]?["lines"]?["begin"]?.int == line)

    try await clinic.bench.git("merge", "--quiet", "--no-edit", fix.branch)
    let second = try await run(clinic, page, "run", "--code-quality", "logs/quality.json")
    #expect(second.code == 0 && !second.errors.contains("\n::"), "\(second.errors)")
    #expect(try issues(clinic).isEmpty)
    let both = try clinic.text("logs/page.md")
    #expect(both.hasPrefix(markdown) && both.contains("All done.") && both.contains("(exit code 0)"))
    // What was asked for and cannot be written is no success; the service's own page is a courtesy.
    let lost = try await run(clinic, [], "run", "--summary", "no/such/folder/page.md")
    #expect(lost.code == 1 && lost.errors.contains("no/such/folder"), "\(lost.errors)")
    #expect(try await run(clinic, ["GITHUB_STEP_SUMMARY=/no/such/page.md"], "run").code == 0)
  }

  @Test(
    "what is wrong with the configuration stands beside its lines, also when the workspace is a folder of the repository"
  )
  func invalid() async throws {
    let clinic = try await ClinicWorkspace("ci-invalid")
    try clinic.write("execution: {mode: sometimes}\n", to: "config/execution_mode.yaml")
    try clinic.write("retry: {max_retries: 0}\nexecution: {mode: sometimes}\n", to: "sub/config/execution_mode.yaml")
    for name in ["pipeline.yaml", "publications.yaml"] {
      try clinic.write(try clinic.text("config/\(name)"), to: "sub/config/\(name)")
    }
    let page = ["GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=\(clinic.root)/page.md"]
    for (folder, prefix, line) in [(".", "", 1), ("sub", "sub/", 2)] {
      for command in ["run", "validate"] {
        let ended = try await run(clinic, page, command, "--workspace", folder, "--code-quality", "quality.json")
        #expect(ended.code == 40)
        let place = "::error file=\(prefix)config/execution_mode.yaml,line=\(line),"
        #expect(ended.errors.contains("\n" + place) || ended.errors.hasPrefix(place), "\(ended.errors)")
        #expect(try issues(clinic, "quality.json").first?["location"]?["lines"]?["begin"]?.int == line)
      }
    }
    let markdown = try clinic.text("page.md")
    #expect(markdown.components(separatedBy: "(exit code 40)").count == 5, "\(markdown)")
  }

  @Test("what a foreign backfill's log says is no command")
  func injection() async throws {
    let clinic = try await ClinicWorkspace("ci-injection")
    let evil = "::add-path::/tmp/evil"
    try clinic.write(
      "\(evil)\n{\"event_type\":\"source_failed\",\"context\":{\"publication\":\"\\n\(evil)\\n##[add-path]x\","
        + "\"period\":\"nov25\",\"source_code\":\"a\"},\"error\":{\"type\":\"x\",\"message\":\"\\n\(evil)\"}}\n",
      to: "logs/theirs.jsonl")
    let ended = try await run(clinic, ["GITHUB_ACTIONS=true"], "propose", "--events", "logs/theirs.jsonl")
    #expect(ended.code == 30 && ended.errors.contains("add-path"), "\(ended.errors)")
    let obeyed = ended.errors.split(whereSeparator: \.isNewline).filter {
      $0.drop(while: \.isWhitespace).hasPrefix("::") || $0.contains("##[")
    }
    #expect(obeyed.isEmpty, "\(obeyed)")
  }

  @Test("the ready workflows are valid YAML, their scripts are valid shell, and the step that runs the backfill does")
  func workflows() async throws {
    let clinic = try await ClinicWorkspace("ci-workflows")
    let folder = Workbench.project + "/config/ci/"
    let github = try YAMLFile.load(folder + "github-actions.yml")
    let steps = try #require(github.root?["jobs"]?["backfill"]?["steps"]?.items)
    let gitlab = try YAMLFile.load(folder + "gitlab-ci.yml")
    let job = try #require(gitlab.root?["backfill"])
    let scripts =
      steps.compactMap { $0["run"]?.text }
      + ["before_script", "script"].compactMap { key in
        job[key]?.items.compactMap(\.text).joined(separator: "\n")
      }
    #expect(scripts.count == 4)
    for script in scripts {
      try clinic.write(script, to: "logs/script.sh")
      #expect(try await clinic.bench.run("bash", ["-n", "logs/script.sh"]).code == 0, "\(script)")
      #expect(!script.contains(" | "), "a pipe hides an exit code: \(script)")
    }
    // Both services run scripts so that the first failure ends them.
    for (number, script) in [(1, scripts[1]), (3, scripts[3])] {
      try clinic.write(script, to: "logs/script.sh")
      let ended = try await clinic.bench.run(
        "env",
        [
          "HOME=\(clinic.root)/logs", "GIT_CONFIG_GLOBAL=\(clinic.root)/logs/gitconfig", "PATH=" + Self.path, "bash",
          "-e", "logs/script.sh",
        ])
      #expect(ended.code == (number == 1 ? 10 : 20), "\(script): \(ended.errors)")
    }
    #expect(try issues(clinic, "gl-code-quality-report.json").count == 1)
    #expect(try clinic.text("errata-summary.md").contains("(exit code 20)"))
  }

  private static var path: String {
    Workbench.programs + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
  }

  @Test("cron hears nothing of a good run, the summary of another one, and never of a success after a failure")
  func cron() async throws {
    let clinic = try await ClinicWorkspace("ci-cron")
    func cron(_ arguments: String..., path: String = Self.path) async throws -> Ended {
      try await clinic.bench.run(
        "env", ["PATH=" + path, "HOME=/nonexistent", Workbench.project + "/config/ci/errata-cron"] + arguments,
        in: "/")
    }
    let first = try await cron(clinic.root)
    let fix = try #require(try await clinic.fixes().first)
    #expect(first.code == 10 && first.output.contains("(exit code 10)") && first.output.contains(fix.branch))
    #expect(try await cron(clinic.root, "--fail-on", "unfixed").code == 0)
    try await clinic.bench.git("merge", "--quiet", "--no-edit", fix.branch)
    let good = try await cron(clinic.root)
    #expect(good.code == 0 && good.output.isEmpty && good.errors.isEmpty, "\(good)")
    // The base that others push to cannot be reached.
    try await clinic.bench.git("remote", "add", "origin", clinic.root + "/gone.git")
    try await clinic.bench.git("config", "branch.main.remote", "origin")
    try await clinic.bench.git("config", "branch.main.merge", "refs/heads/main")
    try await clinic.bench.git("update-ref", "refs/remotes/origin/main", "main")
    let stale = try await cron(clinic.root)
    #expect(stale.code == 50 && stale.output.contains("git pull failed"), "\(stale)")
    try clinic.write("stages: [\n", to: "config/pipeline.yaml")
    let invalid = try await cron(clinic.root)
    #expect(invalid.code == 40 && invalid.output.contains("config/pipeline.yaml"), "\(invalid)")
    let busy = try await clinic.bench.run(
      "env",
      ["PATH=" + Self.path, "flock", "state/cron.lock", Workbench.project + "/config/ci/errata-cron", clinic.root])
    #expect(busy.code == 75 && busy.errors.contains("still at work"), "\(busy)")
    let absent = try await cron(clinic.root, path: "/usr/bin:/bin")
    #expect(absent.code == 127 && absent.errors.contains("not on the PATH"), "\(absent)")
    #expect(try await cron().code != 0)
  }
}
