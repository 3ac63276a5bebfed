import Foundation
import Git
import Testing

@Suite struct ReferenceTests {
  @Test("HEAD is unborn, then a branch, then detached")
  func heads() throws {
    let test = try TestRepository()
    #expect(try test.repository.head() == .unborn(name: "main"))
    let commit = try test.commit(["a": "1"])
    #expect(try test.repository.head() == .branch(name: "main", commit: commit))
    try test.git("checkout", "-q", "--detach")
    #expect(try test.repository.head() == .detached(commit: commit))
    try test.git("checkout", "-q", "-b", "feature/x")
    #expect(try test.repository.head() == .branch(name: "feature/x", commit: commit))
  }

  @Test("A reference is created, moved and deleted only from where it was seen")
  func compareAndSwap() throws {
    let test = try TestRepository()
    let one = try test.commit(["a": "1"])
    let two = try test.commit(["a": "2"])
    let name = "refs/heads/errata/adhd/nov25/x"
    let repository = test.repository
    #expect(throws: GitError.self) { try repository.update(name, from: one, to: two, reason: "r") }
    try repository.update(name, from: nil, to: one, reason: "propose")
    #expect(try test.git("rev-parse", name) == one.hex)
    for (old, new) in [(nil, two), (two, one), (two, nil)] as [(ObjectID?, ObjectID?)] {
      let error = #expect(throws: GitError.self) { try repository.update(name, from: old, to: new, reason: "r") }
      #expect(error?.isRace == true)
    }
    try repository.update(name, from: one, to: two, reason: "rebuild")
    #expect(try repository.reference(name) == two)
    #expect(try test.git("log", "-g", "--format=%gs", name) == "rebuild\npropose")
    try test.git("pack-refs", "--all")
    #expect(throws: GitError.self) { try repository.update(name, from: nil, to: one, reason: "r") }
    try repository.update(name, from: two, to: nil, reason: "reject")
    #expect(try repository.reference(name) == nil)
    #expect(try test.fails("rev-parse", "--verify", "-q", name))
    #expect(try test.git("fsck", "--strict", "--no-dangling") == "")
  }

