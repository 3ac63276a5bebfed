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
    var plain = ""
    var rest = Substring(text)
    while let character = rest.first {
      if rest.hasPrefix("{{") || rest.hasPrefix("}}") {
        plain.append(character)
        rest = rest.dropFirst(2)
      } else if character == "{", let name = Template.name(in: rest.dropFirst()) {
        if !plain.isEmpty { parts.append(.text(plain)) }
        plain = ""
        parts.append(.placeholder(name))
        rest = rest.dropFirst(name.count + 2)
      } else {
        plain.append(character)
        rest = rest.dropFirst()
      }
    }
    if !plain.isEmpty { parts.append(.text(plain)) }
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

  private static func name(in text: Substring) -> String? {
    let name = text.prefix { $0 == "_" || $0.isASCII && ($0.isLowercase || $0.isNumber) }
    guard let first = name.first, !first.isNumber, text.dropFirst(name.count).first == "}" else { return nil }
    return String(name)
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
