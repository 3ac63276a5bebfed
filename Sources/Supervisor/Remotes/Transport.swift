public import Foundation
public import Git
internal import Journal
internal import Operations

/// Fetches from and pushes to one remote with the user's own `git`.
public struct Transport: Sendable {
  /// How far a shallow clone's history is to reach.
  public enum Depth: Hashable, Sendable {
    /// So many commits of what is fetched.
    case only(Int)
    /// So many commits more than now.
    case deepen(Int)
    /// All of it.
    case whole
  }

  /// What is configured of the remote.
  public let settings: RemoteSettings
  /// A sentence to tell people once, such as that pushes start no CI.
  public let warning: String?
  /// Where pushes go, without credentials.
  public let address: String
  private let git: GitCommand
  private let credentials: RemoteCredentials

  /// The remote's name.
  public var name: String { settings.name }

  /// Finds the remote in the repository's settings. Nothing is sent yet.
  ///
  /// - Parameters:
  ///   - folder: The repository's work tree, or the bare repository.
  ///   - inherited: The environment that errata runs in.
  public init(
    _ settings: RemoteSettings, folder: String, runner: ProcessRunner,
    inherited: [String: String] = ProcessInfo.processInfo.environment
  ) async throws(TransportError) {
    guard RemoteSettings.isName(settings.name) else {
      throw TransportError(.configuration, "'\(settings.name)' cannot be the name of a remote: set `remote:` to one.")
    }
    if let variable = settings.tokenVariable, inherited[variable]?.isEmpty ?? true {
      throw TransportError(
        .unauthenticated,
        "`remote_token_env` names \(variable), which is not set: give it the token, or take the line out."
      )
    }
    var git = GitCommand(runner: runner, folder: folder, timeLimit: .seconds(settings.timeLimitSeconds))
    let fetching = await git.run(["remote", "get-url", "--", settings.name], as: .readRemoteSettings)
    let pushing = await git.run(["remote", "get-url", "--push", "--", settings.name], as: .readRemoteSettings)
    guard fetching.succeeded, pushing.succeeded else {
      guard fetching.exitCode != nil else { throw TransportError(fetching, doing: "find it", remote: settings.name) }
      throw TransportError(
        .configuration,
        "This repository has no remote '\(settings.name)' (\(TransportError.gist(fetching.errors))): add it with "
          + "`git remote add`, or change `remote:`.")
    }
    let urls = (fetching.output + pushing.output).split(separator: "\n").map(String.init)
    let asked = #"^(core\.sshcommand|http\..*\.?extraheader)$"#
    let settled = await git.run(["config", "--null", "--get-regexp", asked], as: .readRemoteSettings)
    var configured: [String: String] = [:]
    for entry in settled.output.split(separator: "\0") {
      let parts = entry.split(separator: "\n", maxSplits: 1).map(String.init)
      if let key = parts.first { configured[key.lowercased()] = parts.count > 1 ? parts[1] : "" }
    }
    credentials = RemoteCredentials(settings: settings, urls: urls, configured: configured, inherited: inherited)
    git.environment = credentials.environment
    self.git = git
    self.settings = settings
    warning = credentials.warning
    address = Redaction.redact(urls.last ?? settings.name)
  }

  /// Where the remote has the references that patterns such as `refs/heads/errata/*` name. One that is not among them is not
  /// there: the remote itself was asked.
  public func tips(matching patterns: [String]) async throws(TransportError) -> [String: ObjectID] {
    try check(patterns)
    let result = await git.run(["ls-remote", "--refs", "--", name] + patterns, as: .listRemote)
    guard result.succeeded else { throw failure(result, doing: "list its branches") }
    var tips: [String: ObjectID] = [:]
    for line in result.output.split(separator: "\n") {
      let fields = line.split(separator: "\t")
      guard fields.count == 2, let commit = ObjectID(String(fields[0])) else {
        throw TransportError(.unreachable, "The remote '\(name)' answered with what is no list of branches.")
      }
      // Git matches a pattern with the end of a name too, as in `refs/heads/x/refs/heads/main`.
      let reference = String(fields[1])
      if patterns.contains(where: { Self.matches(reference, $0) }) { tips[reference] = commit }
    }
    return tips
  }

