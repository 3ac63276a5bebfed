internal import Git
internal import Journal

/// Two machines that find the same failures build the same branches but for what names their runs. Who comes second takes over
/// what is there: if each put its own in the other's place, the branch would never rest.
extension FixBranches {
  /// Takes over what another Errata has published of the fixes that are open here.
  func adoptTwins(in place: WorkspaceRepository) async throws {
    for branch in Set(book.open.map(\.branch)).subtracting([""]).sorted() {
      guard let (twin, ours) = try twin(of: branch, in: place) else { continue }
      _ = try await publish(twin, on: branch, from: ours, in: place)
    }
  }

  /// What another Errata has put at a branch, where it holds just the fixes that ours holds and is no worse.
  private func twin(
    of branch: String, in place: WorkspaceRepository
  ) throws -> (twin: BuiltFixes, ours: ObjectID)? {
    let reference = "refs/heads/" + branch
    guard let theirs = remoteTip(reference), let ours = try place.repository.reference(reference), theirs != ours,
      !book.isBuiltHere(theirs.hex), try !place.repository.isCheckedOut(reference),
      place.otherWorkTree(holding: branch) == nil
    else { return nil }
    let fixes = book.open.filter { $0.branch == branch && $0.commit != nil }
    for fix in fixes where try !holds(fix, at: ours, in: place) { return nil }
    var records: [FixRecord] = []
    var next = theirs
    while records.count < fixes.count {
      let waiting = fixes.filter { fix in !records.contains { $0.id == fix.id } }
      guard case (var record, let commit)? = firstTwin(of: waiting, at: next, in: place),
        let parent = commit.parents.first
      else { return nil }
      record.commit = commit.id.hex
      record.run = commit.proposingRun ?? record.run
      records.insert(record, at: 0)
      next = parent
    }
    guard let first = fixes.first, try isTheStart(next, of: theirs, asGoodAs: first.base, in: place) else { return nil }
    for index in records.indices { records[index].base = next.hex }
    return (BuiltFixes(records: records, tip: theirs), ours)
  }

  private func firstTwin(
    of fixes: [FixRecord], at theirs: ObjectID, in place: WorkspaceRepository
  ) -> (FixRecord, Commit)? {
    for fix in fixes {
      if let commit = twin(of: fix, at: theirs, in: place) { return (fix, commit) }
    }
    return nil
  }

  /// Whether their branch starts where a branch may start, with no more fixes beneath, and needs no rebuilding that ours has had.
  private func isTheStart(
    _ start: ObjectID, of theirs: ObjectID, asGoodAs ours: String, in place: WorkspaceRepository
  ) throws -> Bool {
    guard start.hex != ours else { return true }
    guard case .base(let base) = try footing(of: place), place.repository.holds(start) else { return true }
    // What a shallow clone cannot tell is taken for what it looks like.
    let isInBase = (try? place.repository.isAncestor(start, of: base.commit)) ?? true
    if !isInBase, try place.repository.commit(start).isFix { return false }
    switch settings.rebuild {
    case .never: return true
    case .behind: return ObjectID(ours).map { (try? place.repository.isAncestor($0, of: start)) ?? true } ?? true
    case .conflicted:
      guard let merged = try? place.repository.mergeTrees(ours: base.commit, theirs: theirs) else { return true }
      if case .clean = merged { return true }
      return false
    }
  }

  /// The commit at a tip when another Errata made it of the same fix with the same edit; a person's amended one is not.
  func twin(of fix: FixRecord, at theirs: ObjectID, in place: WorkspaceRepository) -> Commit? {
    guard place.repository.holds(theirs), let commit = try? place.repository.commit(theirs),
      commit.committer.email == settings.author.email, commit.author.email == settings.author.email,
      commit.trailers.contains(where: { $0.key == "Errata-Fix" && $0.value == fix.id }), commit.parents.count == 1,
      let value = try? StandingValues.combined(
        fix.ownChanges, contents: { path in try place.contents(path, in: theirs) }),
      value == .proposed
    else { return nil }
    return commit
  }
}

extension Commit {
  /// The run that a fix's commit says it comes from.
  var proposingRun: String? { trailers.last { $0.key == "Errata-Run" }?.value }

  /// Whether it holds a fix.
  fileprivate var isFix: Bool { trailers.contains { $0.key == "Errata-Fix" } }
}
