internal import Foundation
internal import Git
internal import Journal

extension FixBranches {
  /// Reads what people did with the fixes since the last look, and records it.
  ///
  /// The value at the edited path in HEAD decides; ancestry, trailers and reverts only explain. A reverted fix's source is
  /// unloaded first, so that a kill in between repeats the unloading rather than forget it. What takes time is proportional to
  /// the commits since the last look.
  public func reconcile() async throws -> [ReconcileFinding] {
    if let place { try await finishIntents(in: place) }
    let (found, touched, head) = try look()
    var findings = found
    for finding in findings { try await record(finding) }
    for fix in touched.compactMap({ book[$0.id] }) where fix.status == .open {
      guard let sentence = try await rebuild(fix), let after = book[fix.id] else { continue }
      findings.append(ReconcileFinding(fix: after, before: .open, commit: nil, sentence: sentence))
    }
    if let head, !book.fixes.isEmpty, book.reconciled != head.hex || !book.unreconciled.isEmpty {
      try await write([Event(.reconciled, runID: runID, data: ["head": .string(head.hex)])])
    }
    return findings
  }

  /// What is new of any fix, the open ones whose base has moved on, and the commit that was looked at; nil where there is none
  /// to come back to.
  private func look() throws -> (findings: [ReconcileFinding], touched: [FixRecord], head: ObjectID?) {
    var findings: [ReconcileFinding] = []
    guard let place, let head = try place.repository.head().readableCommit else {
      for fix in book.fixes {
        if let value = workTreeValue(of: fix), let found = try finding(for: fix, value: value) {
          findings.append(found)
        }
      }
      return (findings, [], nil)
    }
    // On a fix's own branch every run reads the proposed value, which is nobody's approval.
    if case .branch(let name, _) = try place.repository.head(), FixBranchName.isFix(name) { return ([], [], nil) }
    let last = book.reconciled.flatMap(ObjectID.init)
    let fixes = book.fixes
    let looked = Set(fixes.map(\.id)).subtracting(book.unreconciled)
    if last == head && book.unreconciled.isEmpty {
      for fix in fixes where fix.status == .open {
        let found = try deleted(fix, in: place) ?? appliedByHand(fix, head: head, in: place) ?? promotion(of: fix)
        if let found { findings.append(found) }
      }
      return (findings, [], head)
    }
    let watch = try FixWatch(fixes, reconciled: last.map { ($0, looked) }, head: head, in: place)
    var elsewhere = OtherLines()
    for fix in fixes {
      let found = try finding(for: fix, watch, &elsewhere, head: head, in: place) ?? promotion(of: fix)
      if let found { findings.append(found) }
    }
    let touched = fixes.filter { $0.status == .open && (settings.rebuild == .behind || !watch.isUntouched($0)) }
    return (findings, touched, head)
  }

  /// A fix that went out as a patch alone, where git had no place for branches, and that can be a branch now.
  private func promotion(of fix: FixRecord) throws -> ReconcileFinding? {
    guard fix.status == .open, fix.branch.isEmpty, let place, case .base(let base) = try footing(of: place),
      try branchBlocker(in: place) == nil,
      try StandingValues.combined(fix.ownChanges, contents: { path in try place.contents(path, in: base.commit) })
        == .previous
    else { return nil }
    for path in fix.files where try place.repository.status(of: place.gitPath(path)) != .clean { return nil }
    var after = fix
    after.status = .lost
    let sentence = "Fix \(fix.id) (\(fix.summary)) was a patch alone and can be a branch now: it is offered again."
    return ReconcileFinding(fix: after, before: fix.status, commit: nil, sentence: sentence)
  }

  func record(_ finding: ReconcileFinding) async throws {
    var events: [Event] = []
    if finding.fix.status == .reverted { events = await undo(finding.fix, finding.sentence) }
    var data: [String: JSONValue] = [
      "fix_id": .string(finding.fix.id), "status": .string(finding.fix.status.rawValue),
      "reason": .string(finding.sentence),
    ]
    if let commit = finding.commit { data["commit"] = .string(commit) }
    if finding.fix.status == .approved, unattended.contains(finding.fix.id) { data["automatic"] = true }
    if let value = finding.fix.statusValue { data["value"] = value }
    if let successor = finding.fix.supersededBy { data["superseded_by"] = .string(successor) }
    if finding.fix.changes != book[finding.fix.id]?.changes {
      data["changes"] = try JSONValue(encoding: finding.fix.changes)
      if let source = finding.fix.source { data["source"] = .string(source) }
    }
    try await write(events + [event(.fixStatus, finding.fix, data)])
  }

