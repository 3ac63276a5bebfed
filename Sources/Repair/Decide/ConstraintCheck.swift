/// Why a candidate may not be used, and by which rule.
public struct Blocked: Codable, Hashable, Sendable {
  /// The rule: `forbidden_actions`, `allowed_paths`, `max_fix_attempts`, `protected_files`, `safe_paths`.
  public var rule: String
  /// What the rule objects to, in one sentence.
  public var reason: String

  /// Creates a refusal.
  public init(rule: String, reason: String) {
    self.rule = rule
    self.reason = reason
  }
}

/// The rules that every edit has to keep. The files that Errata never edits are protected whatever a user allows.
public struct ConstraintCheck: Codable, Hashable, Sendable {
  /// Glob patterns of the files that may be edited; `**` crosses folders.
  public var allowedPaths: [String]
  /// Names of actions that may not be used.
  public var forbiddenActions: Set<String>
  /// How many fixes a run may attempt.
  public var maxFixAttempts: Int

  /// Creates the rules; without arguments the default ones.
  public init(
    allowedPaths: [String] = ConstraintCheck.defaultPaths, forbiddenActions: Set<String> = [], maxFixAttempts: Int = 15
  ) {
    self.allowedPaths = allowedPaths
    self.forbiddenActions = forbiddenActions
    self.maxFixAttempts = maxFixAttempts
  }

  /// The files that fixes may edit where nothing else is said.
  public static let defaultPaths = ["manifests/**", "config/publications.*"]

  /// Files that say how Errata works and what is allowed: no fix ever edits them.
  private static let protected = [
    "**/pipeline.y*ml", "**/pipeline.json", "**/execution_mode.*", "**/patterns.*", ".github/**", ".gitlab-ci*",
    "**/.git/**", "hooks/**", "templates/**",
  ]

  /// The first rule that a candidate breaks; nil when it keeps all.
  ///
  /// - Parameters:
  ///   - attempts: how many fixes the run has attempted already.
  public func check(_ candidate: Candidate, attempts: Int = 0) -> Blocked? {
    if attempts >= maxFixAttempts {
      return Blocked(
        rule: "max_fix_attempts", reason: "the run has used its \(maxFixAttempts) attempts at fixing")
    }
    let action = candidate.action.rawValue
    if forbiddenActions.contains(action) {
      return Blocked(rule: "forbidden_actions", reason: "the action \(action) is forbidden")
    }
    return candidate.files.lazy.compactMap(check(path:)).first
  }

  /// The first rule that a path breaks; nil when it may be edited.
  public func check(path: String) -> Blocked? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." || $0.lowercased() == ".git" }),
      !path.contains("\\"), !path.contains("\0")
    else {
      return Blocked(rule: "safe_paths", reason: "'\(path)' is not a plain path inside the workspace")
    }
    if ConstraintCheck.protected.contains(where: { Glob.matches(path, $0) }) {
      return Blocked(rule: "protected_files", reason: "'\(path)' is never edited by a fix")
    }
    guard allowedPaths.contains(where: { Glob.matches(path, $0) }) else {
      return Blocked(
        rule: "allowed_paths", reason: "'\(path)' is not among \(allowedPaths.joined(separator: ", "))")
    }
    return nil
  }
}

/// Matches paths against `*` (within a folder), `**` (across folders) and `?`.
public enum Glob {
  /// Whether the whole path fits the pattern.
  public static func matches(_ path: String, _ pattern: String) -> Bool {
    let path = Array(path.utf8)
    let pattern = tokens(pattern)
    // One row of a table: which positions of the path the pattern so far can end at.
    var reachable = [Bool](repeating: false, count: path.count + 1)
    reachable[0] = true
    for token in pattern {
      var next = [Bool](repeating: false, count: path.count + 1)
      for position in 0...path.count {
        switch token {
        case .any: next[position] = reachable[position] || (position > 0 && next[position - 1])
        case .many:
          let before = position > 0 && path[position - 1] != UInt8(ascii: "/") && next[position - 1]
          next[position] = reachable[position] || before
        case .folders:
          next[position] =
            reachable[position]
            || (position > 0 && path[position - 1] == UInt8(ascii: "/") && next[..<position].contains(true))
        case .one: next[position] = position > 0 && reachable[position - 1] && path[position - 1] != UInt8(ascii: "/")
        case .byte(let byte): next[position] = position > 0 && reachable[position - 1] && path[position - 1] == byte
        }
      }
      reachable = next
    }
    return reachable[path.count]
  }

  private enum Token { case any, folders, many, one, byte(UInt8) }

  private static func tokens(_ pattern: String) -> [Token] {
    var result: [Token] = []
    var rest = Array(pattern.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "*"), rest.first == UInt8(ascii: "*") {
        rest = rest.dropFirst()
        // `**/` is any number of whole folders, none included.
        if rest.first == UInt8(ascii: "/") {
          rest = rest.dropFirst()
          result.append(.folders)
        } else {
          result.append(.any)
        }
      } else if byte == UInt8(ascii: "*") {
        result.append(.many)
      } else {
        result.append(byte == UInt8(ascii: "?") ? .one : .byte(byte))
      }
    }
    return result
  }
}
