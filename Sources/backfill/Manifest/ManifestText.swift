internal import ManifestYAML

/// Writes a manifest's text as a careful person would: two spaces, lists at their key's own column, quotes only where
/// YAML needs them, texts of several lines as literal blocks. The same value gives the same bytes.
enum ManifestText {
  /// The text of a mapping.
  static func text(_ value: YAMLValue) -> String {
    var lines: [String] = []
    write(value.mapping ?? [], indent: 0, into: &lines)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func write(_ entries: [YAMLValue.Entry], indent: Int, into lines: inout [String]) {
    let margin = String(repeating: " ", count: indent)
    for entry in entries {
      let key = "\(margin)\(scalar(entry.key)):"
      switch entry.value {
      case .mapping(let inner) where inner.isEmpty: lines.append("\(key) {}")
      case .sequence(let items) where items.isEmpty: lines.append("\(key) []")
      case .mapping(let inner):
        lines.append(key)
        write(inner, indent: indent + 2, into: &lines)
      case .sequence(let items):
        if let flow = flow(items), entry.key != "sources", margin.count + key.count + flow.count <= 110 {
          lines.append("\(key) \(flow)")
        } else {
          lines.append(key)
          write(items, indent: indent, into: &lines)
        }
      case .string(let text) where isBlock(text):
        lines.append("\(key) |-")
        lines += text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
          line.isEmpty ? "" : "\(margin)  \(line)"
        }
      default: lines.append("\(key) \(scalar(entry.value))")
      }
    }
  }

  private static func write(_ items: [YAMLValue], indent: Int, into lines: inout [String]) {
    let margin = String(repeating: " ", count: indent)
    for item in items {
      guard case .mapping(let entries) = item, !entries.isEmpty else {
        lines.append("\(margin)- \(inline(item))")
        continue
      }
      var block: [String] = []
      write(entries, indent: indent + 2, into: &block)
      block[0] = "\(margin)- " + block[0].dropFirst(indent + 2)
      lines += block
    }
  }

  /// A list of short texts or numbers on one line; nil for any other list.
  private static func flow(_ items: [YAMLValue]) -> String? {
    var texts: [String] = []
    for item in items {
      switch item {
      case .mapping, .sequence: return nil
      case .string(let text):
        let needsQuotes = text.contains { "[]{},?".contains($0) }
        texts.append(needsQuotes && scalar(text) == text ? quoted(text) : scalar(text))
      default: texts.append(scalar(item))
      }
    }
    return "[\(texts.joined(separator: ", "))]"
  }

  private static func inline(_ value: YAMLValue) -> String {
    switch value {
    case .mapping(let entries):
      "{" + entries.map { "\(quoted($0.key)): \(inline($0.value))" }.joined(separator: ", ") + "}"
    case .sequence(let items): "[" + items.map(inline).joined(separator: ", ") + "]"
    default: scalar(value)
    }
  }

  private static func scalar(_ value: YAMLValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): "\(value)"
    case .double(let value): "\(value)"
    case .string(let text): scalar(text)
    case .sequence, .mapping: inline(value)
    }
  }

  /// A text as a scalar: plain where it stays a text, else in single quotes, with escapes only where nothing else can.
  static func scalar(_ text: String) -> String {
    if text.unicodeScalars.contains(where: { $0.value < 0x20 || isUnprintable($0) }) { return escaped(text) }
    return isPlain(text) ? text : quoted(text)
  }

  private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

  private static func escaped(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 || isUnprintable(scalar) {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          let width = scalar.value > 0xFFFF ? 8 : 4
          result += (width == 8 ? "\\U" : "\\u") + String(repeating: "0", count: width - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    (0x7F...0xA0).contains(scalar.value) || [0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF].contains(scalar.value)
      || scalar.properties.generalCategory == .format
  }

  /// Several lines that a literal block keeps as they are.
  private static func isBlock(_ text: String) -> Bool {
    guard text.contains("\n"), !text.hasSuffix("\n"), text.first?.isWhitespace == false else { return false }
    return text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !isUnprintable($0)) }
      && !text.split(separator: "\n").contains { $0.allSatisfy(\.isWhitespace) }
  }

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.first, let last = text.last else { return false }
    if first.isWhitespace || last.isWhitespace || last == ":" || "-?:,[]{}#&*!|>'\"%@`=~<".contains(first) {
      return false
    }
    if text.contains(": ") || text.contains(" #") { return false }
    return !isOtherThanText(text)
  }

  /// What YAML 1.1 or 1.2 takes for a truth value, null, number, time or date when it stands without quotes.
  private static func isOtherThanText(_ text: String) -> Bool {
    let lowered = text.lowercased()
    if ["true", "false", "yes", "no", "on", "off", "y", "n", "null", ".inf", ".nan", "+.inf"].contains(lowered) {
      return true
    }
    guard let first = lowered.first, first.isNumber || "+.".contains(first) else { return false }
    if lowered.hasPrefix("0x") || lowered.hasPrefix("0o") || lowered.hasPrefix("0b") { return true }
    if Double(lowered.replacing("_", with: "")) != nil { return true }
    // 12:30 is a number to base 60 in YAML 1.1, 2025-05-01 a date; 2025-05 is neither.
    if lowered.contains(":") { return lowered.allSatisfy { $0.isNumber || ":._".contains($0) } }
    let parts = lowered.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0].count == 4 && parts[0].allSatisfy(\.isNumber)
  }
}
