public import Foundation

/// How well something does its work: a stage, a publication, a source (S4-8). The unit is an outcome, see ``Outcome``.
public struct WorkTally: Codable, Hashable, Sendable {
  /// How it stands.
  public enum Status: String, Codable, Hashable, Sendable {
    /// Hardly anything fails.
    case healthy
    /// More than one in twenty of the last outcomes failed, or more than one in five needed another try.
    case degraded
    /// Half of the last outcomes or more failed.
    case failing
    /// Nothing was done yet.
    case idle
  }

  /// What was done.
  public private(set) var successes = 0
  /// What failed for good in its run.
  public private(set) var failures = 0
  /// Tries that failed and were repeated.
  public private(set) var retries = 0
  /// What was done only after another try.
  public private(set) var recovered = 0
  /// How many outcomes in a row failed last.
  public private(set) var failuresInARow = 0
  /// When something was done last.
  public private(set) var lastSuccess: Date?
  /// When something failed last.
  public private(set) var lastFailure: Date?
  /// The type of the last failure.
  public private(set) var lastError: String?
  /// The last outcomes, a bit each, the newest the lowest; a failure is 1.
  private var recent: UInt32 = 0

  /// Counts nothing yet.
  public init() {}

  /// How many outcomes there were.
  public var outcomes: Int { successes + failures }
  /// The share of outcomes that were successes; nil where there was none.
  public var rate: Double? { outcomes == 0 ? nil : Double(successes) / Double(outcomes) }
  /// The same of the last twenty.
  public var recentRate: Double? {
    let counted = min(outcomes, 20)
    guard counted > 0 else { return nil }
    return 1 - Double((recent & 0xF_FFFF).nonzeroBitCount) / Double(counted)
  }

  /// How it stands, by its last twenty outcomes.
  public var status: Status {
    guard let rate = recentRate else { return .idle }
    if rate <= 0.5 { return .failing }
    return rate < 0.95 || recovered * 5 > outcomes ? .degraded : .healthy
  }

  mutating func take(_ outcome: Outcome) {
    switch outcome.kind {
    case .success:
      successes += 1
      if outcome.retries > 0 { recovered += 1 }
      failuresInARow = 0
      lastSuccess = outcome.at
      recent <<= 1
    case .failure:
      failures += 1
      failuresInARow += 1
      lastFailure = outcome.at
      lastError = outcome.error?.type ?? ErrorType.unknown.rawValue
      recent = recent << 1 | 1
    case .retried: retries += 1
    case .settled: failuresInARow = 0
    case .outage: break
    }
  }

  enum CodingKeys: String, CodingKey {
    case successes, failures, retries, recovered, recent
    case failuresInARow = "failures_in_a_row"
    case lastSuccess = "last_success"
    case lastFailure = "last_failure"
    case lastError = "last_error"
  }
}

/// A tally with its name, as it is printed.
public struct NamedTally: Codable, Hashable, Sendable {
  /// The stage, publication or source.
  public let name: String
  /// How it stands.
  public let status: WorkTally.Status
  /// The share of outcomes that were successes.
  public let rate: Double?
  /// The same of the last twenty.
  public let recentRate: Double?
  /// The counts.
  public let tally: WorkTally

  init(_ name: String, _ tally: WorkTally) {
    self.name = name
    self.tally = tally
    status = tally.status
    rate = tally.rate
    recentRate = tally.recentRate
  }

  enum CodingKeys: String, CodingKey {
    case name, status, rate, tally
    case recentRate = "recent_rate"
  }
}