  /// What stands at a fix's paths in HEAD, and the commit that brought it.
  func current(_ fix: FixRecord) throws -> (value: StandingValue, arrival: ObjectID?)? {
    guard let place, let head = try place.repository.head().readableCommit else {
      return workTreeValue(of: fix).map { ($0, nil) }
    }
    let watch = try FixWatch([fix], reconciled: nil, head: head, in: place)
    return try watch.observe(fix, &standing).map { ($0.value, $0.history.arrival?.id) }
  }

  /// What HEAD and its new commits say of one fix, if that is new.
  private func finding(
    for fix: FixRecord, _ watch: FixWatch, _ elsewhere: inout OtherLines, head: ObjectID, in place: WorkspaceRepository
  ) throws -> ReconcileFinding? {
    let wasApproved = fix.status == .approved || fix.status == .changed
    if watch.isUntouched(fix), !wasApproved || watch.wasLookedAt(fix) {
      return fix.status == .open ? try deleted(fix, in: place) : nil
    }
    guard let (value, history) = try watch.observe(fix, &standing) else { return nil }
    if value == .missing {
      // A fix that went out as a patch has no base; a file that nobody committed says nothing either.
      if fix.base.isEmpty { return try appliedByHand(fix, head: head, in: place) }
      // A fix that is stacked on a baseline waits for that to be merged.
      if fix.status == .open, !history.everHeldProposed, try isStacked(fix, watch, head: head, in: place) {
        return try deleted(fix, in: place)
      }
      if let moved = try followed(fix, to: head, in: place) {
        return try finding(for: moved, since: fix, history: history, head: head, in: place)
      }
    }
    // Another line of work, or a clone that is behind: the fix is where it was approved, and HEAD is elsewhere.
    if value == .previous, !history.everHeldProposed, wasApproved,
      try elsewhere.hold(fix, in: place, base: settings.base)
    {
      return nil
    }
    if isBehind(fix, value, history, head: head, in: place) { return nil }
    return try finding(for: fix, value: value, history: history, in: place)
  }

  /// What the place that a fix has now means for it.
  private func finding(
    for moved: FixRecord, since fix: FixRecord, history: FixHistory, head: ObjectID, in place: WorkspaceRepository
  ) throws -> ReconcileFinding? {
    let value = try standing.combined(moved.ownChanges, in: place.repository) { path throws(GitError) in
      try place.repository.blobID(of: place.gitPath(path), in: head)
    }
    guard let value else { return nil }
    let follows = ReconcileText.follows(moved)
    guard let found = try finding(for: moved, value: value, history: history, in: place) else {
      var after = moved
      after.statusReason = follows
      return ReconcileFinding(fix: after, before: fix.status, commit: fix.statusCommit, sentence: follows)
    }
    return ReconcileFinding(
      fix: found.fix, before: fix.status, commit: found.commit, sentence: "\(follows) \(found.sentence)")
  }

  /// Whether another machine saw people decide on a fix, and HEAD's history has not got that yet.
  private func isBehind(
    _ fix: FixRecord, _ value: StandingValue, _ history: FixHistory, head: ObjectID, in place: WorkspaceRepository
  ) -> Bool {
    guard book.isHearsay(fix.id), !history.bearsOut(fix.status, standing: value) else { return false }
    guard let commit = fix.statusCommit.flatMap(ObjectID.init) else { return true }
    return (try? place.repository.isAncestor(commit, of: head)) != true
  }

  /// What a value and its history mean for a fix; nil when it is known already.
  private func finding(
    for fix: FixRecord, value: StandingValue, history: FixHistory = FixHistory(), in place: WorkspaceRepository? = nil
  ) throws -> ReconcileFinding? {
    var observation = FixObservation(
      status: fix.status, value: value, everHeldProposed: history.everHeldProposed, revertSaysSo: history.revertSaysSo,
      otherIsGenerated: history.otherIsGenerated, branch: .unknown)
    if value == .previous, let place { observation.branch = try branchState(of: fix, in: place) }
    var after = fix
    after.status = observation.reconciled
    after.supersededBy = after.status == .changed ? try successor(of: fix)?.id : nil
    if after.supersededBy != nil { after.status = .superseded }
    // A rule that is taken out again has had its time.
    if after.status == .lost, fix.isRevision { after.status = .superseded }
    guard after.status != fix.status else { return nil }
    let how = history.explanation(of: fix, status: after.status)
    after.statusReason = ReconcileText.sentence(after, how: how)
    after.statusCommit = how == nil ? nil : history.arrival?.id.hex
    if after.status == .changed { after.statusValue = try currentValue(of: fix) }
    return ReconcileFinding(
      fix: after, before: fix.status, commit: after.statusCommit, sentence: after.statusReason ?? "")
  }

