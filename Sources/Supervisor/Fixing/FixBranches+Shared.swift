internal import Foundation
internal import Git
internal import Journal
internal import ManifestYAML
internal import Repair

/// One commit of a branch that holds an edit for many places.
private struct SharedPart {
  var record: FixRecord
  let edits: [FixEdit]
  let message: String
  /// The commit that it is already, as long as nothing beneath it moves.
  var commit: ObjectID?
}

/// One cause, one branch: the same edit in many periods or sources is one branch with a commit for each fix, so that it is
/// approved in one go by a merge, and in part by picking commits.
extension FixBranches {
  /// The branch that a fix shares with others of its cause, and those; nil where it stands alone.
  ///
  /// Fixes of this run join each other. What an earlier run put forward by itself stays where people may have seen it.
  func shared(_ id: String, _ cause: FixCause) throws -> (branch: String, mates: [FixRecord])? {
    guard let place else { return nil }
    if let known = book[id], known.status == .open, !FixCause.isBranch(known.branch),
      try place.repository.reference("refs/heads/" + known.branch) != nil
    {
      return nil
    }
    var mates: [FixRecord] = []
    for fix in book.open where fix.id != id && fix.commit != nil && self.cause(of: fix) == cause {
      guard FixCause.isBranch(fix.branch) || fix.run == runID && !isPublished(fix), try isMovable(fix.branch, in: place)
      else { continue }
      mates.append(fix)
    }
    let standing = mates.first { FixCause.isBranch($0.branch) }?.branch
    guard !mates.isEmpty, let branch = try standing ?? free(cause.branch, in: place),
      try isMovable(branch, in: place)
    else { return nil }
    return (branch, mates.filter { $0.branch == branch || !FixCause.isBranch($0.branch) })
  }

  /// Takes over the same fix from a branch that another Errata has put up for its cause; nil where there is none.
  func adoptShared(
    _ proposal: Proposal, onto base: FixBase, in place: WorkspaceRepository
  ) async throws -> FixRecord? {
    guard let (record, tip, local) = try sharedElsewhere(proposal, onto: base, in: place) else { return nil }
    return try await publish(BuiltFixes(records: [record], tip: tip), on: record.branch, from: local, in: place).last
  }

  private func sharedElsewhere(
    _ proposal: Proposal, onto base: FixBase, in place: WorkspaceRepository
  ) throws -> (FixRecord, tip: ObjectID, local: ObjectID?)? {
    guard let cause = proposal.cause, book[proposal.record.id]?.status != .open else { return nil }
    let local = try place.repository.reference("refs/heads/" + cause.branch)
    guard let tip = remoteTip("refs/heads/" + cause.branch) ?? local, local == nil || local == tip,
      place.repository.holds(tip), let start = try? place.repository.mergeBase(tip, base.commit),
      let commits = try? place.repository.commits(from: tip, excluding: [start], limit: 2000),
      commits.allSatisfy({ $0.committer.email == settings.author.email && $0.parents.count == 1 }),
      let twin = commits.first(where: { commit in
        commit.trailers.contains { $0.key == "Errata-Fix" && $0.value == proposal.record.id }
      }),
      let edited = try? EditedFiles(proposal.edits, contents: { path in try place.contents(path, in: base.commit) })
    else { return nil }
    var record = edited.record(proposal.record, commit: twin.id, base: start)
    record.branch = cause.branch
    record.run = twin.proposingRun ?? record.run
    return (record, tip, local)
  }

  private func isPublished(_ fix: FixRecord) -> Bool {
    remoteName.map { book.published(fix.id, at: $0) != nil } ?? false
  }

  private func cause(of fix: FixRecord) -> FixCause {
    if let known = causes[fix.id] { return known }
    let cause = FixCause(of: fix)
    causes[fix.id] = cause
    return cause
  }

  /// Whether a branch is absent or still Errata's, and nobody is on it.
  private func isMovable(_ branch: String, in place: WorkspaceRepository) throws -> Bool {
    let reference = "refs/heads/" + branch
    if isForeign(reference) { return false }
    guard let tip = try place.repository.reference(reference) else { return true }
    if case .branch(branch, _) = try place.repository.head() { return false }
    return book.tips(of: reference).contains(tip.hex) && place.otherWorkTree(holding: branch) == nil
  }

