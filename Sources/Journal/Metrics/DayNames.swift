public import Foundation

/// Names days in UTC, `yyyy-mm-dd`; quick where most dates are of few days, as a journal's are.
public struct DayNames: Sendable {
  private var known: [Int: String] = [:]

  /// Knows no day yet.
  public init() {}

  /// The day of a moment.
  public mutating func name(of date: Date) -> String {
    let number = Int((date.timeIntervalSince1970 / 86_400).rounded(.down))
    if let name = known[number] { return name }
    let name = RunID.day(date)
    known[number] = name
    return name
  }
}
