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
  /// The globs that a fix's files must match.
  public var allowedPaths: [String]

  /// Creates settings.
  public init(
    author: Author = Author(), base: String? = nil, baseline: ExecutionMode.Baseline = .commit,
    rebuild: ExecutionMode.Rebuild = .conflicted, allowedPaths: [String] = Constraints.standardPaths
  ) {
    self.author = author
    self.base = base
    self.baseline = baseline
    self.rebuild = rebuild
    self.allowedPaths = allowedPaths
  }

  /// Takes what concerns fixes from a workspace's configuration.
  public init(_ configuration: Configuration) {
    self.init(
      author: configuration.execution.author, base: configuration.execution.base,
      baseline: configuration.execution.baseline, rebuild: configuration.execution.rebuild,
      allowedPaths: configuration.constraints.allowedPaths)
  }
}
