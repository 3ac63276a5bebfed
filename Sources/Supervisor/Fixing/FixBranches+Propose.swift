internal import Foundation
internal import Git
internal import Journal
internal import ManifestYAML
internal import Repair

/// A fix's files with its edits applied.
struct EditedFiles {
  /// By path relative to the workspace.
  var files: [(path: String, before: [UInt8], after: [UInt8])] = []
  /// The edits with the paths that they have in these files.
  var changes: [FixChange] = []

  /// Files as they are before and after.
  init(files: [(path: String, before: [UInt8], after: [UInt8])]) { self.files = files }

  /// Applies edits to what each file holds.
  ///
  /// - Parameter contents: A file's bytes, nil when there is no such file.
  init(_ edits: [FixEdit], contents: (String) throws -> [UInt8]?) throws {
    for path in Set(edits.map(\.file)).sorted() {
      guard let before = try contents(path) ?? (RuleFile.mayCreate(path) ? RuleFile.start : nil) else {
        throw FixingError(.conflict, "\(path) is not in the base, so it cannot be fixed there.")
      }
      var after = before
      for edit in edits where edit.file == path {
        let file = try YAMLFile(after, name: path)
        changes.append(EditedFiles.change(edit, in: file))
        after = try file.applying(try edit.operations(in: file))
      }
      guard after != before else {
        throw FixingError(.conflict, "\(path) already holds what the fix proposes.")
      }
      files.append((path, before, after))
    }
  }

  /// A fix as it is recorded once it is committed.
  func record(_ draft: FixRecord, commit: ObjectID, base: ObjectID) -> FixRecord {
    var record = draft
    record.commit = commit.hex
    record.base = base.hex
    record.files = files.map(\.path)
    record.changes = changes
    record.status = .open
    return record
  }

  /// An edit as it is recorded, with the path that it has now.
  static func change(_ edit: FixEdit, in file: YAMLFile) -> FixChange {
    let path = file.root.flatMap { edit.selector.path(in: $0) }
    return FixChange(
      file: edit.file, path: path?.dotted ?? edit.selector.description, selector: edit.selector.description,
      old: edit.old, new: edit.new)
  }
}

/// Commits that are ready to be published on a branch.
struct BuiltFixes {
  /// The fixes whose commits are new.
  var records: [FixRecord]
  /// The branch's tip.
  var tip: ObjectID
  /// What differs between the branch and the files that were tried.
  var notes: [String] = []
}

extension FixBranches {
  /// Puts a fix forward: a commit on a branch of its own, and a patch; or, where git does not allow that, the patch alone.
  public func propose(_ proposal: Proposal) async throws -> ProposalOutcome {
    for file in Set(proposal.edits.map(\.file)).sorted()
    where !RuleFile.mayEdit(file, by: proposal.record.action) {
      guard let blocked = boundaries.check(path: file) else { continue }
      throw FixingError(.notAllowed, "\(file) may not be changed by a fix: \(blocked.reason).")
    }
    guard let place else { return try await patchOnly(proposal, noRepository ?? "") }
    return try await retryingMoves(in: place) { try await self.propose(proposal, in: place) }
  }

  private func propose(_ wanted: Proposal, in place: WorkspaceRepository) async throws -> ProposalOutcome {
    var proposal = wanted
    guard case .base(let named) = try footing(of: place) else {
      return try await patchOnly(proposal, problems().first ?? "")
    }
    if let theirs = try await adoptShared(proposal, onto: named, in: place) { return .waiting(theirs) }
    let mates = try proposal.cause.flatMap { try shared(proposal.record.id, $0) }?.mates ?? []
    guard
      let branch = try branchName(of: proposal.record.id, wanted: proposal.record.branch, cause: proposal.cause)
    else {
      let blocker = try branchBlocker(for: proposal.record.branch, in: place)
      return try await patchOnly(proposal, blocker ?? "")
    }
    proposal.record.branch = branch
    let reference = "refs/heads/" + proposal.record.branch
    let tip = try place.repository.reference(reference)
    if tip == nil, let theirs = remoteTip(reference), isForeign(reference) {
      return .waiting(try await adopt(theirs, of: proposal, onto: named, in: place))
    }
    if let waiting = try standingProposal(proposal, tip: tip ?? remoteTip(reference), base: named, in: place) {
      return .waiting(waiting)
    }
    let built: BuiltFixes
    do {
      built =
        mates.isEmpty
        ? try await build(proposal, onto: named, in: place)
        : try await build(proposal, among: mates, onto: named, in: place)
    } catch let error as FixingError {
      if error.kind == .moved { throw error }
      return try await patchOnly(proposal, error.description)
    } catch let error as GitError where error.isSigning {
      return try await patchOnly(proposal, "Git: \(error).")
    } catch let error as FixEditError {
      return try await patchOnly(proposal, conflict(of: proposal, error, with: named, in: place))
    } catch let error as YAMLError {
      return try await patchOnly(
        proposal, "The base does not hold what the fix edits (\(error)): commit your changes first.")
    }
    let records = try await publish(built, on: branch, from: tip, in: place)
    let record = records.last ?? proposal.record
    try settle(mates, on: branch, in: place)
    try await supersede(by: record, in: place)
    return .published(record, notes: built.notes)
  }

