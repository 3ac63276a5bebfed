/// The text that an adviser is sent, with the seeds' five placeholders in double braces (S0-60).
public struct PromptTemplate: Hashable, Sendable {
  /// The placeholders; a template holds each of them.
  public static let placeholders = [
    "error_event", "pipeline_context", "state_context", "investigation_data", "available_actions",
  ]

  /// The longest template that is taken, in bytes.
  public static let longest = 65_536

  /// The built-in template, `prompt.md` beside this file.
  public static let standard = PromptTemplate(
    parts: TextPart.parts(of: String(decoding: PackageResources.prompt_md, as: UTF8.self)))

  private let parts: [TextPart]

  private init(parts: [TextPart]) { self.parts = parts }

  /// Reads a user's template.
  ///
  /// - Throws: `AdviserFault` when it lacks a placeholder, has an unknown one, or is too long.
  public init(_ text: String) throws(AdviserFault) {
    guard text.utf8.count <= PromptTemplate.longest else {
      throw AdviserFault("the template is longer than \(PromptTemplate.longest) bytes; shorten it")
    }
    parts = TextPart.parts(of: text)
    let named = parts.compactMap { if case .placeholder(let name) = $0 { name } else { nil } }
    if let unknown = named.first(where: { !PromptTemplate.placeholders.contains($0) }) {
      throw AdviserFault(
        "the template has the placeholder {{\(unknown)}}; there are only "
          + PromptTemplate.placeholders.map { "{{\($0)}}" }.joined(separator: ", "))
    }
    if let missing = PromptTemplate.placeholders.first(where: { !named.contains($0) }) {
      throw AdviserFault("the template lacks the placeholder {{\(missing)}}; add it where it belongs")
    }
  }

  /// The text with the values in place of the placeholders, each filled once: braces in a value stay as they are.
  public func filled(with values: [String: String]) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .placeholder(let name): values[name] ?? ""
      }
    }.joined()
  }
}

/// Why a template cannot be used or an adviser's reply is not taken, in one sentence without a full stop.
public struct AdviserFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// Creates a fault.
  public init(_ description: String) { self.description = description }
}
