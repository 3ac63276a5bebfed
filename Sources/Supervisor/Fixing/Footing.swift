public import Git

/// The branch that fixes start from and are merged into.
public struct FixBase: Hashable, Sendable {
  /// The branch's short name, such as `main`.
  public let name: String
  /// Its tip.
  public let commit: ObjectID
  /// Whether HEAD is on it, so that moving it must move the index and the files too.
  public let isCheckedOut: Bool
  /// Whether there is a local branch at that commit, which moves along; a clone for CI often has the remote's alone.
  public let isLocal: Bool

  /// Creates a base.
  public init(name: String, commit: ObjectID, isCheckedOut: Bool, isLocal: Bool = true) {
    self.name = name
    self.commit = commit
    self.isCheckedOut = isCheckedOut
    self.isLocal = isLocal
  }

  /// The full name of its ref.
  public var reference: String { "refs/heads/" + name }
}

/// What git allows here, decided from where HEAD is and what the configuration says.
public enum Footing: Hashable, Sendable {
  /// Fixes become branches.
  case base(FixBase)
  /// Fixes are written as patches only; the sentence says why and what to do.
  case patchesOnly(String)

  /// Decides.
  ///
  /// - Parameters:
  ///   - head: Where HEAD is.
  ///   - configured: The configuration's `base:`.
  ///   - configuredCommit: The commit of that branch, nil when there is no such branch.
  public static func decide(head: Head, configured: String?, configuredCommit: ObjectID?) -> Footing {
    if let configured {
      guard let configuredCommit else {
        return .patchesOnly(
          "The branch '\(configured)' that `base:` names does not exist here: create or fetch it to have fixes as branches."
        )
      }
      var isCheckedOut = false
      if case .branch(configured, _) = head { isCheckedOut = true }
      return .base(FixBase(name: configured, commit: configuredCommit, isCheckedOut: isCheckedOut))
    }
    switch head {
    case .branch(let name, _) where FixBranchName.isFix(name):
      return .patchesOnly(
        "HEAD is on the fix branch '\(name)': check out the branch it starts from, or set `base:` in the configuration."
      )
    case .branch(let name, let commit): return .base(FixBase(name: name, commit: commit, isCheckedOut: true))
    case .unborn(let name):
      return .patchesOnly(
        "The repository has no commits on '\(name)' yet: commit the workspace once to have fixes as branches.")
    case .detached(let commit):
      return .patchesOnly(
        "HEAD is detached at \(commit.short): set `base:` in the configuration to the branch that fixes are for.")
    }
  }
}
