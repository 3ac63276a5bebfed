internal import Foundation

/// `forge:` of `execution_mode.yaml`: where pull requests are opened for fixes that were pushed.
public struct ForgeSettings: Hashable, Sendable {
  /// Whose interface is spoken.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// GitHub and GitHub Enterprise.
    case github
    /// GitLab.
    case gitlab
    /// Gitea and Forgejo.
    case gitea
  }

  /// Whose interface is spoken.
  public var kind: Kind
  /// The interface's address without a slash at the end.
  public var api: String
  /// `owner/name`; on GitLab also `group/subgroup/name`.
  public var project: String
  /// The variable of the environment that holds the token.
  public var tokenVariable: String
  /// What each pull request is labelled with.
  public var labels: [String]
  /// Whether they are opened as drafts.
  public var draft: Bool
  /// How long one request may take, in seconds.
  public var timeLimitSeconds: Double

  /// The time limit where none is set.
  public static let standardTimeLimit = 30.0

  /// Creates settings.
  ///
  /// - Parameter api: Nil for the public forge of that kind; Gitea has none.
  public init(
    kind: Kind, api: String? = nil, project: String, tokenVariable: String, labels: [String] = [], draft: Bool = false,
    timeLimitSeconds: Double = ForgeSettings.standardTimeLimit
  ) {
    self.kind = kind
    var address = api ?? Self.standardAddress(of: kind) ?? ""
    while address.hasSuffix("/") { address.removeLast() }
    self.api = address
    self.project = project
    self.tokenVariable = tokenVariable
    self.labels = labels
    self.draft = draft
    self.timeLimitSeconds = timeLimitSeconds
  }

  static func standardAddress(of kind: Kind) -> String? {
    switch kind {
    case .github: "https://api.github.com"
    case .gitlab: "https://gitlab.com/api/v4"
    case .gitea: nil
    }
  }
}
