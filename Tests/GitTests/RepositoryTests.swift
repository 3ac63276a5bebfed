import Foundation
import Git
import Testing

@Suite struct RepositoryTests {
  @Test("A repository is found from any folder inside it")
  func discovery() throws {
    let test = try TestRepository()
    try test.write("x", to: "deep/er/x")
    let found = try Repository(discovering: test.folder + "/deep/er")
    #expect(found.workTree == test.folder)
    #expect(found.gitDirectory == test.folder + "/.git")
    #expect(!found.isBare)
    #expect(try test.git("symbolic-ref", "HEAD") == "refs/heads/main")
  }

  @Test("Outside any repository the error says so and what to do")
  func notARepository() throws {
    let folder = try TestRepository.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for path in [folder, folder + "/missing"] {
      let error = #expect(throws: GitError.self) { try Repository(discovering: path) }
      #expect(error?.description.contains("\(path) is not in a git repository") == true)
      #expect(error?.description.contains("git init") == true)
    }
  }

  @Test("A bare repository takes commits, and refuses to move files it does not have")
  func bare() throws {
    let folder = try TestRepository.temporaryFolder()
    let helper = try TestRepository()
    try helper.git("init", "-q", "--bare", folder)
    let test = try TestRepository(opening: folder)
    #expect(test.repository.isBare)
    #expect(test.repository.workTree == nil)
    let one = try test.propose([FileChange("a", "1\n")], onto: nil)
    let two = try test.propose([FileChange("a", "2\n")], onto: one)
    #expect(throws: GitError.self) { try test.repository.moveCheckedOut(from: one, to: two) }
    #expect(try test.repository.localChanges() == [])
    #expect(try test.repository.cleaned([65, 13, 10], path: "a") == [65, 13, 10])
  }

  @Test(
    "Formats that cannot be read are named",
    arguments: [
      ("refstorage", "reftable", "reftable"), ("objectformat", "sha256", "SHA-256"),
    ])
  func formats(extension: String, value: String, word: String) throws {
    let test = try TestRepository()
    try test.git("config", "core.repositoryformatversion", "1")
    try test.write(
      (test.read(".git/config") ?? "") + "[extensions]\n\t\(`extension`) = \(value)\n", to: ".git/config")
    let error = #expect(throws: GitError.self) { try Repository(discovering: test.folder) }
    #expect(error?.description.contains(word) == true, "\(String(describing: error))")
  }

  @Test("A blobless clone opens; a file that it lacks is explained")
  func partialClone() throws {
    let test = try TestRepository()
    let old = try test.commit(["a": "1\n"])
    let new = try test.commit(["a": "2\n"])
    try test.git("config", "uploadpack.allowFilter", "true")
    let folder = test.folder + "-clone"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try test.git("clone", "-q", "--filter=blob:none", "file://" + test.folder, folder)
    let clone = try Repository(discovering: folder)
    #expect(try clone.contents(of: "a", in: new) == Array("2\n".utf8))
    let error = #expect(throws: GitError.self) { try clone.contents(of: "a", in: old) }
    #expect(error?.description.contains("this clone is partial") == true)
  }

  @Test("Contents come as stored; what is no regular file is refused, what is absent is nil")
  func contents() throws {
    let test = try TestRepository()
    try test.write([0, 13, 10, 255], to: "dir/bytes")
    try test.write([], to: "empty")
    try FileManager.default.createSymbolicLink(atPath: test.folder + "/link", withDestinationPath: "/etc/passwd")
    let commit = try test.commit(["dir/b/c": "c\n", "dirt": "d\n"])
    let repository = test.repository
    #expect(try repository.contents(of: "dir/bytes", in: commit) == [0, 13, 10, 255])
    #expect(try repository.contents(of: "empty", in: commit) == [])
    for path in ["none", "dir/none", "empty/x", "", "Dir/bytes"] {
      #expect(try repository.contents(of: path, in: commit) == nil)
    }
    for path in ["link", "dir"] {
      #expect(throws: GitError.self) { try repository.contents(of: path, in: commit) }
    }
    #expect(try repository.files(under: "dir", in: commit) == ["dir/b/c", "dir/bytes"])
    #expect(try repository.files(under: "dir/b/", in: commit) == ["dir/b/c"])
    #expect(try repository.files(under: "empty", in: commit) == ["empty"])
    #expect(try repository.files(under: "none", in: commit) == [])
    #expect(try repository.files(under: "", in: commit) == ["dir/b/c", "dir/bytes", "dirt", "empty"])
  }

  @Test("Settings are read as git reads them")
  func configuration() throws {
    let test = try TestRepository()
    try test.git("config", "user.name", "Ada Lovelace")
    let repository = try Repository(discovering: test.folder)
    #expect(repository.configuration("user.name") == "Ada Lovelace")
    #expect(repository.configuration("errata.nothing") == nil)
    #expect(repository.configuration("not a key") == nil)
  }

  @Test("A file's status, one for each case")
  func status() throws {
    let test = try TestRepository()
    try test.commit([
      "clean": "1", "modified": "1", "deleted": "1", "staged": "1", "removed": "1", ".gitignore": "*.log",
    ])
    for path in ["modified", "untracked/deep/x", "staged", "x.log", "added"] { try test.write("2", to: path) }
    try test.git("add", "staged", "added")
    try test.git("rm", "-q", "removed")
    try FileManager.default.removeItem(atPath: test.folder + "/deleted")
    let expected: [(String, FileStatus)] = [
      ("clean", .clean), ("modified", .modified), ("deleted", .modified), ("staged", .staged), ("added", .staged),
      ("removed", .staged), ("untracked/deep/x", .untracked), ("x.log", .ignored), ("absent", .absent),
      ("absent/deep", .absent),
    ]
    for (path, status) in expected { #expect(try test.repository.status(of: path) == status, "\(path)") }
    #expect(try test.repository.localChanges() == ["added", "deleted", "modified", "removed", "staged"])
  }

  @Test("Staging files after committing their bytes leaves nothing for git status")
  func staging() throws {
    let test = try TestRepository()
    try test.write("*.yaml text=auto\n*.log\n", to: ".gitignore")
    let base = try test.commit([".gitattributes": "*.yaml text=auto\n", "gone.yaml": "g\n", "other": "o\n"])
    try test.write("n: 1\r\n", to: "manifests/new.yaml")
    try test.write("mine\n", to: "other")
    try FileManager.default.removeItem(atPath: test.folder + "/gone.yaml")
    let bytes = try test.repository.cleaned(Array("n: 1\r\n".utf8), path: "manifests/new.yaml")
    let made = try test.propose(
      [FileChange(path: "manifests/new.yaml", contents: bytes), FileChange("gone.yaml", nil)], onto: base)
    try test.repository.update("refs/heads/main", from: base, to: made, reason: "baseline")
    try test.repository.stageFiles(["manifests/new.yaml", "gone.yaml"])
    #expect(try test.git("status", "--porcelain") == " M other")
    #expect(try test.repository.localChanges() == ["other"])
  }
}
