/// Recognises how dates are written.
enum DateShape {
  static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  static func isISODate(_ text: String) -> Bool { matches(text, format: "%Y-%m-%d") }

  static func isISOTimestamp(_ text: String) -> Bool {
    ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%SZ"]
      .contains { matches(text, format: $0) }
  }

  /// The formats that data files use, day before month where both are numbers.
  static let common = [
    "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%d %B %Y", "%d %b %Y", "%d-%b-%Y",
    "%d-%b-%y",
    "%d/%m/%y", "%B %d, %Y", "%B %Y", "%b %Y", "%b-%y", "%b-%Y", "%Y-%m", "%m/%Y", "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
  ]

  /// The common formats that all texts are written in.
  static func formats(of texts: [String]) -> [String] {
    guard !texts.isEmpty else { return [] }
    return common.filter { format in texts.allSatisfy { matches($0.trimmed, format: format) } }
  }

  /// Whether a text is a date of the format, with a month and day that exist.
  static func matches(_ text: String, format: String) -> Bool {
    var rest = Substring(text)
    var pattern = Substring(format)
    while let character = pattern.popFirst() {
      guard character == "%", let field = pattern.popFirst() else {
        guard rest.popFirst() == character else { return false }
        continue
      }
      guard take(field, from: &rest) else { return false }
    }
    return rest.isEmpty
  }

  private static func take(_ field: Character, from rest: inout Substring) -> Bool {
    switch field {
    case "Y": return number(&rest, digits: 4...4, in: 1800...2200)
    case "y": return number(&rest, digits: 2...2, in: 0...99)
    case "m": return number(&rest, digits: 1...2, in: 1...12)
    case "d": return number(&rest, digits: 1...2, in: 1...31)
    case "H": return number(&rest, digits: 1...2, in: 0...23)
    case "M", "S": return number(&rest, digits: 2...2, in: 0...59)
    case "B": return word(&rest, among: months)
    case "b": return word(&rest, among: months.map { String($0.prefix(3)) })
    default: return false
    }
  }

  private static func number(_ rest: inout Substring, digits: ClosedRange<Int>, in values: ClosedRange<Int>) -> Bool {
    let text = rest.prefix(digits.upperBound).prefix { $0.isASCII && $0.isNumber }
    guard text.count >= digits.lowerBound, let value = Int(text), values.contains(value) else { return false }
    rest = rest.dropFirst(text.count)
    return true
  }

  private static func word(_ rest: inout Substring, among words: [String]) -> Bool {
    let text = rest.prefix { $0.isLetter }
    guard words.contains(text.lowercased()) else { return false }
    rest = rest.dropFirst(text.count)
    return true
  }
}
