/// Fixes by one action that are not proposed for a publication, a type of error, or both (`forbidden_fixes` in `constraints.yaml`).
public struct ForbiddenFix: Codable, Hashable, Sendable {
  /// The rule's name.
  public var name: String
  /// The action.
  public var action: String
  /// The publication; nil for all.
  public var publication: String?
  /// The type of error; nil for all.
  public var errorType: String?
  /// Why, in words.
  public var reason: String?

  /// Creates a rule.
  public init(
    name: String, action: String, publication: String? = nil, errorType: String? = nil, reason: String? = nil
  ) {
    self.name = name
    self.action = action
    self.publication = publication
    self.errorType = errorType
    self.reason = reason
  }

  enum CodingKeys: String, CodingKey {
    case name, action, publication, reason
    case errorType = "error_type"
  }

  /// Whether such a fix is forbidden.
  public func covers(action: String, publication: String, errorType: String) -> Bool {
    self.action == action && (self.publication == nil || self.publication == publication)
      && (self.errorType == nil || self.errorType == errorType)
  }

  /// Whether what the other rule forbids, this one forbids too.
  public func isAtLeastAsStrict(as other: ForbiddenFix) -> Bool {
    action == other.action && (publication == nil || publication == other.publication)
      && (errorType == nil || errorType == other.errorType)
  }

  var sentence: String {
    "\(action)\(errorType.map { " for \($0)" } ?? "")\(publication.map { " in \($0)" } ?? "")"
  }

  var why: String { reason.map { ": \($0)" } ?? "" }
}
