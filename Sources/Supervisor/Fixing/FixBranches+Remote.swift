internal import Foundation
internal import Git
internal import Journal

/// What a session knows of the remote.
struct RemoteView {
  /// The way to it; nil when it could not be found at all.
  var transport: Transport?
  /// Where it had Errata's references and the base when it was last asked; nil when it could not be asked, and then nothing is
  /// concluded from what is missing.
  var tips: [String: ObjectID]?
  /// Where it had the ledger.
  var ledger: ObjectID?
  /// Why not.
  var problem: TransportError?
  /// What it said when it refused a push to the base: it is not tried again in this session.
  var protection: String?
}

extension FixBranches {
  /// Finds the remote that fixes are shared through.
  public typealias Connect = @Sendable () async throws(TransportError) -> Transport

  static let baselineReference = "refs/heads/errata-baseline"

  /// Asks the remote where it has the base and Errata's branches, and fetches what is not here.
  ///
  /// - Returns: What people should know, a sentence each. A remote that is down is told, and everything goes on here.
  public func synchronise() async throws -> [String] {
    guard let connect, let place else { return [] }
    var sentences: [String] = []
    do throws(TransportError) {
      var view = remote ?? RemoteView()
      if view.transport == nil {
        let transport = try await connect()
        view.transport = transport
        if let warning = transport.warning { sentences.append(warning) }
      }
      remote = view
      try await ask(place)
    } catch {
      remote?.tips = nil
      remote?.problem = error
      if remote == nil { remote = RemoteView(transport: nil, tips: nil, problem: error) }
      sentences.append("\(error) Everything goes on here; what waits is published when the remote can be used again.")
    }
    return sentences
  }

  /// The way to the remote, and where it had the ledger when it was asked; nil when it could not be.
  func meeting() -> (transport: Transport, ledger: ObjectID?)? {
    guard let remote, remote.tips != nil, let transport = remote.transport else { return nil }
    return (transport, remote.ledger)
  }

  /// Lists the remote's branches and fetches those whose commits are not here.
  func ask(_ place: WorkspaceRepository) async throws(TransportError) {
    guard let transport = remote?.transport else { return }
    // A branch that is named as one of the folders leaves no room in it.
    var patterns =
      FixBranchName.folders.flatMap { ["refs/heads/\($0)/*", "refs/heads/\($0)"] }
      + [Self.baselineReference, LedgerStore.reference]
    if let base = baseReference(in: place) { patterns.append(base) }
    var tips = try await transport.tips(matching: patterns)
    remote?.ledger = tips.removeValue(forKey: LedgerStore.reference)
    let wanted = refspecs(for: tips, in: place)
    if !wanted.base.isEmpty { try await transport.fetch(wanted.base) }
    // A fix is a commit on its base: in a shallow clone its whole history would come along.
    if !wanted.fixes.isEmpty {
      try await transport.fetch(wanted.fixes, depth: place.repository.isShallow ? .only(2) : nil)
    }
    remote?.tips = tips
    remote?.problem = nil
    keepBase(in: place)
  }

  private func refspecs(
    for tips: [String: ObjectID], in place: WorkspaceRepository
  ) -> (base: [String], fixes: [String]) {
    let base = baseReference(in: place)
    let missing = tips.filter { !place.repository.holds($0.value) }.keys.sorted()
    func refspec(_ reference: String) -> String { "+\(reference):\(kept(reference))" }
    let fixes = missing.filter { $0 != base && !FixBranchName.folders.contains(String($0.dropFirst(11))) }
    let folders = fixes.count > 50 ? FixBranchName.folders.map { "refs/heads/\($0)/" } : []
    let whole = folders.filter { folder in fixes.contains { $0.hasPrefix(folder) } }
    let single = fixes.filter { fix in !whole.contains { fix.hasPrefix($0) } }
    return (missing.filter { $0 == base }.map(refspec), single.map(refspec) + whole.map { refspec($0 + "*") })
  }

  /// The reference that keeps what was fetched: not the user's remote-tracking one, on which their own leases rest.
  func kept(_ reference: String) -> String {
    "refs/errata/remotes/\(remote?.transport?.name ?? "")/\(reference.dropFirst("refs/heads/".count))"
  }

  /// The base stays known for when the remote is down.
  func keepBase(in place: WorkspaceRepository) {
    guard let base = baseReference(in: place), let tip = remote?.tips?[base], place.repository.holds(tip),
      let before = try? place.repository.reference(kept(base)), before != tip
    else { return }
    // A cache: the next fetch brings it where this could not.
    try? place.repository.update(kept(base), from: before, to: tip, reason: "errata: fetched")
  }