  @Test(
    "A branch and a folder of the same name clash, loose or packed, and the message names the one in the way",
    arguments: [false, true])
  func folderClash(packed: Bool) throws {
    let test = try TestRepository()
    let commit = try test.commit(["a": "1"])
    try test.git("branch", "errata")
    try test.git("branch", "deep/er/x")
    if packed { try test.git("pack-refs", "--all") }
    for (name, blocking) in [("errata/adhd/x", "refs/heads/errata"), ("deep", "refs/heads/deep/er/x")] {
      let error = #expect(throws: GitError.self) {
        try test.repository.update("refs/heads/" + name, from: nil, to: commit, reason: "r")
      }
      #expect(error?.description.contains("\(blocking) is in its way") == true)
      #expect(error?.isRace == false)
    }
    // Once the blocking branch is gone, its name is free for a folder.
    try test.repository.update("refs/heads/deep/er/x", from: commit, to: nil, reason: "r")
    try test.repository.update("refs/heads/deep", from: nil, to: commit, reason: "r")
    #expect(try test.git("rev-parse", "deep") == commit.hex)
  }

  @Test("A lock left behind is a race that names the file")
  func staleLock() throws {
    let test = try TestRepository()
    let commit = try test.commit(["a": "1"])
    try test.write("", to: ".git/refs/heads/x.lock")
    let error = #expect(throws: GitError.self) {
      try test.repository.update("refs/heads/x", from: nil, to: commit, reason: "r")
    }
    #expect(error?.isRace == true)
    #expect(error?.description.contains("refs/heads/x.lock") == true)
  }

  @Test("Names that git forbids, missing commits and the branch that is checked out are refused")
  func refusals() throws {
    let test = try TestRepository()
    let commit = try test.commit(["a": "1"])
    for name in ["refs/heads/a..b", "refs/heads/a b", "main", "refs/heads/x.lock", "HEAD"] {
      #expect(throws: GitError.self) { try test.repository.update(name, from: nil, to: commit, reason: "r") }
    }
    let missing = try #require(ObjectID(String(repeating: "ab", count: 20)))
    #expect(throws: GitError.self) { try test.repository.update("refs/heads/y", from: nil, to: missing, reason: "r") }
    #expect(throws: GitError.self) { try test.repository.update("refs/heads/main", from: commit, to: nil, reason: "r") }
    #expect(try test.id("main") == commit)
  }

  @Test("A tip is told as it is written, also of an object that is gone, and through a symbolic reference")
  func tips() throws {
    let test = try TestRepository()
    let commit = try test.commit(["a": "1"])
    let gone = String(repeating: "1", count: 40)
    try test.git("symbolic-ref", "refs/heads/errata/symbolic", "refs/heads/main")
    try test.write(gone + "\n", to: ".git/refs/heads/errata/gone")
    #expect(try test.repository.tip(of: "refs/heads/main") == commit)
    #expect(try test.repository.tip(of: "refs/heads/errata/symbolic") == commit)
    #expect(try test.repository.tip(of: "refs/heads/errata/gone") == ObjectID(gone))
    #expect(try test.repository.tip(of: "refs/heads/errata/none") == nil)
  }

  @Test("References are listed by name, through tags, without those that name no commit")
  func listing() throws {
    let test = try TestRepository()
    let commit = try test.commit(["a": "1"])
    for name in ["errata/b", "errata/a/x", "other"] { try test.git("branch", name) }
    try test.git("tag", "-a", "-m", "t", "errata-tag")
    try test.git("tag", "file", "HEAD:a")
    try test.git("symbolic-ref", "refs/heads/gone", "refs/heads/nowhere")
    try test.git("pack-refs", "--all")
    try test.git("branch", "errata/loose")
    let listed = try test.repository.references(matching: "refs/heads/errata/")
    #expect(listed.map(\.name) == ["refs/heads/errata/a/x", "refs/heads/errata/b", "refs/heads/errata/loose"])
    #expect(listed.allSatisfy { $0.commit == commit })
    #expect(try test.repository.references(matching: "refs/tags/").map(\.commit) == [commit])
    #expect(try test.repository.reference("refs/tags/errata-tag") == commit)
    #expect(try test.repository.reference("refs/heads/gone") == nil)
  }

  @Test("Two writers at once: one wins, the other hears of the race")
  func twoWriters() async throws {
    let test = try TestRepository()
    let base = try test.commit(["a": "1"])
    let folder = test.folder
    let candidates = try (0..<8).map { number in
      try test.propose([FileChange("a", "candidate \(number)\n")], onto: base)
    }
    let won = await withTaskGroup(of: Bool.self) { group in
      for candidate in candidates {
        group.addTask {
          do {
            try Repository(discovering: folder).update("refs/heads/fix", from: nil, to: candidate, reason: "r")
            return true
          } catch {
            #expect((error as? GitError)?.isRace == true, "\(error)")
            return false
          }
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(won == 1)
  }

  @Test("A branch that a linked work tree has checked out is known")
  func linkedWorkTree() throws {
    let test = try TestRepository()
    let commit = try test.commit(["a": "1"])
    let linked = test.folder + "-linked"
    try test.git("worktree", "add", "-q", "-b", "side", linked)
    let other = try TestRepository(opening: linked)
    #expect(try other.repository.head() == .branch(name: "side", commit: commit))
    #expect(other.repository.workTree == linked)
    #expect(other.repository.gitDirectory.hasPrefix(test.folder + "/.git/worktrees/"))
    #expect(try test.repository.isCheckedOut("refs/heads/side"))
    #expect(try other.repository.isCheckedOut("refs/heads/main"))
    #expect(try !test.repository.isCheckedOut("refs/heads/none"))
    #expect(throws: GitError.self) { try test.repository.update("refs/heads/side", from: commit, to: nil, reason: "r") }
    try other.repository.update("refs/heads/from-linked", from: nil, to: commit, reason: "r")
    #expect(try test.repository.reference("refs/heads/from-linked") == commit)
  }

}