  /// Takes over the same fix of another Errata, from whom only the branch on the remote is known; a person's stays theirs.
  private func adopt(
    _ theirs: ObjectID, of proposal: Proposal, onto base: FixBase, in place: WorkspaceRepository
  ) async throws -> FixRecord {
    var record = proposal.record
    let edited = try? EditedFiles(proposal.edits) { path in try place.contents(path, in: base.commit) }
    record.files = edited?.files.map(\.path) ?? record.files
    record.changes = edited?.changes ?? []
    guard !record.changes.isEmpty, let twin = twin(of: record, at: theirs, in: place),
      let parent = twin.parents.first
    else { return book[record.id] ?? record }
    record.commit = theirs.hex
    record.base = parent.hex
    record.status = .open
    record.run = twin.proposingRun ?? record.run
    let built = BuiltFixes(records: [record], tip: theirs)
    return try await publish(built, on: record.branch, from: nil, in: place).last ?? record
  }

  /// The open fix of the same id, when its branch is to be left alone.
  private func standingProposal(
    _ proposal: Proposal, tip: ObjectID?, base: FixBase, in place: WorkspaceRepository
  ) throws -> FixRecord? {
    let reference = "refs/heads/" + proposal.record.branch
    guard let tip else { return nil }
    guard book.tips(of: reference).contains(tip.hex) else {
      // A tip that is not Errata's belongs to a person, or to a run whose journal is gone: never moved.
      return book[proposal.record.id] ?? proposal.record
    }
    guard let known = book[proposal.record.id], try holds(known, at: tip, in: place) else { return nil }
    switch settings.rebuild {
    case .never: return known
    case .behind: return known.base == base.commit.hex ? known : nil
    case .conflicted:
      // What is not here cannot be in conflict as far as anybody knows.
      guard place.repository.holds(tip), let merged = try? place.repository.mergeTrees(ours: base.commit, theirs: tip)
      else { return known }
      guard case .clean = merged else { return nil }
      return known
    }
  }

  /// Whether an open fix is on its branch as Errata put it there: at the tip, or beneath others of its cause.
  func holds(_ fix: FixRecord, at tip: ObjectID, in place: WorkspaceRepository) throws -> Bool {
    guard fix.status == .open, let commit = fix.commit.flatMap(ObjectID.init) else { return false }
    if commit == tip { return true }
    guard FixCause.isBranch(fix.branch), book.tips(of: "refs/heads/" + fix.branch).contains(tip.hex) else {
      return false
    }
    return try place.repository.holds(tip) && place.repository.isAncestor(commit, of: tip)
  }

