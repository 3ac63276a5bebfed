public import Journal

/// How much a fix deserves to be trusted, between 0 and 1.
///
/// Per error type and action the outcomes of earlier fixes update a Beta distribution whose prior is the rule's own
/// likelihood; its mean is then scaled by what verification showed.
public struct Confidence: Sendable {
  /// How many outcomes the rule's own likelihood is worth.
  public static let priorWeight = 4.0

  private var outcomes: [Key: (good: Double, bad: Double)] = [:]

  private struct Key: Hashable {
    let error: String
    let action: String
  }

  /// Counts how earlier fixes ended: merged ones for their action, rejected and reverted ones against it.
  /// What is open, superseded, lost or merged with another value says neither.
  public init(history: some Sequence<FixRecord> = []) {
    for fix in history {
      let key = Key(error: fix.errorType, action: fix.action)
      switch fix.status {
      case .approved: outcomes[key, default: (0, 0)].good += 1
      case .rejected, .reverted: outcomes[key, default: (0, 0)].bad += 1
      case .open, .superseded, .lost, .changed: break
      }
    }
  }

  /// The confidence in a candidate for an error type, in hundredths.
  public func value(of candidate: Candidate, errorType: String, verdict: Verdict?) -> Double {
    let counts = outcomes[Key(error: errorType, action: candidate.action.rawValue)] ?? (0, 0)
    let weight = Confidence.priorWeight
    let prior = min(max(candidate.prior, 0), 1)
    let mean = (prior * weight + counts.good) / (weight + counts.good + counts.bad)
    return (mean * Confidence.scale(of: verdict) * 100).rounded() / 100
  }

  /// What verification leaves of a belief: nothing of a fix that failed, less where the input was not the captured one.
  static func scale(of verdict: Verdict?) -> Double {
    guard let verdict else { return 0.7 }
    guard verdict.passed else { return 0 }
    return verdict.capturedInput ? 1 : 0.9
  }
}
