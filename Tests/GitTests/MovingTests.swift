import Foundation
import Git
import Testing

@Suite struct MovingTests {
  @Test("Files and index follow the move; git sees a clean tree once the reference moves too")
  func follows() throws {
    let test = try TestRepository()
    let base = try test.commit(["a/b.txt": "1\n", "gone/deep/x": "x\n", "same": "s\n", "note": "n\n"])
    let next = try test.propose(
      [
        FileChange("a/b.txt", "2\n"), FileChange("gone/deep/x", nil), FileChange("new/y.sh", "y\n", executable: true),
        FileChange("empty", ""),
      ], onto: base)
    try test.write("a person's change\n", to: "same")
    try test.write("untracked\n", to: "other")
    try test.git("add", "same")
    try test.repository.moveCheckedOut(from: base, to: next)
    try test.repository.update("refs/heads/main", from: base, to: next, reason: "merge")
    #expect(try test.git("status", "--porcelain") == "M  same\n?? other")
    #expect(test.read("a/b.txt") == "2\n")
    #expect(!FileManager.default.fileExists(atPath: test.folder + "/gone"))
    #expect(FileManager.default.isExecutableFile(atPath: test.folder + "/new/y.sh"))
    #expect(try test.git("stash", "list") == "")
    #expect(try test.git("fsck", "--strict", "--no-dangling") == "")
    // And back.
    try test.repository.moveCheckedOut(from: next, to: base)
    try test.repository.update("refs/heads/main", from: next, to: base, reason: "back")
    #expect(try test.git("status", "--porcelain") == "M  same\n?? other")
    #expect(!FileManager.default.fileExists(atPath: test.folder + "/new"))
  }

