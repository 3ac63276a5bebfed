/// What plain scalars mean: YAML 1.2's core schema for reading, and both versions together for writing.
enum ScalarSchema {
  /// The value of a plain scalar by YAML 1.2's core schema; dates and times stay strings.
  static func value(plain text: String) -> YAMLValue {
    let bytes = Array(text.utf8)
    guard let first = bytes.first else { return .null }
    switch text {
    case "null", "Null", "NULL", "~": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    guard isDigit(first) || first == 0x2B || first == 0x2D || first == 0x2E else { return .string(text) }
    return number(bytes, text) ?? .string(text)
  }

  /// The number that a plain scalar is by YAML 1.2's core schema.
  private static func number(_ bytes: [UInt8], _ text: String) -> YAMLValue? {
    if bytes.count > 2, bytes[0] == 0x30, bytes[1] == UInt8(ascii: "o") || bytes[1] == UInt8(ascii: "x") {
      let digits = text.dropFirst(2)
      guard digits.utf8.first.map({ $0 != 0x2B && $0 != 0x2D }) ?? false else { return nil }
      return Int(digits, radix: bytes[1] == UInt8(ascii: "o") ? 8 : 16).map { .int($0) }
    }
    let hasSign = bytes[0] == 0x2B || bytes[0] == 0x2D
    let body = hasSign ? bytes[1...] : bytes[...]
    switch String(decoding: body, as: UTF8.self) {
    case ".inf", ".Inf", ".INF": return .double(bytes[0] == 0x2D ? -.infinity : .infinity)
    case ".nan", ".NaN", ".NAN": return hasSign ? nil : .double(.nan)
    default: break
    }
    if body.isEmpty { return nil }
    if body.allSatisfy(isDigit) { return Int(text).map { .int($0) } ?? Double(text).map { .double($0) } }
    return isFloat(body) ? Double(text.hasPrefix("+") ? String(text.dropFirst()) : text).map { .double($0) } : nil
  }

  /// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
  private static func isFloat(_ body: ArraySlice<UInt8>) -> Bool {
    var rest = body
    let whole = rest.prefix(while: isDigit).count
    rest = rest.dropFirst(whole)
    var fraction = 0
    if rest.first == 0x2E {
      rest = rest.dropFirst()
      fraction = rest.prefix(while: isDigit).count
      rest = rest.dropFirst(fraction)
    }
    guard whole + fraction > 0 else { return false }
    if let exponent = rest.first, exponent == UInt8(ascii: "e") || exponent == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == 0x2B || sign == 0x2D { rest = rest.dropFirst() }
      let digits = rest.prefix(while: isDigit).count
      return digits > 0 && rest.count == digits
    }
    return rest.isEmpty
  }

  /// True when a reader of YAML 1.1 or 1.2 takes the plain text for something else than a string.
  static func isAmbiguous(_ text: String) -> Bool {
    if case .string = value(plain: text) {} else { return true }
    if words.contains(text) { return true }
    guard let first = text.utf8.first, isDigit(first) || first == 0x2B || first == 0x2D || first == 0x2E else {
      return false
    }
    let bytes = Array(text.utf8)
    return looksNumeric(bytes) || looksDated(bytes)
  }

  /// The words of YAML 1.1 that are no strings there, and `<<` and `=`, which are tags of their own; `y` and `n` are left out,
  /// because no reader in use follows the specification there.
  private static let words: Set<String> = {
    var all: Set<String> = ["<<", "=", "~"]
    for word in ["yes", "no", "on", "off", "true", "false", "null"] {
      all.formUnion([word, word.uppercased(), word.prefix(1).uppercased() + word.dropFirst()])
    }
    return all
  }()

  /// Numbers of 1.1: underscores, octal `0o17` and `017`, binary, hexadecimal, base 60, and floats with or without exponent.
  private static func looksNumeric(_ bytes: [UInt8]) -> Bool {
    let body = bytes[0] == 0x2B || bytes[0] == 0x2D ? bytes[1...] : bytes[...]
    guard let first = body.first, isDigit(first) || first == 0x2E else { return false }
    let lowered = String(decoding: body, as: UTF8.self).lowercased()
    if lowered.hasPrefix("0x") || lowered.hasPrefix("0b") || lowered.hasPrefix("0o") {
      return lowered.utf8.dropFirst(2).allSatisfy { isDigit($0) || (0x61...0x66).contains($0) || $0 == 0x5F }
    }
    if [".inf", ".nan"].contains(lowered) { return true }
    guard body.contains(where: isDigit) else { return false }
    return isFloat(body.filter { $0 != 0x5F && $0 != 0x3A }[...])
  }

  /// Dates and times of 1.1: `2025-03-01`, `2025-3-1 12:30:00`, and also `2025-03-01T…`.
  private static func looksDated(_ bytes: [UInt8]) -> Bool {
    let fields = bytes.prefix(10).split(separator: 0x2D, omittingEmptySubsequences: false)
    guard fields.count >= 3, fields[0].count == 4, fields[0].allSatisfy(isDigit) else { return false }
    guard (1...2).contains(fields[1].count), fields[1].allSatisfy(isDigit) else { return false }
    guard let first = fields[2].first, isDigit(first) else { return false }
    return fields[2].prefix(2).allSatisfy {
      isDigit($0) || $0 == UInt8(ascii: "T") || $0 == UInt8(ascii: "t") || Byte.isBlank($0)
    }
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
