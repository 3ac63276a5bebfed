import Foundation
import Journal
import Testing

/// Git hooks, run by the real `git` as a person commits, merges and pushes.
@Suite("Git hooks")
struct HooksTests {
  private static var path: String {
    Workbench.programs + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
  }

  /// Git as a person has it who has `errata` installed.
  private func git(_ clinic: ClinicWorkspace, _ arguments: String..., in directory: String? = nil) async throws -> Ended
  {
    try await clinic.bench.run("env", ["PATH=" + Self.path, "git"] + arguments, in: directory)
  }

  private func hooked(_ name: String) async throws -> ClinicWorkspace {
    let clinic = try await ClinicWorkspace(name)
    let installed = try await clinic.errata("hooks", "install")
    #expect(installed.code == 0, "\(installed.errors)")
    return clinic
  }

  @Test("installs into core.hooksPath and work trees, again and again, and never over a person's hook")
  func install() async throws {
    let clinic = try await hooked("hooks-install")
    let hooks = clinic.root + "/.git/hooks"
    let again = try await clinic.errata("hooks", "install")
    #expect(again.code == 0 && again.errors.components(separatedBy: "present").count == 5, "\(again.errors)")
    try clinic.write("#!/bin/sh\necho mine >> said.txt\nexit $(cat verdict)\n", to: ".git/hooks/pre-commit")
    let kept = try await clinic.errata("hooks", "install")
    #expect(kept.code == 50 && kept.errors.contains("errata hooks run pre-commit"), "\(kept.errors)")
    #expect(try clinic.text(".git/hooks/pre-commit").contains("echo mine"))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hooks + "/pre-commit")
    #expect(try await clinic.errata("hooks", "install", "--chain").code == 0)
    #expect(try await clinic.errata("hooks", "install", "--chain").code == 0)
    try clinic.write("0", to: "verdict")
    try clinic.write("x\n", to: "notes.txt")
    try await clinic.bench.git("add", "notes.txt")
    #expect(try await git(clinic, "commit", "-qm", "Note").code == 0)
    #expect(try clinic.text("said.txt") == "mine\n")
    try clinic.write("3", to: "verdict")
    #expect(try await git(clinic, "commit", "-q", "--allow-empty", "-m", "Note").code != 0)

    try await clinic.bench.git(
      "worktree", "add", "-q", "../" + URL(fileURLWithPath: clinic.root).lastPathComponent + "-wt")
    let linked = clinic.root + "-wt"
    let there = try await clinic.bench.run(Workbench.programs + "/errata", ["hooks", "install"], in: linked)
    #expect(there.code == 0 && there.errors.contains(hooks + "/commit-msg"), "\(there.errors)")
    #expect(try await clinic.errata("hooks", "uninstall").code == 0)
    #expect(try clinic.text(".git/hooks/pre-commit").contains("echo mine"))
    let left = try FileManager.default.contentsOfDirectory(atPath: hooks).filter { !$0.hasSuffix(".sample") }
    #expect(left == ["pre-commit"], "\(left)")

    try await clinic.bench.git("config", "core.hooksPath", ".githooks")
    #expect(try await clinic.errata("hooks", "install").code == 0)
    #expect(FileManager.default.isExecutableFile(atPath: clinic.root + "/.githooks/commit-msg"))
    try await clinic.bench.git("config", "core.hooksPath", "/etc")
    let outside = try await clinic.errata("hooks", "install")
    #expect(outside.code == 50 && outside.errors.contains("other repositories"), "\(outside.errors)")
    #expect(!FileManager.default.fileExists(atPath: "/etc/commit-msg"))
  }

