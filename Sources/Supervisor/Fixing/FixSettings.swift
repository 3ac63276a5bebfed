/// The part of the configuration that decides how fixes are committed.
public struct FixSettings: Hashable, Sendable {
  /// Who fixes and baselines are committed as.
  public var author: Author
  /// The branch that fixes are for; nil for HEAD's.
  public var base: String?
  /// Where generated files are committed before a fix is built on them.
  public var baseline: ExecutionMode.Baseline
  /// When an open branch is built anew.
  public var rebuild: ExecutionMode.Rebuild
  /// How autonomous mode brings a fix into the base.
  public var merge: ExecutionMode.Merge
  /// The name of the remote that fixes are shared through; nil keeps them here.
  public var remote: String?
  /// The globs that a fix's files must match.
  public var allowedPaths: [String]

  /// Creates settings.
  public init(
    author: Author = Author(), base: String? = nil, baseline: ExecutionMode.Baseline = .commit,
    rebuild: ExecutionMode.Rebuild = .conflicted, merge: ExecutionMode.Merge = .commit, remote: String? = nil,
    allowedPaths: [String] = Constraints.standardPaths
  ) {
    self.author = author
    self.base = base
    self.baseline = baseline
    self.rebuild = rebuild
    self.merge = merge
    self.remote = remote
    self.allowedPaths = allowedPaths
  }

  /// Takes what concerns fixes from a workspace's configuration.
  public init(_ configuration: Configuration) {
    self.init(
      author: configuration.execution.author, base: configuration.execution.base,
      baseline: configuration.execution.baseline, rebuild: configuration.execution.rebuild,
      merge: configuration.execution.merge, remote: configuration.execution.remote?.name,
      allowedPaths: configuration.constraints.allowedPaths)
  }
}
