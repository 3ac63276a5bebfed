internal import Foundation
internal import Git
internal import Journal

/// The ledger's way to a remote and back. It is merged by what it holds, never by ancestry, and pushed only from where the remote
/// was seen: whoever is slower merges what the faster one pushed and tries again.
extension SharedLedger {
  /// Brings the remote's ledger here, beside this repository's own.
  ///
  /// - Returns: Why it could not, in one sentence.
  public func fetch(_ transport: Transport) async -> String? {
    do throws(TransportError) {
      let tips = try await transport.tips(matching: [LedgerStore.reference])
      return await fetch(transport, there: tips[LedgerStore.reference])
    } catch {
      return Self.unfetched(error)
    }
  }

  /// Brings the remote's ledger here when the remote was asked already.
  ///
  /// - Parameter there: Where the remote has it; nil when it has none, or none any more.
  /// - Returns: Why it could not, in one sentence.
  func fetch(_ transport: Transport, there: ObjectID?) async -> String? {
    guard there != seen() else { return nil }
    guard there != nil else {
      note(nil)
      return nil
    }
    do throws(TransportError) {
      try await transport.fetch(["+\(LedgerStore.reference):\(LedgerStore.remoteReference)"])
      return nil
    } catch {
      return Self.unfetched(error)
    }
  }

  private static func unfetched(_ error: TransportError) -> String {
    "The ledger of others could not be fetched. \(error)"
  }

  /// Brings this repository's ledger to the remote.
  ///
  /// - Returns: Whether anything was pushed or taken over, and why it could not be, in one sentence.
  public func push(_ transport: Transport) async throws -> (moved: Bool, problem: String?) {
    var keepsChain = false
    var moved = false
    for attempt in 0..<Self.pushes {
      let plan: PushPlan?
      do throws(GitError) {
        plan = try prepare(keepsChain: keepsChain)
      } catch {
        if error.isRace { continue }
        return (moved, "The ledger was not pushed: \(error.message).")
      }
      guard let plan else { return (moved, nil) }
      moved = moved || plan.moved
      guard let move = plan.move else { return (moved, plan.problem) }
      let outcome = await transport.push([move])
      if outcome.pushed.contains(move.reference) {
        note(move.new)
        return (true, nil)
      }
      if let failure = outcome.failure {
        return (moved, "The ledger is not on the remote yet, and goes there with the next run. \(failure)")
      }
      if let reason = outcome.refused[move.reference] {
        // A remote may want every push to go on from what it has; then the old chain is kept.
        guard !keepsChain, plan.startsAnew else {
          return (moved, "The remote '\(transport.name)' refuses the ledger \(move.reference): \(reason).")
        }
        keepsChain = true
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 5...(30 << min(attempt, 5)))))
      if let problem = await fetch(transport) { return (moved, problem) }
    }
    return (moved, "The ledger was not pushed, because others kept pushing theirs: the next run does it.")
  }

  private static let pushes = 20

  private struct PushPlan {
    var move: RefMove?
    /// Whether the local ledger moved.
    var moved = false
    /// Whether the remote's chain is not gone on with.
    var startsAnew = false
    var problem: String?
  }

  /// Makes the local ledger one that goes on from the remote's; nil when both are the same, or there is none.
  private func prepare(keepsChain: Bool) throws(GitError) -> PushPlan? {
    guard let store, let mine = try store.tip(LedgerStore.reference) else { return nil }
    let theirs = try store.tip(LedgerStore.remoteReference)
    guard mine != theirs else { return nil }
    guard let theirs else { return PushPlan(move: RefMove(LedgerStore.reference, from: nil, to: mine)) }
    if (try? store.place.repository.isAncestor(theirs, of: mine)) == true {
      return PushPlan(move: RefMove(LedgerStore.reference, from: theirs, to: mine))
    }
    let (ours, others) = (try store.read(mine), try store.read(theirs))
    if let problem = ours.problem ?? others.problem { return PushPlan(problem: Self.unreadable(problem)) }
    let changes = ours.ledger.merged(with: others.ledger).changes(since: others.ledger)
    guard !changes.isEmpty else {
      try store.move(from: mine, to: theirs)
      return PushPlan(moved: true)
    }
    let commit = try store.commit(changes, onto: theirs, author: signature, keepsChain: keepsChain)
    try store.move(from: mine, to: commit)
    let startsAnew = try store.place.repository.commit(commit).parents.isEmpty
    return PushPlan(
      move: RefMove(LedgerStore.reference, from: theirs, to: commit), moved: true, startsAnew: startsAnew)
  }

  private func seen() -> ObjectID? { store.flatMap { try? $0.tip(LedgerStore.remoteReference) } }

  /// Remembers where the remote has it now; a fetch does the same where this cannot.
  private func note(_ there: ObjectID?) {
    try? store?.place.repository.update(
      LedgerStore.remoteReference, from: seen(), to: there, reason: "errata: where the remote has the ledger")
  }
}
