/// A page's word that a publication is still to come.
public struct UpcomingNotice: Hashable, Sendable, Codable {
  /// The day it is due, `yyyy-mm-dd`; nil when the page names none.
  public let date: String?
  /// The sentence that says so.
  public let sentence: String

  /// Creates a notice.
  public init(date: String?, sentence: String) {
    self.date = date
    self.sentence = sentence
  }

  /// Finds the notice in a page's lines.
  ///
  /// The date is the first one in the line that speaks of the future, else in the two lines that follow it or the line
  /// that announces a publication date.
  public init?(lines: [String]) {
    guard let index = lines.firstIndex(where: { UpcomingNotice.speaksOfFuture($0) }) else { return nil }
    let announced = lines.indices.filter { UpcomingNotice.announcesDate(lines[$0]) }
    let candidates = Array(index..<min(index + 3, lines.count)) + announced.flatMap { [$0, $0 + 1] }
    let date = candidates.lazy.filter { $0 < lines.count }.compactMap { DateWords.first(in: lines[$0]) }.first
    self.init(date: date, sentence: String(lines[index].prefix(200)))
  }

  private static let phrases = [
    "not yet published", "not yet been published", "upcoming publication", "publication is upcoming",
    "publication is due",
    "due to be published", "will be published", "is due for publication", "publication is due on",
    "to be published on", "due for release", "scheduled for publication", "planned for publication",
    "future publication", "available from",
  ]

  private static func speaksOfFuture(_ line: String) -> Bool {
    let lowered = line.lowercased()
    guard lowered.utf8.count <= 400 else { return false }
    return lowered == "upcoming" || lowered.hasPrefix("upcoming,") || phrases.contains { lowered.contains($0) }
  }

  private static func announcesDate(_ line: String) -> Bool {
    let lowered = line.lowercased()
    guard lowered.utf8.count <= 200 else { return false }
    return ["publication date", "release date", "published:", "due:"].contains { lowered.contains($0) }
  }
}

/// Dates and months as people write them on pages and in names.
public enum DateWords {
  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  /// The month's number of an English month name, whole or cut to at least three letters (`sept` too).
  public static func month(_ word: some StringProtocol) -> Int? {
    let lowered = word.lowercased()
    guard lowered.count >= 3 else { return nil }
    return months.firstIndex { $0.hasPrefix(lowered) }.map { $0 + 1 }
  }

  /// The first whole date in a text as `yyyy-mm-dd`: `29 January 2026`, `29th Jan 2026`, `January 29, 2026`,
  /// `2026-01-29` or `29/01/2026`, which is read with the day first.
  public static func first(in text: String) -> String? {
    let words = text.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "/") }.prefix(200).map(String.init)
    for (index, word) in words.enumerated() {
      if let date = numeric(word) { return date }
      guard index + 2 < words.count, let year = year(words[index + 2]) else { continue }
      if let day = day(word), let month = month(words[index + 1]) { return iso(year, month, day) }
      if let month = month(word), let day = day(words[index + 1]) { return iso(year, month, day) }
    }
    return nil
  }

  private static func numeric(_ word: String) -> String? {
    let dashed = word.split(separator: "-")
    if dashed.count == 3, dashed[0].count == 4, let year = year(String(dashed[0])), let month = Int(dashed[1]),
      let day = Int(dashed[2])
    {
      return iso(year, month, day)
    }
    let slashed = word.split(separator: "/")
    guard slashed.count == 3, let day = Int(slashed[0]), let month = Int(slashed[1]),
      let year = year(String(slashed[2]))
    else { return nil }
    return iso(year, month, day)
  }

  private static func year(_ word: String) -> Int? {
    guard word.count == 4, let year = Int(word), (1900...2100).contains(year) else { return nil }
    return year
  }

  private static func day(_ word: String) -> Int? {
    let lowered = word.lowercased()
    let digits = ["st", "nd", "rd", "th"].contains(lowered.suffix(2)) ? lowered.dropLast(2) : lowered[...]
    guard digits.count <= 2, let day = Int(digits), (1...31).contains(day) else { return nil }
    return day
  }

  private static func iso(_ year: Int, _ month: Int, _ day: Int) -> String? {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1...12).contains(month), (1...lengths[month - 1]).contains(day) else { return nil }
    return "\(year)-\(padded(month))-\(padded(day))"
  }

  /// A number as two digits.
  static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
