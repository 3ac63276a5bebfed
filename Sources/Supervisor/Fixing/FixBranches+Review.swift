internal import Foundation
internal import Git
public import Journal

extension FixBranches {
  /// Merges fixes into the base in the order given, and pushes it where there is a remote.
  ///
  /// - Parameters:
  ///   - way: By a merge commit each, as a person does, or by moving the base to the fix where that can be.
  ///   - automatically: Whether no person asked for it, which is recorded with the approval.
  public func approve(
    _ ids: [String], by way: ExecutionMode.Merge = .commit, automatically: Bool = false
  ) async throws -> [ReviewOutcome] {
    var outcomes: [ReviewOutcome] = []
    let all = Set(ids.compactMap { try? find($0).id })
    for id in ids {
      outcomes.append(
        try await attempt(id) { fix in
          let sentence = try await moving {
            self.isApart(fix, approved: all) ? try self.pick(fix) : try self.merge(fix, by: way)
          }
          return ReviewOutcome(fix: fix, done: true, sentence: sentence)
        })
    }
    if automatically { unattended.formUnion(outcomes.filter(\.done).compactMap { $0.fix?.id }) }
    // One look for all of them: what each merge means is read back from the base.
    if outcomes.contains(where: \.done) { _ = try await reconcile() }
    return outcomes.map { outcome in
      ReviewOutcome(
        fix: outcome.fix.flatMap { book[$0.id] } ?? outcome.fix, done: outcome.done, sentence: outcome.sentence)
    }
  }

  /// The fixes that an id names: the one of that id, or of a schema drift all that a decision can be about.
  ///
  /// - Parameter statuses: Where fixes must stand for the decision; of a drift none of whose fixes does, all are named.
  public func named(_ id: String, at statuses: Set<FixStatus>) -> [String] {
    guard id.count >= 4, (try? find(id)) == nil else { return [id] }
    let incidents = Set(book.fixes.compactMap(\.incident).filter { $0.hasPrefix(id) })
    guard incidents.count == 1 else { return [id] }
    let own = book.fixes.filter { $0.incident.map(incidents.contains) ?? false }
    let fitting = own.filter { statuses.contains($0.status) }
    return (fitting.isEmpty ? own : fitting).map(\.id)
  }

  /// Turns a fix down: it is not proposed again unless the evidence changes. Its branch goes if it is still Errata's.
  public func reject(_ id: String, reason: String) async throws -> ReviewOutcome {
    try await attempt(id) { fix in try await self.reject(fix, reason: reason) }
  }

  /// Takes an approved fix out of the base again, as `git revert` does, and its source's rows out of the target.
  ///
  /// - Parameter reason: Why, for the commit's message.
  public func rollback(_ id: String, reason: String? = nil) async throws -> ReviewOutcome {
    try await attempt(id) { fix in try await self.rollback(fix, reason: reason) }
  }

  /// Everything about one fix, for people to read: what looks like a secret is left out.
  ///
  /// One that the journal does not know, as in a fresh clone, is looked for in the branches.
  public func show(_ id: String) throws -> FixDetails {
    let fix: FixRecord
    do throws(FixingError) {
      fix = try find(id)
    } catch {
      guard error.kind == .unknownFix, let found = try? fixCommit(id) else { throw error }
      fix = try found.record(isIn: place)
    }
    if let place, let commit = fix.commit.flatMap(ObjectID.init), let details = try? place.repository.commit(commit) {
      let diff = try details.parents.first.map { try place.repository.unifiedDiff(from: $0, to: commit) } ?? ""
      return FixDetails(record: fix, message: Redaction.redact(details.message), diff: Redaction.redact(diff))
    }
    let patch = try fix.patch.flatMap { FileManager.default.contents(atPath: try workspace.absolute($0)) }
    guard let patch else {
      throw FixingError(.unknownFix, "Neither the commit nor the patch of fix \(fix.id) is here any more.")
    }
    return FixDetails(record: fix, message: nil, diff: Redaction.redact(String(decoding: patch, as: UTF8.self)))
  }

