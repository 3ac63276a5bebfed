import Foundation
import Git
import Testing

@Suite struct HistoryTests {
  @Test("Commits come newest first, children before parents, without those excluded")
  func walk() throws {
    let test = try TestRepository()
    let ids = try (1...4).map { try test.commit(["a": "\($0)"], "Commit \($0)") }
    let all = try test.repository.commits(from: ids[3])
    #expect(all.map(\.subject) == ["Commit 4", "Commit 3", "Commit 2", "Commit 1"])
    #expect(try test.repository.commits(from: ids[3], excluding: [ids[1]]).map(\.id) == [ids[3], ids[2]])
    #expect(try test.repository.commits(from: ids[3], limit: 1).map(\.id) == [ids[3]])
    #expect(try test.repository.commits(from: ids[3], limit: 0).isEmpty)
    #expect(try test.repository.commits(from: ids[0], excluding: [ids[3]]).isEmpty)
  }

  @Test("Ancestry and the merge base; unrelated histories have none")
  func ancestry() throws {
    let test = try TestRepository()
    let base = try test.commit(["a": "1"])
    let ours = try test.propose([FileChange("b", "1")], onto: base)
    let theirs = try test.propose([FileChange("c", "1")], onto: base)
    let stranger = try test.propose([FileChange("d", "1")], onto: nil)
    let repository = test.repository
    #expect(try repository.mergeBase(ours, theirs) == base)
    #expect(try repository.mergeBase(ours, stranger) == nil)
    #expect(try repository.isAncestor(base, of: ours))
    #expect(try repository.isAncestor(ours, of: ours))
    #expect(try !repository.isAncestor(ours, of: base))
    let missing = try #require(ObjectID(String(repeating: "ab", count: 20)))
    #expect(throws: GitError.self) { try repository.isAncestor(missing, of: base) }
    #expect(throws: GitError.self) { try repository.mergeBase(missing, base) }
  }

  @Test("A clone of depth 1 of every branch merges what stands on what it has")
  func graftedBranches() throws {
    let test = try TestRepository()
    try test.commit(["a": "1"], "Before")
    let base = try test.commit(["a": "2"], "Base")
    let fix = try test.propose([FileChange("a", "3")], onto: base)
    try test.git("branch", "fix", fix.hex)
    let folder = try TestRepository.temporaryFolder()
    try test.git("clone", "-q", "--depth", "1", "--no-single-branch", "file://" + test.folder, folder + "/clone")
    let clone = try TestRepository(opening: folder + "/clone")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(try clone.repository.mergeBase(base, fix) == base)
    #expect(try clone.repository.isAncestor(base, of: fix))
    #expect(try !clone.repository.isAncestor(fix, of: base))
    #expect(try clone.repository.commits(from: fix, excluding: [base]).map(\.id) == [fix])
    guard case .clean = try clone.repository.mergeTrees(ours: base, theirs: fix) else {
      Issue.record("It does not merge.")
      return
    }
    #expect(throws: GitError.self) { try clone.repository.commits(from: fix) }
  }

  @Test("A shallow clone says so, plainly, and still takes commits")
  func shallow() throws {
    let test = try TestRepository()
    for number in 1...3 { try test.commit(["a": "\(number)\n"]) }
    let folder = try TestRepository.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try test.git("clone", "-q", "--depth", "1", "file://" + test.folder, folder + "/clone")
    let clone = try TestRepository(opening: folder + "/clone")
    #expect(!test.repository.isShallow)
    #expect(clone.repository.isShallow)
    let tip = try clone.id("HEAD")
    let made = try clone.propose([FileChange("b", "1\n")], onto: tip)
    try clone.repository.update("refs/heads/fix", from: nil, to: made, reason: "propose")
    let other = try clone.propose([FileChange("c", "1\n")], onto: tip)
    let calls: [(borrowing TestRepository) throws -> Void] = [
      { _ = try $0.repository.commits(from: tip) },
      { _ = try $0.repository.isAncestor(made, of: other) },
    ]
    for call in calls {
      let error = #expect(throws: GitError.self) { try call(clone) }
      #expect(error?.isShallow == true, "\(String(describing: error))")
      #expect(error?.description.contains("git fetch --unshallow") == true)
    }
    #expect(try clone.repository.mergeBase(made, other) == tip)
    try clone.repository.moveCheckedOut(from: tip, to: made)
    #expect(clone.read("b") == "1\n")
    try clone.git("worktree", "add", "-q", folder + "/linked", made.hex)
    #expect(try Repository(discovering: folder + "/linked").isShallow)
    try clone.git("fetch", "-q", "--unshallow")
    #expect(try Repository(discovering: clone.folder).commits(from: tip).count == 3)
  }

  @Test("What git revert writes is understood, whole and abbreviated")
  func reverts() throws {
    let test = try TestRepository()
    let one = try test.commit(["a": "1"])
    let two = try test.commit(["a": "2"])
    try test.git("revert", "--no-edit", two.hex)
    #expect(try test.repository.revertedCommits(in: test.repository.commit(test.id("HEAD")).message) == [two])
    let message = """
      Revert two things

      This reverts commit \(one.short) (Change files, 2023-11-14).
      This reverts
      commit \(two), reversing
      changes made to \(one).
      This reverts commit 0000000 and This reverts commit nothing.
      """
    #expect(test.repository.revertedCommits(in: message) == [one, two])
  }

  @Test("The same change elsewhere has the same patch identity, which git agrees with")
  func patchIdentity() throws {
    let test = try TestRepository()
    let base = try test.commit(["a": "1\n2\n3\n", "b": "1\n"])
    let other = try test.propose([FileChange("b", "2\n")], onto: base)
    let change = FileChange("a", "1\nzwei\n3\n")
    let here = try test.propose([change], onto: base)
    let there = try test.propose([change], onto: other, message: "Say it otherwise")
    let identity = try test.repository.patchIdentity(of: here)
    #expect(identity != nil)
    #expect(try test.repository.patchIdentity(of: there) == identity)
    #expect(try test.repository.patchIdentity(of: other) != identity)
    #expect(try test.repository.patchIdentity(of: test.propose([], onto: base)) == nil)
    let said = try test.git("patch-id", "--stable", input: test.git("show", here.hex) + "\n")
    #expect(said.split(separator: " ").first.map(String.init) == identity?.hex)
  }
}
