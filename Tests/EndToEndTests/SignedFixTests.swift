import Foundation
import Journal
import Testing

/// `commit.gpgSign`: a repository in which every commit has to be signed.
@Suite("Signed fixes")
struct SignedFixTests {
  private func signing(_ name: String) async throws -> (ClinicWorkspace, keys: String) {
    let clinic = try await ClinicWorkspace(name)
    let keys = try Workbench("keys").root
    let made = try await clinic.bench.run(
      "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "bot", "-f", keys + "/key"])
    #expect(made.code == 0, "\(made.errors)")
    let trusted = "bot@example.org " + (try String(contentsOfFile: keys + "/key.pub", encoding: .utf8))
    try trusted.write(toFile: keys + "/trusted", atomically: true, encoding: .utf8)
    for (key, value) in [
      ("commit.gpgSign", "true"), ("gpg.format", "ssh"), ("user.signingKey", keys + "/key.pub"),
      ("gpg.ssh.allowedSignersFile", keys + "/trusted"),
    ] { try await clinic.bench.git("config", key, value) }
    return (clinic, keys)
  }

  @Test("signs the baseline, the fix, the merge and the revert")
  func everyCommit() async throws {
    let (clinic, _) = try await signing("signed")
    let start = try await clinic.bench.git("rev-parse", "HEAD")
    try await clinic.bench.git("rm", "--quiet", "-r", "--cached", "manifests")
    try await clinic.bench.git("commit", "--quiet", "--no-gpg-sign", "--message", "Forget the manifests")
    let unsigned = try await clinic.bench.git("rev-parse", "HEAD")
    let told =
      #"{"event_type":"stage_completed","context":{"publication":"clinic","period":"nov25","stage":"enrich"},"data":{"outputs":["\#(ClinicWorkspace.manifest)"]}}"#
    let failed =
      #"{"event_type":"source_failed","context":{"publication":"clinic","period":"nov25","source_code":"visits","stage":"load"},"error":{"type":"type_mismatch","message":"Could not convert string \"*\" to INTEGER","column":"Visits 2020"}}"#
    try clinic.write(told + "\n" + failed + "\n", to: "logs/theirs.jsonl")
    #expect(try await clinic.errata("propose", "--events", "logs/theirs.jsonl").code == 10)
    let fix = try #require(try await clinic.fixes().first)
    #expect(try await clinic.errata("approve", fix.id).code == 0)
    #expect(try await clinic.errata("rollback", fix.id).code == 0)
    let commits = try await clinic.bench.git("rev-list", "HEAD", "^" + unsigned).split(separator: "\n").map(String.init)
    #expect(commits.count == 4, "baseline, fix, merge and revert: \(commits)")
    for commit in commits { try await clinic.bench.git("verify-commit", commit) }
    #expect(try await clinic.bench.run("git", ["verify-commit", start]).code != 0)
    try await clinic.bench.git("fsck", "--strict", "--no-dangling")
  }

  @Test("moves no ref when it runs again, and leaves a patch, never an unsigned commit, when the key is gone")
  func keyGone() async throws {
    let (clinic, keys) = try await signing("unsigned")
    #expect(try await clinic.errata("run").code == 10)
    let refs = try await clinic.refs()
    #expect(try await clinic.errata("run").code == 20)
    #expect(try await clinic.refs() == refs, "a new signature moved a branch")
    let fix = try #require(try await clinic.fixes().first)
    try FileManager.default.removeItem(atPath: keys + "/key")
    try FileManager.default.removeItem(atPath: keys + "/key.pub")
    let approval = try await clinic.errata("approve", fix.id)
    #expect(approval.code == 50 && approval.errors.contains("commit.gpgSign"), "\(approval.errors)")
    #expect(try await clinic.refs() == refs)

    let (other, otherKeys) = try await signing("unsigned-patch")
    try FileManager.default.removeItem(atPath: otherKeys + "/key")
    let before = try await other.refs()
    let run = try await other.errata("run")
    #expect(run.code == 50 && run.errors.contains("commit.gpgSign"), "\(run.errors)")
    #expect(try await other.refs() == before)
    #expect(try await other.fixes().first?.branch == "")
  }
}
