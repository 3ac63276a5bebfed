import Foundation
import Git
import Testing

/// What a killed process leaves in a repository, and what it must not be taken for.
@Suite("What a killed process left in a repository")
struct AbandonedTests {
  private static let left = [
    ".git/index.lock", ".git/HEAD.lock", ".git/packed-refs.lock", ".git/refs/heads/main.lock",
    ".git/refs/heads/errata/x.lock", ".git/objects/tmp_object_git2_12", "folder/.errata-12-34",
  ]

  @Test("is taken away, and nothing else")
  func removed() throws {
    let test = try TestRepository()
    _ = try test.commit(["a": "1", "folder/b": "2"])
    try Self.leave(in: test.folder)
    #expect(try test.repository.recover(since: Date(timeIntervalSinceNow: -60)).count == Self.left.count)
    #expect(Self.there(in: test.folder) == [])
    #expect(FileManager.default.fileExists(atPath: test.folder + "/folder/b"))
    #expect(try test.git("status", "--porcelain").isEmpty)
  }

  @Test("stays when it is older than the process was")
  func older() throws {
    let test = try TestRepository()
    _ = try test.commit(["a": "1", "folder/b": "2"])
    try Self.leave(in: test.folder)
    #expect(try test.repository.recover(since: Date(timeIntervalSinceNow: 60)).isEmpty)
    #expect(Self.there(in: test.folder) == Self.left)
  }

  @Test("stays while a git is at work in the repository")
  func gitAtWork() throws {
    let test = try TestRepository()
    _ = try test.commit(["a": "1", "folder/b": "2"])
    try Self.leave(in: test.folder)
    // It waits for its standard input, as `git commit` waits for an editor.
    let git = Process()
    git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    git.arguments = ["git", "hash-object", "--stdin"]
    git.currentDirectoryURL = URL(fileURLWithPath: test.folder)
    let input = Pipe()
    git.standardInput = input
    git.standardOutput = FileHandle.nullDevice
    try git.run()
    while try String(contentsOfFile: "/proc/\(git.processIdentifier)/comm", encoding: .utf8) != "git\n" { usleep(1000) }
    #expect(try test.repository.recover(since: Date(timeIntervalSinceNow: -60)).isEmpty)
    #expect(Self.there(in: test.folder) == Self.left)
    try input.fileHandleForWriting.close()
    git.waitUntilExit()
  }

  @Test("is an index without content: it is made anew from HEAD", arguments: [0, 8])
  func emptyIndex(bytes: Int) throws {
    let test = try TestRepository()
    _ = try test.commit(["a": "1"])
    try Data(count: bytes).write(to: URL(fileURLWithPath: test.folder + "/.git/index"))
    #expect(try test.repository.recover(since: Date()).map { $0.hasSuffix("/index") } == [true])
    #expect(try test.git("status", "--porcelain").isEmpty)
    #expect(try test.repository.recover(since: Date()).isEmpty)
  }

  private static func leave(in folder: String) throws {
    for path in left {
      let place = URL(fileURLWithPath: folder + "/" + path)
      try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: place)
    }
  }

  private static func there(in folder: String) -> [String] {
    left.filter { FileManager.default.fileExists(atPath: folder + "/" + $0) }
  }
}
