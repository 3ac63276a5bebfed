public import Journal

/// When a fix of one action may be merged without a person (`approval` in `constraints.yaml`).
///
/// A rule only ever tightens: what verification, likeness or `autonomous.min_confidence` forbid stays forbidden.
public struct ApprovalRule: Codable, Hashable, Sendable {
  /// A person decides, whatever is known.
  public var person: Bool
  /// How many such fixes people must have approved, not taken back since, before one merges by itself.
  public var afterApprovals: Int
  /// The least confidence, where it is above the one for all actions.
  public var minConfidence: Double

  /// Creates a rule; without arguments it asks for nothing.
  public init(person: Bool = false, afterApprovals: Int = 0, minConfidence: Double = 0) {
    self.person = person
    self.afterApprovals = afterApprovals
    self.minConfidence = minConfidence
  }

  /// Whether what this rule lets merge, the other lets merge too.
  public func isAtLeastAsStrict(as other: ApprovalRule) -> Bool {
    person || (!other.person && afterApprovals >= other.afterApprovals && minConfidence >= other.minConfidence)
  }

  /// Why a fix waits for a person by this rule, as the end of a sentence; nil when it need not.
  func objection(action: String, confidence: Double, history: some Sequence<FixRecord>) -> String? {
    if person { return "a person always decides on \(action)" }
    let ended = history.filter { $0.action == action }
    let approved = ended.count { $0.status == .approved && $0.mergedAutomatically != true }
    if approved < afterApprovals {
      return "people have approved \(approved) fixes by \(action) so far, and \(afterApprovals) are asked for"
    }
    if confidence < minConfidence {
      return "a confidence of \(Numbers.decimal(minConfidence)) is asked for with \(action)"
    }
    return nil
  }
}

/// What decides whether a fix may be merged without a person.
public struct ApprovalRules: Sendable {
  /// The least confidence for all actions (`autonomous.min_confidence`).
  public var minConfidence: Double
  /// The rules of single actions, by the action's name.
  public var rules: [String: ApprovalRule]
  /// Where each rule is written, by the action's name: `config/constraints.yaml:9`.
  public var places: [String: String]

  /// Gathers the rules.
  public init(minConfidence: Double, rules: [String: ApprovalRule] = [:], places: [String: String] = [:]) {
    self.minConfidence = minConfidence
    self.rules = rules
    self.places = places
  }

  /// Why a fix has to wait for a person, in one sentence; nil when it may be merged without one.
  ///
  /// - Parameter history: The earlier fixes, for rules that count approvals.
  public func objection(
    to candidate: Candidate, verdict: Verdict?, confidence: Double, history: some Sequence<FixRecord> = []
  ) -> String? {
    guard verdict?.passed == true else { return "A person decides: the edit is not verified." }
    if candidate.restsOnLikeness {
      return "A person decides: the edit takes one thing for another because they are alike."
    }
    if candidate.suggestedBy != nil { return "A person decides: a model suggested the edit." }
    let action = candidate.action.rawValue
    guard candidate.safe else { return "A person decides whether what \(action) gives up may be given up." }
    if let objection = rules[action]?.objection(action: action, confidence: confidence, history: history) {
      return "A person decides, by approval.\(action)\(places[action].map { " (\($0))" } ?? ""): \(objection)."
    }
    guard confidence >= minConfidence else {
      return "A person decides: the confidence of \(Numbers.decimal(confidence)) is below autonomous.min_confidence, "
        + "which is \(Numbers.decimal(minConfidence))."
    }
    return nil
  }
}
