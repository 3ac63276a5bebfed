internal import Git
internal import Journal
internal import ManifestYAML
internal import Repair

/// A base that has moved on: open fixes are built anew where they no longer merge, and give way to those that follow them.
extension FixBranches {
  /// Builds an open fix's branch anew where `rebuild:` says so, from the edits and the message that it has.
  ///
  /// - Returns: What to tell; nil when nothing moved.
  func rebuild(_ fix: FixRecord) async throws -> String? {
    guard let (proposal, conflicts) = try outdated(fix) else { return nil }
    if FixCause.isBranch(fix.branch) { return try await rebuildShared(fix, conflicts) }
    let outcome: ProposalOutcome
    do {
      outcome = try await propose(proposal)
    } catch let error as FixingError {
      return "Fix \(fix.id) (\(fix.summary)) no longer merges and cannot be built anew: \(error)"
    }
    guard case .published(let built, _) = outcome, built.commit != fix.commit else { return nil }
    return "Fix \(fix.id) (\(fix.summary)) is built anew because \(why(conflicts)); it still waits for you."
  }

  private func why(_ conflicts: [String]) -> String {
    conflicts.isEmpty ? "the base has moved on" : "\(conflicts.joined(separator: ", ")) changed around its edit"
  }

  private func rebuildShared(_ fix: FixRecord, _ conflicts: [String]) async throws -> String? {
    guard let place, case .base(let named) = try footing(of: place) else { return nil }
    let base = try await baseline(onto: named, in: place, for: fix.files).base
    guard try await rebuildShared(fix.branch, onto: base, in: place) else { return nil }
    return "The branch \(fix.branch) is built anew because \(why(conflicts)); its fixes still wait for you."
  }

  /// An open fix of Errata's own that is to be built anew: as a proposal, with the paths that no longer merge.
  private func outdated(_ fix: FixRecord) throws -> (Proposal, conflicts: [String])? {
    guard settings.rebuild != .never, fix.status == .open, !fix.branch.isEmpty, let place,
      case .base(let base) = try footing(of: place), fix.base != base.commit.hex,
      let commit = fix.commit.flatMap(ObjectID.init),
      let tip = try place.repository.reference("refs/heads/" + fix.branch), try holds(fix, at: tip, in: place),
      !isForeign("refs/heads/" + fix.branch)
    else { return nil }
    var conflicts: [String] = []
    if case .conflicts(let paths) = try place.repository.mergeTrees(ours: base.commit, theirs: tip) {
      conflicts = paths
    }
    guard settings.rebuild == .behind || !conflicts.isEmpty else { return nil }
    guard let edits = edits(of: fix) else { return nil }
    return (Proposal(record: fix, edits: edits, message: try place.repository.commit(commit).message), conflicts)
  }

  /// The edits that a fix was made of.
  func edits(of fix: FixRecord) -> [FixEdit]? {
    let edits = fix.changes.compactMap { change in
      (try? YAMLSelector(change.selector)).map {
        FixEdit(file: change.file, selector: $0, old: change.old, new: change.new)
      }
    }
    return edits.count == fix.changes.count ? edits : nil
  }

  /// Older fixes of the same values give way to one that was just put forward: two answers to one question only confuse.
  func supersede(by newer: FixRecord, in place: WorkspaceRepository) async throws {
    let values = Set(newer.ownChanges.map { ConflictText.Place($0) })
    for fix in book.fixes(editing: values.map(\.file))
    where fix.id != newer.id && (fix.status == .open || fix.status == .lost) {
      guard let old = fix.ownChanges.first(where: { values.contains(ConflictText.Place($0)) }),
        let new = newer.ownChanges.first(where: { ConflictText.Place($0) == ConflictText.Place(old) })
      else { continue }
      let reason = ConflictText.superseded(fix, old, by: newer, new)
      try await write([
        event(
          .fixStatus, fix,
          [
            "fix_id": .string(fix.id), "status": "superseded", "reason": .string(reason),
            "superseded_by": .string(newer.id),
          ])
      ])
      _ = try await takeOff(fix, in: place, reason: "superseded by \(newer.id)")
    }
  }

