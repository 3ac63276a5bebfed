internal import Journal
internal import ManifestYAML

/// Why a candidate may not be used, and by which rule.
public struct Blocked: Codable, Hashable, Sendable {
  /// The rule: `forbidden_actions`, `forbidden_fixes`, `forbidden_statements`, `allowed_paths`, `max_fix_attempts`,
  /// `protected_files`, `safe_paths`, `no_secrets`, or `recoveries` of `goals.yaml`.
  public var rule: String
  /// Where the rule is written, such as `config/constraints.yaml:4`; nil for those that always hold.
  public var place: String?
  /// What the rule objects to, in one sentence.
  public var reason: String

  /// Creates a refusal.
  public init(rule: String, place: String? = nil, reason: String) {
    self.rule = rule
    self.place = place
    self.reason = reason
  }

  /// The rule with its place: `forbidden_actions (config/constraints.yaml:4)`.
  public var name: String { place.map { "\(rule) (\($0))" } ?? rule }
}

/// A stage's command that a candidate's edits change, with its placeholders filled in.
public struct CommandChange: Hashable, Sendable {
  /// Which one: `stage load`, `verify of stage load`.
  public var name: String
  /// Program and arguments as they are.
  public var before: [String]
  /// Program and arguments with the edits.
  public var after: [String]

  /// Creates a change.
  public init(name: String, before: [String], after: [String]) {
    self.name = name
    self.before = before
    self.after = after
  }
}

/// The rules that every edit has to keep. The files that Errata never edits are protected whatever a user allows.
public struct ConstraintCheck: Codable, Hashable, Sendable {
  /// Glob patterns of the files that may be edited; `**` crosses folders.
  public var allowedPaths: [String]
  /// Names of actions that may not be used.
  public var forbiddenActions: Set<String>
  /// SQL statements, such as `drop_table`, that an edit may not bring into a file or a command.
  public var forbiddenStatements: [String]
  /// Fixes that are not proposed for some publication or type of error.
  public var forbiddenFixes: [ForbiddenFix]
  /// How many fixes a run may attempt.
  public var maxFixAttempts: Int
  /// Where each rule is written: a rule's name, or `rule.item` for one item of its list, to `file:line`.
  public var places: [String: String]

  /// Creates the rules; without arguments the default ones.
  public init(
    allowedPaths: [String] = ConstraintCheck.defaultPaths, forbiddenActions: Set<String> = [],
    forbiddenStatements: [String] = ConstraintCheck.defaultStatements, forbiddenFixes: [ForbiddenFix] = [],
    maxFixAttempts: Int = 15, places: [String: String] = [:]
  ) {
    self.allowedPaths = allowedPaths
    self.forbiddenActions = forbiddenActions
    self.forbiddenStatements = forbiddenStatements
    self.forbiddenFixes = forbiddenFixes
    self.maxFixAttempts = maxFixAttempts
    self.places = places
  }

  /// The statements that are forbidden where nothing else is said (S3-8).
  public static let defaultStatements = ["drop_table"]

  /// The files that fixes may edit where nothing else is said.
  public static let defaultPaths = ["manifests/**", "config/publications.*"]

  /// Files that say how Errata works and what is allowed: no fix ever edits them.
  private static let protected = [
    "**/pipeline.y*ml", "**/pipeline.json", "**/execution_mode.*", "**/patterns.*", ".github/**", ".gitlab-ci*",
    "**/.git/**", "hooks/**", "templates/**", "config/reports/**",
  ]

  /// The first rule that a candidate breaks; nil when it keeps all.
  ///
  /// - Parameters:
  ///   - attempts: how many fixes the run has attempted already.
  ///   - commands: the stages' commands that its edits change.
  ///   - failure: what it is to mend, for rules about a publication or a type of error.
  public func check(
    _ candidate: Candidate, attempts: Int = 0, commands: [CommandChange] = [], for failure: Failure? = nil
  ) -> Blocked? {
    if attempts >= maxFixAttempts {
      let used = "the run has used its \(Numbers.counted(maxFixAttempts, "attempt")) at fixing"
      return blocked("max_fix_attempts", used)
    }
    let action = candidate.action.rawValue
    if forbiddenActions.contains(action) {
      return blocked("forbidden_actions", item: action, "the action \(action) is forbidden")
    }
    if let failure,
      let rule = forbiddenFixes.first(where: {
        $0.covers(action: action, publication: failure.publication, errorType: failure.error.type)
      })
    {
      return blocked("forbidden_fixes", item: rule.name, "\(rule.sentence) is forbidden\(rule.why)")
    }
    return candidate.files.lazy.compactMap(check(path:)).first ?? secret(in: candidate)
      ?? statement(in: candidate, commands)
  }

  /// What a fix changes is in a commit, a patch, the journal and the ledger for good: none of it may be a secret.
  private func secret(in candidate: Candidate) -> Blocked? {
    let edit = candidate.allEdits.first { edit in
      ([edit.selector.description] + (edit.old?.texts ?? []) + (edit.new?.texts ?? [])).contains {
        Redaction.redact($0) != $0
      }
    }
    return edit.map {
      Blocked(
        rule: "no_secrets", reason: "the edit of \($0.file) would put what looks like a password or token into git")
    }
  }

  /// The first forbidden statement that an edit brings in, be it only together with what a command has around it.
  private func statement(in candidate: Candidate, _ commands: [CommandChange]) -> Blocked? {
    for name in forbiddenStatements {
      func added(_ before: [String], _ after: [String]) -> Bool {
        let count = { (texts: [String]) in texts.reduce(0) { $0 + Statements.count(of: name, in: $1) } }
        return count(after) > count(before)
      }
      for edit in candidate.edits where added(edit.old?.texts ?? [], edit.new?.texts ?? []) {
        return blocked(
          "forbidden_statements", item: name, "the edit of \(edit.selector) in \(edit.file) brings in '\(name)'")
      }
      for command in commands
      where added(command.before, command.after)
        || added([command.before.joined(separator: " ")], [command.after.joined(separator: " ")])
      {
        return blocked(
          "forbidden_statements", item: name, "with the edit the command of \(command.name) holds '\(name)'")
      }
    }
    return nil
  }

  private func blocked(_ rule: String, item: String? = nil, _ reason: String) -> Blocked {
    Blocked(rule: rule, place: item.flatMap { places["\(rule).\($0)"] } ?? places[rule], reason: reason)
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
      return blocked("allowed_paths", "'\(path)' is not among \(allowedPaths.joined(separator: ", "))")
    }
    return nil
  }
}

extension JSONValue {
  /// All texts in it, keys included.
  fileprivate var texts: [String] {
    switch self {
    case .string(let text): [text]
    case .array(let items): items.flatMap(\.texts)
    case .object(let members): members.flatMap { [$0.key] + $0.value.texts }
    case .null, .bool, .int, .double: []
    }
  }
}
