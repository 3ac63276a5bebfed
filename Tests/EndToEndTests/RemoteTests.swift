import Foundation
import Journal
import Testing

/// Fixes that are shared through a remote, with people who work on it from clones of their own.
@Suite("With a remote")
struct RemoteTests {
  @Test("a fix is pushed, a second run pushes nothing, and approving, undoing and rejecting reach the remote too")
  func review() async throws {
    let place = try await RemoteWorkspace("remote-review")
    let ended = try await place.errata("run")
    #expect(ended.code == 10, "\(ended.errors)")
    let fix = try #require(try await place.fixes().first)
    #expect(try await place.remoteRefs().contains("\(fix.branch) \(fix.commit ?? "")"))
    // The fix, and then the ledger.
    #expect(place.pushes == 2)
    let refs = try await place.clinic.refs()
    #expect(try await place.errata("run").code == 20)
    #expect(try await place.errata("reconcile").code == 0)
    #expect(place.pushes == 2)
    #expect(try await place.clinic.refs() == refs)

    #expect(try await place.errata("approve", fix.id).code == 0)
    #expect(try await place.bench.git("rev-parse", "main") == place.bench.git("rev-parse", "main", in: place.origin))
    #expect(try await place.errata("rollback", fix.id).code == 0)
    #expect(try await place.bench.git("log", "-1", "--format=%s", "main", in: place.origin).hasPrefix("Revert "))
    #expect(try await place.fixes().map(\.status) == [.reverted])

    _ = try await place.errata("run", "--retry-failed")
    let next = try #require(try await place.fixes().last)
    #expect(next.id != fix.id && next.status == .open)
    #expect(try await place.fixBranches().contains(next.branch))
    let rejected = try await place.errata("reject", next.id, "--reason", "no")
    #expect(rejected.code == 0 && rejected.errors.contains("'origin' is gone"), "\(rejected.errors)")
    #expect(try await !place.fixBranches().contains(next.branch))
    try await place.check()
  }

  @Test("a squash on the forge that deletes the branch approves once it is pulled, and is no rejection before")
  func squash() async throws {
    let place = try await RemoteWorkspace("remote-squash")
    _ = try await place.errata("run")
    let fix = try #require(try await place.fixes().first)
    let person = try await place.clone("person")
    try await place.bench.git("merge", "--quiet", "--squash", "origin/" + fix.branch, in: person)
    try await place.bench.git("commit", "--quiet", "--message", "Read stars (#7)", in: person)
    try await place.bench.git("push", "--quiet", "origin", "main", ":" + fix.branch, in: person)
    #expect(try await place.errata("reconcile").code == 0)
    #expect(try await place.fixes().map(\.status) == [.open])
    #expect(try await place.fixBranches().isEmpty)
    try await place.bench.git("pull", "--quiet", "--ff-only", "origin", "main")
    #expect(try await place.errata("run").code == 0)
    #expect(try await place.fixes().map(\.status) == [.approved])
    #expect(try await place.fixBranches().isEmpty)
    try await place.check()
  }

  @Test("a branch that a person deletes on the remote is rejected; one that is missing in a clone is not")
  func deleted() async throws {
    let place = try await RemoteWorkspace("remote-deleted")
    _ = try await place.errata("run")
    let fix = try #require(try await place.fixes().first)
    try await place.bench.git("branch", "--quiet", "-D", fix.branch)
    #expect(try await place.errata("reconcile").code == 0)
    #expect(try await place.fixes().map(\.status) == [.open])
    let person = try await place.clone("person")
    try await place.bench.git("push", "--quiet", "origin", "--delete", fix.branch, in: person)
    #expect(try await place.errata("reconcile").errors.contains("is rejected"))
    #expect(try await place.fixes().map(\.status) == [.rejected])
    _ = try await place.errata("run", "--retry-failed")
    #expect(try await !place.fixBranches().contains(fix.branch))
    try await place.check()
  }

  @Test("a remote that is down is told and nothing concluded; the next run publishes what waits")
  func outage() async throws {
    let place = try await RemoteWorkspace("remote-outage")
    try FileManager.default.moveItem(atPath: place.origin, toPath: place.origin + ".away")
    let ended = try await place.errata("run")
    #expect(ended.code == 50 && ended.errors.contains("cannot be reached"), "\(ended.errors)")
    let fix = try #require(try await place.fixes().first)
    try FileManager.default.moveItem(atPath: place.origin + ".away", toPath: place.origin)
    #expect(try await place.errata("run").code == 20)
    #expect(try await place.fixBranches() == [fix.branch])
    try FileManager.default.moveItem(atPath: place.origin, toPath: place.origin + ".away")
    #expect(try await place.errata("reconcile").code == 0)
    #expect(try await place.fixes().map(\.status) == [.open])
    try FileManager.default.moveItem(atPath: place.origin + ".away", toPath: place.origin)
    try await place.check()
  }

