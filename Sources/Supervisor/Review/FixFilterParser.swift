internal import Foundation
internal import Journal
internal import Repair

/// Reads `not verified error='type_*' confidence >= 90% age<2w`.
struct FixFilterParser {
  private let characters: [Character]
  private var position = 0

  init(_ text: String) { characters = Array(text) }

  mutating func terms() throws(FixFilterError) -> [FixFilter.Term] {
    var result: [FixFilter.Term] = []
    skipBlanks()
    while position < characters.count {
      result.append(try term())
      skipBlanks()
      skipAnd()
    }
    guard !result.isEmpty else { throw failure(0, "it is empty; \(Self.example)") }
    return result
  }

  private static let example = "write it like: error=type_mismatch verified confidence>=0.9"
  private static let keys = FixFilter.Key.allCases.map(\.rawValue).joined(separator: ", ")

  private mutating func term() throws(FixFilterError) -> FixFilter.Term {
    var isNegated = false
    var start = position
    var name = word()
    while name == "not" {
      isNegated.toggle()
      skipBlanks()
      start = position
      name = word()
    }
    if name == "or" { throw failure(start, "there is no 'or': all terms must hold; use one command for each case") }
    skipBlanks()
    let sign = position
    let comparison = try comparison()
    if name == "verified" {
      guard comparison == nil else { throw failure(sign, "'verified' stands alone, or after 'not'") }
      return FixFilter.Term(isNegated: isNegated, condition: .verified)
    }
    guard let key = FixFilter.Key(rawValue: name) else {
      let what = name.isEmpty ? "a key is missing" : "there is no key '\(name)'"
      throw failure(start, "\(what); the keys are \(Self.keys), and 'verified' alone")
    }
    guard let comparison else {
      throw failure(sign, "after '\(name)' comes a comparison and a value, such as \(Self.sample(of: key))")
    }
    skipBlanks()
    let place = position
    let value = try value(of: key)
    let condition = try condition(key, comparison, value, sign: sign, place: place)
    return FixFilter.Term(isNegated: isNegated, condition: condition)
  }

  private func condition(
    _ key: FixFilter.Key, _ comparison: FixFilter.Comparison, _ value: String, sign: Int, place: Int
  ) throws(FixFilterError) -> FixFilter.Condition {
    switch key {
    case .confidence:
      let number = value.hasSuffix("%") ? Double(value.dropLast()).map { $0 / 100 } : Double(value)
      guard let number, (0...1).contains(number) else {
        throw failure(place, "a confidence is a number from 0 to 1, or a percentage such as 90%, not '\(value)'")
      }
      return .confidence(comparison, number)
    case .age:
      guard comparison != .equal, comparison != .notEqual else {
        throw failure(sign, "an age is compared by <, <=, > or >=, such as \(Self.sample(of: key))")
      }
      guard let seconds = Self.seconds(value) else {
        throw failure(place, "an age is a number with m, h, d or w after it, such as 3d, not '\(value)'")
      }
      return .age(comparison, seconds)
    default:
      guard comparison == .equal || comparison == .notEqual else {
        throw failure(sign, "'\(key.rawValue)' is a text: compare it by = or !=")
      }
      if let names = Self.names(of: key), !names.contains(where: { Glob.matches($0, value) }) {
        throw failure(place, "there is no \(key.rawValue) '\(value)'; `errata fixes --digest` shows those that wait")
      }
      return .text(key, comparison, value)
    }
  }

  /// The values that a key can have, where they are fixed: a slip there would silently match nothing, or with != everything.
  private static func names(of key: FixFilter.Key) -> [String]? {
    switch key {
    case .error: ErrorType.allCases.map(\.rawValue)
    case .action: FixAction.allCases.map(\.rawValue)
    case .reach: [FixReach.thisPeriod.rawValue, FixReach.thisAndFuture.rawValue]
    default: nil
    }
  }

  private static func sample(of key: FixFilter.Key) -> String {
    switch key {
    case .publication: "publication=adhd"
    case .period: "period=*25"
    case .source: "source='adhd_data'"
    case .stage: "stage=load"
    case .error: "error=type_mismatch"
    case .action: "action=add_null_values"
    case .reach: "reach=this_period"
    case .id: "id=3f9a*"
    case .confidence: "confidence>=0.9"
    case .age: "age>3d"
    }
  }

  private static func seconds(_ text: String) -> TimeInterval? {
    let units: [Character: TimeInterval] = ["m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()), number >= 0 else {
      return nil
    }
    return number * unit
  }

  private mutating func comparison() throws(FixFilterError) -> FixFilter.Comparison? {
    let rest = String(characters[position...].prefix(2))
    if rest == "==" { throw failure(position, "write '=' once") }
    for text in [rest, String(rest.prefix(1))] {
      guard let found = FixFilter.Comparison(rawValue: text) else { continue }
      position += text.count
      return found
    }
    return nil
  }

  private mutating func value(of key: FixFilter.Key) throws(FixFilterError) -> String {
    guard position < characters.count else {
      throw failure(position, "the value is missing, such as in \(Self.sample(of: key))")
    }
    let quote = characters[position]
    guard quote == "'" || quote == "\"" else {
      let start = position
      while position < characters.count, !characters[position].isWhitespace { position += 1 }
      return String(characters[start..<position])
    }
    let start = position
    position += 1
    guard let end = characters[position...].firstIndex(of: quote) else {
      throw failure(start, "this quote is not closed")
    }
    defer { position = end + 1 }
    return String(characters[position..<end])
  }

  private mutating func word() -> String {
    let start = position
    while position < characters.count, !characters[position].isWhitespace, !"=!<>".contains(characters[position]) {
      position += 1
    }
    return String(characters[start..<position])
  }

  private mutating func skipBlanks() {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
  }

  /// Terms stand side by side; people write `and` between them all the same.
  private mutating func skipAnd() {
    let before = position
    guard word() == "and" else { return position = before }
    skipBlanks()
  }

  private func failure(_ offset: Int, _ message: String) -> FixFilterError {
    FixFilterError(column: offset + 1, message)
  }
}
