public import Repair

/// `constraints.yaml`: what fixes may not do, whatever would mend the failure.
public struct Constraints: Hashable, Sendable {
  /// Fixes that may be tried in one run.
  public var maxFixAttempts: Int
  /// Fixes that may wait for review at the same time; nil for any number.
  public var maxOpenFixes: Int?
  /// Actions that are never taken.
  public var forbiddenActions: [String]
  /// Actions that are not taken for some publication or type of error.
  public var forbiddenFixes: [ForbiddenFix] = []
  /// SQL statements, such as `drop_table`, that a fix never brings into a manifest or a command.
  public var forbiddenStatements: [String]
  /// When fixes of an action may be merged without a person, by the action's name.
  public var approval: [String: ApprovalRule]
  /// Globs of the files that a fix may edit.
  public var allowedPaths: [String]
  /// Where each rule is written: its name, or `rule.item` for one item, to `config/constraints.yaml:4`.
  public var places: [String: String] = [:]

  /// What a fix may edit where the file does not say.
  public static let standardPaths = ConstraintCheck.defaultPaths

  /// Creates constraints; the defaults are those of an absent file.
  public init(
    maxFixAttempts: Int = 15, maxOpenFixes: Int? = nil, forbiddenActions: [String] = [],
    forbiddenStatements: [String] = ConstraintCheck.defaultStatements, approval: [String: ApprovalRule] = [:],
    allowedPaths: [String] = Constraints.standardPaths
  ) {
    self.maxFixAttempts = maxFixAttempts
    self.maxOpenFixes = maxOpenFixes
    self.forbiddenActions = forbiddenActions
    self.forbiddenStatements = forbiddenStatements
    self.approval = approval
    self.allowedPaths = allowedPaths
  }
}

extension Constraints {
  /// What every candidate is checked against.
  var check: ConstraintCheck {
    ConstraintCheck(
      allowedPaths: allowedPaths, forbiddenActions: Set(forbiddenActions), forbiddenStatements: forbiddenStatements,
      forbiddenFixes: forbiddenFixes, maxFixAttempts: maxFixAttempts, places: places)
  }

  /// What decides whether a fix may be merged without a person.
  func approvalRules(minConfidence: Double) -> ApprovalRules {
    let prefix = "approval."
    let own = places.filter { $0.key.hasPrefix(prefix) }
    return ApprovalRules(
      minConfidence: minConfidence, rules: approval,
      places: Dictionary(own.map { (String($0.key.dropFirst(prefix.count)), $0.value) }, uniquingKeysWith: { $1 }))
  }

  /// Whether whatever these allow, the others allowed too.
  func isTightened(from before: Constraints) -> Bool {
    maxFixAttempts <= before.maxFixAttempts && (maxOpenFixes ?? .max) <= (before.maxOpenFixes ?? .max)
      && before.forbiddenFixes.allSatisfy { rule in forbiddenFixes.contains { $0.isAtLeastAsStrict(as: rule) } }
      && Set(forbiddenActions).isSuperset(of: before.forbiddenActions)
      && Set(forbiddenStatements).isSuperset(of: before.forbiddenStatements)
      && before.approval.allSatisfy { name, rule in approval[name]?.isAtLeastAsStrict(as: rule) ?? false }
      && Set(allowedPaths).isSubset(of: before.allowedPaths)
  }
}
