internal import Foundation
internal import Git
internal import Journal

/// A commit that was made for the base and has moved nothing yet.
struct BaseMove {
  let base: FixBase
  /// Where the base is to go; nil when it is there already.
  let to: ObjectID?
  /// For the reference's log.
  var reason = ""
  /// What people are told when it is done.
  let sentence: String
}

extension FixBranches {
  /// Whether a merge would reach everybody: without a remote, or with one that answers.
  func mayMerge() -> Bool { remoteName == nil || remote?.tips != nil }

  /// The commit that a move of the base starts from: where the remote has it, when the local branch is merely behind.
  func onto(_ base: FixBase, in place: WorkspaceRepository) throws(GitError) -> ObjectID {
    guard let tip = remoteTip(base.reference), tip != base.commit, place.repository.holds(tip),
      (try? place.repository.isAncestor(base.commit, of: tip)) == true
    else { return base.commit }
    return tip
  }

  /// Makes a commit for the base, moves it here and on the remote, or neither; from anew when somebody else was faster there.
  ///
  /// - Returns: What was done.
  func moving(_ make: () throws -> BaseMove) async throws -> String {
    guard let place else { throw FixingError(.noFooting, noRepository ?? "") }
    return try await retryingMoves(in: place) {
      let move = try make()
      guard let new = move.to else { return move.sentence }
      let lease = try self.lease(for: move.base, in: place)
      if move.base.isLocal { try self.advance(move.base, to: new, in: place, reason: move.reason) }
      return move.sentence + (try await self.send(move, to: new, lease: lease, in: place))
    }
  }

  /// Where the remote has the base, if what is made of `base` may be pushed there.
  private func lease(for base: FixBase, in place: WorkspaceRepository) throws -> ObjectID? {
    let start = try onto(base, in: place)
    if let tip = remoteTip(base.reference), tip == start { return tip }
    return pushableTip(base, in: place)
  }

  private func send(_ move: BaseMove, to new: ObjectID, lease: ObjectID?, in place: WorkspaceRepository) async throws
    -> String
  {
    guard let name = remoteName else { return "" }
    let later = " It is not on '\(name)' yet: `git push \(name) \(move.base.name)` brings it there."
    guard remote?.tips != nil, let lease else {
      guard move.base.isLocal else {
        throw FixingError(
          .noFooting, "The remote '\(name)' cannot be used now, and '\(move.base.name)' is not here: try again later.")
      }
      return later
    }
    let outcome = await push([RefMove(move.base.reference, from: lease, to: new)], atomic: true)
    if outcome.isComplete { return "" }
    if outcome.failure != nil, move.base.isLocal { return later }
    if move.base.isLocal { try putBack(move, from: new, in: place) }
    if let failure = outcome.failure { throw FixingError(.noFooting, failure.description) }
    if let reason = outcome.refused[move.base.reference] {
      throw FixingError(
        .protected,
        "The remote '\(name)' takes no pushes to '\(move.base.name)' (\(reason)): the fix stays proposed, to be merged there."
      )
    }
    throw FixingError(.moved, "The branch '\(move.base.name)' of '\(name)' keeps moving: try again.")
  }

  private func putBack(_ move: BaseMove, from new: ObjectID, in place: WorkspaceRepository) throws {
    let there = FixBase(name: move.base.name, commit: new, isCheckedOut: move.base.isCheckedOut)
    try advance(there, to: move.base.commit, in: place, reason: "errata: the remote did not take it")
  }

  /// Deletes a rejected fix's branch on the remote, if it still is Errata's; says what happened to it.
  func withdraw(_ fix: FixRecord) async -> String {
    let reference = "refs/heads/" + fix.branch
    guard let name = remoteName, !fix.branch.isEmpty else { return "" }
    guard remote?.tips != nil else {
      guard book.published(fix.id, at: name) != nil else { return "" }
      return " Its branch on '\(name)' stays until `git push \(name) --delete \(fix.branch)`."
    }
    guard let tip = remoteTip(reference) else { return "" }
    guard book.tips(of: reference).contains(tip.hex) else {
      return " Its branch on '\(name)' holds commits that are not Errata's and stays."
    }
    let outcome = await push([RefMove(reference, from: tip, to: nil)], atomic: true)
    if outcome.isComplete { return " Its branch on '\(name)' is gone as well." }
    return " Its branch on '\(name)' could not be deleted and stays."
  }

  /// Moves the base, with index and files where it is checked out.
  func advance(_ base: FixBase, to commit: ObjectID, in place: WorkspaceRepository, reason: String) throws {
    guard base.isCheckedOut else {
      if let folder = place.otherWorkTree(holding: base.name) {
        throw FixingError(.inTheWay, "The branch '\(base.name)' is checked out in \(folder): do it there.")
      }
      return try place.repository.update(base.reference, from: base.commit, to: commit, reason: reason)
    }
    do throws(GitError) {
      try place.repository.moveCheckedOut(from: base.commit, to: commit)
    } catch {
      guard error.isInTheWay else { throw error }
      throw FixingError(
        .inTheWay, "Local changes are in the way (\(error.message)): commit or stash them, then try again.")
    }
    do {
      try place.repository.update(base.reference, from: base.commit, to: commit, reason: reason)
    } catch {
      // Somebody moved the branch in between: put the files back as they were for their commit.
      try place.repository.moveCheckedOut(from: commit, to: base.commit)
      throw error
    }
  }
}
