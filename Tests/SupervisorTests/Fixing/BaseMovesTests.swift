import Git
import Journal
import Testing

@testable import Supervisor

@Suite("The base moves under open fixes") struct BaseMovesTests {
  /// Adds a line where the fix adds its own.
  static let around = """
    sed -i '0,/data_type: integer/s//data_type: integer\\n    description: Monthly/' \(FixWorkspace.manifest)
    git commit -qam 'Around it'
    """

  @Test(
    "an open branch is built anew only as the configuration says",
    arguments: [
      (ExecutionMode.Rebuild.conflicted, "git commit -q --allow-empty -m other", false), (.conflicted, around, true),
      (.conflicted, "sed -i 's/^# ADHD/# The ADHD/' \(FixWorkspace.manifest) && git commit -qam far", false),
      (.behind, "git commit -q --allow-empty -m other", true), (.never, around, false),
    ])
  func rebuilds(rebuild: ExecutionMode.Rebuild, commands: String, moves: Bool) async throws {
    let place = try FixWorkspace()
    let settings = FixSettings(rebuild: rebuild)
    let first = try await place.branches(settings: settings).propose(try FixWorkspace.proposal()).record
    try place.shell(commands)
    let findings = try await place.branches(settings: settings).reconcile()
    let after = try #require(await place.branches().fixes.first)
    #expect(after.status == .open)
    #expect((after.commit != first.commit) == moves)
    #expect(findings.count == (moves ? 1 : 0))
    #expect(try await place.branches(settings: settings).reconcile().isEmpty)
    guard moves else { return }
    #expect(findings.first?.sentence.contains("built anew") == true)
    #expect(after.branch == first.branch)
    #expect(try place.shell("git log -1 --format=%B \(after.branch)").contains("Errata-Fix: \(first.id)"))
    try place.shell("git merge -q --no-edit \(after.branch) && ! grep -rn '<<<<' manifests && git fsck --strict")
    #expect(try await place.branches().reconcile().map(\.fix.status) == [.approved])
  }

  @Test("a person's branch is not built anew")
  func leavesPeople() async throws {
    let place = try FixWorkspace()
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    try place.shell("git checkout -q \(fix.branch) && git commit -q --allow-empty -m mine && git checkout -q main")
    let tip = try place.shell("git rev-parse \(fix.branch)")
    try place.shell(Self.around)
    #expect(try await place.branches(settings: FixSettings(rebuild: .behind)).reconcile().isEmpty)
    #expect(try place.shell("git rev-parse \(fix.branch)") == tip)
  }

  @Test("approving what no longer merges names the place and both values, and changes nothing")
  func namesValues() async throws {
    let place = try FixWorkspace()
    let proposal = try FixWorkspace.proposal(old: "integer", new: "varchar", key: "data_type")
    let fix = try await place.branches().propose(proposal).record
    try place.shell("sed -i '0,/data_type: integer/s//data_type: bigint/' \(FixWorkspace.manifest)")
    try place.shell("git commit -qam Widen")
    let head = try place.shell("git rev-parse HEAD")
    let outcome = try #require(try await place.branches().approve([fix.id]).first)
    #expect(!outcome.done)
    #expect(outcome.sentence.contains("sources[0].columns[1].data_type"), "\(outcome.sentence)")
    #expect(outcome.sentence.contains("is bigint in 'main', where the fix expects integer and proposes varchar"))
    #expect(try place.shell("git rev-parse HEAD") == head)
  }

  @Test("an edit of a value that only the work tree has says so, with both values")
  func namesLocalValues() async throws {
    let place = try FixWorkspace()
    try place.shell("sed -i '0,/data_type: integer/s//data_type: bigint/' \(FixWorkspace.manifest)")
    let proposal = try FixWorkspace.proposal(old: "bigint", new: "varchar", key: "data_type")
    guard case .patchOnly(_, let reason) = try await place.branches().propose(proposal) else {
      Issue.record("a branch was made")
      return
    }
    #expect(reason.contains("is integer in 'main', where the fix expects bigint"), "\(reason)")
  }

  @Test("a newer answer to the same question supersedes the older one, which says by what")
  func supersedes() async throws {
    let place = try FixWorkspace()
    let older = try await place.branches().propose(try FixWorkspace.proposal()).record
    let newer = try await place.branches().propose(try FixWorkspace.proposal(new: ["*", "c"])).record
    let known = try #require(await place.branches().fixes.first { $0.id == older.id })
    #expect(known.status == .superseded)
    #expect(known.supersededBy == newer.id)
    #expect(known.statusReason?.contains("['*', 'c'] instead of ['*']") == true, "\(known.statusReason ?? "")")
    #expect(try place.shell("git branch --list 'errata/*' --format='%(refname:short)'") == newer.branch)
    try place.shell("git merge -q --no-edit \(newer.branch)")
    #expect(try await place.branches().reconcile().map(\.fix.id) == [newer.id])
  }

  @Test("a fix on top of an approved one supersedes it when it is merged, and gives way when it is reverted")
  func succeeds() async throws {
    let place = try FixWorkspace()
    let first = try await place.branches().propose(try FixWorkspace.proposal()).record
    _ = try await place.branches().approve([first.id])
    let second = try await place.branches().propose(try FixWorkspace.proposal(old: ["*"], new: ["*", "c"])).record
    #expect(await place.branches().fixes.map(\.status) == [.approved, .open])
    try place.shell("git merge -q --ff-only \(second.branch)")
    _ = try await place.branches().reconcile()
    #expect(await place.branches().fixes.map(\.status) == [.superseded, .approved])
    #expect(await place.branches().fixes.first?.supersededBy == second.id)
    try place.shell("git revert --no-edit HEAD")
    _ = try await place.branches().reconcile()
    #expect(await place.branches().fixes.map(\.status) == [.approved, .reverted])
    #expect(await place.branches().fixes.first?.supersededBy == nil)
  }

  @Test("a fix that is stacked on an unmerged baseline stays open until that is merged")
  func waitsForBaseline() async throws {
    let place = try FixWorkspace(commit: false)
    let digest = Digest.sha256(FixWorkspace.text)
    await place.journal.append([
      Event(.fileWritten, data: ["path": .string(FixWorkspace.manifest), "sha256": .string(digest)])
    ])
    let settings = FixSettings(baseline: .branch)
    let fix = try await place.branches(settings: settings).propose(try FixWorkspace.proposal()).record
    #expect(try await place.branches(settings: settings).reconcile().isEmpty)
    try place.shell("rm \(FixWorkspace.manifest) && git merge -q --squash errata-baseline && git commit -qm Baseline")
    // Squashed, the baseline shares no commit with the fix any more.
    #expect(try await place.branches(settings: settings).reconcile().map(\.fix.status) == [.open])
    try place.shell("git merge -q --no-edit \(fix.branch)")
    #expect(try await place.branches(settings: settings).reconcile().map(\.fix.status) == [.approved])
  }
}
