public import Journal
internal import ManifestYAML

/// Drafts constraints out of repeated violations (S3-6). They only ever tighten.
public struct ConstraintRevision: Sendable {
  /// How often something has to come about before a rule is made of it.
  public static let repeated = 3
  /// Every so many runs the violations are looked at.
  public static let interval = 3

  private let violations: RuleViolations
  private let check: ConstraintCheck
  private let approval: [String: ApprovalRule]
  private let maxOpenFixes: Int?
  private let path: String

  /// Gathers what there is.
  ///
  /// - Parameters:
  ///   - approval: The rules of merging without a person, by action.
  ///   - path: `constraints.yaml`, relative to the workspace.
  public init(
    _ violations: RuleViolations, check: ConstraintCheck, approval: [String: ApprovalRule], maxOpenFixes: Int?,
    path: String
  ) {
    self.violations = violations
    self.check = check
    self.approval = approval
    self.maxOpenFixes = maxOpenFixes
    self.path = path
  }

  /// The constraints that the violations ask for and that do not hold yet, the most pressing first.
  public var drafts: [Revision] { refusals + approvals + statements + budget }

  /// Fixes that people turn down again and again, and never take.
  private var refusals: [Revision] {
    violations.decided.filter { $0.value.taken.isEmpty && $0.value.refused.count >= Self.repeated }.sorted {
      ($1.value.refused.count, $0.key) < ($0.value.refused.count, $1.key)
    }.compactMap { combination, decided in
      let count = decided.refused.count
      return forbidding(
        combination, reason: "\(count) of \(count) such fixes were turned down", count: count,
        facts: decided.refused.map(fact), because: "People rejected or reverted all of them.")
    }
  }

  /// Fixes that people turn down as often as they take them: autonomous mode must not merge them.
  private var approvals: [Revision] {
    var byAction: [String: (refused: [FixRecord], taken: Int)] = [:]
    for (combination, decided) in violations.decided.sorted(by: { $0.key < $1.key }) {
      byAction[combination.action, default: ([], 0)].refused += decided.refused
      byAction[combination.action, default: ([], 0)].taken += decided.taken.count
    }
    return byAction.sorted { $0.key < $1.key }.compactMap { action, decided in
      let refused = decided.refused.count
      guard decided.taken > 0, refused >= Self.repeated, refused >= decided.taken,
        FixAction(rawValue: action) != nil, !check.forbiddenActions.contains(action),
        approval[action]?.person != true, rule(action) != nil || approval[action] == nil
      else { return nil }
      let edit = FixEdit(
        file: path, selector: YAMLSelector(steps: [.key("approval"), .key(action)]), old: rule(action), new: "person")
      return revision(
        edit, slug: "approval-\(action)", summary: "leave \(action) to a person",
        reason: "Of \(refused + decided.taken) fixes by \(action) that people decided on, they turned \(refused) down.",
        errorType: "none", evidence: [action, bucket(refused)], facts: decided.refused.map(fact),
        effect: "Autonomous mode and --auto-fix merge no fix by \(action) any more: a person decides on each.")
    }
  }

  /// Edits that keep bringing in SQL that is forbidden.
  private var statements: [Revision] {
    (violations.blocked["forbidden_statements"] ?? [:]).filter { $0.value.count >= Self.repeated }.sorted {
      ($1.value.count, $0.key) < ($0.value.count, $1.key)
    }.compactMap { combination, runs in
      forbidding(
        combination, reason: "such edits brought in forbidden SQL in \(runs.count) runs", count: runs.count,
        facts: runs.suffix(12).map { "\($0): blocked by forbidden_statements" },
        because: "Such edits would have brought in SQL that is forbidden, run after run.")
    }
  }

  /// More fails than a run may look into: what waits for review must not pile up.
  private var budget: [Revision] {
    let runs = violations.exhausted
    guard runs.count >= Self.repeated, maxOpenFixes == nil else { return [] }
    let most = max(1, check.maxFixAttempts)
    let edit = FixEdit(
      file: path, selector: YAMLSelector(steps: [.key("max_open_fixes")]), old: nil, new: .int(most))
    return [
      revision(
        edit, slug: "max_open_fixes", summary: "let at most \(Numbers.counted(most, "fix", "fixes")) wait for review",
        reason: "In \(runs.count) runs more failed than the \(check.maxFixAttempts) attempts of a run could look into.",
        errorType: "none", evidence: ["max_open_fixes", bucket(runs.count)],
        facts: runs.suffix(12).map { "\($0): max_fix_attempts was used up" },
        effect:
          "Once \(most) wait, further fixes are held back until some are decided on, so that the first are seen first.")
    ]
  }

  private func forbidding(
    _ combination: RuleViolations.Combination, reason: String, count: Int, facts: [String], because: String
  ) -> Revision? {
    let (action, publication, type) = (combination.action, combination.publication, combination.errorType)
    let isForbidden =
      check.forbiddenActions.contains(action)
      || check.forbiddenFixes.contains { $0.covers(action: action, publication: publication, errorType: type) }
    let name = [publication, type, action].map { FixIdentity.component($0, longest: 30) }.joined(separator: "-")
    guard FixAction(rawValue: action) != nil, !isForbidden, !check.forbiddenFixes.contains(where: { $0.name == name })
    else { return nil }
    let edit = FixEdit(
      file: path, selector: YAMLSelector(steps: [.key("forbidden_fixes"), .key(name)]), old: nil,
      new: [
        "action": .string(action), "publication": .string(publication), "error_type": .string(type),
        "reason": .string(reason),
      ])
    return revision(
      edit, slug: "forbid-\(name)", summary: "\(publication): no \(action) for \(type) any more",
      reason: "\(because) (\(Numbers.counted(count, "time")), \(type) in \(publication), by \(action).)",
      errorType: type,
      evidence: [name, bucket(count)], facts: facts,
      effect:
        "Fixes by \(action) for \(type) in \(publication) are not tried or proposed any more; other actions still are.")
  }

  /// A rule of merging as the file has it; nil where there is none.
  private func rule(_ action: String) -> JSONValue? {
    guard let rule = approval[action], !rule.person else { return nil }
    var members: [String: JSONValue] = [:]
    if rule.afterApprovals > 0 { members["after_approvals"] = .int(rule.afterApprovals) }
    if rule.minConfidence > 0 { members["min_confidence"] = .double(rule.minConfidence) }
    return .object(members)
  }

  /// One that was turned down comes again when it came about as often once more.
  private func bucket(_ count: Int) -> String { String(count / Self.repeated) }

  private func fact(_ fix: FixRecord) -> String {
    "\(fix.id)  \(fix.urlKey)/\(fix.source ?? ""): \(fix.status.rawValue)\(fix.statusReason.map { ", \($0)" } ?? "")"
  }

  private func revision(
    _ edit: FixEdit, slug: String, summary: String, reason: String, errorType: String, evidence: [String],
    facts: [String], effect: String
  ) -> Revision {
    Revision(
      candidate: Candidate(
        action: .addConstraint, edits: [edit], loss: Loss(.nothing), summary: summary, reason: reason, prior: 0.5,
        safe: false),
      slug: "constraints-\(slug)", errorType: errorType, evidence: evidence, facts: facts, effect: effect)
  }
}