  /// The later fix whose value stands where an earlier one's stood.
  func successor(of fix: FixRecord) throws -> FixRecord? {
    guard let value = try currentValue(of: fix) else { return nil }
    let places = Set(fix.ownChanges.map { ConflictText.Place($0) })
    return book.fixes.reversed().first { other in
      other.id != fix.id && other.status != .rejected
        && other.ownChanges.contains { $0.new == value && places.contains(ConflictText.Place($0)) }
    }
  }

  /// Removes the branch of a fix that is settled, if it is still Errata's; says what became of it.
  func retire(_ fix: FixRecord, in place: WorkspaceRepository, reason: String) throws -> String? {
    let reference = "refs/heads/" + fix.branch
    guard !fix.branch.isEmpty, let tip = try place.repository.reference(reference) else { return nil }
    if !book.tips(of: reference).contains(tip.hex) {
      return "Its branch holds commits that are not Errata's and stays."
    }
    if case .branch(fix.branch, _) = try place.repository.head() { return "Its branch is checked out and stays." }
    if let folder = place.otherWorkTree(holding: fix.branch) {
      return "Its branch is checked out in \(folder) and stays."
    }
    try place.repository.update(reference, from: tip, to: nil, reason: "errata: \(reason)")
    return "Its branch is gone; `git branch \(fix.branch) \(tip.short)` brings it back."
  }

  /// Why a fix does not merge: the places with what the base holds, what the fix expects and what it proposes.
  func conflict(of fix: FixRecord, paths: [String], base: FixBase, in place: WorkspaceRepository) throws -> String {
    var places: [String] = []
    for change in fix.changes where paths.contains(place.gitPath(change.file)) {
      let bytes = try place.contents(change.file, in: base.commit)
      let value = bytes.flatMap { StandingValues.value(of: change, in: $0) }
      guard value != change.old else { continue }
      places.append(ConflictText.both(change, base: value, name: base.name))
    }
    guard places.isEmpty else { return places.joined(separator: "; ") }
    return "\(paths.joined(separator: ", ")) changed around the edit"
  }

  /// Why an edit that was tried on the work tree's files does not fit the base's.
  func conflict(
    of proposal: Proposal, _ error: FixEditError, with base: FixBase, in place: WorkspaceRepository
  ) -> String {
    let edit = proposal.edits.first { $0.file == error.file && $0.selector.description == error.selector }
    guard let edit else { return error.description }
    let change = FixChange(
      file: edit.file, path: error.selector, selector: error.selector, old: edit.old, new: edit.new)
    let bytes = (try? place.contents(edit.file, in: base.commit)) ?? nil
    let value = bytes.flatMap { StandingValues.value(of: change, in: $0) }
    return
      "\(ConflictText.both(change, base: value, name: base.name)): commit your changes of it first, then run again."
  }
}

/// How values that contradict each other are told.
enum ConflictText {
  /// A value's place, by identities.
  struct Place: Hashable {
    let file: String
    let selector: String

    init(_ change: FixChange) {
      file = change.file
      selector = change.selector
    }
  }

  static func both(_ change: FixChange, base: JSONValue?, name: String) -> String {
    "\(change.path) in \(change.file) is \(text(base)) in '\(name)', where the fix expects \(text(change.old)) and "
      + "proposes \(text(change.new))"
  }

  static func superseded(_ fix: FixRecord, _ old: FixChange, by newer: FixRecord, _ new: FixChange) -> String {
    var values = "\(text(new.new)) instead of \(text(old.new))"
    if old.old != new.old { values += ", since the base holds \(text(new.old)) and no longer \(text(old.old))" }
    return "Fix \(fix.id) (\(fix.summary)) is superseded by \(newer.id): \(new.path) in \(new.file) is to be \(values)."
  }

  static func text(_ value: JSONValue?) -> String { value.map { ValueText.plain($0) } ?? "absent" }
}
