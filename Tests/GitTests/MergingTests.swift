import Foundation
import Git
import Testing

@Suite struct MergingTests {
  @Test("Changes apart merge into the tree that git makes")
  func clean() throws {
    let test = try TestRepository()
    let text = (1...20).map { "line \($0)\n" }
    let base = try test.commit(["a": text.joined(), "gone": "1\n"])
    let ours = try test.propose([FileChange("a", "first\n" + text.joined()), FileChange("gone", nil)], onto: base)
    let theirs = try test.propose([FileChange("a", text.joined() + "last\n"), FileChange("new", "n\n")], onto: base)
    guard case .clean(let tree) = try test.repository.mergeTrees(ours: ours, theirs: theirs) else {
      Issue.record("expected a clean merge")
      return
    }
    try test.git("checkout", "-q", "--detach", ours.hex)
    try test.git("merge", "-q", "--no-edit", theirs.hex)
    #expect(try test.id("HEAD^{tree}") == tree)
    let merge = try test.repository.createMergeCommit(
      tree: tree, parents: [ours, theirs], author: TestRepository.signature, committer: TestRepository.signature,
      message: "Merge theirs")
    #expect(try test.repository.commit(merge).parents == [ours, theirs])
    #expect(try test.git("fsck", "--strict", "--no-dangling") == "")
  }

  @Test("Conflicts are named, and nothing is stored")
  func conflicts() throws {
    let test = try TestRepository()
    let base = try test.commit(["a": "1\n", "b/c": "1\n", "d": "1\n"])
    let ours = try test.propose(
      [FileChange("a", "ours\n"), FileChange("b/c", nil), FileChange("d", "same\n"), FileChange("e", "1\n")], onto: base
    )
    let theirs = try test.propose(
      [FileChange("a", "theirs\n"), FileChange("b/c", "2\n"), FileChange("d", "same\n"), FileChange("e", "2\n")],
      onto: base)
    #expect(try test.repository.mergeTrees(ours: ours, theirs: theirs) == .conflicts(["a", "b/c", "e"]))
    #expect(try test.git("status", "--porcelain") == "")
  }

  @Test("Texts merge by line; a conflict is nil, never markers")
  func texts() {
    func merge(_ base: String, _ ours: String, _ theirs: String) -> String? {
      Repository.mergeText(base: Array(base.utf8), ours: Array(ours.utf8), theirs: Array(theirs.utf8))
        .map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(merge("1\n2\n3\n4\n5\n", "one\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n") == "one\n2\n3\n4\nfive\n")
    #expect(merge("1\r\n2\r\n3\r\n", "1\r\n2\r\n3\r\n4\r\n", "0\r\n1\r\n2\r\n3\r\n") == "0\r\n1\r\n2\r\n3\r\n4\r\n")
    #expect(merge("1\n2\n3", "one\n2\n3", "1\n2\n3") == "one\n2\n3")
    #expect(merge("a\nb\nc\nd", "A\nb\nc\nd", "a\nb\nc\nD") == "A\nb\nc\nD")
    #expect(merge("1\n", "2\n", "3\n") == nil)
    #expect(merge("1\n", "2\n", "2\n") == "2\n")
    #expect(merge("", "a\n", "b\n") == nil)
    #expect(merge("a\n", "", "a\n") == "")
    #expect(merge("a\0", "b\0", "c\0") == nil)
    #expect(merge("<<<<<<< a\n1\n2\n3\n", "<<<<<<< a\n1\n2\n3\n4\n", "0\n<<<<<<< a\n1\n2\n3\n") != nil)
  }

  @Test("Changed files are counted, and the diff is what git prints")
  func differences() throws {
    let test = try TestRepository()
    let base = try test.commit(["a": "1\n2\n", "gone": "1\n2\n3\n"])
    let next = try test.propose([FileChange("a", "1\nzwei\nthree\n"), FileChange("gone", nil)], onto: base)
    let files = try test.repository.changedFiles(from: base, to: next)
    #expect(files.map(\.path) == ["a", "gone"])
    #expect(files.map(\.added) == [2, 0])
    #expect(files.map(\.removed) == [1, 3])
    let diff = try test.repository.unifiedDiff(from: base, to: next)
    #expect(diff == (try test.git("diff", "--full-index", "--no-renames", base.hex, next.hex)) + "\n")
    #expect(try test.repository.unifiedDiff(from: base, to: base) == "")
  }
}
