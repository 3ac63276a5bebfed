internal import Foundation
public import Operations

/// The user's own `git`, for what crosses the network: it has their ssh configuration, credential helpers and proxies.
///
/// Arguments are an array, nothing is asked of anybody, and it always ends: by itself, at the time limit, or when cancelled.
public struct GitCommand: Sendable {
  /// How a git ended.
  public struct Result: Sendable {
    /// Exit code 0, in time.
    public var succeeded: Bool
    /// The exit code; nil when it was ended or never started.
    public var exitCode: Int?
    /// Standard output as it came: not redacted, never to be shown.
    public var output: String
    /// Standard error, redacted.
    public var errors: String
    /// The time limit ended it.
    public var timedOut: Bool
    /// Why it could not be run at all, such as a missing program.
    public var problem: String?
  }

  let runner: ProcessRunner
  /// The folder that it runs in: the work tree's, or the bare repository's.
  let folder: String
  /// After this it is ended.
  let timeLimit: Duration
  /// Variables that only this repository's remote needs, such as a header with a token.
  var environment: [String: String] = [:]

  /// Creates a command for the repository in `folder`.
  public init(runner: ProcessRunner, folder: String, timeLimit: Duration) {
    self.runner = runner
    self.folder = folder
    self.timeLimit = timeLimit
  }

  /// Runs git, and again where the operation's policy says so.
  ///
  /// - Parameters:
  ///   - arguments: The subcommand and its arguments. Values from outside must stand after `--`, or have been checked.
  ///   - operation: What it is at the door.
  ///   - limit: How much output is read, in bytes; more is a failure.
  public func run(_ arguments: [String], as operation: ExternalOperation, limit: Int = 64 << 20) async -> Result {
    do throws(Failed) {
      return try await attempt(operation, within: timeLimit) { () async throws(Failed) -> Result in
        let result = await runOnce(arguments, limit: limit)
        // `git config` and `git remote` say with 1 or 2 that there is no such setting.
        let isAnswer = operation == .readRemoteSettings && result.exitCode != nil && !result.timedOut
        guard result.succeeded || isAnswer else { throw Failed(result: result, command: arguments.first ?? "") }
        return result
      }
    } catch {
      return error.result
    }
  }

  /// A git that failed, as the door takes it; its words may hold a secret that only the transport knows.
  private struct Failed: OperationError {
    let result: Result
    let command: String

    var operationFailure: OperationFailure {
      let kind = TransportError(result, doing: command, remote: "").kind
      let (type, nature): (String, ErrorClass) =
        switch kind {
        case .unreachable: (result.timedOut ? "timeout" : "connection_failed", .transient)
        case .unauthenticated: ("access_denied", .data)
        case .refused: ("404_not_found", .data)
        case .configuration: ("code_error", .logic)
        }
      return OperationFailure(type: type, message: "git \(command) failed: \(kind.rawValue)", kind: nature)
    }
  }

  private func runOnce(_ arguments: [String], limit: Int) async -> Result {
    var request = ProcessRequest(
      command: ["git", "-c", "gc.auto=0", "-c", "maintenance.auto=false"] + Self.promptless + arguments,
      environment: Self.quiet.merging(environment) { _, new in new }, workingDirectory: folder, timeout: timeLimit,
      label: "git \(arguments.first ?? "")", operation: nil)
    request.unset = Self.repositoryVariables
    request.outputLimit = limit
    let outcome = await runner.run(request)
    return Result(
      succeeded: outcome.succeeded, exitCode: outcome.exitCode, output: String(decoding: outcome.output, as: UTF8.self),
      errors: outcome.tail, timedOut: outcome.timedOut,
      problem: outcome.notFound ? "git is not installed, or not on PATH" : outcome.problem)
  }

  /// A CI system gives git its credentials through an askpass program of its own; anywhere else such a program asks a person.
  private static var isUnattended: Bool {
    let inherited = ProcessInfo.processInfo.environment
    return inherited["CI"] != nil || inherited["JENKINS_URL"] != nil
  }

  private static var promptless: [String] { isUnattended ? [] : ["-c", "core.askPass="] }

  private static var quiet: [String: String] {
    var variables = [
      "GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never", "LC_ALL": "C", "GCM_INTERACTIVE": "never",
    ]
    if !isUnattended { variables.merge(["GIT_ASKPASS": "", "SSH_ASKPASS": ""]) { _, new in new } }
    return variables
  }

  /// Set inside hooks, where they would name another repository or index than the workspace's.
  private static let repositoryVariables = [
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE",
  ]
}
