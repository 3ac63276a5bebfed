public import Journal

/// One rule of the classifier: texts that name a failure, what kind it is, and what can be read off them.
///
/// A template is literal text, upper and lower case alike, with placeholders: `{column}` takes what stands up to the next literal
/// text (or the line's end), `{column:word}` one word, `{status:int}` digits, `{value:quoted}` what stands between quotes of any
/// kind, `{_}` skips. Matching takes linear time: there is nothing to backtrack into.
public struct ErrorPattern: Codable, Hashable, Sendable {
  /// The rule's name, for the report and for people who look for it.
  public var name: String
  /// The kind of failure.
  public var type: ErrorType
  /// Whether it may heal by itself; nil takes the type's usual answer.
  public var transient: Bool?
  /// The templates, any of which is enough.
  public var match: [String]
  /// A regular expression that is tried after the templates; its groups that bear a field's name are captured.
  public var expression: String?
  /// The only stage that the rule is for; nil for any.
  public var stage: String?
  /// A rule for wording so general that a specific rule's line wins over it wherever it stands.
  public var general: Bool

  /// Creates a rule.
  public init(
    _ name: String, _ type: ErrorType, transient: Bool? = nil, match: [String], expression: String? = nil,
    stage: String? = nil, general: Bool = false
  ) {
    self.name = name
    self.type = type
    self.transient = transient
    self.match = match
    self.expression = expression
    self.stage = stage
    self.general = general
  }

  /// Reads a rule as `config/patterns.yaml` writes it: only `name` and `type` have to be there.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    type = try container.decode(ErrorType.self, forKey: .type)
    transient = try container.decodeIfPresent(Bool.self, forKey: .transient)
    match = try container.decodeIfPresent([String].self, forKey: .match) ?? []
    expression = try container.decodeIfPresent(String.self, forKey: .expression)
    stage = try container.decodeIfPresent(String.self, forKey: .stage)
    general = try container.decodeIfPresent(Bool.self, forKey: .general) ?? false
  }

  /// What is wrong with the rule, in one sentence; nil when nothing is.
  public var problem: String? {
    if match.isEmpty, expression == nil { return "pattern \(name) has nothing to match" }
    if let expression, (try? Regex(expression)) == nil {
      return "pattern \(name): \"\(expression)\" is not a regular expression"
    }
    for text in match {
      do {
        _ = try LineTemplate(text)
      } catch {
        return "pattern \(name): \(error.reason)"
      }
    }
    return nil
  }
}
