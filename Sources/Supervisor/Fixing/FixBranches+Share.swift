internal import Foundation
internal import Git
internal import Journal
internal import Repair

extension FixBranches {
  /// How often a push is tried again after somebody else was faster.
  private static let attempts = 5

  /// Pushes what is not on the remote yet: baselines, then open fixes. With nothing new nothing is pushed.
  ///
  /// - Returns: What people should know, a sentence each.
  public func share() async throws -> [String] {
    guard let place, remote?.tips != nil, remote?.transport != nil else { return takeNotices() }
    var sentences = takeNotices() + (try await shareBaseline(in: place))
    for attempt in 1...Self.attempts {
      try await adoptTwins(in: place)
      let wanted = try wantedMoves(in: place)
      try await notePublished(wanted.there)
      sentences += attempt == 1 ? wanted.sentences : []
      guard !wanted.moves.isEmpty else { break }
      let outcome = await push(wanted.moves, atomic: false)
      try await notePublished(wanted.fixes.filter { outcome.pushed.contains("refs/heads/" + $0.branch) })
      unsent = outcome.failure
      for (reference, reason) in outcome.refused.sorted(by: { $0.key < $1.key }) {
        let refusal = "The remote '\(remoteName ?? "")' refuses \(reference.dropFirst(11)): \(reason)."
        unsent = TransportError(.refused, refusal)
        sentences.append(refusal)
      }
      if let failure = outcome.failure {
        sentences.append("\(failure) The fixes wait here, and are published when the remote can be used again.")
      }
      if attempt == Self.attempts, !outcome.stale.isEmpty {
        let names = outcome.stale.sorted().map { String($0.dropFirst(11)) }.joined(separator: ", ")
        unsent = TransportError(
          .refused,
          "The remote '\(remoteName ?? "")' does not take \(names), which keeps moving there: try again later.")
      }
      guard !outcome.stale.isEmpty, attempt < Self.attempts else { break }
      guard try await askAgain(place, attempt: attempt) else { break }
    }
    return sentences
  }

  /// Why fixes wait here that should be on the remote; nil where none does.
  public func unpublished() -> String? {
    guard let name = remoteName, let problem = remote?.problem ?? unsent else { return nil }
    let waiting = book.open.filter { !$0.branch.isEmpty && book.published($0.id, at: name) != $0.commit }
    guard !waiting.isEmpty else { return nil }
    return "\(waiting.count == 1 ? "1 fix is" : "\(waiting.count) fixes are") not published. \(problem)"
  }

  /// What happened on the way and was not told yet.
  func takeNotices() -> [String] {
    defer { notices = [] }
    return notices
  }

  /// Does something with the base again when somebody else moved it on the remote, from where it is then.
  func retryingMoves<Result>(in place: WorkspaceRepository, _ body: () async throws -> Result) async throws -> Result {
    for attempt in 1..<Self.attempts {
      do {
        return try await body()
      } catch let error as FixingError {
        guard error.kind == .moved, try await askAgain(place, attempt: attempt) else { throw error }
      }
    }
    return try await body()
  }

  /// Pushes, and remembers where the remote has things now.
  func push(_ moves: [RefMove], atomic: Bool) async -> PushOutcome {
    guard let transport = remote?.transport else { return PushOutcome() }
    var outcome = PushOutcome()
    // An argument list has an end.
    for start in stride(from: 0, to: moves.count, by: 200) {
      let part = await transport.push(Array(moves[start..<min(start + 200, moves.count)]), atomic: atomic)
      outcome.pushed.formUnion(part.pushed)
      outcome.stale.formUnion(part.stale)
      outcome.refused.merge(part.refused) { first, _ in first }
      outcome.failure = outcome.failure ?? part.failure
      if outcome.failure != nil { break }
    }
    for move in moves where outcome.pushed.contains(move.reference) { remote?.tips?[move.reference] = move.new }
    if let place { keepBase(in: place) }
    return outcome
  }

  /// Waits a little, differently from whoever was faster, and asks the remote again; false when it does not answer any more.
  func askAgain(_ place: WorkspaceRepository, attempt: Int) async throws -> Bool {
    try await Task.sleep(for: .milliseconds(Double.random(in: 20...60) * Double(1 << attempt)))
    do throws(TransportError) {
      try await ask(place)
      return true
    } catch {
      remote?.tips = nil
      remote?.problem = error
      return false
    }
  }

