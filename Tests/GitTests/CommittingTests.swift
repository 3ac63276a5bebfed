import Foundation
import Git
import Testing

@Suite struct CommittingTests {
  @Test("A commit is built without touching HEAD, index or work tree, and git finds it sound")
  func inObjectDatabaseOnly() throws {
    let test = try TestRepository()
    let base = try test.commit(["manifests/a.yaml": "a: 1\n", "keep.txt": "keep\n"])
    let made = try test.propose([FileChange("manifests/a.yaml", "a: 2\n")], onto: base)
    #expect(try test.git("show", "\(made):manifests/a.yaml") == "a: 2")
    #expect(try test.git("status", "--porcelain") == "")
    #expect(try test.id("HEAD") == base)
    #expect(try test.git("fsck", "--strict", "--no-dangling") == "")
    #expect(
      try test.git("show", "-s", "--format=%an <%ae> %ad", "--date=raw", made.hex)
        == "Errata <errata@example.com> 1700000000 +0100")
  }

  @Test("The same arguments give the same commit, in another repository too")
  func deterministic() throws {
    let first = try TestRepository()
    let second = try TestRepository()
    let changes = [FileChange("b.txt", "b\n"), FileChange("a/b.txt", "ab\n")]
    let one = try first.propose(changes, onto: nil)
    #expect(try first.propose(changes.reversed(), onto: nil) == one)
    #expect(try second.propose(changes, onto: nil) == one)
    #expect(try second.propose(changes, onto: nil, message: "\nChange files  \n\n\n") == one)
    #expect(try second.propose(changes, onto: nil, message: "Change other files") != one)
  }

  @Test("Files keep their mode, new ones get what is asked for")
  func modes() throws {
    let test = try TestRepository()
    try test.write("#!/bin/sh\n", to: "run.sh")
    try test.git("add", "run.sh")
    try test.git("update-index", "--chmod=+x", "run.sh")
    try test.git("commit", "-qm", "Run")
    let made = try test.propose(
      [FileChange("run.sh", "#!/bin/sh\ntrue\n"), FileChange("new.sh", "x\n", executable: true), FileChange("n", "")],
      onto: test.id("HEAD"))
    let modes = try test.git("ls-tree", "--format=%(objectmode) %(path)", made.hex)
    #expect(modes == "100644 n\n100755 new.sh\n100755 run.sh")
  }

  @Test("Removing the last file of a folder removes the folder; removing everything leaves an empty tree")
  func removal() throws {
    let test = try TestRepository()
    let base = try test.commit(["a/b/c.txt": "c\n", "d.txt": "d\n"])
    let less = try test.propose([FileChange("a/b/c.txt", nil), FileChange("not/there", nil)], onto: base)
    #expect(try test.git("ls-tree", "-r", "-t", "--name-only", less.hex) == "d.txt")
    let empty = try test.propose([FileChange("d.txt", nil)], onto: less)
    #expect(try test.git("ls-tree", "-r", empty.hex) == "")
    #expect(try test.repository.files(under: "", in: empty) == [])
    #expect(try test.git("fsck", "--strict", "--no-dangling") == "")
  }

  @Test(
    "Paths that git would not check out are refused",
    arguments: ["../x", "/x", "a/../x", "a//b", "", "a/", ".git/config", "a/.GIT/hooks/x", "./a", "git~1/x", "a\0b"])
  func unsafePaths(path: String) throws {
    let test = try TestRepository()
    #expect(throws: GitError.self) { try test.propose([FileChange(path, "x")], onto: nil) }
  }

  @Test("A path changed twice, a folder over a file, a symbolic link: each is refused in plain words")
  func refusedChanges() throws {
    let test = try TestRepository()
    try test.write("x\n", to: "file")
    try FileManager.default.createSymbolicLink(atPath: test.folder + "/link", withDestinationPath: "file")
    let base = try test.commit([:])
    let refused: [([FileChange], String)] = [
      ([FileChange("n", "1"), FileChange("n", "2")], "twice"),
      ([FileChange("file/x", "1")], "folder"),
      ([FileChange("link", "1")], "symbolic link"),
      ([FileChange("link", nil)], "symbolic link"),
    ]
    for (changes, word) in refused {
      let error = #expect(throws: GitError.self) { try test.propose(changes, onto: base) }
      #expect(error?.description.contains(word) == true)
    }
  }

  @Test("A file may become a folder in one commit")
  func fileBecomesFolder() throws {
    let test = try TestRepository()
    let base = try test.commit(["a": "1\n"])
    let made = try test.propose([FileChange("a/b", "2\n"), FileChange("a", nil)], onto: base)
    #expect(try test.repository.files(under: "", in: made) == ["a/b"])
  }

  @Test(
    "Messages and signatures that would break a commit are refused",
    arguments: [
      ("", "Errata"), (" \n ", "Errata"), ("a\0b", "Errata"), ("ok", "Err\nata"), ("ok", "<>"), ("ok", ""),
    ])
  func refusedWords(message: String, name: String) throws {
    let test = try TestRepository()
    let author = Signature(name: name, email: "e@example.com", date: Date(timeIntervalSince1970: 1), offsetMinutes: 0)
    #expect(throws: GitError.self) {
      try test.repository.createCommit(
        onto: nil, parents: [], changes: [], author: author, committer: author, message: message)
    }
  }

  @Test("A huge message, with every script in it, comes back whole")
  func hugeMessage() throws {
    let test = try TestRepository()
    let message = "fix: größe 数 🚀\n\n" + (1...20_000).map { "line \($0) of the report\n" }.joined()
    let made = try test.propose([], onto: nil, message: message)
    let commit = try test.repository.commit(made)
    #expect(commit.message == message)
    #expect(commit.subject == "fix: größe 数 🚀")
    #expect(commit.body.hasPrefix("line 1 of"))
    #expect(commit.author == TestRepository.signature)
    #expect(commit.parents.isEmpty)
  }

  @Test("A message in another encoding is read as what it says")
  func otherEncoding() throws {
    let test = try TestRepository()
    try test.git("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "--allow-empty", "-q", "-F", "-", input: "x\n")
    let raw = try test.git("cat-file", "commit", "HEAD").replacingOccurrences(of: "\nx", with: "\nx")
    #expect(raw.contains("encoding ISO-8859-1"))
    #expect(try test.repository.commit(test.id("HEAD")).message == "x\n")
  }
}
