public import Foundation

/// Names of runs: `run_YYYYMMDD_HHMMSS` in UTC (S0-11), which sort in the order of the runs.
public enum RunID {
  /// The name for a run that starts now, greater than any existing one.
  ///
  /// When a run of the same second exists, or the clock went back, the greatest name plus one second is taken.
  public static func next(after existing: [String], now: Date) -> String {
    let wanted = whole(now)
    let latest = existing.compactMap(date(of:)).max()
    guard let latest, latest >= wanted else { return name(wanted) }
    return name(latest.addingTimeInterval(1))
  }

  /// When the run of that name started; nil for any other text.
  public static func date(of name: String) -> Date? {
    let digits = name.utf8.filter { $0 >= 48 && $0 <= 57 }.map { Int($0 - 48) }
    guard name.utf8.count == 19, name.hasPrefix("run_"), name.utf8.dropFirst(12).first == 95, digits.count == 14
    else { return nil }
    func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
    let parts = DateComponents(
      timeZone: .gmt, year: number(0..<4), month: number(4..<6), day: number(6..<8), hour: number(8..<10),
      minute: number(10..<12), second: number(12..<14))
    return calendar.date(from: parts)
  }

  /// The day of a run as its folder is called, `yyyy-mm-dd`.
  public static func day(of name: String) -> String? { date(of: name).map(day(_:)) }

  /// A date's day in UTC, `yyyy-mm-dd`.
  public static func day(_ date: Date) -> String { String(Event.text(from: date).prefix(10)) }

  private static var calendar: Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }

  private static func whole(_ date: Date) -> Date {
    Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
  }

  private static func name(_ date: Date) -> String {
    let digits = Event.text(from: date).prefix(19).filter(\.isNumber)
    return "run_\(digits.prefix(8))_\(digits.suffix(6))"
  }
}
