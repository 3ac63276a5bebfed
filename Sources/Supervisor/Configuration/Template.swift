/// A text with placeholders, `{name}`. Braces around anything but a name are text; `{{` and `}}` are single braces.
public struct Template: Hashable, Sendable {
  private enum Part: Hashable, Sendable {
    case text(String)
    case placeholder(String)
  }

  /// The text as the user wrote it.
  public let text: String
  private let parts: [Part]

  /// Reads a template; every text is one.
  public init(_ text: String) {
    self.text = text
    var parts: [Part] = []
    let bytes = text.utf8
    var plain: [UInt8] = []
    func endPlain() {
      if !plain.isEmpty { parts.append(.text(String(decoding: plain, as: UTF8.self))) }
      plain = []
    }
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      let next = bytes.index(after: index)
      if byte == Self.opening || byte == Self.closing, next < bytes.endIndex, bytes[next] == byte {
        plain.append(byte)
        index = bytes.index(after: next)
      } else if byte == Self.opening, let end = Self.endOfName(in: bytes[next...]) {
        endPlain()
        parts.append(.placeholder(String(text[next..<end])))
        index = bytes.index(after: end)
      } else {
        plain.append(byte)
        index = next
      }
    }
    endPlain()
    self.parts = parts
  }

  /// The names of the placeholders in their order.
  public var placeholders: [String] {
    parts.compactMap { if case .placeholder(let name) = $0 { name } else { nil } }
  }

  /// The text with the values filled in, once: braces in a value stay as they are.
  public func filled(with values: [String: String]) throws(TemplateError) -> String {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .placeholder(let name):
        guard let value = values[name] else { throw TemplateError(name: name, text: text) }
        result += value
      }
    }
    return result
  }

  /// The text with each placeholder replaced by what the closure makes of its name, in their order.
  func filled(by fill: (String) -> String) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .placeholder(let name): fill(name)
      }
    }.joined()
  }

  /// Fills in each of a command's arguments; one argument stays one argument.
  public static func fill(_ arguments: [String], with values: [String: String]) throws(TemplateError) -> [String] {
    var result: [String] = []
    for argument in arguments { result.append(try Template(argument).filled(with: values)) }
    return result
  }

  private static let opening = UInt8(ascii: "{")
  private static let closing = UInt8(ascii: "}")

  /// Where the closing brace of a placeholder is; nil where what the brace opens is no name.
  private static func endOfName(in bytes: Substring.UTF8View) -> String.Index? {
    func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
    guard let first = bytes.first, !isDigit(first) else { return nil }
    let end = bytes.firstIndex {
      !($0 == UInt8(ascii: "_") || isDigit($0) || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z")))
    }
    guard let end, end > bytes.startIndex, bytes[end] == closing else { return nil }
    return end
  }
}

/// A placeholder that has no value where it stands.
public struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The placeholder's name.
  public let name: String
  /// The text it stands in.
  public let text: String

  /// One sentence.
  public var description: String {
    "the placeholder '{\(name)}' in '\(text)' has no value here; take it out, or write '{{\(name)}}' for the braces"
  }
}
