/// Why a remote could not be used: one plain sentence, without secrets.
public struct TransportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of obstacle it is.
  public enum Kind: String, Sendable {
    /// The remote, or the way to it, is down or too slow: an outage, from which nothing is concluded.
    case unreachable
    /// The remote does not know who asks, or does not let them.
    case unauthenticated
    /// The configuration names no remote of this repository, or git is missing.
    case configuration
    /// The remote was asked for something that it has not, or does not do.
    case refused
  }

  /// The kind.
  public let kind: Kind
  /// The sentence.
  public let description: String

  /// Creates an error.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// Reads what git said when it failed.
  init(_ result: GitCommand.Result, doing action: String, remote: String) {
    let said = TransportError.gist(result.errors)
    if let problem = result.problem, result.exitCode == nil {
      self.init(.configuration, "The remote '\(remote)' cannot be used: \(problem).")
    } else if result.timedOut {
      self.init(.unreachable, "The remote '\(remote)' did not answer in time while git tried to \(action).")
    } else if TransportError.refusals.contains(where: result.errors.contains) {
      self.init(
        .unauthenticated,
        "The remote '\(remote)' did not let git \(action) (\(said)): check the credentials and what they are allowed.")
    } else if TransportError.unknowns.contains(where: result.errors.contains) {
      self.init(.refused, "The remote '\(remote)' could not \(action) (\(said)).")
    } else {
      self.init(.unreachable, "The remote '\(remote)' cannot be reached to \(action) (\(said)).")
    }
  }

  private static let refusals = [
    "Authentication failed", "could not read Username", "could not read Password", "Permission denied",
    "Host key verification failed", "returned error: 401", "returned error: 403", "HTTP 401", "HTTP 403",
    "Permission to ", "not authorized", "Access denied", "access denied",
  ]
  private static let unknowns = [
    "couldn't find remote ref", "does not support push options", "does not support --atomic", "not our ref",
  ]

  /// The line that says most: git's own last word, or what the remote said before it.
  static func gist(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map { String($0).trimmingSpaces }
    let telling = lines.filter { !$0.isEmpty && !noise.contains(where: $0.hasPrefix) }
    let line = telling.last { $0.hasPrefix("fatal: ") || $0.hasPrefix("error: ") } ?? telling.last ?? "git said nothing"
    var said = line
    for prefix in ["fatal: ", "error: ", "remote: "] where said.hasPrefix(prefix) {
      said = String(said.dropFirst(prefix.count))
    }
    if line.hasPrefix("fatal: Could not read from remote"), let before = telling.dropLast().last(where: { $0 != line })
    {
      said = before
    }
    while said.hasSuffix(".") { said.removeLast() }
    return String(said.prefix(300))
  }

  private static let noise = [
    "and the repository exists", "Please make sure you have", "hint:", "Warning: Permanently",
  ]
}

extension String {
  fileprivate var trimmingSpaces: String {
    var rest = Substring(self)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
