internal import Foundation
internal import Journal

/// What a fix's branch asks of its pull request.
struct PullRequestWish: Hashable, Sendable {
  enum Stance: Hashable, Sendable {
    /// The branch is on the remote as Errata pushed it, and the base has all that it stands on.
    case wanted(PullRequestDraft)
    /// It stands on generated files that the base, named here, does not have yet: the diff would show them too.
    case early(base: String)
    /// The branch is not there, or a person goes on with it: nothing is to be done.
    case left
    /// The fix was decided on; the sentence says how.
    case over(String)
  }

  let fix: FixRecord
  let stance: Stance
  /// When the fix was put forward: what happened to an earlier pull request of it says nothing of this one.
  let since: Date
}

/// One thing to do with a pull request.
enum PullRequestStep: Hashable, Sendable {
  /// Look for one that stands already, and open one where there is none; those up to that number belong to the past.
  case open(PullRequestDraft, after: Int)
  /// The forge has one that the journal does not know.
  case adopt(PullRequest, PullRequestDraft)
  /// Give it the text of the rebuilt commit.
  case update(PullRequest, PullRequestDraft)
  /// Give it its labels, which failed before.
  case label(PullRequest)
  /// It is not among the open ones any more: ask why.
  case ask(Int)
  /// The forge will see by itself that the fix was merged.
  case wait(PullRequest)
  /// Close it, and say why.
  case close(PullRequest, why: String)
  /// It is closed already.
  case forget

  /// What is to be done, from what the fix's branch asks, what the journal knows and what the forge has open.
  static func decide(_ wish: PullRequestWish, known: PullRequestRecord?, open: PullRequest?) -> PullRequestStep? {
    switch wish.stance {
    case .early, .left: return nil
    case .wanted(let draft):
      guard let open else { return missing(wish, draft, known) }
      guard let known, known.number == open.number, known.state == .open else { return .adopt(open, draft) }
      // A text that is neither the one wanted nor the one that was given is a person's.
      if open.textHash == known.text, draft.textHash != known.text { return .update(open, draft) }
      return known.labelled ? nil : .label(open)
    case .over(let why):
      guard let open else { return known?.isOpen == true ? .forget : nil }
      let isInBase = wish.fix.status == .approved || wish.fix.status == .changed
      return isInBase && known?.state != .merging ? .wait(open) : .close(open, why: why)
    }
  }

  private static func missing(
    _ wish: PullRequestWish, _ draft: PullRequestDraft, _ known: PullRequestRecord?
  ) -> PullRequestStep? {
    guard let known else { return .open(draft, after: 0) }
    if known.isOpen { return .ask(known.number) }
    return known.since < wish.since ? .open(draft, after: known.number) : nil
  }
}

extension PullRequestRecord {
  /// Whether it was open when the journal last spoke of it.
  var isOpen: Bool { state == .open || state == .merging }
}