  private func build(
    _ proposal: Proposal, onto named: FixBase, in place: WorkspaceRepository
  ) async throws -> BuiltFixes {
    let files = Array(Set(proposal.edits.map(\.file)))
    let ready = try await baseline(onto: named, in: place, for: files)
    let edited = try EditedFiles(proposal.edits) { path in
      if case .blocked(let sentence)? = ready.obstacles[path] { throw FixingError(.noFooting, sentence) }
      return try place.contents(path, in: ready.base.commit)
    }
    let author = signature(after: try place.repository.commit(ready.base.commit))
    let commit = try place.repository.createCommit(
      onto: ready.base.commit, parents: [ready.base.commit],
      changes: edited.files.map { FileChange(path: place.gitPath($0.path), contents: $0.after) },
      author: author, committer: author, message: proposal.message)
    let record = edited.record(proposal.record, commit: commit, base: ready.base.commit)
    let notes = record.files.compactMap { path -> String? in
      if case .localChanges(let sentence)? = ready.obstacles[path] { return sentence }
      return nil
    }
    return BuiltFixes(records: [record], tip: commit, notes: notes)
  }

  /// Moves a branch, journalled before and after.
  func publish(
    _ built: BuiltFixes, on branch: String, from old: ObjectID?, in place: WorkspaceRepository
  ) async throws -> [FixRecord] {
    let reference = "refs/heads/" + branch
    if let folder = place.otherWorkTree(holding: branch), old != built.tip {
      throw FixingError(
        .inTheWay, "The branch '\(branch)' is checked out in \(folder) and cannot be rebuilt: switch away from it.")
    }
    let records = try written(built.records, in: place)
    try await write(
      try records.map { record in
        event(
          .fixIntended, record,
          [
            "ref": .string(reference), "old": old.map { .string($0.hex) } ?? .null, "new": .string(built.tip.hex),
            "fix": try JSONValue(encoding: record),
          ])
      })
    if old != built.tip {
      try place.repository.update(
        reference, from: old, to: built.tip, reason: "errata: propose \(records.last?.id ?? branch)")
    }
    try await write(
      try records.map { record in
        event(.fixPublished, record, ["place": "local", "fix": try JSONValue(encoding: record)])
      })
    return records
  }

  /// The records with the patches that are written of them.
  private func written(_ records: [FixRecord], in place: WorkspaceRepository) throws -> [FixRecord] {
    var written = records
    for index in written.indices {
      guard let commit = written[index].commit.flatMap(ObjectID.init) else { continue }
      let mail = try place.repository.mail(of: commit)
      if PatchFolder.maySave(mail) { written[index].patch = try patches.write(mail, for: written[index]) }
    }
    return written
  }

  /// Writes the patch where there can be no branch; the work tree's bytes are its base.
  private func patchOnly(_ proposal: Proposal, _ reason: String) async throws -> ProposalOutcome {
    if let known = book[proposal.record.id], known.status == .open { return .waiting(known) }
    let edited = try EditedFiles(proposal.edits) { path in
      FileManager.default.contents(atPath: try workspace.absolute(path)).map { [UInt8]($0) }
    }
    var record = proposal.record
    record.branch = ""
    record.commit = nil
    record.base = ""
    record.files = edited.files.map(\.path)
    record.changes = edited.changes
    let mail = try patches.mail(
      edited.files, prefix: place?.prefix ?? "", message: proposal.message, settings: settings)
    guard PatchFolder.maySave(mail) else {
      throw FixingError(
        .notAllowed,
        "No patch is written, since \(record.files.joined(separator: " and ")) seems to hold a password or token near the "
          + "edit: take that out of it first. \(reason)")
    }
    record.patch = try patches.write(mail, for: record)
    try await write([
      event(
        .fixPublished, record,
        ["place": .string(record.patch ?? ""), "reason": .string(reason), "fix": try JSONValue(encoding: record)])
    ])
    return .patchOnly(record, reason)
  }

  /// Finishes what a killed run had begun: the commit exists, so its ref is moved if nobody else did.
  func finishIntents(in place: WorkspaceRepository) async throws {
    for intent in book.unfinished {
      guard let new = intent.new.flatMap(ObjectID.init), (try? place.repository.commit(new)) != nil else { continue }
      let tip = try place.repository.reference(intent.ref)
      if tip != new {
        guard tip?.hex == intent.old else { continue }
        // What git refuses now (a branch named `errata` in its way) must not stop everything else.
        guard
          (try? place.repository.update(intent.ref, from: tip, to: new, reason: "errata: propose \(intent.fix.id)"))
            != nil
        else { continue }
      }
      try await write([
        event(.fixPublished, intent.fix, ["place": "local", "fix": try JSONValue(encoding: intent.fix)])
      ])
    }
  }
}
