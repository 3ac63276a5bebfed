public import Journal

/// How much a fix deserves to be trusted, between 0 and 1: the share of such fixes that turn out right.
///
/// What the rule believes is first moved by what verification showed. Per error type and action, and for verified and
/// unverified fixes apart, the outcomes of earlier ones then update a Beta distribution with that mean. At last the mean is
/// corrected by what came of earlier fixes that were trusted as much, so that persons who are stricter, or milder, than the
/// rules expect are learned across all types.
public struct Confidence: Sendable {
  /// How many outcomes the rule's own belief is worth.
  public static let priorWeight = 3.0
  /// How many outcomes a band has to have for half of its correction.
  static let bandWeight = 10.0

  private var outcomes: [Key: (right: Double, wrong: Double)] = [:]
  private var bands = [Band](repeating: Band(), count: Calibration.bins)

  private struct Key: Hashable {
    let error: String
    let action: String
    let verified: Bool
  }

  /// Earlier beliefs of one tenth, and what came of them.
  private struct Band {
    var count = 0.0
    var believed = 0.0
    var right = 0.0

    var correction: Double { (right - believed) / (count + Confidence.bandWeight) }
  }

  /// Learns from how earlier fixes ended, in the order in which they were put forward; what is undecided says nothing.
  public init(outcomes: some Sequence<FixOutcome> = []) {
    for outcome in outcomes {
      guard let wasRight = outcome.wasRight else { continue }
      let key = Key(error: outcome.errorType, action: outcome.action, verified: outcome.verified)
      let belief = belief(key, prior: outcome.prior ?? outcome.confidence)
      let band = Calibration.bin(of: belief)
      bands[band].count += 1
      bands[band].believed += belief
      if wasRight {
        bands[band].right += 1
        self.outcomes[key, default: (0, 0)].right += 1
      } else {
        self.outcomes[key, default: (0, 0)].wrong += 1
      }
    }
  }

  /// The confidence in a candidate for an error type, in hundredths; nothing in one that did not pass.
  public func value(of candidate: Candidate, errorType: String, verdict: Verdict?) -> Double {
    let prior = Confidence.prior(of: candidate, verdict: verdict)
    guard prior > 0 else { return 0 }
    let key = Key(error: errorType, action: candidate.action.rawValue, verified: verdict != nil)
    let belief = belief(key, prior: prior)
    let corrected = belief + bands[Calibration.bin(of: belief)].correction
    return (min(max(corrected, 0.01), 0.99) * 100).rounded() / 100
  }

  /// What the rule's likelihood and verification make of a candidate before any outcome is known.
  ///
  /// Verification moves the odds: a stage that fails without the edit and passes with it on the very bytes it had failed on
  /// makes the edit ten times as likely right as wrong over what the rule knew.
  public static func prior(of candidate: Candidate, verdict: Verdict?) -> Double {
    let factor: Double
    switch verdict {
    case nil: factor = 0.25
    case let verdict? where !verdict.passed: return 0
    case let verdict?: factor = verdict.capturedInput ? 10 : 5
    }
    let likely = min(max(candidate.prior, 0.01), 0.99)
    let odds = likely / (1 - likely) * factor
    return odds / (1 + odds)
  }

  private func belief(_ key: Key, prior: Double) -> Double {
    let (right, wrong) = outcomes[key] ?? (0, 0)
    return (prior * Confidence.priorWeight + right) / (Confidence.priorWeight + right + wrong)
  }
}
