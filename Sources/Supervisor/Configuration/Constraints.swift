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