  @Test("checks what is staged, not what the work tree holds, and lets everything pass where errata is not installed")
  func preCommit() async throws {
    let clinic = try await hooked("hooks-pre-commit")
    let good = try clinic.text(ClinicWorkspace.manifest)
    try clinic.write(good + "sources: []\n", to: ClinicWorkspace.manifest)
    try await clinic.bench.git("add", "manifests")
    try clinic.write(good, to: ClinicWorkspace.manifest)
    let refused = try await git(clinic, "commit", "-qm", "Break it")
    #expect(refused.code != 0 && refused.errors.contains(ClinicWorkspace.manifest + ":"), "\(refused.errors)")
    // The file is mended in the work tree and committed by name: git then works with an index of its own.
    try clinic.write(good + "# a remark\n", to: ClinicWorkspace.manifest)
    let mended = try await git(clinic, "commit", "-qm", "Mend it", "--", ClinicWorkspace.manifest)
    #expect(mended.code == 0, "\(mended.errors)")
    // The other way round: good in the index, broken in the work tree.
    try clinic.write(good + "# another\n", to: ClinicWorkspace.manifest)
    try await clinic.bench.git("add", "manifests")
    try clinic.write("sources: [", to: ClinicWorkspace.manifest)
    #expect(try await git(clinic, "commit", "-qm", "Remark").code == 0)
    let all = try await git(clinic, "commit", "-qam", "Break it by -a")
    #expect(all.code != 0 && all.errors.contains(ClinicWorkspace.manifest), "\(all.errors)")
    // A folder of that name which is no workspace's, and a machine without errata.
    try clinic.write("a: [\n", to: "charts/manifests/x.yaml")
    try await clinic.bench.git("add", "charts")
    #expect(
      try await git(clinic, "commit", "-qm", "Chart", "--", "charts").code == 0)
    try await clinic.bench.git("commit", "-qam", "Nobody checks")
    try await clinic.bench.git("fsck", "--strict", "--no-dangling")
  }

  @Test("puts a fix's trailers back after an amend, a reword and a squash, and leaves other commits alone")
  func commitMessage() async throws {
    let clinic = try await hooked("hooks-message")
    _ = try await clinic.errata("run")
    let fix = try #require(try await clinic.fixes().first)
    let trailers = try await clinic.bench.git("log", "-1", "--format=%(trailers)", fix.branch)
    #expect(trailers.contains("Errata-Fix: \(fix.id)"))
    try await clinic.bench.git("checkout", "-q", fix.branch)
    #expect(try await git(clinic, "commit", "-q", "--amend", "-m", "Read stars as nothing").code == 0)
    #expect(try await clinic.bench.git("log", "-1", "--format=%(trailers)") == trailers)
    let signed = try await git(
      clinic, "commit", "-q", "--amend", "-m", "Read stars as nothing\n\nErrata-Fix: deadbeef\nSigned-off-by: A <a@b.c>"
    )
    #expect(signed.code == 0)
    let message = try await clinic.bench.git("log", "-1", "--format=%B")
    #expect(!message.contains("deadbeef"), "\(message)")
    #expect(
      try await clinic.bench.git("log", "-1", "--format=%(trailers)") == "Signed-off-by: A <a@b.c>\n" + trailers)
    // An editor that leaves a message above the comments and a diff, and one that abandons the commit.
    try clinic.write("#!/bin/sh\nsed -i '/^#/!d' \"$1\"\nsed -i '1i Another subject' \"$1\"\n", to: "logs/editor")
    try clinic.write("#!/bin/sh\nsed -i '/^#/!d' \"$1\"\n", to: "logs/abandon")
    for name in ["editor", "abandon"] {
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: clinic.root + "/logs/" + name)
    }
    #expect(
      try await git(clinic, "-c", "core.editor=\(clinic.root)/logs/editor", "commit", "-q", "--amend", "-v").code == 0)
    #expect(try await clinic.bench.git("log", "-1", "--format=%s") == "Another subject")
    #expect(try await clinic.bench.git("log", "-1", "--format=%(trailers)") == trailers)
    #expect(
      try await git(clinic, "-c", "core.editor=\(clinic.root)/logs/abandon", "commit", "-q", "--amend").code != 0)
    #expect(try await git(clinic, "commit", "-q", "--allow-empty", "-m", "On top").code == 0)
    #expect(try await clinic.bench.git("log", "-1", "--format=%B") == "On top")
    try await clinic.bench.git("reset", "-q", "--hard", "HEAD~1")

    try await clinic.bench.git("checkout", "-q", "main")
    #expect(try await git(clinic, "merge", "-q", "--squash", fix.branch).code == 0)
    #expect(try await git(clinic, "commit", "-q", "-m", "Stars are nothing").code == 0)
    #expect(try await clinic.bench.git("log", "-1", "--format=%(trailers)") == trailers)
    // A squash that was given up must not be remembered by the next commit.
    try await clinic.bench.git("reset", "-q", "--hard", "HEAD~1")
    #expect(try await git(clinic, "merge", "-q", "--squash", fix.branch).code == 0)
    try await clinic.bench.git("reset", "-q", "--hard")
    try clinic.write("x\n", to: "notes.txt")
    try await clinic.bench.git("add", "notes.txt")
    #expect(try await git(clinic, "commit", "-q", "-m", "Note").code == 0)
    #expect(try await clinic.bench.git("log", "-1", "--format=%B") == "Note")
    try await clinic.bench.git("fsck", "--strict", "--no-dangling")
  }

  @Test("after a merge says what is approved and what can resume, and records it")
  func postMerge() async throws {
    let clinic = try await hooked("hooks-merge")
    _ = try await clinic.errata("run")
    let fix = try #require(try await clinic.fixes().first)
    let merged = try await git(clinic, "merge", "--no-ff", "-m", "Take it", fix.branch)
    #expect(merged.code == 0 && merged.errors.contains("is approved"), "\(merged.errors)")
    #expect(merged.errors.contains("goes on with clinic/nov25/visits at load"), "\(merged.errors)")
    #expect(try await clinic.fixes().first?.status == .approved)
    #expect(try await clinic.errata("run").code == 0)
    try await clinic.bench.git("checkout", "-q", "-b", "back")
    #expect(try await git(clinic, "revert", "--no-edit", "-m", "1", "HEAD").code == 0)
    try await clinic.bench.git("checkout", "-q", "main")
    let reverted = try await git(clinic, "merge", "--ff-only", "back")
    #expect(reverted.errors.contains("is reverted") && reverted.errors.contains("takes the rows"), "\(reverted.errors)")
    #expect(try await clinic.rows(of: "tbl_visits", period: "nov25") == 4, "a hook unloaded rows")
    let quiet = try await git(clinic, "merge", "-q", "main")
    #expect(quiet.code == 0 && !quiet.errors.contains("approved"), "\(quiet.errors)")
  }

  @Test("the server takes fixes and refuses what a fix may not change, by the base's own rules")
  func update() async throws {
    let clinic = try await ClinicWorkspace("hooks-update")
    let server = try Workbench("hooks-server").root
    try await clinic.bench.git("init", "-q", "--bare", "--initial-branch", "main", server)
    try await clinic.bench.git("config", "receive.denyDeletes", "false", in: server)
    let wrong = try await clinic.bench.run(Workbench.programs + "/errata", ["hooks", "install"], in: server)
    #expect(wrong.code == 50 && wrong.errors.contains("--server"), "\(wrong.errors)")
    let installed = try await clinic.bench.run(
      Workbench.programs + "/errata", ["hooks", "install", "--server"], in: server)
    #expect(installed.code == 0, "\(installed.errors)")
    try await clinic.bench.git("remote", "add", "origin", server)
    let early = try await git(clinic, "push", "-q", "origin", "main:refs/heads/errata/x")
    #expect(early.code != 0 && early.errors.contains("push the branch that HEAD names first"), "\(early.errors)")
    #expect(try await git(clinic, "push", "-q", "origin", "main").code == 0)
    _ = try await clinic.errata("run")
    let fix = try #require(try await clinic.fixes().first)
    let pushed = try await git(clinic, "push", "-q", "origin", fix.branch)
    #expect(pushed.code == 0, "\(pushed.errors)")

    func refusal(_ branch: String = "errata/clinic/nov25/visits-x", _ change: () async throws -> Void) async throws
      -> String
    {
      try await clinic.bench.git("checkout", "-q", "-B", "attempt", "main")
      try await change()
      try await clinic.bench.git("add", "--all")
      try await clinic.bench.git("commit", "-qm", "Attempt")
      let ended = try await git(clinic, "push", "-q", "--force", "origin", "attempt:refs/heads/" + branch)
      try await clinic.bench.git("reset", "-q", "--hard")
      #expect((ended.code == 0) == !ended.errors.contains("errata: refused"), "\(ended.errors)")
      return ended.code == 0 ? "" : ended.errors
    }
    let manifest = clinic.root + "/" + ClinicWorkspace.manifest
    let files = FileManager.default
    for (path, text) in [
      ("config/pipeline.yaml", "stages: []\n"), ("config/execution_mode.yaml", "a: 1\n"),
      ("config/patterns.yaml", "patterns: []\n"), ("config/constraints.yaml", "allowed_paths: ['**']\n"),
      ("config/goals.yaml", "a: 1\n"), (".github/workflows/x.yml", "on: push\n"), (".gitlab-ci.yml", "a: 1\n"),
      ("hooks/x.yaml", "a: 1\n"), ("templates/x.yaml", "a: 1\n"), ("load.py", "1\n"), ("manifests/x.sh", "echo\n"),
      ("manifests/x.yaml", "a: [\n"), ("manifests/.github/workflows/x.txt", "x\n"),
    ] {
      let words = try await refusal { try clinic.write(text, to: path) }
      #expect(words.contains(path), "\(path) was taken: \(words)")
    }
    #expect(
      try await refusal {
        try files.removeItem(atPath: manifest)
        try files.createSymbolicLink(atPath: manifest, withDestinationPath: "/etc/passwd")
      }.contains("symbolic link"))
    #expect(
      try await refusal { try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: manifest) }
        .contains("executable"))
    #expect(try await refusal { try files.removeItem(atPath: manifest) }.contains("removes no file"))
    #expect(
      try await refusal("errata-fix/clinic/x") { try clinic.write("x\n", to: "load.py") }.contains("load.py"),
      "the other folder of fixes is not watched")
    #expect(try await refusal { try clinic.write("sources: []\n", to: "manifests/b.yaml") } == "")
    let wide = "max_fix_attempts: 99\n"
    #expect(
      try await refusal("errata/_config/x") { try clinic.write(wide, to: "config/constraints.yaml") }
        .contains("tightened"))
    let tight = "max_fix_attempts: 3\nforbidden_actions: [disable_source]\n"
    #expect(try await refusal("errata/_config/y") { try clinic.write(tight, to: "config/constraints.yaml") } == "")
    #expect(try await git(clinic, "push", "-q", "origin", "attempt:refs/heads/feature").code == 0)
    #expect(try await git(clinic, "push", "-q", "origin", ":refs/heads/" + fix.branch).code == 0)
    try await clinic.bench.git("checkout", "-q", "main")
    try await clinic.bench.git("fsck", "--strict", "--no-dangling", in: server)
  }
}