  /// Builds the branch with one fix more.
  func build(
    _ proposal: Proposal, among mates: [FixRecord], onto named: FixBase, in place: WorkspaceRepository
  ) async throws -> BuiltFixes {
    let files = Array(Set(proposal.edits.map(\.file)))
    let ready = try await baseline(onto: named, in: place, for: files)
    for file in files {
      if case .blocked(let sentence)? = ready.obstacles[file] { throw FixingError(.noFooting, sentence) }
    }
    let branch = proposal.record.branch
    let base = try sharedBase(of: mates, branch: branch, for: files, now: ready.base, in: place)
    var parts = try mates.compactMap { try part($0, branch: branch, in: place) }
    parts.append(SharedPart(record: proposal.record, edits: proposal.edits, message: proposal.message))
    var built = try chain(parts, onto: base, in: place)
    built.notes = files.sorted().compactMap { path in
      if case .localChanges(let sentence)? = ready.obstacles[path] { return sentence }
      return nil
    }
    return built
  }

  /// Tells the reports of fixes that have joined others where they are now, and removes the branches that they had.
  func settle(_ mates: [FixRecord], on branch: String, in place: WorkspaceRepository) throws {
    for old in mates where old.branch != branch && book[old.id]?.branch == branch {
      _ = try retire(old, in: place, reason: "\(old.id) is on \(branch)")
      guard let report = try old.report.map({ try workspace.absolute($0) }),
        let data = FileManager.default.contents(atPath: report)
      else { continue }
      let text = Report.moved(String(decoding: data, as: UTF8.self), id: old.id, from: old.branch, to: branch)
      try Data(text.utf8).write(to: URL(fileURLWithPath: report), options: .atomic)
    }
  }

  /// Builds a shared branch anew from the fixes that still wait on it.
  ///
  /// - Parameter base: The commit to start from; nil for the one that they were built on.
  /// - Returns: Whether the branch is Errata's to move.
  @discardableResult
  func rebuildShared(_ branch: String, onto base: FixBase?, in place: WorkspaceRepository) async throws -> Bool {
    guard let (built, old) = try rebuiltShared(branch, onto: base, in: place) else { return false }
    if built.tip != old { _ = try await publish(built, on: branch, from: old, in: place) }
    return true
  }

  private func rebuiltShared(
    _ branch: String, onto base: FixBase?, in place: WorkspaceRepository
  ) throws -> (BuiltFixes, old: ObjectID)? {
    let fixes = book.open.filter { $0.branch == branch && $0.commit != nil }
    guard let old = try place.repository.reference("refs/heads/" + branch), try isMovable(branch, in: place),
      let start = base?.commit ?? fixes.first.flatMap({ ObjectID($0.base) })
    else { return nil }
    let parts = try fixes.compactMap { try part($0, branch: branch, in: place) }
    return (try chain(parts, onto: start, in: place), old)
  }

  /// Takes a fix that is settled off its branch, or removes the branch when nothing else waits on it; says what became of it.
  func takeOff(_ fix: FixRecord, in place: WorkspaceRepository, reason: String) async throws -> String {
    let mates = book.open.count { $0.branch == fix.branch && $0.id != fix.id }
    guard FixCause.isBranch(fix.branch), mates > 0 else {
      let here = try retire(fix, in: place, reason: reason).map { " \($0)" } ?? ""
      return here + (await withdraw(fix))
    }
    guard try await rebuildShared(fix.branch, onto: nil, in: place) else {
      return " Its branch holds commits that are not Errata's, or is checked out, and stays."
    }
    let still =
      " Its commit is taken off \(fix.branch), where \(mates == 1 ? "1 fix waits" : "\(mates) fixes wait") still."
    return still + (try await pushRebuilt(fix.branch, in: place))
  }

  /// Pushes a branch that a fix was taken off, where the remote has it; says why it could not.
  private func pushRebuilt(_ branch: String, in place: WorkspaceRepository) async throws -> String {
    let reference = "refs/heads/" + branch
    guard let name = remoteName, let there = remoteTip(reference),
      let local = try place.repository.reference(reference), there != local
    else { return "" }
    guard !isForeign(reference) else {
      return " The branch on '\(name)' holds commits that are not Errata's and stays."
    }
    let outcome = await push([RefMove(reference, from: there, to: local)], atomic: true)
    return outcome.isComplete ? "" : " The branch on '\(name)' is as it was: the next run pushes it."
  }

