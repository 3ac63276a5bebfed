import Foundation

/// The journal's moments as text: ISO 8601 in UTC with milliseconds (S0-11).
///
/// A journal has one for every event, and Foundation's styles take longer over it than over all else that is read of the event:
/// what they are asked for is what only looks similar.
enum EventTime {
  /// `2026-01-12T10:30:15.123Z`: the nearest millisecond, so that a text that was read is written again as it stood.
  static func text(_ date: Date) -> String {
    let rounded = (date.timeIntervalSince1970 * 1000).rounded()
    guard rounded >= firstMillisecond, rounded < endMillisecond else { return styledText(rounded) }
    let milliseconds = Int(rounded)
    let day = (milliseconds - remainder(milliseconds, 86_400_000)) / 86_400_000
    let inDay = remainder(milliseconds, 86_400_000)
    let (year, month, dayOfMonth) = civil(day)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    append(year, digits: 4, to: &bytes, then: "-")
    append(month, digits: 2, to: &bytes, then: "-")
    append(dayOfMonth, digits: 2, to: &bytes, then: "T")
    append(inDay / 3_600_000, digits: 2, to: &bytes, then: ":")
    append(inDay / 60_000 % 60, digits: 2, to: &bytes, then: ":")
    append(inDay / 1000 % 60, digits: 2, to: &bytes, then: ".")
    append(inDay % 1000, digits: 3, to: &bytes, then: "Z")
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The date that an ISO 8601 text names, with or without fractions of a second.
  static func date(_ text: String) -> Date? { date(text.utf8Span.span) ?? styledDate(text) }

  /// The date of a text as `text` writes it, with or without its milliseconds; nil for any other.
  static func date(_ text: Span<UInt8>) -> Date? {
    let hasFraction = text.count == 24
    guard hasFraction || text.count == 20, text[text.count - 1] == UInt8(ascii: "Z"),
      text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"), text[10] == UInt8(ascii: "T"),
      text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"), !hasFraction || text[19] == UInt8(ascii: "."),
      let year = number(text, 0..<4), let month = number(text, 5..<7), let day = number(text, 8..<10),
      let hour = number(text, 11..<13), let minute = number(text, 14..<16), let second = number(text, 17..<19),
      let milliseconds = hasFraction ? number(text, 20..<23) : 0,
      year >= 1583, (1...12).contains(month), day >= 1, hour < 24, minute < 60, second < 60
    else { return nil }
    let days = daysSince1970(year, month, day)
    guard civil(days) == (year, month, day) else { return nil }
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
    return Date(timeIntervalSince1970: Double(seconds * 1000 + milliseconds) / 1000)
  }

  /// The first full year of the Gregorian calendar: Foundation counts earlier ones by the Julian.
  private static let firstMillisecond = -12_212_553_600_000.0
  private static let endMillisecond = 253_402_300_800_000.0

  private static func styledText(_ milliseconds: Double) -> String {
    // The style cuts what is below a millisecond off; half of one keeps a sum's error from costing a whole one.
    Date(timeIntervalSince1970: (milliseconds + 0.5) / 1000)
      .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  private static func styledDate(_ text: String) -> Date? {
    (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
      ?? (try? Date.ISO8601FormatStyle().parse(text))
  }

  private static func remainder(_ value: Int, _ divisor: Int) -> Int {
    let remainder = value % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }

  private static func append(_ value: Int, digits: Int, to bytes: inout [UInt8], then end: Unicode.Scalar) {
    var power = 1
    for _ in 1..<digits { power *= 10 }
    while power > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(value / power % 10))
      power /= 10
    }
    bytes.append(UInt8(ascii: end))
  }

  private static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var value = 0
    for index in range {
      guard case let digit = text[index] &- UInt8(ascii: "0"), digit < 10 else { return nil }
      value = value * 10 + Int(digit)
    }
    return value
  }

  /// Days of the proleptic Gregorian calendar, by Howard Hinnant's `civil_from_days`: years begin in March, so that leap days
  /// come last.
  private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted - remainder(shifted, 146_097)) / 146_097
    let dayOfEra = remainder(shifted, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year - remainder(year, 400)) / 400
    let yearOfEra = remainder(year, 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
