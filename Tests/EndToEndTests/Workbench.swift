import DataFiles
import Foundation
import Journal
import Subprocess
import SystemPackage
import Testing

/// How a program ended and what it printed.
struct Ended: Sendable {
  var code: Int32
  var output: String
  var errors: String
}

/// A folder of the test's own in which the built `errata` and the real `git` are used as a person would.
struct Workbench: Sendable {
  let root: String

  /// A fresh folder that the system cleans up.
  init(_ name: String) throws {
    root = NSTemporaryDirectory() + "errata-\(name)-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  /// The project's folder, whose `sample/` and `.venv` the tests use.
  static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The folder of the built programs: the release build when `make` says so, else the one beside the tests.
  static let programs: String = {
    if let folder = ProcessInfo.processInfo.environment["ERRATA_PROGRAMS"] { return folder }
    let release = project + "/.build/release"
    let debug = project + "/.build/debug"
    return FileManager.default.isExecutableFile(atPath: debug + "/errata") ? debug : release
  }()

  static var environment: [Environment.Key: String?] {
    [
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_AUTHOR_NAME": "Tester",
      "GIT_AUTHOR_EMAIL": "tester@example.org", "GIT_COMMITTER_NAME": "Tester",
      "GIT_COMMITTER_EMAIL": "tester@example.org", "NO_COLOR": "1", "ERRATA_HOME": project, "TZ": "UTC",
      // A test may run in CI; what it starts is told only by the test that it does.
      "GITHUB_ACTIONS": nil, "GITHUB_STEP_SUMMARY": nil,
    ]
  }

  /// Runs a program to its end.
  ///
  /// - Parameter variables: What its environment has besides.
  func run(
    _ program: String, _ arguments: [String], in directory: String? = nil, variables: [Environment.Key: String?] = [:]
  ) async throws -> Ended {
    let executable: Executable = program.hasPrefix("/") ? .path(FilePath(program)) : .name(program)
    let result = try await Subprocess.run(
      executable, arguments: Arguments(arguments),
      environment: .inherit.updating(Self.environment.merging(variables) { _, new in new }),
      workingDirectory: FilePath(directory ?? root), output: .string(limit: 32 << 20), error: .string(limit: 32 << 20))
    let code: Int32 =
      switch result.terminationStatus {
      case .exited(let code): code
      case .signaled(let signal): 128 + signal
      }
    return Ended(code: code, output: result.standardOutput, errors: result.standardError)
  }

  /// Runs the built `errata`.
  func errata(_ arguments: String..., in directory: String? = nil) async throws -> Ended {
    try await run(Self.programs + "/errata", arguments, in: directory)
  }

  /// Runs the real `git` and gives what it printed; a failure is the test's failure.
  @discardableResult
  func git(_ arguments: String..., in directory: String? = nil) async throws -> String {
    let ended = try await run("git", arguments, in: directory)
    #expect(ended.code == 0, "git \(arguments.joined(separator: " ")): \(ended.errors)")
    return ended.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
