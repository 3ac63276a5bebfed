/// Why something about a fix could not be done: one plain sentence that ends with what to do.
public struct FixingError: Error, Hashable, CustomStringConvertible, Sendable {
  /// What kind of obstacle it is.
  public enum Kind: String, Sendable {
    /// No fix has this id, or the id fits several.
    case unknownFix
    /// Git cannot take fixes here: no repository, no commits, a detached HEAD.
    case noFooting
    /// Local changes, or a branch checked out elsewhere, are in the way.
    case inTheWay
    /// Somebody else moved the base on the remote meanwhile: ask again and decide anew.
    case moved
    /// The remote does not take a push to the base.
    case protected
    /// The edit does not fit what the base holds.
    case conflict
    /// The fix's status does not allow it.
    case status
    /// A fix may not change this file.
    case notAllowed
  }

  /// The kind.
  public let kind: Kind
  /// The sentence.
  public let description: String

  /// Creates an error.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
