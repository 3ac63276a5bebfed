import Foundation
import Journal
import TestSite
import Testing

/// Pull requests for the branches of fixes, on a forge beside the remote.
@Suite("With a forge")
struct PullRequestTests {
  private static let token = "open sesame 4711"

  /// A workspace whose remote is a project of the forge.
  private struct Place {
    let remote: RemoteWorkspace
    let forge: TestForge
    var bench: Workbench { remote.bench }

    init(
      _ name: String, _ dialect: String, generated: Bool = false, load: String = "backfill, load"
    ) async throws {
      remote = try await RemoteWorkspace(name, generated: generated, load: load)
      forge = try TestForge(dialect, token: PullRequestTests.token, repository: remote.origin)
      let settings =
        "kind: \(dialect), api: \"\(forge.api)\", project: acme/stats, token_env: FORGE_TOKEN, labels: [data fix]"
      try remote.clinic.write(
        RemoteWorkspace.human + "forge: {\(settings), timeout_seconds: 10}\n", to: "config/execution_mode.yaml")
      try await remote.clinic.commit("Name the forge")
      try await bench.git("push", "--quiet", "origin", "main")
    }

    func errata(_ arguments: String...) async throws -> Ended {
      try await bench.run(
        "env", ["FORGE_TOKEN=\(PullRequestTests.token)", Workbench.programs + "/errata"] + arguments)
    }

    /// How many requests so far wanted to change something.
    func writes() async throws -> Int { try await forge.requests().count { $0.method != "GET" } }
  }

