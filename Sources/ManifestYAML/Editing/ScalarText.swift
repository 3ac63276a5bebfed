/// Writes scalars: plain where every reader agrees, quoted otherwise.
enum ScalarText {
  /// How a string is to be quoted.
  enum Quoting: Sendable {
    /// Plain where that is safe, else in these quotes.
    case whereNeeded(NodeStyle?)
    /// In these quotes.
    case always(NodeStyle)
    /// Behind a tag that makes a string of it: in quotes only where the text asks for them.
    case tagged
    /// As JSON writes it, in a file that is JSON and is to stay so.
    case json
  }

  /// A scalar on one line.
  static func inline(_ value: YAMLValue, quoting: Quoting, inFlow: Bool) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .double(let value): number(value)
    case .string(let text): string(text, quoting: quoting, inFlow: inFlow)
    case .sequence, .mapping: value.json
    }
  }

  /// A string on one line.
  static func string(_ text: String, quoting: Quoting, inFlow: Bool) -> String {
    switch quoting {
    case .tagged: return isPlain(text, inFlow: inFlow, isTagged: true) ? text : quoted(text, .single)
    case .json: return JSONText.quoted(text)
    case .always(let style): return quoted(text, style)
    case .whereNeeded(let style):
      if isPlain(text, inFlow: inFlow) { return text }
      if let style { return quoted(text, style) }
      return quoted(text, text.contains("'") && !text.contains("\"") && !text.contains("\\") ? .double : .single)
    }
  }

  static func quoted(_ text: String, _ style: NodeStyle) -> String {
    if style == .single, !text.unicodeScalars.contains(where: needsEscape) {
      let parts = text.unicodeScalars.split(separator: "'", omittingEmptySubsequences: false)
      return "'" + parts.map { String($0) }.joined(separator: "''") + "'"
    }
    return doubleQuoted(text)
  }

  private static func doubleQuoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "\0": result += "\\0"
      case _ where needsEscape(scalar): result += escape(scalar.value)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func escape(_ value: UInt32) -> String {
    let hex = String(value, radix: 16, uppercase: true)
    let (letter, width) = value <= 0xFF ? ("x", 2) : value <= 0xFFFF ? ("u", 4) : ("U", 8)
    return "\\" + letter + String(repeating: "0", count: width - hex.count) + hex
  }

  /// Controls, line separators and what libyaml takes for unprintable.
  static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    return value < 0x20 || (0x7F...0x9F).contains(value) || value == 0x2028 || value == 0x2029 || value == 0xFEFF
      || value == 0xFFFE || value == 0xFFFF
  }

  /// A number that YAML 1.1 and 1.2 both read as one: an exponent needs a point before it and a sign.
  private static func number(_ value: Double) -> String {
    if value.isNaN { return ".nan" }
    if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
    let text = String(value)
    guard let exponent = text.firstIndex(where: { $0 == "e" || $0 == "E" }) else { return text }
    var mantissa = String(text[..<exponent])
    if !mantissa.contains(".") { mantissa += ".0" }
    let power = text[text.index(after: exponent)...]
    return mantissa + "e" + (power.hasPrefix("-") || power.hasPrefix("+") ? "" : "+") + power
  }

  /// True when the text can stand without quotes and every reader takes it for this string.
  static func isPlain(_ text: String, inFlow: Bool, isTagged: Bool = false) -> Bool {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last else { return false }
    guard isTagged || !ScalarSchema.isAmbiguous(text), !text.unicodeScalars.contains(where: needsEscape) else {
      return false
    }
    guard first != Byte.space, last != Byte.space, last != Byte.colon else { return false }
    guard !text.hasPrefix("---"), !text.hasPrefix("...") else { return false }
    if ",[]{}#&*!|>'\"%@`".utf8.contains(first) { return false }
    if first == Byte.dash || first == Byte.question || first == Byte.colon {
      guard bytes.count > 1, bytes[1] != Byte.space, !inFlow else { return false }
    }
    for index in bytes.indices.dropFirst() {
      if bytes[index] == Byte.hash, bytes[index - 1] == Byte.space { return false }
      if bytes[index] == Byte.space, bytes[index - 1] == Byte.colon { return false }
    }
    return !inFlow || !bytes.contains { ",[]{}".utf8.contains($0) }
  }

  /// A literal or folded block: its header and its lines, or nil when quotes read better or nothing else works.
  static func block(
    _ text: String, folded: Bool = false, indentation: Int, explicit: Int? = nil, keep: Bool = false
  ) -> (header: String, lines: [String])? {
    guard !text.unicodeScalars.contains(where: { $0 != "\n" && $0 != "\t" && needsEscape($0) }) else { return nil }
    var content = text[...]
    var newlines = 0
    while content.utf8.last == Byte.newline {
      content = content.dropLast()
      newlines += 1
    }
    guard !content.isEmpty else { return nil }
    var lines = content.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if folded {
      guard !lines.contains(where: { $0.hasPrefix(" ") || $0.hasPrefix("\t") || $0.hasSuffix(" ") }) else { return nil }
      lines = Array(lines.map { [$0] }.joined(separator: [""]))
    }
    guard !lines.contains(where: { !$0.isEmpty && $0.utf8.allSatisfy(Byte.isBlank) }) else { return nil }
    var header = folded ? ">" : "|"
    let startsIndented = lines.first { !$0.isEmpty }.map { $0.hasPrefix(" ") || $0.hasPrefix("\t") } ?? false
    if let explicit {
      header += String(explicit)
    } else if startsIndented {
      guard (1...9).contains(indentation) else { return nil }
      header += String(indentation)
    }
    header += newlines == 0 ? "-" : newlines > 1 || keep ? "+" : ""
    return (header, lines + Array(repeating: "", count: max(0, newlines - 1)))
  }
}
