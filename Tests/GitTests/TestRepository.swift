import Foundation
import Git
import Testing

/// A repository in a folder of its own, with the real `git` to compare with. The folder goes with the value.
struct TestRepository: ~Copyable {
  let folder: String
  let repository: Repository

  static let environment: [String: String] = [
    "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
    "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "TZ": "UTC",
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com", "GIT_AUTHOR_DATE": "1700000000 +0100",
    "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com", "GIT_COMMITTER_DATE": "1700000000 +0100",
  ]

  init() throws {
    let folder = try Self.temporaryFolder()
    let repository = try Repository.initialize(at: folder, branch: "main")
    self.folder = folder
    self.repository = repository
  }

  /// Opens what another repository's `git` made.
  init(opening folder: String) throws {
    let repository = try Repository(discovering: folder)
    self.folder = folder
    self.repository = repository
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  static func temporaryFolder() throws -> String {
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    let folder = base + "/errata-git-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  static let signature = Signature(
    name: "Errata", email: "errata@example.com", date: Date(timeIntervalSince1970: 1_700_000_000), offsetMinutes: 60)

  /// Runs `git` and returns what it printed, without the final newline.
  @discardableResult
  func git(_ arguments: String..., input: String? = nil, folder: String? = nil) throws -> String {
    let result = try Self.run(arguments, in: folder ?? self.folder, input: input)
    guard result.status == 0 else { throw Failure(what: "git \(arguments.joined(separator: " ")): \(result.errors)") }
    return result.output
  }

  func fails(_ arguments: String...) throws -> Bool { try Self.run(arguments, in: folder, input: nil).status != 0 }

  private static func run(
    _ arguments: [String], in folder: String, input: String?
  ) throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let scratch = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    try Data((input ?? "").utf8).write(to: URL(fileURLWithPath: scratch + "/in"))
    for name in ["out", "err"] { try Data().write(to: URL(fileURLWithPath: scratch + "/" + name)) }
    process.standardInput = FileHandle(forReadingAtPath: scratch + "/in")
    process.standardOutput = FileHandle(forWritingAtPath: scratch + "/out")
    process.standardError = FileHandle(forWritingAtPath: scratch + "/err")
    try process.run()
    process.waitUntilExit()
    func text(_ name: String) throws -> String {
      let data = try Data(contentsOf: URL(fileURLWithPath: scratch + "/" + name))
      let text = String(decoding: data, as: UTF8.self)
      return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
    return (process.terminationStatus, try text("out"), try text("err"))
  }

  func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

  func write(_ bytes: [UInt8], to path: String) throws {
    let file = URL(fileURLWithPath: folder + "/" + path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  func read(_ path: String) -> String? {
    FileManager.default.contents(atPath: folder + "/" + path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Writes files and commits them with `git`.
  @discardableResult
  func commit(_ files: [String: String], _ message: String = "Change files") throws -> ObjectID {
    for (path, text) in files { try write(text, to: path) }
    try git("add", "-A")
    try git("commit", "-q", "--allow-empty", "-m", message)
    return try id("HEAD")
  }

  func id(_ revision: String) throws -> ObjectID {
    let hex = try git("rev-parse", revision)
    return try #require(ObjectID(hex))
  }

  /// A commit made by the library, on top of another, on no branch.
  func propose(
    _ changes: [FileChange], onto base: ObjectID?, message: String = "Change files"
  ) throws -> ObjectID {
    try repository.createCommit(
      onto: base, parents: base.map { [$0] } ?? [], changes: changes, author: Self.signature,
      committer: Self.signature, message: message)
  }

  struct Failure: Error { let what: String }
}

extension FileChange {
  init(_ path: String, _ text: String?, executable: Bool? = nil) {
    self.init(path: path, contents: text.map { Array($0.utf8) }, executable: executable)
  }
}
