public import Journal
public import ManifestYAML
internal import Patterns

/// One rule of the classifier: texts that name a failure, what kind it is, and what can be read off them.
///
/// The built-in rules (`Sources/Patterns/patterns.yaml`) and a user's (`config/patterns.yaml`) have this one shape.
public struct ErrorPattern: Hashable, Sendable {
  /// The rule's name, for the report and for people who look for it.
  public var name: String
  /// The kind of failure; `none` for lines that tell of no failure although they sound like one.
  public var type: ErrorType
  /// Whether it may heal by itself; nil takes the type's usual answer.
  public var transient: Bool?
  /// Regular expressions (PCRE2) with placeholders (`Placeholder`), any of which is enough for a line.
  public var patterns: [String]
  /// The only stage that the rule is for; nil for any.
  public var stage: String?
  /// A rule for wording so general that a specific rule's line wins over it wherever it stands.
  public var general: Bool
  /// A rule whose line wins over the network errors of the same chain of exceptions: who was asked is known here.
  public var decides: Bool
  /// Texts, such as a library's path in a traceback, one of which must stand in the 60 lines before; none for any line.
  public var near: [String]

  /// Creates a rule.
  public init(
    _ name: String, _ type: ErrorType, transient: Bool? = nil, _ patterns: [String], stage: String? = nil,
    general: Bool = false, decides: Bool = false, near: [String] = []
  ) {
    self.name = name
    self.type = type
    self.transient = transient
    self.patterns = patterns
    self.stage = stage
    self.general = general
    self.decides = decides
    self.near = near
  }

  /// What is wrong with a pattern, in a few words; nil when nothing is.
  public static func problem(of pattern: String) -> String? {
    do {
      let expression = try Expression(try Placeholder.expand(pattern))
      let stranger = expression.groupNames.first { Placeholder.Field(rawValue: $0) == nil }
      return stranger.map { "it captures '\($0)', which is none of \(Placeholder.fieldNames)" }
    } catch let error as Placeholder.Unknown {
      return error.reason
    } catch {
      return "it is not a regular expression: \(error)"
    }
  }
}

extension ErrorPattern: YAMLDescribed {
  /// `pattern 'short'`, or `pattern 2` without a name.
  public static let noun: String? = "pattern"
  /// Patterns are told by their names.
  public static let nameKey: String? = "name"
  /// What is asked for when it is missing.
  public static let examples = ["type": "type_mismatch", "pattern": "'no rows in {table:word}'"]

  private enum CodingKeys: String, CodingKey { case name, type, pattern, transient, stage, general, decides, near }

  /// Reads a rule: `type` and `pattern` have to be there.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decodeIfPresent(String.self, forKey: .name) ?? decoder.subject
    type = try values.decode(ErrorType.self, forKey: .type)
    patterns = try values.decode(Alternatives.self, forKey: .pattern).texts
    transient = try values.decodeIfPresent(Bool.self, forKey: .transient)
    stage = try values.decodeIfPresent(String.self, forKey: .stage)
    general = try values.decodeIfPresent(Bool.self, forKey: .general) ?? false
    decides = try values.decodeIfPresent(Bool.self, forKey: .decides) ?? false
    near = try values.decodeIfPresent(Alternatives.self, forKey: .near)?.texts ?? []
  }

  /// `pattern` and `near` are one text or a list of them.
  private struct Alternatives: Decodable {
    let texts: [String]

    init(from decoder: any Decoder) throws {
      let isList = decoder.yamlNode?.kind == .sequence
      texts = isList ? try [String](from: decoder) : [try String(from: decoder)]
      guard decoder.yamlNode == nil || !texts.contains("") && !texts.isEmpty else {
        throw decoder.mismatch("a text that is not empty, or a list of such")
      }
    }
  }
}
