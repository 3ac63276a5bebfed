internal import Foundation
internal import Git
internal import Journal
internal import Repair

extension FixBranches {
  /// What each fix's branch asks of its pull request; nothing where the remote could not be asked.
  func pullRequestWishes() throws -> [PullRequestWish] {
    guard let place, remote?.tips != nil, let base = baseReference(in: place), let tip = remoteTip(base) else {
      return []
    }
    let name = String(base.dropFirst("refs/heads/".count))
    var landed: [String: Bool] = [:]
    // The pull request of a branch that fixes share is the last one's, and stays as long as one of them waits.
    let shared = Set(book.open.map(\.branch).filter(FixCause.isBranch))
    return try book.fixes.filter { !$0.branch.isEmpty }.map { fix in
      let stance: PullRequestWish.Stance
      if fix.status != .open && shared.contains(fix.branch) {
        stance = .left
      } else if fix.status != .open {
        stance = .over(Self.ending(of: fix))
      } else if let commit = fix.commit.flatMap(ObjectID.init), remoteTip("refs/heads/" + fix.branch) == commit {
        let isLanded = landed[fix.base] ?? hasLanded(fix.base, on: tip, in: place)
        landed[fix.base] = isLanded
        stance = isLanded ? .wanted(try draft(of: fix, at: commit, for: name, in: place)) : .early(base: name)
      } else {
        stance = .left
      }
      return PullRequestWish(fix: fix, stance: stance, since: book.waitingSince(fix.id) ?? .distantPast)
    }
  }

  private func draft(
    of fix: FixRecord, at commit: ObjectID, for base: String, in place: WorkspaceRepository
  ) throws -> PullRequestDraft {
    let mates = Set(book.open.filter { $0.branch == fix.branch }.compactMap(\.commit))
    var messages: [String] = []
    var next: ObjectID? = commit
    while let id = next, messages.isEmpty || mates.contains(id.hex) {
      let commit = try place.repository.commit(id)
      messages.append(commit.message)
      next = commit.parents.first
    }
    return PullRequestDraft(messages: messages.reversed(), head: fix.branch, base: base)
  }

  /// What is said below the pull request of a fix that was decided on.
  private static func ending(of fix: FixRecord) -> String {
    let reason = fix.statusReason ?? ""
    guard !reason.hasPrefix("Fix \(fix.id)") else { return reason }
    return "Fix \(fix.id) is \(fix.status.rawValue)" + (reason.isEmpty ? "." : ": \(reason)")
  }

  /// Whether the remote's base has the commit that a fix stands on: while generated files wait on a branch of their own, a pull
  /// request would show them too.
  private func hasLanded(_ commit: String, on tip: ObjectID, in place: WorkspaceRepository) -> Bool {
    guard let commit = ObjectID(commit) else { return false }
    if commit == tip { return true }
    do { return try place.repository.isAncestor(commit, of: tip) } catch {
      // A shallow clone cannot tell; only generated files are ever elsewhere than on the base.
      return !baselines.contains(commit.hex) && remoteTip(Self.baselineReference) != commit
    }
  }
}
