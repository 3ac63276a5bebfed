/// `constraints.yaml`: what fixes may not do, whatever would mend the failure.
public struct Constraints: Hashable, Sendable {
  /// Fixes that may be tried in one run.
  public var maxFixAttempts: Int
  /// Fixes that may wait for review at the same time; nil for any number.
  public var maxOpenFixes: Int?
  /// Actions that are never taken.
  public var forbiddenActions: [String]
  /// Globs of the files that a fix may edit.
  public var allowedPaths: [String]

  /// What a fix may edit where the file does not say.
  public static let standardPaths = ["manifests/**", "config/publications.*"]

  /// Creates constraints; the defaults are those of an absent file.
  public init(
    maxFixAttempts: Int = 15, maxOpenFixes: Int? = nil, forbiddenActions: [String] = [],
    allowedPaths: [String] = Constraints.standardPaths
  ) {
    self.maxFixAttempts = maxFixAttempts
    self.maxOpenFixes = maxOpenFixes
    self.forbiddenActions = forbiddenActions
    self.allowedPaths = allowedPaths
  }
}

/// One of `patterns.yaml`: text that names an error's type, looked for before the built-in patterns (S0-65).
public struct UserPattern: Hashable, Sendable {
  /// Its name in classifications.
  public var name: String
  /// The error type that it means.
  public var type: String
  /// The regular expression, matched line by line; its named groups are the error's fields.
  public var pattern: String
  /// Whether the same command may succeed by itself later; nil for the type's usual answer.
  public var transient: Bool?
  /// The stage whose output it applies to; nil for all.
  public var stage: String?

  /// Creates a pattern.
  public init(name: String, type: String, pattern: String, transient: Bool? = nil, stage: String? = nil) {
    self.name = name
    self.type = type
    self.pattern = pattern
    self.transient = transient
    self.stage = stage
  }
}
