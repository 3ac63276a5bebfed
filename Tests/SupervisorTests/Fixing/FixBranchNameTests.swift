import Journal
import Testing

@testable import Supervisor

@Suite("The names of fix branches") struct FixBranchNameTests {
  static let wanted = "errata/adhd/nov25/data-fix-0a1b2c3d"

  @Test(
    "a name that is in the way is avoided, the same way each time",
    arguments: [
      ([], "errata"), (["refs/heads/main", "refs/heads/errata-baseline"], "errata"),
      (["refs/heads/errata"], "errata-fix"), (["refs/heads/errata/adhd"], "errata-fix"),
      (["refs/remotes/origin/errata/adhd/nov25"], "errata-fix"), (["refs/tags/" + wanted], "errata-fix"),
      (["refs/heads/" + wanted], "errata"), (["refs/heads/" + wanted + "/mine"], "errata-fix"),
      (["refs/heads/errata/ADHD/nov25/data-fix-0a1b2c3d"], "errata-fix"), (["refs/heads/Errata"], "errata-fix"),
      (["refs/heads/errata", "refs/heads/errata-fix/adhd"], "errata-fix-2"), (["refs/tags/errata"], "errata"),
    ])
  func avoids(taken: [String], folder: String) throws {
    let found = try #require(FixBranchName.free(Self.wanted, among: TakenNames(taken)))
    #expect(found.name == folder + Self.wanted.dropFirst(6))
    #expect((found.clash == nil) == (folder == "errata"))
    #expect(FixBranchName.isFix(found.name))
  }

  @Test("where every folder is taken there is no name")
  func gives() {
    let taken = TakenNames(FixBranchName.folders.map { "refs/heads/" + $0 })
    #expect(FixBranchName.free(Self.wanted, among: taken) == nil)
    #expect(!FixBranchName.isFix("errata-baseline"))
  }

  @Test(
    "a fix is proposed beside what is in its way, and followed there",
    arguments: ["git branch errata", "git branch errata/adhd", "git branch Errata && git pack-refs --all"])
  func proposes(commands: String) async throws {
    let place = try FixWorkspace()
    try place.shell(commands)
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    #expect(fix.branch.hasPrefix("errata-fix/adhd/nov25/"))
    #expect(try place.shell("git rev-parse \(fix.branch)") == fix.commit)
    guard case .waiting = try await place.branches().propose(try FixWorkspace.proposal()) else {
      Issue.record("the fix was published twice")
      return
    }
    // The clash goes away; the fix stays where it is.
    try place.shell("git branch | grep -i -x '..errata[/a-z]*' | xargs git branch -q -D")
    guard case .waiting(let again) = try await place.branches().propose(try FixWorkspace.proposal()) else {
      Issue.record("the fix was published twice")
      return
    }
    #expect(again.branch == fix.branch)
    try place.shell("git checkout -q \(fix.branch)")
    #expect(try await place.branches().reconcile().isEmpty)
    try place.shell("git checkout -q main && git merge -q --no-edit \(fix.branch) && git fsck --strict")
    #expect(try await place.branches().reconcile().map(\.fix.status) == [.approved])
  }

  @Test("what is in the way is told")
  func tells() async throws {
    let place = try FixWorkspace()
    #expect(await place.branches().problems() == [])
    try place.shell("git branch errata")
    let problems = await place.branches().problems()
    #expect(problems.count == 1)
    #expect(problems.first?.contains("a branch named 'errata'") == true)
    #expect(problems.first?.hasSuffix("fixes are below errata-fix/.") == true)
    try place.shell("for n in errata-fix errata-fix-2 errata-fix-3; do git branch $n; done")
    #expect(await place.branches().problems().first?.contains("rename that") == true)
    guard case .patchOnly = try await place.branches().propose(try FixWorkspace.proposal()) else {
      Issue.record("a branch was made")
      return
    }
  }
}