  /// What a person may have done, and the word by which the refusal names it.
  static let obstacles: [(change: @Sendable (borrowing TestRepository) throws -> Void, word: String)] = [
    ({ try $0.write("mine\n", to: "a/b.txt") }, "a/b.txt has local changes"),
    (
      {
        try $0.write("mine\n", to: "a/b.txt"); try $0.git("add", "-A")
      }, "a/b.txt has staged changes"
    ),
    ({ try $0.git("rm", "-q", "--cached", "a/b.txt") }, "a/b.txt has staged changes"),
    ({ try FileManager.default.removeItem(atPath: $0.folder + "/a/b.txt") }, "a/b.txt was deleted locally"),
    ({ try $0.write("mine\n", to: "new/y") }, "new/y is not tracked"),
    ({ try $0.write("mine\n", to: "new") }, "new/y would go through new"),
    ({ try $0.write("mine\n", to: "new/y/z") }, "new/y is a folder"),
    (
      {
        try $0.write("new/y\n", to: ".git/info/exclude"); try $0.write("mine\n", to: "new/y")
      }, "new/y is not tracked"
    ),
    ({ try $0.write("mine\n", to: "old") }, "old has local changes"),
    ({ try $0.git("update-index", "--chmod=+x", "a/b.txt") }, "a/b.txt has staged changes"),
    (
      {
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: $0.folder + "/a/b.txt")
      }, "a/b.txt has local changes"
    ),
    (
      {
        try FileManager.default.createSymbolicLink(atPath: $0.folder + "/new", withDestinationPath: "/tmp")
      }, "new/y would go through new"
    ),
    ({ try $0.write("", to: ".git/index.lock") }, "index.lock"),
    ({ try $0.write($0.git("rev-parse", "HEAD"), to: ".git/MERGE_HEAD") }, "under way"),
  ]

  @Test("Changes in the way refuse the whole move and stay as they are", arguments: 0..<obstacles.count)
  func refuses(number: Int) throws {
    let test = try TestRepository()
    let base = try test.commit(["a/b.txt": "1\n", "old": "o\n", "first": "1\n"])
    let next = try test.propose(
      [FileChange("first", "2\n"), FileChange("a/b.txt", "2\n"), FileChange("old", nil), FileChange("new/y", "y\n")],
      onto: base)
    try Self.obstacles[number].change(test)
    let before = try test.git("--no-optional-locks", "status", "--porcelain", "--ignored", "-uall")
    let error = #expect(throws: GitError.self) { try test.repository.moveCheckedOut(from: base, to: next) }
    #expect(error?.description.contains(Self.obstacles[number].word) == true, "\(error?.description ?? "")")
    #expect(error?.isInTheWay == true || error?.description.contains("index.lock") == true)
    #expect(try test.git("--no-optional-locks", "status", "--porcelain", "--ignored", "-uall") == before)
    #expect(test.read("first") == "1\n")
  }

  @Test("A merge conflict in the index is in the way")
  func conflictInIndex() throws {
    let test = try TestRepository()
    let base = try test.commit(["a": "1\n"])
    let ours = try test.commit(["a": "ours\n"])
    try test.git("checkout", "-q", "-b", "side", base.hex)
    try test.commit(["a": "theirs\n"])
    #expect(try test.fails("merge", "-q", ours.hex))
    try FileManager.default.removeItem(atPath: test.folder + "/.git/MERGE_HEAD")
    let next = try test.propose([FileChange("a", "next\n")], onto: base)
    let error = #expect(throws: GitError.self) { try test.repository.moveCheckedOut(from: base, to: next) }
    #expect(error?.description.contains("a has a merge conflict") == true)
  }

  @Test("A move that was cut short is finished by calling again")
  func resumes() throws {
    let test = try TestRepository()
    let base = try test.commit(["a": "1\n", "b": "1\n", "old": "o\n"])
    let next = try test.propose(
      [FileChange("a", "2\n"), FileChange("b", "2\n"), FileChange("new", "n\n"), FileChange("old", nil)], onto: base)
    try test.write("2\n", to: "a")
    try test.write("n\n", to: "new")
    try FileManager.default.removeItem(atPath: test.folder + "/old")
    for _ in 1...2 { try test.repository.moveCheckedOut(from: base, to: next) }
    try test.repository.update("refs/heads/main", from: base, to: next, reason: "merge")
    #expect(try test.git("status", "--porcelain") == "")
  }

  @Test("Files, folders, links and modes turn into each other")
  func kinds() throws {
    let test = try TestRepository()
    try test.write("t\n", to: "target")
    try FileManager.default.createSymbolicLink(atPath: test.folder + "/link", withDestinationPath: "target")
    let one = try test.commit(["x": "file\n", "y/z": "in folder\n", "s": "s\n"])
    try test.git("rm", "-q", "x", "y/z", "link")
    try test.write("now a file\n", to: "link")
    try FileManager.default.createSymbolicLink(atPath: test.folder + "/s2", withDestinationPath: "nowhere")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: test.folder + "/s")
    let two = try test.commit(["x/in": "folder\n", "y": "file\n"])
    for (from, to) in [(two, one), (one, two), (two, one)] {
      try test.repository.moveCheckedOut(from: from, to: to)
      try test.repository.update("refs/heads/main", from: from, to: to, reason: "move")
      #expect(try test.git("status", "--porcelain") == "")
    }
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: test.folder + "/link") == "target")
  }

  @Test("Names that are not UTF-8 and names with spaces and quotes move like any other")
  func names() throws {
    let test = try TestRepository()
    let base = try test.commit(["plain": "1\n"])
    let blob = try test.git("hash-object", "-w", "--stdin", input: "b\n")
    let odd = "100644 blob \(blob)\tcaf\\351\n100644 blob \(blob)\tq\\\"uo te\n100644 blob \(blob)\tå/数\n"
    try test.git("read-tree", "--empty")
    for line in odd.split(separator: "\n") {
      let quoted = line.split(separator: "\t").map(String.init)
      try test.git("update-index", "--index-info", input: "\(quoted[0])\t\"\(quoted[1])\"\n")
    }
    let tree = try test.git("write-tree")
    let next = try #require(ObjectID(test.git("commit-tree", "-p", base.hex, "-m", "odd", tree)))
    try test.git("read-tree", base.hex)
    try test.repository.moveCheckedOut(from: base, to: next)
    try test.repository.update("refs/heads/main", from: base, to: next, reason: "merge")
    #expect(try test.git("status", "--porcelain") == "")
    #expect(try test.repository.files(under: "", in: next).sorted() == ["caf\u{FFFD}", "q\"uo te", "å/数"])
    try test.repository.moveCheckedOut(from: next, to: base)
    try test.repository.update("refs/heads/main", from: next, to: base, reason: "back")
    #expect(try test.git("status", "--porcelain") == "")
    #expect(try FileManager.default.contentsOfDirectory(atPath: test.folder).sorted() == [".git", "plain"])
  }

  @Test("Line endings are converted as git converts them", arguments: ["text=auto eol=crlf", "text eol=crlf"])
  func lineEndings(attributes: String) throws {
    let test = try TestRepository()
    try test.write("*.yaml \(attributes)\n", to: ".gitattributes")
    let base = try test.commit(["a.yaml": "a: 1\r\n"])
    #expect(try test.repository.contents(of: "a.yaml", in: base) == Array("a: 1\n".utf8))
    #expect(try test.repository.cleaned(Array("n: 1\r\n".utf8), path: "n.yaml") == Array("n: 1\n".utf8))
    #expect(try test.repository.smudged(Array("n: 1\n".utf8), path: "n.yaml") == Array("n: 1\r\n".utf8))
    let next = try test.propose([FileChange("a.yaml", "a: 2\n"), FileChange("b.yaml", "b: 1\n")], onto: base)
    try test.repository.moveCheckedOut(from: base, to: next)
    try test.repository.update("refs/heads/main", from: base, to: next, reason: "merge")
    #expect(test.read("a.yaml") == "a: 2\r\n")
    #expect(test.read("b.yaml") == "b: 1\r\n")
    #expect(try test.git("status", "--porcelain") == "")
  }

  @Test("A file that git itself would rewrite on checking in still moves")
  func unnormalised() throws {
    let test = try TestRepository()
    let base = try test.commit(["a.yaml": "a: 1\r\n"])
    let attributed = try test.propose([FileChange(".gitattributes", "*.yaml text\n")], onto: base)
    try test.repository.moveCheckedOut(from: base, to: attributed)
    let next = try test.propose([FileChange("a.yaml", "a: 2\r\n")], onto: attributed)
    try test.repository.moveCheckedOut(from: attributed, to: next)
    #expect(test.read("a.yaml") == "a: 2\r\n")
  }

  @Test("Filter programs and other encodings are refused in plain words")
  func foreignFilters() throws {
    let test = try TestRepository()
    try test.write("*.bin filter=lfs\n*.txt working-tree-encoding=UTF-16\n*.off filter=off\n", to: ".gitattributes")
    try test.git("config", "filter.lfs.clean", "git-lfs clean")
    for path in ["a.bin", "a.txt"] {
      let error = #expect(throws: GitError.self) { try test.repository.cleaned([1], path: path) }
      #expect(error?.description.contains(path) == true)
    }
    #expect(try test.repository.cleaned([1], path: "a.off") == [1])
  }

  @Test("A sparse checkout keeps left-out files out")
  func sparse() throws {
    let test = try TestRepository()
    let base = try test.commit(["in/a": "1\n", "out/a": "1\n"])
    try test.git("sparse-checkout", "set", "in")
    let opened = try Repository(discovering: test.folder + "/in")
    let next = try test.propose([FileChange("in/a", "2\n"), FileChange("out/a", "2\n")], onto: base)
    #expect(try opened.localChanges() == [])
    try opened.moveCheckedOut(from: base, to: next)
    try opened.update("refs/heads/main", from: base, to: next, reason: "merge")
    #expect(try test.git("status", "--porcelain") == "")
    #expect(test.read("out/a") == nil)
  }

  @Test("A linked work tree moves alone")
  func linkedWorkTree() throws {
    let test = try TestRepository()
    let base = try test.commit(["a": "1\n"])
    let linked = test.folder + "-linked"
    try test.git("worktree", "add", "-q", "-b", "side", linked)
    let other = try TestRepository(opening: linked)
    let next = try test.propose([FileChange("a", "2\n")], onto: base)
    try other.repository.moveCheckedOut(from: base, to: next)
    try other.repository.update("refs/heads/side", from: base, to: next, reason: "merge")
    #expect(try other.git("status", "--porcelain") == "")
    #expect(try test.git("status", "--porcelain") == "")
    #expect(test.read("a") == "1\n")
  }
}
