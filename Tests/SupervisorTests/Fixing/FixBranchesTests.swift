import Foundation
import Git
import Journal
import ManifestYAML
import Repair
import Testing

@testable import Supervisor

@Suite("Fix branches") struct FixBranchesTests {
  @Test("a proposal touches neither HEAD, index nor files, and changes few lines")
  func proposes() async throws {
    let place = try FixWorkspace()
    let head = try place.shell("git rev-parse HEAD")
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    #expect(try place.shell("git rev-parse HEAD") == head)
    #expect(try place.shell("git status --porcelain -uno") == "")
    #expect(try place.read(FixWorkspace.manifest) == FixWorkspace.text)
    let numbers = try place.shell("git diff \(fix.branch)~1 \(fix.branch) --numstat").split(separator: "\t")
    #expect((Int(numbers[0]) ?? 99) + (Int(numbers[1]) ?? 99) <= 3)
    #expect(fix.base == head)
    #expect(try place.shell("git log -1 --format=%an/%ae \(fix.branch)") == "Errata/errata@localhost")
    #expect(fix.changes.map(\.path) == ["sources[0].columns[1].null_values"])
    #expect(await place.journal.events.map(\.type) == [.fixIntended, .fixPublished])
  }

  @Test("the same proposal again moves nothing, in this process or the next")
  func isIdempotent() async throws {
    let place = try FixWorkspace()
    let first = try await place.branches().propose(try FixWorkspace.proposal()).record
    let refs = try place.shell("git for-each-ref")
    guard case .waiting(let again) = try await place.branches().propose(try FixWorkspace.proposal()) else {
      Issue.record("the fix was published twice")
      return
    }
    #expect(again.commit == first.commit)
    #expect(try place.shell("git for-each-ref") == refs)
    #expect(await place.journal.count(.fixPublished) == 1)
  }

  @Test("the same base and edits give the same tree in another repository")
  func isDeterministic() async throws {
    let one = try FixWorkspace()
    let two = try FixWorkspace()
    let fixes = [
      try await one.branches().propose(try FixWorkspace.proposal()).record,
      try await two.branches().propose(try FixWorkspace.proposal()).record,
    ]
    #expect(fixes[0].branch == fixes[1].branch)
    let trees = [
      try one.shell("git rev-parse \(fixes[0].branch)^{tree}"),
      try two.shell("git rev-parse \(fixes[1].branch)^{tree}"),
    ]
    #expect(trees[0] == trees[1])
  }

  @Test("a run that was killed around the move of the ref is finished by the next")
  func finishesIntents() async throws {
    let place = try FixWorkspace()
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    let intent = try #require(await place.journal.events.first)
    let commit = try #require(fix.commit)
    try place.shell("git update-ref -d refs/heads/\(fix.branch)")
    let later = RecordedEvents()
    let branches = FixBranches(
      workspace: place.workspace, settings: FixSettings(), runID: "run_20260112_110000", history: [intent],
      journal: { await later.append($0) })
    #expect(try await branches.reconcile().isEmpty)
    #expect(try place.shell("git rev-parse \(fix.branch)") == commit)
    #expect(await later.events.map(\.type) == [.fixPublished, .reconciled])
  }

  @Test("a branch that a person committed to is never moved")
  func respectsPeople() async throws {
    let place = try FixWorkspace()
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    try place.shell("git checkout -q \(fix.branch) && git commit -q --allow-empty -m mine && git checkout -q main")
    let tip = try place.shell("git rev-parse \(fix.branch)")
    _ = try await place.branches().propose(try FixWorkspace.proposal())
    #expect(try place.shell("git rev-parse \(fix.branch)") == tip)
  }

  @Test("generated files are committed first, byte for byte, and a person's never")
  func baselines() async throws {
    let place = try FixWorkspace(commit: false)
    let bytes = Digest.sha256(FixWorkspace.text)
    await place.journal.append([
      Event(.fileWritten, data: ["path": .string(FixWorkspace.manifest), "sha256": .string(bytes)])
    ])
    try place.write("manifests/mine.yaml", "mine: true\n")
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    #expect(try place.shell("git status --porcelain manifests") == "?? manifests/mine.yaml")
    let head = try place.shell("git rev-parse HEAD")
    #expect(try place.shell("git rev-parse \(fix.branch)~1") == head)
    #expect(try place.shell("git show HEAD:\(FixWorkspace.manifest)") + "\n" == FixWorkspace.text)
    #expect(await place.journal.count(.baselineCommitted) == 1)
    _ = try await place.branches().baseline()
    #expect(await place.journal.count(.baselineCommitted) == 1)
  }

  @Test(
    "where git takes no branch there is a patch and a plain sentence",
    arguments: ["none", "detached", "mine", "unborn"])
  func patchesOnly(kind: String) async throws {
    let place = try FixWorkspace(git: kind != "none", commit: kind != "mine")
    if kind == "detached" { try place.shell("git checkout -q --detach") }
    if kind == "unborn" { try place.shell("git update-ref -d HEAD") }
    guard case .patchOnly(let fix, let reason) = try await place.branches().propose(try FixWorkspace.proposal()) else {
      Issue.record("a branch was made")
      return
    }
    #expect(reason.hasSuffix("."))
    let patch = try #require(fix.patch)
    #expect(try place.read(patch).contains("+++ b/\(FixWorkspace.manifest)"))
    guard case .waiting = try await place.branches().propose(try FixWorkspace.proposal()) else {
      Issue.record("the patch was written twice")
      return
    }
    // Applying the patch by hand approves the fix, even where there is no git to tell.
    try place.shell("patch -s -p1 < \(patch)")
    if kind != "mine" && kind != "detached" {
      #expect(try await place.branches().reconcile().map(\.fix.status) == [.approved])
    }
  }