  @Test("fixes of one cause share one, with the texts of all, and it goes on while one of them waits")
  func shared() async throws {
    let place = try await Place("pulls-shared", "github")
    try place.remote.clinic.write("Org,Visits 2020\nA,*\nB,2\n", to: "files/visits_dec25.csv")
    #expect(try await place.errata("run").code == 10)
    let fixes = try await place.remote.fixes()
    let branch = try #require(fixes.first?.branch)
    #expect(fixes.count == 2 && fixes.allSatisfy { $0.branch == branch })
    let tip = try await place.bench.git("rev-parse", branch)
    #expect(try await place.remote.remoteRefs().contains("\(branch) \(tip)"))
    let pull = try #require(try await place.forge.pulls().first)
    #expect(pull.title.hasSuffix("(and 1 more of the same cause)") && pull.title.count < 110)
    for fix in fixes { #expect(pull.body.contains("Errata-Fix: \(fix.id)")) }

    let first = try #require(fixes.first)
    #expect(try await place.errata("reject", first.id, "--reason", "Not in this month").code == 0)
    let left = try #require(try await place.forge.pulls().first)
    #expect(try await place.forge.pulls().count == 1 && left.state == "open")
    #expect(!left.body.contains("Errata-Fix: \(first.id)") && !left.title.contains("more of the same"))
    #expect(try await place.bench.git("rev-list", "--count", "main..\(branch)") == "1")
    #expect(try await !place.remote.remoteRefs().contains("\(branch) \(tip)"))
  }

  @Test("one is opened once with the commit's text, noticed as merged or closed, and closed when its fix is rejected")
  func life() async throws {
    let place = try await Place("pulls-life", "github")
    #expect(try await place.errata("validate").code == 0)
    let ended = try await place.errata("run")
    #expect(ended.code == 10 && ended.errors.contains("pull request #1 is open"), "\(ended.errors)")
    let fix = try #require(try await place.remote.fixes().first)
    let pull = try #require(try await place.forge.pulls().first)
    let message = try await place.bench.git("log", "-1", "--format=%B", fix.branch)
    #expect("\(pull.title)\n\n\(pull.body)" == message)
    #expect(pull.head == fix.branch && pull.base == "main" && pull.labels == ["data fix"])
    #expect(try await place.errata("fixes", "--json").output.contains("http://forge.test/acme/stats/pulls/1"))
    #expect(try await place.errata("show", fix.id).output.contains("http://forge.test/acme/stats/pulls/1 (open)"))

    let writes = try await place.writes()
    #expect(try await place.errata("run").code == 20)
    #expect(try await place.writes() == writes)

    #expect(try await place.errata("approve", fix.id).code == 0)
    #expect(try await place.forge.pulls()[0].state == "open")
    #expect(try await place.errata("reconcile").code == 0)
    #expect(try await place.forge.pulls()[0].state == "closed")
    #expect(try await place.forge.pulls()[0].comments.first?.contains("is approved") == true)

    #expect(try await place.errata("rollback", fix.id).code == 0)
    _ = try await place.errata("run", "--retry-failed")
    let next = try #require(try await place.remote.fixes().last)
    #expect(next.status == .open && next.id != fix.id)
    #expect(try await place.forge.pulls().map(\.state) == ["closed", "open"])
    #expect(try await place.errata("reject", next.id, "--reason", "The mark means something").code == 0)
    let rejected = try await place.forge.pulls()[1]
    #expect(rejected.state == "closed" && rejected.comments == ["Fix \(next.id) is rejected: The mark means something"])
    try await place.remote.check()
  }

  @Test("with the baseline on a branch it waits until that has landed, so that the diff shows the fix alone")
  func baseline() async throws {
    let place = try await Place("pulls-baseline", "gitea", generated: true)
    try place.remote.protectMain()
    let ended = try await place.errata("run")
    #expect(ended.errors.contains("once 'errata-baseline' is merged into 'main'"), "\(ended.errors)")
    #expect(try await place.remote.fixBranches().count == 1)
    #expect(try await place.forge.pulls().isEmpty)

    try FileManager.default.removeItem(atPath: place.remote.origin + "/hooks/update")
    let person = try await place.remote.clone("person")
    try await place.bench.git("merge", "--quiet", "--no-ff", "--no-edit", "origin/errata-baseline", in: person)
    try await place.bench.git("push", "--quiet", "origin", "main", in: person)
    // The same files stand in the work tree, where no commit has them yet.
    try await place.bench.git("clean", "--quiet", "--force", "-d", "manifests")
    try await place.bench.git("pull", "--quiet", "--ff-only", "origin", "main")
    _ = try await place.errata("run")
    let pull = try #require(try await place.forge.pulls().first)
    let diff = try await place.bench.git("diff", "--numstat", "main...\(pull.head)", in: place.remote.origin)
    #expect(diff.split(separator: "\n").count == 1 && diff.hasPrefix("1\t"), "\(diff)")
    try await place.remote.check()
  }

  @Test("a forge that is down changes no exit code, is told in one sentence, and the token is nowhere to be read")
  func outage() async throws {
    let place = try await Place(
      "pulls-outage", "gitlab", load: #"sh, -c, "echo token $FORGE_TOKEN; exec backfill load \"$@\"", sh"#)
    try await place.forge.set([.init(status: 503, body: #"{"message":"down, open sesame 4711"}"#)])
    let ended = try await place.errata("run")
    #expect(ended.code == 10 && ended.errors.contains("trouble of its own"), "\(ended.errors)")
    #expect(ended.errors.components(separatedBy: "trouble of its own").count == 2)
    try await place.forge.set([])
    let healed = try await place.errata("run")
    #expect(healed.code == 20 && healed.errors.contains("merge request !1 is open"), "\(healed.errors)")
    let without = try await place.remote.errata("reconcile")
    #expect(without.code == 0 && without.errors.contains("FORGE_TOKEN"))

    #expect(!(ended.errors + ended.output + healed.errors + healed.output).contains(Self.token))
    let logs = place.bench.root + "/logs"
    let found = try await place.bench.run("grep", ["--recursive", "--fixed-strings", "token ***", logs])
    #expect(found.code == 0)
    for folder in [place.bench.root, place.remote.origin] {
      #expect(try await place.bench.run("grep", ["-r", "-l", "-F", Self.token, folder]).output.isEmpty)
    }
  }
}