  private func attempt(
    _ id: String, _ action: (FixRecord) async throws -> ReviewOutcome
  ) async throws -> ReviewOutcome {
    var fix: FixRecord?
    do {
      let found = try find(id)
      fix = found
      return try await action(found)
    } catch let error as FixingError {
      return ReviewOutcome(fix: fix, done: false, sentence: error.description)
    } catch let error as GitError {
      return ReviewOutcome(fix: fix, done: false, sentence: "Git refused: \(error).")
    }
  }

  func reviewable() throws -> (WorkspaceRepository, FixBase) {
    guard let place else { throw FixingError(.noFooting, noRepository ?? "") }
    switch try footing(of: place) {
    case .base(let base): return (place, base)
    case .patchesOnly(let reason): throw FixingError(.noFooting, reason)
    }
  }

  // What is done in git is kept out of the asynchronous functions: Swift 6.3's optimiser fails on the two together.
  /// Merges the fix's branch in the object database; says where the base is to go.
  private func merge(_ fix: FixRecord, by way: ExecutionMode.Merge) throws -> BaseMove {
    let (place, base) = try reviewable()
    let tip = try fix.branch.isEmpty ? nil : place.repository.reference("refs/heads/" + fix.branch)
    guard let tip = tip ?? remoteTip("refs/heads/" + fix.branch), place.repository.holds(tip) else {
      let way = fix.patch.map { "apply it with `git am \($0)`" } ?? "there is no patch either"
      throw FixingError(.status, "The fix \(fix.id) has no branch here to merge: \(way).")
    }
    let onto = try onto(base, in: place)
    let merged = BaseMove(base: base, to: nil, sentence: "Fix \(fix.id) is merged into '\(base.name)' already.")
    // Where a shallow clone does not know what was merged, the files still say it.
    if (try? place.repository.isAncestor(tip, of: onto)) == true { return merged }
    // Git merges such histories only when told to: it would bring all of the other one in.
    guard try place.repository.mergeBase(tip, onto) != nil else {
      throw FixingError(
        .conflict,
        "The branch \(fix.branch) shares no history with '\(base.name)': run `errata run` to have it proposed anew.")
    }
    let tree: ObjectID
    switch try place.repository.mergeTrees(ours: onto, theirs: tip) {
    case .clean(let merged): tree = merged
    case .conflicts(let paths):
      let there = FixBase(name: base.name, commit: onto, isCheckedOut: base.isCheckedOut)
      let why = try conflict(of: fix, paths: paths, base: there, in: place)
      throw FixingError(
        .conflict,
        "The branch \(fix.branch) no longer merges cleanly into '\(base.name)': \(why). Run `errata run` to have it rebuilt."
      )
    }
    if try place.repository.commit(onto).tree == tree { return merged }
    if way == .fastForward, try place.repository.isAncestor(onto, of: tip) {
      return BaseMove(
        base: base, to: tip, reason: "errata: approve \(fix.id)",
        sentence: "Fix \(fix.id) is merged into '\(base.name)', which is at \(tip.short) now.")
    }
    let person = try reviewer(in: place)
    let subject = try place.repository.commit(tip).subject
    let merge = try place.repository.createMergeCommit(
      tree: tree, parents: [onto, tip], author: person, committer: person,
      message: "Merge branch '\(fix.branch)'\n\nApproves \(subject)\n")
    return BaseMove(
      base: base, to: merge, reason: "errata: approve \(fix.id)",
      sentence: "Fix \(fix.id) is merged into '\(base.name)' by \(merge.short).")
  }

  /// Reads back what the base now says of a fix that was just acted on.
  private func settled(_ fix: FixRecord, sentence: String) async throws -> ReviewOutcome {
    let findings = try await reconcile()
    let after = findings.last { $0.fix.id == fix.id }?.fix ?? book[fix.id] ?? fix
    return ReviewOutcome(fix: after, done: true, sentence: sentence)
  }

