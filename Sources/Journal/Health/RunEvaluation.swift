internal import Foundation

/// How well one run did, in one number between −1 and 1 (S3-13), with what it is made of. The same journal gives the same number:
/// nothing in it is measured by a clock, which would say more about the machine than about the backfill.
///
/// - Health, 50 %: the share of what the run was about that stands well after it. That are the sources, and the stages that failed
///   by themselves, of each period that it worked on or in which something stands failed; in a period without sources its stages.
///   A source stands well when it is loaded.
/// - Error rate, 30 %: the share of the run's outcomes that are failures, see ``Outcome``; of a place that was tried again, the
///   last one counts. At 10 % or above this part is worth nothing.
/// - Throughput, 20 %: the rows that arrived, of those that the sources which were due usually bring, see ``UsualRows``. More
///   than usual is not better.
///
/// Disabled sources, periods that wait for their day and acknowledged failures count nowhere. A part of which nothing is known does
/// not count, as in ``HealthScore``. A run in which nothing was due and nothing stands failed has no score, and neither has one
/// that an outage halted or a person interrupted: what is left then is nobody's failure.
public struct RunEvaluation: Codable, Hashable, Sendable {
  /// At this score or a lower one the goals are revised (S3-4): about half of what was due failed.
  public static let revisionScore = -0.3

  /// Between −1 and 1, in thousandths; nil where the run says nothing.
  public let score: Double?
  /// The share of `places` that stands well, between 0 and 1; nil where there is none.
  public let health: Double?
  /// Sources, and stages of periods without any, that stand well.
  public let well: Int
  /// Of how many.
  public let places: Int
  /// The share of `outcomes` that failed, between 0 and 1; nil where there was none.
  public let errorRate: Double?
  /// Outcomes that are failures.
  public let failed: Int
  /// Of how many.
  public let outcomes: Int
  /// `rows` of `rowsExpected`, at most 1; nil where nobody knows what is usual.
  public let throughput: Double?
  /// Rows that arrived of the sources whose usual rows are known.
  public let rows: Int
  /// What these usually bring.
  public let rowsExpected: Int
  /// Why there is no score.
  public let unjudged: String?
  /// How far the recovery goals have come; nil where there is none.
  public var recoveries: [RecoveryProgress]?

  enum CodingKeys: String, CodingKey {
    case score, health, well, places, failed, outcomes, throughput, rows, unjudged, recoveries
    case errorRate = "error_rate"
    case rowsExpected = "rows_expected"
  }

  /// Weighs what was counted.
  ///
  /// - Parameter unjudged: Why the run has no score, whatever was counted; nil where it has one.
  public init(
    well: Int, of places: Int, failed: Int, of outcomes: Int, rows: Int = 0, expected: Int = 0, unjudged: String? = nil
  ) {
    self.well = well
    self.places = places
    self.failed = failed
    self.outcomes = outcomes
    self.rows = rows
    rowsExpected = expected
    health = Self.share(well, of: places)
    errorRate = Self.share(failed, of: outcomes)
    throughput = Self.share(min(rows, expected), of: expected)
    let parts = [(health, 0.5), (errorRate.map { max(0, 1 - $0 / 0.1) }, 0.3), (throughput, 0.2)]
    let known = parts.compactMap { value, weight in value.map { (value: $0, weight: weight) } }
    let mean = known.reduce(0) { $0 + $1.value * $1.weight } / known.reduce(0) { $0 + $1.weight }
    let isJudged = unjudged == nil && !known.isEmpty
    score = isJudged ? Self.thousandths(2 * mean - 1) : nil
    self.unjudged = isJudged ? nil : unjudged ?? "nothing was due, and nothing stands failed"
  }

  /// Whether the run did so badly that the goals are to be revised.
  public var asksForRevision: Bool { score.map { $0 <= Self.revisionScore } ?? false }

  private static func share(_ part: Int, of whole: Int) -> Double? {
    whole > 0 ? thousandths(Double(part) / Double(whole)) : nil
  }

  // What is compared with a limit, and by others with what they count themselves, is a number that can be written down.
  private static func thousandths(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

extension RunEvaluation {
  /// The event that records it.
  public func event() throws -> Event {
    Event(.runEvaluated, data: (try JSONValue(encoding: self)).object ?? [:])
  }

  /// Reads a `run_evaluated` event.
  public init?(_ event: Event) {
    guard event.type == .runEvaluated, let read = try? JSONValue.object(event.data.members).decode(RunEvaluation.self)
    else {
      return nil
    }
    self = read
  }
}
