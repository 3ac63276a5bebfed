/// What to do about a pattern of failures, with what speaks for it (S4-9).
public struct Recommendation: Codable, Hashable, Sendable {
  /// What it rests on.
  public enum Basis: String, Codable, Hashable, Sendable {
    /// A fix for it waits.
    case openFix = "open_fix"
    /// Fixes that worked against the same pattern.
    case pattern
    /// Fixes that worked against the same type of error.
    case type
    /// How it is spread or comes back.
    case spread
    /// That nothing was tried again.
    case retry
    /// That nothing is known.
    case none
  }

  /// The pattern.
  public let fingerprint: String
  /// The error's type.
  public let type: String
  /// The stage.
  public let stage: String
  /// At how many places it stands.
  public let standing: Int
  /// What it rests on.
  public let basis: Basis
  /// What worked, where anything did.
  public let experience: FixExperience?
  /// The fixes that wait, where any do, at most five.
  public let fixes: [String]
  /// What to do, in a sentence.
  public let text: String
}

/// Advises on patterns that stand or come back.
struct Advice {
  let byPattern: [String: [FixExperience]]
  let byType: [String: [FixExperience]]
  /// The fixes that wait.
  let open: [FixRecord]
  let recurring: [RecurringFailure]

  /// The recommendations for what stands or came back, in the order of the patterns.
  func recommendations(for patterns: [FailurePattern]) -> [Recommendation] {
    let waiting = Dictionary(grouping: open) { [$0.errorType, $0.stage] }
    let returns = Dictionary(recurring.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first })
    return patterns.filter { $0.standingCount > 0 || $0.untried > 0 && $0.transient || returns[$0.fingerprint] != nil }
      .map { pattern in
        let places = Set(pattern.standing)
        let own = (waiting[[pattern.type, pattern.stage], default: []]).filter { fix in
          places.contains(fix.source.map { "\(fix.urlKey)/\($0)" } ?? fix.urlKey)
        }
        return recommendation(pattern, open: own.map(\.id), returned: returns[pattern.fingerprint])
      }
  }

  private func recommendation(
    _ pattern: FailurePattern, open: [String], returned: RecurringFailure?
  ) -> Recommendation {
    func advise(_ basis: Recommendation.Basis, _ text: String, _ experience: FixExperience? = nil) -> Recommendation {
      Recommendation(
        fingerprint: pattern.fingerprint, type: pattern.type, stage: pattern.stage, standing: pattern.standingCount,
        basis: basis, experience: experience, fixes: Array(open.prefix(5)), text: text)
    }
    if let first = open.first {
      let more = open.count > 1 ? " and \(open.count - 1) more" : ""
      return advise(.openFix, "A fix waits: look at it with `errata show \(first)`\(more).")
    }
    if pattern.transient, pattern.untried > 0 {
      return advise(
        .retry,
        "It may pass by itself, but \(pattern.untried) of \(pattern.final) were not tried again: give the stage "
          + "'\(pattern.stage)' a `retry` with `max_retries`.")
    }
    if let best = byPattern[pattern.fingerprint]?.first, best.worked > 0 {
      return advise(
        .pattern, "\(best.action) worked against it \(best.worked) of \(best.decided) times\(names(best)).", best)
    }
    if let returned {
      return advise(
        .spread,
        "It came back \(times(returned.returns)) after it was over: see when with `errata trace \(returned.place)`.")
    }
    if let best = byType[pattern.type]?.first, best.worked > 0 {
      return advise(
        .type,
        "Of this type of failure, not this very one, \(best.action) mended \(best.worked) of \(best.decided)"
          + "\(names(best)).", best)
    }
    if pattern.spread == .burst {
      return advise(
        .spread, "\(pattern.mostInOneRun) came in one run: look for the one cause that they share before any of them.")
    }
    guard let place = pattern.standing.first else { return advise(.none, "Nothing is known that helps.") }
    return advise(.none, "No fix is known yet: look into it with `errata diagnose \(place)`.")
  }

  private func names(_ experience: FixExperience) -> String {
    experience.fixes.first.map { " (the last was \($0))" } ?? ""
  }

  private func times(_ count: Int) -> String { count == 1 ? "once" : count == 2 ? "twice" : "\(count) times" }
}
