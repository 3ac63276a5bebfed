public import Foundation

/// A failure that came back at a place where it had been over.
public struct RecurringFailure: Codable, Hashable, Sendable {
  /// The pattern.
  public let fingerprint: String
  /// The error's type.
  public let type: String
  /// The stage.
  public let stage: String
  /// The place: `publication/period/source`, or without the source where the stage works on the whole period.
  public let place: String
  /// How often it came back.
  public internal(set) var returns: Int
  /// When it came back last.
  public internal(set) var last: Date
  /// Whether it stands.
  public internal(set) var standing: Bool
}

/// Finds failures that come back after a success at the same place.
struct Recurrence: Sendable {
  private struct Visit: Sendable {
    var isOver = false
    var returns = 0
    var last: Date
  }

  /// Of each place that ever failed, what it failed with.
  private var visits: [WorkPlace: [String: Visit]] = [:]
  /// How many failures were over at some time.
  private(set) var mended = 0
  /// How many of those times the failure came back.
  private(set) var returned = 0

  /// - Parameter fingerprint: What it failed with; nil for a success.
  mutating func take(_ outcome: Outcome, fingerprint: String?) {
    switch outcome.kind {
    case .retried, .outage, .settled: return
    case .success:
      guard let names = visits[outcome.place]?.keys else { return }
      for name in names where visits[outcome.place]?[name]?.isOver == false {
        visits[outcome.place]?[name]?.isOver = true
        mended += 1
      }
    case .failure:
      guard let fingerprint else { return }
      var visit = visits[outcome.place]?[fingerprint] ?? Visit(last: outcome.at)
      if visit.isOver {
        visit.isOver = false
        visit.returns += 1
        returned += 1
      }
      visit.last = outcome.at
      visits[outcome.place, default: [:]][fingerprint] = visit
    }
  }

  /// What came back, the most often first.
  func result(type: (String) -> String?) -> [RecurringFailure] {
    visits.flatMap { place, visits in
      visits.compactMap { name, visit in
        visit.returns == 0
          ? nil
          : RecurringFailure(
            fingerprint: name, type: type(name) ?? "", stage: place.stage, place: place.name, returns: visit.returns,
            last: visit.last, standing: !visit.isOver)
      }
    }.sorted { ($1.returns, $0.place, $0.fingerprint) < ($0.returns, $1.place, $1.fingerprint) }
  }
}