  /// The full name of the branch that fixes are for; nil where none can be told.
  func baseReference(in place: WorkspaceRepository) -> String? {
    if let name = settings.base { return "refs/heads/" + name }
    guard case .branch(let name, _) = try? place.repository.head(), !name.hasPrefix("errata/") else { return nil }
    return "refs/heads/" + name
  }

  /// Where the remote has the base, as far as it is here: as it was just asked, or as it was fetched before.
  func fetchedBase(_ name: String, in place: WorkspaceRepository) throws(GitError) -> ObjectID? {
    guard let remote else { return nil }
    guard let tips = remote.tips else {
      return remote.transport == nil ? nil : try place.repository.reference(kept("refs/heads/" + name))
    }
    guard let tip = tips["refs/heads/" + name], place.repository.holds(tip) else { return nil }
    return tip
  }

  /// The remote's base, unless the local branch has all of it and more.
  func newer(_ local: ObjectID?, _ fetched: ObjectID?, in place: WorkspaceRepository) throws(GitError) -> ObjectID? {
    guard let local, let fetched, local != fetched else { return fetched ?? local }
    return (try? place.repository.isAncestor(fetched, of: local)) == true ? local : fetched
  }

  /// Where a branch of the remote is; nil when it is not there, or when the remote was not asked.
  func remoteTip(_ reference: String) -> ObjectID? { remote?.tips?[reference] }

  /// Whether a branch of the remote is at a commit that is not Errata's.
  func isForeign(_ reference: String) -> Bool {
    remoteTip(reference).map { !book.tips(of: reference).contains($0.hex) } ?? false
  }

  /// Where the remote has the base, when a commit on top of `base` may be pushed there: all that would go along is Errata's own.
  func pushableTip(_ base: FixBase, in place: WorkspaceRepository) -> ObjectID? {
    guard let tip = remoteTip(base.reference), place.repository.holds(tip) else { return nil }
    if tip == base.commit { return tip }
    guard (try? place.repository.isAncestor(tip, of: base.commit)) == true,
      let between = try? place.repository.commits(from: base.commit, excluding: [tip], limit: 100), between.count < 100
    else { return nil }
    return between.allSatisfy { baselines.contains($0.id.hex) } ? tip : nil
  }

  /// What the remote says of a branch that was published there; nil when it never was.
  func remoteBranchState(of fix: FixRecord, in place: WorkspaceRepository) throws -> BranchState? {
    guard connect != nil, let name = remoteName, book.published(fix.id, at: name) != nil else { return nil }
    guard let tips = remote?.tips else { return .unknown }
    let reference = "refs/heads/" + fix.branch
    if let tip = tips[reference] { return book.tips(of: reference).contains(tip.hex) ? .untouched : .moved }
    // A forge deletes branches when it merges them, and HEAD may be behind the base.
    guard let base = baseReference(in: place).flatMap({ tips[$0] }), place.repository.holds(base),
      let head = try place.repository.head().readableCommit,
      let later = base == head ? [] : try? place.repository.commits(from: base, excluding: [head], limit: 5000)
    else { return .unknown }
    for commit in later {
      let value = try StandingValues.combined(fix.ownChanges) { path in try place.contents(path, in: commit.id) }
      guard value == .previous else { return .unknown }
    }
    return .deleted
  }

  /// The remote's name as the configuration has it.
  var remoteName: String? { settings.remote }

  /// Brings as much history into a shallow clone as reconciling needs, of the fixes that are known when it is asked: those that
  /// the ledger tells of have to be learned before.
  ///
  /// - Returns: Why it could not be brought, in one sentence.
  public func deepen() async -> String? {
    guard let place, remote?.tips != nil, let transport = remote?.transport, let base = baseReference(in: place) else {
      return nil
    }
    let refspec = "+\(base):\(kept(base))"
    for depth in [Transport.Depth.deepen(50), .deepen(1000), .whole] where needsHistory(in: place) {
      do throws(TransportError) {
        try await transport.fetch([refspec], depth: depth)
      } catch {
        return
          "This is a shallow clone and its history could not be fetched, so fixes are judged by the values alone. \(error)"
      }
    }
    return nil
  }

  /// Whether the value alone leaves open what became of a fix, and the commits that would tell are cut off.
  private func needsHistory(in place: WorkspaceRepository) -> Bool {
    guard place.repository.isShallow, let head = try? place.repository.head().readableCommit else { return false }
    return book.fixes.contains { fix in
      guard [.open, .approved, .changed].contains(fix.status), let base = ObjectID(fix.base), base != head else {
        return false
      }
      let value = try? StandingValues.combined(fix.ownChanges) { path in try place.contents(path, in: head) }
      guard value == .previous else { return false }
      return !place.repository.holds(base)
        || (try? place.repository.commits(from: head, excluding: [base], limit: 5000)) == nil
    }
  }
}