  private func reject(_ fix: FixRecord, reason: String) async throws -> ReviewOutcome {
    switch fix.status {
    case .approved, .changed:
      throw FixingError(
        .status, "The fix \(fix.id) is in the base already: `errata rollback \(fix.id)` takes it out again.")
    case .rejected: return ReviewOutcome(fix: fix, done: true, sentence: "Fix \(fix.id) is rejected already.")
    case .open, .reverted, .superseded, .lost: break
    }
    try await write([
      event(
        .fixStatus, fix,
        ["fix_id": .string(fix.id), "status": "rejected", "reason": .string(Redaction.redact(reason))])
    ])
    var sentence = "Fix \(fix.id) is rejected and not proposed again unless the evidence changes."
    if let place { sentence += try await takeOff(fix, in: place, reason: "reject \(fix.id)") }
    return ReviewOutcome(fix: book[fix.id], done: true, sentence: sentence)
  }

  private func rollback(_ fix: FixRecord, reason: String?) async throws -> ReviewOutcome {
    let sentence = try await moving { try self.revert(fix, reason: reason) }
    return try await settled(fix, sentence: sentence)
  }

  /// Commits the fix's opposite in the object database; says where the base is to go.
  private func revert(_ fix: FixRecord, reason: String?) throws -> BaseMove {
    let (place, base) = try reviewable()
    guard let finding = try current(fix), finding.value == .proposed || finding.value == .other else {
      throw FixingError(.status, "The fix \(fix.id) is not in '\(base.name)', so there is nothing to roll back.")
    }
    guard let commit = fix.commit.flatMap(ObjectID.init),
      let before = try place.repository.commit(commit).parents.first
    else {
      throw FixingError(.status, "The fix \(fix.id) was a patch without a commit: take its edit back by hand.")
    }
    let onto = try onto(base, in: place)
    var changes: [FileChange] = []
    for file in fix.files {
      let restored = try restored(file, of: fix, fixed: commit, before: before, onto: onto, in: place)
      changes.append(FileChange(path: place.gitPath(file), contents: restored))
    }
    let person = try reviewer(in: place)
    let subject = try place.repository.commit(commit).subject
    let reverted = finding.arrival ?? commit
    let revert = try place.repository.createCommit(
      onto: onto, parents: [onto], changes: changes, author: person, committer: person,
      message: "Revert \"\(subject)\"\n\nThis reverts commit \(reverted.hex).\n"
        + (reason.map { "\n\(Redaction.redact($0))\n" } ?? ""))
    return BaseMove(
      base: base, to: revert, reason: "errata: roll back \(fix.id)",
      sentence: "Fix \(fix.id) is taken out of '\(base.name)' again by \(revert.short).")
  }

  /// A file as the base has it, without the fix: by a three-way merge, as `git revert` does.
  private func restored(
    _ file: String, of fix: FixRecord, fixed: ObjectID, before: ObjectID, onto: ObjectID, in place: WorkspaceRepository
  ) throws -> [UInt8] {
    guard let ours = try place.contents(file, in: onto), let with = try place.contents(file, in: fixed),
      let without = try place.contents(file, in: before) ?? (fix.isRevision ? RuleFile.start : nil),
      let merged = Repository.mergeText(base: with, ours: ours, theirs: without),
      merged != ours || file == fix.referenceFile
    else {
      throw FixingError(
        .conflict, "\(file) has changed around the fix \(fix.id): take the edit back by hand and commit it as a revert."
      )
    }
    return merged
  }

  /// The person at the keyboard as git knows them, else Errata.
  func reviewer(in place: WorkspaceRepository) throws -> Signature {
    let name = place.repository.configuration("user.name")
    let email = place.repository.configuration("user.email")
    return Signature(
      name: name ?? settings.author.name, email: email ?? settings.author.email, date: Date(),
      offsetMinutes: TimeZone.current.secondsFromGMT() / 60)
  }
}