  @Test("what a person pushed to a fix's branch stays, through further runs and a rejection")
  func amended() async throws {
    let place = try await RemoteWorkspace("remote-amended")
    _ = try await place.errata("run")
    let fix = try #require(try await place.fixes().first)
    let person = try await place.clone("person", "--branch", fix.branch)
    let path = person + "/" + ClinicWorkspace.manifest
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacingOccurrences(of: "null_values: [\"*\"]", with: "null_values: [\"*\", \"c\"]")
      .write(toFile: path, atomically: true, encoding: .utf8)
    try await place.bench.git("commit", "--quiet", "--all", "--amend", "--no-edit", in: person)
    try await place.bench.git("push", "--quiet", "--force", "origin", "HEAD", in: person)
    let theirs = try await place.bench.git("rev-parse", "HEAD", in: person)
    let pushes = place.pushes
    #expect(try await place.errata("run", "--retry-failed").code == 20)
    #expect(try await place.remoteRefs().contains("\(fix.branch) \(theirs)"))
    #expect(place.pushes == pushes)
    let rejected = try await place.errata("reject", fix.id, "--reason", "no")
    #expect(rejected.errors.contains("not Errata's and stays"), "\(rejected.errors)")
    #expect(try await place.remoteRefs().contains("\(fix.branch) \(theirs)"))
    try await place.check()
  }

  @Test("a branch that is built anew replaces what Errata pushed, and never what a person did")
  func rebuilt() async throws {
    let place = try await RemoteWorkspace("remote-rebuilt")
    _ = try await place.errata("run")
    let fix = try #require(try await place.fixes().first)
    func editMain(_ note: String) async throws {
      let text = try place.clinic.text(ClinicWorkspace.manifest)
      try place.clinic.write(
        text.replacing("data_type: varchar}", with: "data_type: varchar}  # \(note)"), to: ClinicWorkspace.manifest)
      try await place.clinic.commit(note)
      try await place.bench.git("push", "--quiet", "origin", "main")
    }
    try await editMain("One")
    let told = try await place.errata("reconcile")
    #expect(told.errors.contains("built anew"), "\(told.errors)")
    let anew = try #require(try await place.fixes().first?.commit)
    #expect(anew != fix.commit)
    #expect(try await place.remoteRefs().contains("\(fix.branch) \(anew)"))

    let person = try await place.clone("person", "--branch", fix.branch)
    try await place.bench.git("commit", "--quiet", "--allow-empty", "--message", "I look at it", in: person)
    try await place.bench.git("push", "--quiet", "origin", "HEAD", in: person)
    let theirs = try await place.bench.git("rev-parse", "HEAD", in: person)
    try await editMain("Two")
    let pushes = place.pushes
    #expect(try await place.errata("run").code == 20)
    #expect(try await place.remoteRefs().contains("\(fix.branch) \(theirs)"))
    #expect(place.pushes == pushes)
    try await place.check(person)
  }

  @Test("generated manifests are pushed to the base; where that is protected, to a branch that fixes stack on")
  func baseline() async throws {
    let place = try await RemoteWorkspace("remote-baseline", generated: true)
    let ended = try await place.errata("run")
    #expect(ended.code == 10, "\(ended.errors)")
    #expect(try await place.bench.git("log", "-1", "--format=%s", "main", in: place.origin).hasPrefix("chore(errata)"))
    #expect(try await place.bench.git("rev-parse", "main") == place.bench.git("rev-parse", "main", in: place.origin))
    try await place.check()

    let closed = try await RemoteWorkspace("remote-protected", generated: true)
    try closed.protectMain()
    let before = try await closed.bench.git("rev-parse", "main")
    let refused = try await closed.errata("run")
    #expect(refused.code == 10 && refused.errors.contains("takes no pushes to 'main'"), "\(refused.errors)")
    #expect(try await closed.bench.git("rev-parse", "main") == before)
    let fix = try #require(try await closed.fixes().first)
    let stack = try await closed.bench.git("log", "--format=%s", "main..\(fix.branch)", in: closed.origin)
    #expect(stack.split(separator: "\n").count == 2 && stack.contains("chore(errata)"), "\(stack)")
    #expect(try await closed.remoteRefs().contains { $0.hasPrefix("errata-baseline ") })
    let pushes = closed.pushes
    let refs = try await closed.clinic.refs()
    #expect(try await closed.errata("run").code == 20)
    #expect(closed.pushes == pushes)
    #expect(try await closed.clinic.refs() == refs)
    try await closed.check()
  }