  /// Fetches references into references of Errata's own; the user's remote-tracking ones are left as they are, since a lease
  /// without an explicit value rests on them.
  ///
  /// - Parameters:
  ///   - refspecs: Such as `+refs/heads/main:refs/errata/remotes/origin/main`.
  ///   - depth: For a shallow clone.
  public func fetch(_ refspecs: [String], depth: Depth? = nil) async throws(TransportError) {
    try check(refspecs)
    var arguments = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--refmap=", "--recurse-submodules=no"]
    switch depth {
    case nil: break
    case .only(let count): arguments.append("--depth=\(count)")
    case .deepen(let count): arguments.append("--deepen=\(count)")
    case .whole: arguments.append("--unshallow")
    }
    let result = await git.run(arguments + ["--", name] + refspecs, as: .fetchRemote)
    guard result.succeeded else { throw failure(result, doing: "fetch") }
  }

  /// Moves references of the remote, each only if it is where it was seen. Nothing is forced over what somebody else pushed.
  ///
  /// - Parameters:
  ///   - moves: What to move; nothing is sent when there is none.
  ///   - atomic: All or none.
  public func push(_ moves: [RefMove], atomic: Bool = true) async -> PushOutcome {
    var outcome = PushOutcome()
    guard !moves.isEmpty else { return outcome }
    do { try check(moves.map(\.reference)) } catch {
      outcome.failure = error
      return outcome
    }
    var arguments = ["push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no"]
    if atomic, moves.count > 1 { arguments.append("--atomic") }
    arguments += settings.pushOptions.map { "--push-option=\($0)" } + moves.map(\.lease)
    let result = await git.run(arguments + ["--", name] + moves.map(\.refspec), as: .pushRemote)
    outcome = PushOutcome(porcelain: credentials.redacted(Redaction.redact(result.output)))
    let told = outcome.pushed.union(outcome.stale).union(outcome.refused.keys)
    if !result.succeeded, outcome.isComplete || !told.isSuperset(of: moves.map(\.reference)) {
      outcome.failure = failure(result, doing: "push")
    }
    let said = hookWords(result.errors)
    if !said.isEmpty { outcome.refused = outcome.refused.mapValues { "\($0): \(said)" } }
    return outcome
  }

  private func failure(_ result: GitCommand.Result, doing action: String) -> TransportError {
    var result = result
    result.errors = credentials.redacted(result.errors)
    return TransportError(result, doing: action, remote: name)
  }

  /// What a hook or the forge said of a refusal, on one line.
  private func hookWords(_ errors: String) -> String {
    let lines = errors.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("remote: ") }
      .map { $0.dropFirst(8).split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }
    return credentials.redacted(String(lines.joined(separator: " ").prefix(300)))
  }

  /// Names come from configuration, manifests and other people's branches.
  private func check(_ names: [String]) throws(TransportError) {
    for name in names {
      let allowed = name.unicodeScalars.allSatisfy {
        $0.value > 32 && $0.value != 127 && !"?[\\^~".unicodeScalars.contains($0)
      }
      guard !name.isEmpty, allowed, name.drop(while: { $0 == "+" }).hasPrefix("refs/") else {
        throw TransportError(.configuration, "'\(name)' is not the full name of a reference.")
      }
    }
  }

  private static func matches(_ reference: String, _ pattern: String) -> Bool {
    guard let star = pattern.firstIndex(of: "*") else { return reference == pattern }
    return reference.hasPrefix(pattern[..<star]) && reference.hasSuffix(pattern[pattern.index(after: star)...])
  }
}