  @Test("git am takes the patch and yields the same tree")
  func patchApplies() async throws {
    let place = try FixWorkspace()
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    let patch = try #require(fix.patch)
    try place.shell("git am -q \(patch)")
    let tree = try place.shell("git rev-parse \(fix.branch)^{tree}")
    #expect(try place.shell("git rev-parse HEAD^{tree}") == tree)
    #expect(try await place.branches().reconcile().map(\.fix.status) == [.approved])
  }

  @Test("fixes are approved in any order, and rolled back", arguments: [[0, 1], [1, 0]])
  func approves(order: [Int]) async throws {
    let place = try FixWorkspace()
    let ids = [
      try await place.branches().propose(try FixWorkspace.proposal()).record.id,
      try await place.branches().propose(try FixWorkspace.proposal(source: "adhd_waits", column: "Weeks")).record.id,
    ]
    let outcomes = try await place.branches().approve(order.map { ids[$0] })
    #expect(outcomes.map(\.done) == [true, true])
    #expect(await place.branches().fixes.map(\.status) == [.approved, .approved])
    #expect(try place.shell("git status --porcelain -uno") == "")
    #expect(try place.read(FixWorkspace.manifest).components(separatedBy: "null_values").count == 3)
    let rolledBack = try await place.branches().rollback(ids[0])
    #expect(rolledBack.done, "\(rolledBack.sentence)")
    #expect(await place.branches().fixes.map(\.status) == [.reverted, .approved])
    #expect(try place.read(FixWorkspace.manifest).components(separatedBy: "null_values").count == 2)
    #expect(try place.shell("git log -1 --format=%s").hasPrefix("Revert \"fix(adhd/nov25)"))
    #expect(try place.shell("git status --porcelain -uno") == "")
  }

  @Test("approving refuses when local changes are in the way, and changes nothing")
  func refuses() async throws {
    let place = try FixWorkspace()
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    try place.write(FixWorkspace.manifest, FixWorkspace.text + "# mine\n")
    let head = try place.shell("git rev-parse HEAD")
    let outcome = try #require(try await place.branches().approve([fix.id]).first)
    #expect(!outcome.done)
    #expect(outcome.sentence.contains("Local changes are in the way"))
    #expect(try place.shell("git rev-parse HEAD") == head)
    #expect(try place.read(FixWorkspace.manifest).hasSuffix("# mine\n"))
  }

  @Test("a rejected fix loses its branch and stays rejected")
  func rejects() async throws {
    let place = try FixWorkspace()
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    #expect(try await place.branches().reject(fix.id, reason: "the marker means zero").done)
    #expect(try place.shell("git branch --list 'errata/*'") == "")
    #expect(try await place.branches().reconcile().isEmpty)
    let known = try #require(await place.branches().fixes.first)
    #expect(known.status == .rejected && known.statusReason == "the marker means zero")
    let unknown = try await place.branches().reject("ffff", reason: "")
    #expect(!unknown.done)
  }

  @Test("an open branch is rebuilt only when it no longer merges")
  func rebuilds() async throws {
    let place = try FixWorkspace()
    let first = try await place.branches().propose(try FixWorkspace.proposal()).record
    try place.shell("git commit -q --allow-empty -m other")
    let waiting = try await place.branches().propose(try FixWorkspace.proposal()).record
    #expect(waiting.commit == first.commit)
    try place.shell("sed -i '/semantic_name: march_2020/a\\    description: Monthly' \(FixWorkspace.manifest)")
    try place.shell("sed -i 's/data_type: integer$/data_type: integer # whole/' \(FixWorkspace.manifest)")
    try place.shell("git commit -qam 'Around it'")
    let outcome = try await place.branches().propose(try FixWorkspace.proposal())
    #expect(outcome.record.commit != first.commit)
    try place.shell("git merge -q --no-edit \(outcome.record.branch)")
  }

  @Test("a file that a stage writes anew keeps fixes and edits")
  func carriesOver() {
    func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    let before = bytes("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n")
    let fixed = bytes("a: 1\nb: 9\nc: 3\nd: 4\ne: 5\n")
    let anew = bytes("a: 1\nb: 2\nc: 3\nd: 4\ne: 6\n")
    func decide(_ before: [UInt8]?, _ standing: [UInt8], _ now: [UInt8]) -> CarriedOver {
      .decide(path: "m.yaml", before: before, standing: standing, now: now)
    }
    #expect(decide(before, fixed, anew) == .merged(bytes("a: 1\nb: 9\nc: 3\nd: 4\ne: 6\n")))
    #expect(decide(before, fixed, before) == .merged(fixed))
    #expect(decide(before, before, anew) == .merged(anew))
    #expect(decide(nil, fixed, fixed) == .merged(fixed))
    if case .merged = decide(nil, fixed, anew) { Issue.record("merged without a common ancestor") }
    if case .merged = decide(before, fixed, bytes("a: 1\nb: 7\nc: 3\nd: 4\ne: 5\n")) {
      Issue.record("merged an overlap")
    }
  }
}
