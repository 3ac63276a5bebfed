public import Journal
public import Repair

/// A fix that is ready to be put forward.
public struct Proposal: Sendable {
  /// The fix; what only git can say (commit, base, patch) is filled in when it is published.
  public var record: FixRecord
  /// The edits.
  public var edits: [FixEdit]
  /// The whole commit message.
  public var message: String
  /// What else the same edit is needed for: fixes of one cause share a branch. Nil where the fix is to stand alone.
  public var cause: FixCause?

  /// Creates a proposal.
  public init(record: FixRecord, edits: [FixEdit], message: String, cause: FixCause? = nil) {
    self.cause = cause
    self.record = record
    self.edits = edits
    self.message = message
  }
}

/// What became of putting a fix forward.
public enum ProposalOutcome: Sendable {
  /// A branch was made or rebuilt; the sentences say what differs between it and the files that were tried.
  case published(FixRecord, notes: [String])
  /// The same fix already waits; nothing moved.
  case waiting(FixRecord)
  /// Only a patch could be written; the sentence says why and what to do.
  case patchOnly(FixRecord, String)

  /// The fix as it is recorded.
  public var record: FixRecord {
    switch self {
    case .published(let record, _), .waiting(let record), .patchOnly(let record, _): record
    }
  }
}

/// What people did with a fix since the last look.
public struct ReconcileFinding: Hashable, Sendable {
  /// The fix with its new status.
  public let fix: FixRecord
  /// The status before.
  public let before: FixStatus
  /// The commit that brought the new status, where history tells.
  public let commit: String?
  /// How it came about, as one sentence for people.
  public let sentence: String

  /// Creates a finding.
  public init(fix: FixRecord, before: FixStatus, commit: String?, sentence: String) {
    self.fix = fix
    self.before = before
    self.commit = commit
    self.sentence = sentence
  }
}

/// What a command on a fix did, or why it did not.
public struct ReviewOutcome: Sendable {
  /// The fix afterwards; nil when the id fits none.
  public let fix: FixRecord?
  /// Whether it was done.
  public let done: Bool
  /// One sentence for people.
  public let sentence: String

  /// Creates an outcome.
  public init(fix: FixRecord?, done: Bool, sentence: String) {
    self.fix = fix
    self.done = done
    self.sentence = sentence
  }
}

/// Everything about one fix for a person to read.
public struct FixDetails: Sendable {
  /// The fix.
  public let record: FixRecord
  /// Its commit message; nil for a patch without git.
  public let message: String?
  /// Its diff, or the patch where there is no commit.
  public let diff: String
}
