public import Foundation

/// What a journal says about how well everything does: what `errata health` shows.
public struct HealthReport: Codable, Hashable, Sendable {
  /// The moment that it speaks of.
  public var asOf: Date
  /// The score with its parts.
  public var score: HealthScore
  /// How well each of the latest runs did, the oldest first.
  public var evaluations: [EvaluationFold.Entry]
  /// The patterns of failures, the most frequent first.
  public var patterns: [FailurePattern]
  /// What came back after it had been over.
  public var recurring: [RecurringFailure]
  /// The stages, in the order of their names.
  public var stages: [NamedTally]
  /// The publications, in the order of their names.
  public var publications: [NamedTally]
  /// The sources that ever failed, what fails most in a row first.
  public var sources: [NamedTally]
  /// How many sources there are.
  public var sourcesTotal: Int
  /// What Errata and its reference pipeline do to the world outside, with how it is tried and what it met.
  public var operations: [OperationHealth]
  /// How well the failures of each stage could be told.
  public var reporting: [StageReporting]
  /// The objectives of `config/goals.yaml` with their error budgets, in the order of the file.
  public var budgets: [ErrorBudget]
  /// What to do.
  public var recommendations: [Recommendation]
  /// Incidents in which the target or the machine was down; they are nobody's failures.
  public var outages: Int
  /// How many events were looked at.
  public var events: Int

  enum CodingKeys: String, CodingKey {
    case score, evaluations, patterns, recurring, stages, publications, sources, operations, reporting, budgets,
      recommendations,
      outages, events
    case asOf = "as_of"
    case sourcesTotal = "sources_total"
  }
}