  /// Whether a fix shares its branch with some that are not approved, so that merging the branch would say too much.
  func isApart(_ fix: FixRecord, approved: Set<String>) -> Bool {
    guard FixCause.isBranch(fix.branch) else { return false }
    return book.fixes.contains { other in
      other.branch == fix.branch && other.id != fix.id && other.status != .approved && other.status != .changed
        && !approved.contains(other.id)
    }
  }

  /// Takes the fix's own commit in the object database, as `git cherry-pick` does; says where the base is to go.
  func pick(_ fix: FixRecord) throws -> BaseMove {
    let (place, base) = try reviewable()
    guard let id = fix.commit.flatMap(ObjectID.init), place.repository.holds(id) else {
      throw FixingError(.status, "The fix \(fix.id) has no commit here to pick: fetch \(fix.branch).")
    }
    let commit = try place.repository.commit(id)
    let onto = try onto(base, in: place)
    let tree: ObjectID
    switch try place.repository.pick(id, onto: onto) {
    case .clean(let picked): tree = picked
    case .conflicts(let paths):
      let there = FixBase(name: base.name, commit: onto, isCheckedOut: base.isCheckedOut)
      let why = try conflict(of: fix, paths: paths, base: there, in: place)
      throw FixingError(
        .conflict,
        "The commit \(id.short) of \(fix.branch) does not fit '\(base.name)': \(why). Run `errata run` to have it rebuilt."
      )
    }
    if try place.repository.commit(onto).tree == tree {
      return BaseMove(base: base, to: nil, sentence: "Fix \(fix.id) is in '\(base.name)' already.")
    }
    let picked = try place.repository.createMergeCommit(
      tree: tree, parents: [onto], author: commit.author, committer: try reviewer(in: place), message: commit.message)
    return BaseMove(
      base: base, to: picked, reason: "errata: approve \(fix.id)",
      sentence:
        "Fix \(fix.id) is picked into '\(base.name)' by \(picked.short); the others of its branch stay as they are.")
  }

  /// Where the branch starts: where it did, unless it no longer merges or the new fix needs what has come since.
  private func sharedBase(
    of mates: [FixRecord], branch: String, for files: [String], now: FixBase, in place: WorkspaceRepository
  ) throws -> ObjectID {
    guard settings.rebuild != .behind, let old = mates.first(where: { $0.branch == branch })?.base,
      let start = ObjectID(old), let tip = try place.repository.reference("refs/heads/" + branch),
      case .clean = try place.repository.mergeTrees(ours: now.commit, theirs: tip)
    else { return now.commit }
    for path in files.map(place.gitPath) {
      guard try place.repository.blobID(of: path, in: start) == place.repository.blobID(of: path, in: now.commit) else {
        return now.commit
      }
    }
    return start
  }

  private func part(_ fix: FixRecord, branch: String, in place: WorkspaceRepository) throws -> SharedPart? {
    guard let commit = fix.commit.flatMap(ObjectID.init), let edits = edits(of: fix) else { return nil }
    let message = try place.repository.commit(commit).message
    var record = fix
    record.branch = branch
    return SharedPart(
      record: record, edits: edits,
      message: Report.moved(message, id: fix.id, from: fix.branch, to: branch),
      commit: fix.branch == branch ? commit : nil)
  }

  /// Commits one after the other; those whose parent stays are the commits that they were.
  private func chain(
    _ parts: [SharedPart], onto base: ObjectID, in place: WorkspaceRepository
  ) throws -> BuiltFixes {
    var tip = base
    var records: [FixRecord] = []
    for part in parts {
      if let commit = part.commit, try place.repository.commit(commit).parents == [tip] {
        tip = commit
        continue
      }
      // What an earlier fix edits may have changed: reconciling says so.
      let isNew = part.record.commit == nil
      let edited: EditedFiles
      do {
        edited = try EditedFiles(part.edits) { path in try place.contents(path, in: tip) }
      } catch {
        if isNew { throw error }
        continue
      }
      let author = signature(after: try place.repository.commit(tip))
      tip = try place.repository.createCommit(
        onto: tip, parents: [tip],
        changes: edited.files.map { FileChange(path: place.gitPath($0.path), contents: $0.after) },
        author: author, committer: author, message: part.message)
      records.append(edited.record(part.record, commit: tip, base: base))
    }
    return BuiltFixes(records: records, tip: tip)
  }
}
