/// A piece of a template: text, or a placeholder in double braces.
enum TextPart: Hashable, Sendable {
  case text(String)
  case placeholder(String)

  /// The pieces of a text; braces around anything but a name are text.
  static func parts(of text: String) -> [TextPart] {
    var parts: [TextPart] = []
    var plain = ""
    var rest = Substring(text)
    while let open = rest.firstRange(of: "{{") {
      let inner = rest[open.upperBound...]
      let name = inner.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      guard !name.isEmpty, inner.dropFirst(name.count).hasPrefix("}}") else {
        plain += rest[..<open.upperBound]
        rest = inner
        continue
      }
      plain += rest[..<open.lowerBound]
      if !plain.isEmpty { parts.append(.text(plain)) }
      plain = ""
      parts.append(.placeholder(String(name)))
      rest = inner.dropFirst(name.count + 2)
    }
    plain += rest
    if !plain.isEmpty { parts.append(.text(plain)) }
    return parts
  }
}
