public import Git

/// One reference of a remote that is to be moved, if it still is where it was seen.
public struct RefMove: Hashable, Sendable {
  /// The full name, such as `refs/heads/main`.
  public let reference: String
  /// Where the remote has it; nil when it must not be there yet.
  public let old: ObjectID?
  /// Where it is to be; nil deletes it.
  public let new: ObjectID?

  /// Creates a move.
  public init(_ reference: String, from old: ObjectID?, to new: ObjectID?) {
    self.reference = reference
    self.old = old
    self.new = new
  }

  /// `--force-with-lease` with what is expected; nothing expected means that the reference must not exist.
  var lease: String { "--force-with-lease=\(reference):\(old?.hex ?? "")" }

  var refspec: String { "\(new?.hex ?? ""):\(reference)" }
}

/// What became of a push, reference by reference.
public struct PushOutcome: Hashable, Sendable {
  /// What stands on the remote now as was asked.
  public var pushed: Set<String> = []
  /// Somebody else moved them first: fetch and decide anew.
  public var stale: Set<String> = []
  /// What the remote does not take, such as a protected branch, with its words.
  public var refused: [String: String] = [:]
  /// The whole push failed: an outage, or missing credentials.
  public var failure: TransportError?

  /// Creates an outcome.
  public init() {}

  /// Whether everything was taken.
  public var isComplete: Bool { stale.isEmpty && refused.isEmpty && failure == nil }

  /// Reads the lines of `git push --porcelain`: flag, `from:to`, summary.
  init(porcelain text: String) {
    var held: [String] = []
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3, fields[0].count == 1, let colon = fields[1].lastIndex(of: ":") else { continue }
      let reference = String(fields[1][fields[1].index(after: colon)...])
      guard fields[0] == "!" else {
        pushed.insert(reference)
        continue
      }
      let reason = PushOutcome.reason(fields[2])
      if PushOutcome.races.contains(where: reason.contains) {
        stale.insert(reference)
      } else if reason.contains("atomic") {
        held.append(reference)
      } else {
        refused[reference] = reason
      }
    }
    // In an atomic push the others only went down with those that say why.
    guard !held.isEmpty else { return }
    pushed = []
    if !stale.isEmpty {
      stale.formUnion(held)
    } else {
      for reference in held { refused[reference] = refused.values.first ?? "the push was refused as a whole" }
    }
  }

  /// What stands in the parentheses at the end of a summary.
  private static func reason(_ summary: String) -> String {
    guard let open = summary.firstIndex(of: "("), summary.hasSuffix(")") else { return summary }
    return String(summary[summary.index(after: open)...].dropLast())
  }

  /// What git and its servers say when the lease, or the server's own lock, found the reference elsewhere.
  private static let races = [
    "stale info", "non-fast-forward", "fetch first", "cannot lock ref", "failed to update ref", "already exists",
    "incorrect old value", "remote ref updated since checkout", "failed to lock",
  ]
}
