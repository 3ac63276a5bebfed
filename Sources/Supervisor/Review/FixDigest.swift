public import Foundation
public import Journal

/// What waits for a person, by cause: one line for fixes of the same publication, error and action.
public struct FixDigest: Hashable, Sendable {
  /// Fixes of one cause.
  public struct Group: Hashable, Sendable {
    /// The publication.
    public let publication: String
    /// The error's type.
    public let errorType: String
    /// The action that mends it.
    public let action: String
    /// The fixes, in the order in which they were put forward.
    public internal(set) var fixes: [FixRecord] = []
    /// When the first of them was put forward.
    public internal(set) var since: Date?

    /// How many of them are verified.
    public var verified: Int { fixes.count(where: \.verified) }
    /// The lowest and the highest confidence.
    public var confidence: ClosedRange<Double> {
      let values = fixes.map(\.confidence)
      return (values.min() ?? 0)...(values.max() ?? 0)
    }
    /// The expression that selects exactly this group.
    public var selection: String { "publication='\(publication)' error=\(errorType) action=\(action)" }
  }

  /// The groups: by publication, the largest first.
  public let groups: [Group]

  /// Groups fixes by cause.
  ///
  /// - Parameter since: When a fix was put forward.
  public init(_ fixes: [FixRecord], since: (FixRecord) -> Date?) {
    var found: [String: Group] = [:]
    for fix in fixes {
      let key = [fix.publication, fix.errorType, fix.action].joined(separator: "\0")
      var group = found[key] ?? Group(publication: fix.publication, errorType: fix.errorType, action: fix.action)
      group.fixes.append(fix)
      group.since = [group.since, since(fix)].compactMap(\.self).min()
      found[key] = group
    }
    groups = found.values.sorted {
      ($0.publication, -$0.fixes.count, $0.errorType, $0.action)
        < ($1.publication, -$1.fixes.count, $1.errorType, $1.action)
    }
  }
}
