/// What came into conflict with people's decisions and with the constraints, as a fold over the journal: what constraints evolve
/// from (S3-6).
public struct RuleViolations: Sendable {
  /// Fixes by one action for one type of error in one publication.
  public struct Combination: Hashable, Comparable, Sendable {
    /// The publication.
    public let publication: String
    /// The type of error.
    public let errorType: String
    /// The action.
    public let action: String

    /// Names a combination.
    public init(publication: String, errorType: String, action: String) {
      self.publication = publication
      self.errorType = errorType
      self.action = action
    }

    /// By publication, type of error, and action.
    public static func < (left: Combination, right: Combination) -> Bool {
      (left.publication, left.errorType, left.action) < (right.publication, right.errorType, right.action)
    }
  }

  /// The runs in which an edit was kept back by a rule, in their order.
  public private(set) var blocked: [String: [Combination: [String]]] = [:]
  private var book = FixBook()

  /// Nothing came into conflict.
  public init() {}

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event>) { for event in events { apply(event) } }

  /// Takes one event in.
  public mutating func apply(_ event: Event) {
    book.apply(event)
    guard event.type == .failureDiagnosed, !event.isLearned, let publication = event.context.publication else { return }
    for entry in event.data["blocked"]?.array ?? [] {
      guard let rule = entry["rule"]?.string, let action = entry["action"]?.string else { continue }
      let combination = Combination(
        publication: publication, errorType: entry["error_type"]?.string ?? ErrorType.unknown.rawValue, action: action)
      if blocked[rule]?[combination]?.last != event.runID {
        blocked[rule, default: [:]][combination, default: []].append(event.runID)
      }
    }
  }

  /// The fixes that people decided on, each under what it was for: those turned down, and those taken.
  public var decided: [Combination: (refused: [FixRecord], taken: [FixRecord])] {
    var decided: [Combination: (refused: [FixRecord], taken: [FixRecord])] = [:]
    for fix in book.fixes where !fix.isRevision && fix.status.isDecision {
      let combination = Combination(publication: fix.publication, errorType: fix.errorType, action: fix.action)
      if fix.status.isRefusal {
        decided[combination, default: ([], [])].refused.append(fix)
      } else {
        decided[combination, default: ([], [])].taken.append(fix)
      }
    }
    return decided
  }

  /// The runs that had no attempts left for a failure, in their order.
  public var exhausted: [String] {
    Set((blocked["max_fix_attempts"] ?? [:]).values.flatMap(\.self)).sorted()
  }
}