  private struct Wanted {
    var moves: [RefMove] = []
    var fixes: [FixRecord] = []
    /// Fixes that are there already, though the journal does not say so yet.
    var there: [FixRecord] = []
    var sentences: [String] = []
  }

  private func wantedMoves(in place: WorkspaceRepository) throws -> Wanted {
    var wanted = Wanted()
    guard let name = remoteName else { return wanted }
    var moved: Set<String> = []
    for fix in book.open where !fix.branch.isEmpty {
      let reference = "refs/heads/" + fix.branch
      guard let local = try place.repository.reference(reference), try holds(fix, at: local, in: place) else {
        continue
      }
      let published = book.published(fix.id, at: name)
      let tip = remoteTip(reference)
      if tip == local {
        if published != fix.commit { wanted.there.append(fix) }
        continue
      }
      // What was published and is gone was taken away by a person; what is not Errata's belongs to one.
      guard tip != nil || published == nil, tip.map({ book.tips(of: reference).contains($0.hex) }) ?? true else {
        continue
      }
      guard isKnownThere(fix, in: place) else {
        wanted.sentences.append(
          "Fix \(fix.id) is not published on '\(name)' yet: it stands on commits that are not there; push them first.")
        continue
      }
      if moved.insert(reference).inserted { wanted.moves.append(RefMove(reference, from: tip, to: local)) }
      wanted.fixes.append(fix)
    }
    return wanted
  }

  /// Whether what a fix stands on is on the remote: a person's own commits are not published along with it.
  private func isKnownThere(_ fix: FixRecord, in place: WorkspaceRepository) -> Bool {
    guard let base = ObjectID(fix.base) else { return false }
    let tips = [baseReference(in: place), Self.baselineReference].compactMap { $0.flatMap(remoteTip) }
    return tips.contains { tip in
      guard tip != base, place.repository.holds(tip) else { return tip == base }
      do { return try place.repository.isAncestor(base, of: tip) } catch {
        // What a shallow clone cannot tell came from the remote all the same, unless it was made here.
        return place.repository.isShallow && !baselines.contains(base.hex)
      }
    }
  }

  private func notePublished(_ fixes: [FixRecord]) async throws {
    guard let name = remoteName, !fixes.isEmpty else { return }
    try await write(
      try fixes.map { fix in
        event(.fixPublished, fix, ["place": .string(name), "fix": try JSONValue(encoding: fix)])
      })
  }

  /// What stands here but could not be pushed when it was committed.
  private func shareBaseline(in place: WorkspaceRepository) async throws -> [String] {
    guard settings.baseline != .never, case .base(let base) = try footing(of: place) else { return [] }
    let there = remoteTip(Self.baselineReference)
    if settings.baseline == .commit, let lease = pushableTip(base, in: place), lease != base.commit,
      there.map({ (try? place.repository.isAncestor(base.commit, of: $0)) != true }) ?? true
    {
      let outcome = await push([RefMove(base.reference, from: lease, to: base.commit)], atomic: true)
      if let reason = outcome.refused[base.reference] {
        remote?.protection = reason
        let branch = await push([RefMove(Self.baselineReference, from: there, to: base.commit)], atomic: true)
        return [protectionSentence(base, reason)] + (branch.failure.map { ["\($0)"] } ?? [])
      }
      return outcome.failure.map { ["\($0)"] } ?? []
    }
    guard let tip = try place.repository.reference(Self.baselineReference), tip != there,
      try !isTaken(tip, by: base, in: place)
    else { return [] }
    if let there, (try? place.repository.isAncestor(there, of: tip)) != true { return [] }
    return await push([RefMove(Self.baselineReference, from: there, to: tip)], atomic: true).failure.map { ["\($0)"] }
      ?? []
  }

  func protectionSentence(_ base: FixBase, _ reason: String) -> String {
    "The remote '\(remoteName ?? "")' takes no pushes to '\(base.name)' (\(reason)): generated files are on the branch "
      + "'errata-baseline', which fixes start from until it is merged."
  }
}