  @Test("CI proposes and pushes from a detached HEAD in a clone of depth 1, and a later one knows what was proposed")
  func shallow() async throws {
    let place = try await RemoteWorkspace("remote-shallow", generated: true)
    func job(_ name: String) async throws -> String {
      let clone = try await place.clone(name, "--depth", "1", "--no-single-branch")
      try await place.bench.git("checkout", "--quiet", "--detach", in: clone)
      try await place.bench.git("branch", "--quiet", "-D", "main", in: clone)
      return clone
    }
    let first = try await job("job1")
    let ended = try await place.errata("run", in: first)
    #expect(ended.code == 10, "\(ended.errors)")
    let fix = try #require(try await place.fixes(in: first).first)
    #expect(try await place.fixBranches() == [fix.branch])
    #expect(try await place.bench.git("log", "-1", "--format=%s", "main", in: place.origin).hasPrefix("chore(errata)"))
    let again = try await place.errata("run", in: first)
    #expect(again.code == 20, "\(again.errors)")
    let (pushes, branches) = (place.pushes, try await place.remoteRefs())

    let second = try await job("job2")
    let later = try await place.errata("run", in: second)
    #expect(later.code == 20, "\(later.errors)")
    #expect(try await place.remoteRefs() == branches)
    // That it loads into a database of its own is news for the ledger, once.
    #expect(place.pushes == pushes + 1)
    #expect(try await place.errata("run", in: second).code == 20)
    #expect(place.pushes == pushes + 1)
    #expect(try await place.fixes(in: second).map(\.id) == [fix.id])
    let approved = try await place.errata("approve", fix.id, in: second)
    #expect(approved.code == 0, "\(approved.errors)")
    #expect(
      try await place.bench.git("log", "-1", "--format=%s", "main", in: place.origin) == "Merge branch '\(fix.branch)'")
    try await place.check()
  }

  @Test("a clone of depth 1 fetches the history that tells of a revert, or says that it could not")
  func deepened() async throws {
    let place = try await RemoteWorkspace("remote-deepened")
    #expect(try await place.errata("run").code == 10)
    let fix = try #require(try await place.fixes().first)
    let person = try await place.clone("person")
    try await place.bench.git("merge", "--quiet", "--squash", "origin/\(fix.branch)", in: person)
    try await place.bench.git("commit", "--quiet", "-m", "Take the fix", in: person)
    try await place.bench.git("revert", "--no-edit", "HEAD", in: person)
    // Further back than the first step of 50 commits.
    for number in 1...60 {
      try await place.bench.git("commit", "--quiet", "--allow-empty", "-m", "Change \(number)", in: person)
    }
    try await place.bench.git("push", "--quiet", "origin", "main", in: person)

    let job = try await place.clone("job", "--depth", "1")
    let told = try await place.errata("reconcile", in: job)
    #expect(told.code == 0 && told.errors.contains("reverted by"), "\(told.errors)")
    #expect(try await place.fixes(in: job).map(\.status) == [.reverted])
    #expect(try #require(Int(await place.bench.git("rev-list", "--count", "HEAD", in: job))) > 60)

    // The ledger is here already, the history is not.
    let alone = try await place.clone("alone", "--depth", "1")
    try await place.bench.git(
      "fetch", "--quiet", "--depth", "1", "origin", "refs/errata/*:refs/errata/*", in: alone)
    try await place.bench.git("remote", "set-url", "origin", "file://\(place.folder)/gone.git", in: alone)
    let unsure = try await place.errata("reconcile", in: alone)
    #expect(unsure.errors.contains("gone.git"), "\(unsure.output) \(unsure.errors)")
    #expect(try await place.fixes(in: alone).map(\.status) != [.rejected])
    try await place.check()
  }

  @Test("autonomous mode merges and pushes; a protected base leaves the fix proposed")
  func autonomous() async throws {
    let place = try await RemoteWorkspace(
      "remote-autonomous", mode: RemoteWorkspace.autonomous + "merge: fast-forward\n")
    let ended = try await place.errata("run")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try await place.bench.git("rev-list", "--count", "--merges", "main", in: place.origin) == "0")
    #expect(try await place.bench.git("rev-parse", "main") == place.bench.git("rev-parse", "main", in: place.origin))
    #expect(try await place.fixBranches().isEmpty)

    let closed = try await RemoteWorkspace("remote-closed", mode: RemoteWorkspace.autonomous)
    try closed.protectMain()
    let before = try await closed.bench.git("rev-parse", "main")
    let refused = try await closed.errata("run")
    #expect(refused.code == 10 && refused.errors.contains("stays proposed"), "\(refused.errors)")
    #expect(try await closed.bench.git("rev-parse", "main") == before)
    #expect(try await closed.bench.git("status", "--porcelain").isEmpty)
    #expect(try await closed.fixBranches().count == 1)
    try await closed.check()
  }

  @Test("two bots on two machines make one branch between them, and lose no fix")
  func twoBots() async throws {
    let place = try await RemoteWorkspace("remote-bots", generated: true)
    let other = try await place.clone("bot2")
    async let first = place.errata("run")
    async let second = place.errata("run", in: other)
    let codes = try await [first, second]
    // Runs of one second have one name, and then both proposed the very same commit.
    #expect([[10, 20], [10, 10]].contains(codes.map(\.code).sorted()), "\(codes.map(\.errors))")
    #expect(try await place.fixBranches().count == 1)
    let main = try await place.bench.git("log", "--format=%s", "main", in: place.origin)
    #expect(main.split(separator: "\n").filter { $0.hasPrefix("chore(errata)") }.count == 1, "\(main)")
    let fixes = try await [place.fixes(), place.fixes(in: other)]
    #expect(fixes.allSatisfy { $0.map(\.status) == [.open] } && Set(fixes.flatMap { $0.map(\.id) }).count == 1)
    try await place.check()
  }
}
