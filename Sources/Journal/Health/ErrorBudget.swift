internal import Foundation

/// What share of the work must succeed: a service level objective of `config/goals.yaml` (S4-17).
public struct ServiceObjective: Codable, Hashable, Sendable {
  /// Its name.
  public var name: String
  /// What it is for, in words.
  public var goal: String
  /// The stage whose outcomes count; nil for all.
  public var stage: String?
  /// The publication whose outcomes count; nil for all.
  public var publication: String?
  /// The share of outcomes that must succeed, above 0 and below 1; 0.95 leaves an error budget of 5 %.
  public var objective: Double
  /// Over how many days.
  public var windowDays: Int

  /// Creates an objective.
  public init(
    name: String, goal: String = "", stage: String? = nil, publication: String? = nil, objective: Double,
    windowDays: Int = 30
  ) {
    self.name = name
    self.goal = goal
    self.stage = stage
    self.publication = publication
    self.objective = objective
    self.windowDays = windowDays
  }

  /// The share that may fail.
  public var budget: Double { 1 - objective }

  func covers(_ outcome: Outcome) -> Bool {
    (stage == nil || stage == outcome.place.stage) && (publication == nil || publication == outcome.publication)
  }

  enum CodingKeys: String, CodingKey {
    case name, goal, stage, publication, objective
    case windowDays = "window_days"
  }
}

/// Outcomes of a time.
public struct OutcomeCount: Codable, Hashable, Sendable {
  /// How many there were.
  public var total = 0
  /// How many of them failed.
  public var failed = 0

  /// The share that failed; 0 where there was none.
  public var failedShare: Double { total == 0 ? 0 : Double(failed) / Double(total) }
}

/// How fast an error budget is used up: 1 uses it up in exactly its window.
///
/// A budget burns too fast when it does over a long window, so that it matters, and over a short one too, so that it still
/// does (the multi-window, multi-burn-rate alert of Google's Site Reliability Workbook, chapter 5).
public struct BurnRate: Codable, Hashable, Sendable {
  /// How fast is too fast: `14.4` over an hour, `6` over six, `1` over three days. Where the objective leaves so much that not
  /// even the failure of everything burns so fast, that counts.
  public let limit: Double
  /// The long window, in seconds.
  public let seconds: Int
  /// The burn rate over the long window.
  public let rate: Double
  /// The burn rate over the short window, a twelfth of the long one.
  public let shortRate: Double
  /// Outcomes over the long window.
  public let outcomes: OutcomeCount
  /// Whether it burns too fast. Fewer than three failures are no rate, and never do.
  public let isTooFast: Bool

  enum CodingKeys: String, CodingKey {
    case limit, seconds, rate, outcomes
    case shortRate = "short_rate"
    case isTooFast = "too_fast"
  }
}

/// How an objective stands.
public struct ErrorBudget: Codable, Hashable, Sendable {
  /// The objective.
  public let objective: ServiceObjective
  /// What happened in its window.
  public let outcomes: OutcomeCount
  /// The share of outcomes that succeeded; nil where there was none.
  public let rate: Double?
  /// The share of the error budget that is left; below 0 when it is overdrawn; nil where nothing happened.
  public let left: Double?
  /// How fast it is used up, over an hour, six hours and three days.
  public let burns: [BurnRate]

  /// Whether the objective is met; nil where nothing happened.
  public var isMet: Bool? { rate.map { $0 >= objective.objective } }
}

/// Counts outcomes for one objective, as seen at one moment.
struct BudgetFold: Sendable {
  /// The long windows in seconds, with how fast is too fast; the short ones are a twelfth.
  static let windows: [(seconds: Int, limit: Double)] = [(3600, 14.4), (21_600, 6), (259_200, 1)]
  static let leastFailures = 3

  let objective: ServiceObjective
  private let now: Date
  private var whole = OutcomeCount()
  private var long = Array(repeating: OutcomeCount(), count: windows.count)
  private var short = Array(repeating: OutcomeCount(), count: windows.count)

  init(_ objective: ServiceObjective, now: Date) {
    self.objective = objective
    self.now = now
  }

  mutating func take(_ outcome: Outcome) {
    guard outcome.kind == .success || outcome.kind == .failure, objective.covers(outcome) else { return }
    let age = now.timeIntervalSince(outcome.at)
    // A clock that jumped back leaves outcomes from the future, of which nobody knows how old they are.
    guard age >= 0, age < Double(objective.windowDays) * 86_400 || age < 259_200 else { return }
    func add(_ count: inout OutcomeCount) {
      count.total += 1
      if outcome.kind == .failure { count.failed += 1 }
    }
    if age < Double(objective.windowDays) * 86_400 { add(&whole) }
    for (index, window) in Self.windows.enumerated() {
      if age < Double(window.seconds) { add(&long[index]) }
      if age < Double(window.seconds / 12) { add(&short[index]) }
    }
  }

  var result: ErrorBudget {
    let burns = Self.windows.enumerated().map { index, window in
      let limit = min(window.limit, 1 / objective.budget)
      let (rate, brief) = (
        long[index].failedShare / objective.budget, short[index].failedShare / objective.budget
      )
      // Shares of floating-point numbers: a rate at the limit is at the limit.
      let tooFast =
        rate >= limit - 1e-9 && brief >= limit - 1e-9 && long[index].failed >= Self.leastFailures
      return BurnRate(
        limit: limit, seconds: window.seconds, rate: rate, shortRate: brief, outcomes: long[index], isTooFast: tooFast)
    }
    return ErrorBudget(
      objective: objective, outcomes: whole, rate: whole.total == 0 ? nil : 1 - whole.failedShare,
      left: whole.total == 0 ? nil : 1 - whole.failedShare / objective.budget, burns: burns)
  }
}
