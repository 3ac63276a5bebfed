internal import Foundation
internal import Git
internal import Journal

extension FixBranches {
  /// Reads what people did with the fixes since the last look, and records it.
  ///
  /// The value at the edited path in HEAD decides; ancestry, trailers and reverts only explain. A reverted fix's source is
  /// unloaded first, so that a kill in between repeats the unloading rather than forget it.
  public func reconcile() async throws -> [ReconcileFinding] {
    if let place { try await finishIntents(in: place) }
    var findings: [ReconcileFinding] = []
    for fix in book.fixes {
      guard let finding = try finding(for: fix) ?? promotion(of: fix) else { continue }
      try await record(finding)
      findings.append(finding)
    }
    return findings
  }

  /// A fix that went out as a patch alone, where git had no place for branches, and that can be a branch now.
  private func promotion(of fix: FixRecord) throws -> ReconcileFinding? {
    guard fix.status == .open, fix.branch.isEmpty, let place, case .base(let base) = try footing(of: place),
      try branchBlocker(in: place) == nil,
      try standing.combined(fix.changes, contents: { path in try place.contents(path, in: base.commit) }) == .previous
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
    if let value = finding.fix.statusValue { data["value"] = value }
    try await write(events + [event(.fixStatus, finding.fix, data)])
  }

  /// What stands at a fix's paths in HEAD, and the commit that brought it.
  func current(_ fix: FixRecord) throws -> (value: StandingValue, arrival: ObjectID?)? {
    try observe(fix).map { ($0.0.value, $0.1.arrival?.id) }
  }

  private func finding(for fix: FixRecord) throws -> ReconcileFinding? {
    guard let (observation, history) = try observe(fix), observation.reconciled != fix.status else { return nil }
    var after = fix
    after.status = observation.reconciled
    let how = history.explanation(of: fix, status: after.status)
    after.statusReason = ReconcileText.sentence(after, how: how)
    after.statusCommit = how == nil ? nil : history.arrival?.id.hex
    if after.status == .changed { after.statusValue = try currentValue(of: fix) }
    return ReconcileFinding(
      fix: after, before: fix.status, commit: after.statusCommit, sentence: after.statusReason ?? "")
  }

  /// What can be seen of a fix now; nil when its files cannot be read as YAML, so that nothing is concluded.
  private func observe(_ fix: FixRecord) throws -> (FixObservation, FixHistory)? {
    guard let place, let head = try place.repository.head().readableCommit else {
      let value = standing.combined(fix.changes) { path in workTreeBytes(path) }
      return value.map { (FixObservation(status: fix.status, value: $0, branch: .unknown), FixHistory()) }
    }
    // On a fix's own branch every run reads the proposed value, which is nobody's approval.
    if case .branch(let name, _) = try place.repository.head(), name.hasPrefix("errata/") { return nil }
    guard let value = try standing.combined(fix.changes, contents: { path in try place.contents(path, in: head) })
    else {
      return nil
    }
    // A fix that went out as a patch has no base; a file that nobody committed says nothing either.
    if fix.base.isEmpty, value == .missing {
      let local = standing.combined(fix.changes) { path in workTreeBytes(path) }
      return local.map { (FixObservation(status: fix.status, value: $0, branch: .unknown), FixHistory()) }
    }
    let history = history(of: fix, from: head, in: place)
    return (
      FixObservation(
        status: fix.status, value: value, everHeldProposed: history.everHeldProposed,
        revertSaysSo: history.revertSaysSo, otherIsGenerated: history.otherIsGenerated,
        branch: try branchState(of: fix, in: place)), history
    )
  }

  private func workTreeBytes(_ path: String) -> [UInt8]? {
    guard let absolute = try? workspace.absolute(path) else { return nil }
    return FileManager.default.contents(atPath: absolute).map { [UInt8]($0) }
  }

  /// The commits since the fix was proposed; empty where they cannot be read (a shallow clone, a pruned base).
  private func history(of fix: FixRecord, from head: ObjectID, in place: WorkspaceRepository) -> FixHistory {
    do {
      let base = ObjectID(fix.base)
      let excluded = try base.map { try place.repository.isAncestor($0, of: head) ? [$0] : [] } ?? []
      let commits = try place.repository.commits(from: head, excluding: excluded, limit: excluded.isEmpty ? 200 : 5000)
      var values: [ObjectID: StandingValue] = [:]
      for commit in commits {
        values[commit.id] =
          try standing.combined(fix.changes) { path in try place.contents(path, in: commit.id) } ?? .other
      }
      return FixHistory(commits: commits, values: values)
    } catch {
      return FixHistory()
    }
  }

  private func branchState(of fix: FixRecord, in place: WorkspaceRepository) throws -> BranchState {
    guard !fix.branch.isEmpty, let commit = fix.commit.flatMap(ObjectID.init) else { return .unknown }
    let reference = "refs/heads/" + fix.branch
    guard let tip = try place.repository.reference(reference) else {
      // Without the commit this is another clone than the one it was published in: absence means nothing.
      return (try? place.repository.commit(commit)) == nil ? .unknown : .deleted
    }
    return book.tips(of: reference).contains(tip.hex) ? .untouched : .moved
  }

  private func currentValue(of fix: FixRecord) throws -> JSONValue? {
    guard let place, let head = try place.repository.head().readableCommit else { return nil }
    for change in fix.changes {
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
  static func sentence(_ fix: FixRecord, how: String?) -> String {
    let name = "Fix \(fix.id) (\(fix.summary))"
    let tail = how.map { ", \($0)" } ?? ""
    switch fix.status {
    case .approved: return "\(name) is approved\(tail)."
    case .changed: return "\(name) is approved with a change: the base holds another value\(tail)."
    case .rejected: return "\(name) is rejected: its branch \(fix.branch) was deleted unmerged."
    case .reverted: return "\(name) is reverted\(tail): its source counts as failed again."
    case .superseded: return "\(name) is superseded: what it edits has changed in the base\(tail)."
    case .lost: return "\(name) is lost: the old value is back and no revert says why\(tail); it is offered again."
    case .open: return "\(name) is open."
    }
  }
}
