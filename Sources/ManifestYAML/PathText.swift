/// How keys and values look inside dotted paths and selectors.
enum PathText {
  /// A key with its leading dot, or in brackets and quotes where the plain form could be misread.
  static func key(_ key: String, first: Bool) -> String {
    guard isPlain(key) else { return "[\(JSONText.quoted(key))]" }
    return first ? key : "." + key
  }

  /// A value of a condition, in quotes unless it is a plain word.
  static func value(_ text: String) -> String { isPlain(text) ? text : JSONText.quoted(text) }

  static func isPlain(_ text: String) -> Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || $0.properties.numericType != nil || "_-".unicodeScalars.contains($0)
      }
  }
}

/// Reads dotted paths and selectors step by step.
struct PathReader {
  enum Step {
    case key(String)
    case bracket(String)
    case condition(key: String, value: String, occurrence: Int)
  }

  private let text: String
  private var rest: Substring.UnicodeScalarView
  private var isFirst = true

  init(_ text: String) {
    self.text = text
    rest = text[...].unicodeScalars
  }

  mutating func next() throws(YAMLError) -> Step? {
    guard let first = rest.first else { return nil }
    defer { isFirst = false }
    if first == "[" {
      rest.removeFirst()
      return try bracket()
    }
    if first == "." {
      guard !isFirst else { throw failure("it starts with a dot") }
      rest.removeFirst()
    } else if !isFirst {
      throw failure("a dot or a bracket is missing before \"\(String(rest))\"")
    }
    let key = String(rest.prefix { $0 != "." && $0 != "[" })
    guard !key.isEmpty else { throw failure("a key is empty") }
    guard !key.contains("]") else { throw failure("a closing bracket stands alone") }
    rest = rest.dropFirst(key.unicodeScalars.count)
    return .key(key)
  }

  private mutating func bracket() throws(YAMLError) -> Step {
    if rest.first == "\"" {
      let key = try quoted()
      if rest.first == "=" { return try condition(key: key) }
      try close()
      return .key(key)
    }
    let word = String(rest.prefix { $0 != "]" && $0 != "=" })
    rest = rest.dropFirst(word.unicodeScalars.count)
    if rest.first == "=" { return try condition(key: word) }
    try close()
    return .bracket(word)
  }

  private mutating func condition(key: String) throws(YAMLError) -> Step {
    rest.removeFirst()
    var value: String
    if rest.first == "\"" {
      value = try quoted()
    } else {
      value = String(rest.prefix { $0 != "]" && $0 != "#" })
      rest = rest.dropFirst(value.unicodeScalars.count)
    }
    var occurrence = 1
    if rest.first == "#" {
      rest.removeFirst()
      let digits = String(rest.prefix { $0 != "]" })
      rest = rest.dropFirst(digits.unicodeScalars.count)
      guard let count = YAMLPath.index(digits), count > 0 else {
        throw failure("\"#\(digits)\" does not count; put a value that holds # into quotes")
      }
      occurrence = count
    }
    try close()
    return .condition(key: key, value: value, occurrence: occurrence)
  }

  private mutating func quoted() throws(YAMLError) -> String {
    var literal: [UInt8] = [UInt8(ascii: "\"")]
    rest.removeFirst()
    var escaped = false
    while let scalar = rest.popFirst() {
      literal += Array(String(scalar).utf8)
      if escaped {
        escaped = false
      } else if scalar == "\\" {
        escaped = true
      } else if scalar == "\"" {
        guard case .string(let value) = try JSONText.parse(literal, name: "") else { break }
        return value
      }
    }
    throw failure("a quote is not closed")
  }

  private mutating func close() throws(YAMLError) {
    guard rest.popFirst() == "]" else { throw failure("a bracket is not closed") }
  }

  func failure(_ reason: String) -> YAMLError {
    YAMLError(
      .malformedPatch, file: "", message: "the path \(JSONText.quoted(text)) cannot be read: \(reason)",
      hint: "write it like sources[3].columns[5].data_type or /sources/3/columns/5/data_type")
  }
}