  /// An open fix whose files nobody touched can only have lost its branch.
  private func deleted(_ fix: FixRecord, in place: WorkspaceRepository) throws -> ReconcileFinding? {
    try finding(for: fix, value: .previous, in: place)
  }

  /// Whether HEAD has not got the baseline that a fix was built on.
  private func isStacked(
    _ fix: FixRecord, _ watch: FixWatch, head: ObjectID, in place: WorkspaceRepository
  ) throws -> Bool {
    guard !watch.isReached(fix) else { return false }
    // Without the base's commit, as in a shallow clone, only a file that HEAD has not got at all says so.
    guard !watch.isFollowed(fix) else { return true }
    for file in fix.files where try place.repository.blobID(of: place.gitPath(file), in: head) == nil { return true }
    return false
  }

  /// A fix that went out as a patch may be applied to a file that nobody commits.
  private func appliedByHand(
    _ fix: FixRecord, head: ObjectID, in place: WorkspaceRepository
  ) throws -> ReconcileFinding? {
    guard fix.base.isEmpty, let value = workTreeValue(of: fix) else { return nil }
    for file in fix.files where try place.repository.blobID(of: place.gitPath(file), in: head) != nil { return nil }
    return try finding(for: fix, value: value)
  }

  private func workTreeValue(of fix: FixRecord) -> StandingValue? {
    StandingValues.combined(fix.ownChanges) { path in workTreeBytes(path) }
  }

  private func workTreeBytes(_ path: String) -> [UInt8]? {
    guard let absolute = try? workspace.absolute(path) else { return nil }
    return FileManager.default.contents(atPath: absolute).map { [UInt8]($0) }
  }

  private func branchState(of fix: FixRecord, in place: WorkspaceRepository) throws -> BranchState {
    guard !fix.branch.isEmpty, let commit = fix.commit.flatMap(ObjectID.init) else { return .unknown }
    if let state = try remoteBranchState(of: fix, in: place) { return state }
    let reference = "refs/heads/" + fix.branch
    guard let tip = try place.repository.tip(of: reference) else {
      // In another clone than the one it was published in absence means nothing.
      let wasHere = book.isPublishedHere(fix.id) && (try? place.repository.commit(commit)) != nil
      return wasHere ? .deleted : .unknown
    }
    return book.tips(of: reference).contains(tip.hex) ? .untouched : .moved
  }

  func currentValue(of fix: FixRecord) throws -> JSONValue? {
    guard let place, let head = try place.repository.head().readableCommit else { return nil }
    for change in fix.ownChanges {
      guard let bytes = try place.contents(change.file, in: head) else { continue }
      if let value = StandingValues.value(of: change, in: bytes), value != change.new { return value }
    }
    return nil
  }
}

extension Head {
  /// The commit that HEAD is at; nil before the first.
  var readableCommit: ObjectID? {
    switch self {
    case .branch(_, let commit), .detached(let commit): commit
    case .unborn: nil
    }
  }
}

/// What reconciling tells people.
enum ReconcileText {
  static func follows(_ fix: FixRecord) -> String {
    let places = fix.changes.map(\.selector).joined(separator: ", ")
    return "Fix \(fix.id) (\(fix.summary)) follows its source, which was renamed or split: it is about \(places) now."
  }

  static func sentence(_ fix: FixRecord, how: String?) -> String {
    let name = "Fix \(fix.id) (\(fix.summary))"
    let tail = how.map { ", \($0)" } ?? ""
    switch fix.status {
    case .approved: return "\(name) is approved\(tail)."
    case .changed: return "\(name) is approved with a change: the base holds another value\(tail)."
    case .rejected: return "\(name) is rejected: its branch \(fix.branch) was deleted unmerged."
    case .reverted where fix.isRevision: return "\(name) is reverted\(tail): what it changed holds no more."
    case .reverted: return "\(name) is reverted\(tail): its source counts as failed again."
    case .superseded:
      if let successor = fix.supersededBy { return "\(name) is superseded by \(successor)\(tail)." }
      return "\(name) is superseded: what it edits has changed in the base\(tail)."
    case .lost: return "\(name) is lost: the old value is back and no revert says why\(tail); it is offered again."
    case .open: return "\(name) is open."
    }
  }
}
