internal import Foundation
internal import Git
internal import Journal
internal import Repair

/// What stands between a file and a fix on a branch.
enum BaselineObstacle: Hashable {
  /// The fix can be built on what the base holds; the sentence belongs in the report.
  case localChanges(String)
  /// The base has no such file and must not get it.
  case blocked(String)

  /// Decides about one file; nil when the base holds it or may get it.
  static func decide(
    path: String, inBase: Bool, isGenerated: Bool, isIgnored: Bool, holdsSecret: Bool, baseline: ExecutionMode.Baseline
  ) -> BaselineObstacle? {
    if inBase && !isGenerated {
      return .localChanges(
        "\(path) has changes that are not committed and that no stage made: the run used them, the fix's branch is without them."
      )
    }
    if isIgnored && !inBase {
      return .blocked("\(path) is ignored by git: take it out of .gitignore to have fixes of it as branches.")
    }
    if !isGenerated {
      return .blocked("\(path) is not committed, and its bytes are not a stage's: commit it, then run again.")
    }
    if holdsSecret {
      return .blocked("\(path) seems to hold a password or token and is not committed: take that out of it first.")
    }
    if baseline == .never {
      return .blocked("\(path) is as a stage wrote it but not committed, and `baseline: never` is set: commit it.")
    }
    return nil
  }

  /// Whether redaction would take something out of the bytes.
  static func holdsSecret(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    return Redaction.redact(text) != text
  }
}

/// What the base is after the baseline, and what stands in the way of which file.
struct BaselineResult {
  var base: FixBase
  var obstacles: [String: BaselineObstacle] = [:]
}

/// What a baseline was last made of: while it stands, only the files of the fix at hand are looked at. With a thousand fixes
/// on ten thousand manifests, ten million files would be read otherwise.
struct SettledBaseline: Hashable {
  let commit: ObjectID
  let writes: Int
}

extension FixBranches {
  /// Commits what stages wrote to the base: never a person's changes, never a secret.
  ///
  /// - Returns: The commit that fixes start from; nil where no commit can be made here.
  @discardableResult
  public func baseline() async throws -> String? {
    guard let place else { return nil }
    return try await retryingMoves(in: place) {
      guard case .base(let base) = try self.footing(of: place) else { return nil }
      return try await self.baseline(onto: base, in: place, for: []).base.commit.hex
    }
  }

  /// Takes what stages of somebody else's backfill say they wrote for generated, as far as git does not know the file yet:
  /// in a tracked one a person's changes could not be told apart.
  func adopt(_ events: [Event]) async throws {
    guard let place else { return }
    for event in events where event.type == .stageCompleted {
      let named = event.data["outputs"]
      let paths = (named?.array ?? []) + (named?.object.map { Array($0.values) } ?? [])
      for path in paths.compactMap(\.string).map(workspace.relative) where boundaries.check(path: path) == nil {
        guard let absolute = try? workspace.absolute(path), let data = FileManager.default.contents(atPath: absolute),
          case let digest = Digest.sha256(data), !generated.holds(path: path, digest: digest),
          try place.repository.status(of: place.gitPath(path)) == .untracked
        else { continue }
        try await write([
          Event(
            .fileWritten, runID: runID, context: event.context,
            data: ["path": .string(path), "sha256": .string(digest)])
        ])
      }
    }
  }

  func baseline(onto base: FixBase, in place: WorkspaceRepository, for files: [String]) async throws -> BaselineResult {
    var result = BaselineResult(base: try stacked(base, in: place))
    var changes: [FileChange] = []
    var unstaged: [String] = []
    let isSettled = settled == SettledBaseline(commit: result.base.commit, writes: generated.writes)
    let standing = isSettled ? [] : generated.paths.filter { boundaries.check(path: $0) == nil }
    // One look at all files, of which only those that differ are read: asking git for one costs it a look at the whole index.
    let isLooked = base.isCheckedOut && result.base.commit == base.commit && !standing.isEmpty
    let changed = isLooked ? Set(try place.repository.localChanges()) : []
    for path in Set(standing).union(files).sorted() {
      let gitPath = place.gitPath(path)
      if isLooked, !changed.contains(gitPath), !files.contains(path),
        try place.repository.blobID(of: gitPath, in: base.commit) != nil
      {
        continue
      }
      guard let absolute = try? workspace.absolute(path), let data = FileManager.default.contents(atPath: absolute)
      else {
        continue
      }
      let bytes = [UInt8](data)
      if base.isCheckedOut, files.contains(path) { try place.repository.refuseCaseClash(on: gitPath) }
      var cleaned = try place.repository.cleaned(bytes, path: gitPath)
      let blob = try place.contents(path, in: result.base.commit)
      if let obstacle = try catchUp(&cleaned, path: path, with: base, in: place) {
        result.obstacles[path] = obstacle
        continue
      }
      if blob == cleaned {
        // Only what Errata itself put there: a person's index is theirs.
        if changed.contains(gitPath), generated.holds(path: path, digest: Digest.sha256(data)) {
          unstaged.append(gitPath)
        }
        continue
      }
      let obstacle = BaselineObstacle.decide(
        path: path, inBase: blob != nil, isGenerated: generated.holds(path: path, digest: Digest.sha256(data)),
        isIgnored: try place.repository.status(of: gitPath) == .ignored,
        holdsSecret: BaselineObstacle.holdsSecret(bytes), baseline: settings.baseline)
      if let obstacle {
        result.obstacles[path] = obstacle
      } else {
        changes.append(FileChange(path: gitPath, contents: cleaned))
      }
    }
    if !changes.isEmpty {
      result.base = try await commitBaseline(changes, onto: result.base, of: base, in: place)
    } else if !unstaged.isEmpty {
      // A run that was killed between the index and the ref left only this undone.
      try place.repository.stageFiles(unstaged)
    }
    settled = SettledBaseline(commit: result.base.commit, writes: generated.writes)
    return result
  }

  /// Takes in what the base has of a file and the run has not read, where HEAD is not on the base: else a stage's new bytes
  /// would undo what was merged meanwhile.
  private func catchUp(
    _ bytes: inout [UInt8], path: String, with base: FixBase, in place: WorkspaceRepository
  ) throws -> BaselineObstacle? {
    guard !base.isCheckedOut, let head = try place.repository.head().readableCommit, head != base.commit,
      let theirs = try place.contents(path, in: base.commit), theirs != bytes,
      case let read = try place.contents(path, in: head), read != theirs,
      !generated.holds(
        path: path, digest: Digest.sha256(try place.repository.smudged(theirs, path: place.gitPath(path))))
    else { return nil }
    guard let read, let merged = Repository.mergeText(base: read, ours: theirs, theirs: bytes) else {
      return .localChanges(
        "\(path) has changed in '\(base.name)' since it was checked out here: the fix's branch starts from what is there."
      )
    }
    bytes = merged
    return nil
  }

  /// The unmerged baseline branch, where there is one or `baseline: branch` asks for it; else the base itself.
  private func stacked(_ base: FixBase, in place: WorkspaceRepository) throws -> FixBase {
    guard settings.baseline != .never, let tip = try baselineTip(in: place), try !isTaken(tip, by: base, in: place)
    else { return base }
    return FixBase(name: base.name, commit: tip, isCheckedOut: false)
  }

  /// Where the branch of baselines is: here, or on the remote when that has it and more.
  private func baselineTip(in place: WorkspaceRepository) throws -> ObjectID? {
    let local = try place.repository.reference(Self.baselineReference)
    guard let tip = remoteTip(Self.baselineReference), place.repository.holds(tip) else { return local }
    return try newer(local, tip, in: place)
  }

  /// Whether the base has what a baseline brought, also when it came in by a squash.
  func isTaken(_ tip: ObjectID, by base: FixBase, in place: WorkspaceRepository) throws -> Bool {
    if (try? place.repository.isAncestor(tip, of: base.commit)) == true { return true }
    // Squashed, it is merged without being an ancestor: what it holds is there already.
    if case .clean(let tree)? = try? place.repository.mergeTrees(ours: base.commit, theirs: tip),
      tree == (try place.repository.commit(base.commit).tree)
    {
      return true
    }
    // And what was merged and then fixed differs from both, but no longer is as it was before.
    let origin = (try? place.repository.mergeBase(tip, base.commit)) ?? nil
    func before(_ path: String) throws -> [UInt8]? { try origin.flatMap { try place.contents(path, in: $0) } }
    let brought = try generated.paths.filter { path in
      let contents = try place.contents(path, in: tip)
      return try contents != nil && contents != before(path)
    }
    return try !brought.isEmpty
      && brought.allSatisfy { path in
        let contents = try place.contents(path, in: base.commit)
        return try contents != nil && contents != before(path)
      }
  }

  private func commitBaseline(
    _ changes: [FileChange], onto parent: FixBase, of base: FixBase, in place: WorkspaceRepository
  ) async throws -> FixBase {
    let paths = changes.map(\.path)
    let commit = try baselineCommit(changes, onto: parent, in: place)
    var destination = BaselineDestination.local
    if settings.baseline == .branch || parent.commit != base.commit {
      destination = .branch
    } else if remote?.tips != nil {
      destination = try await pushBaseline(commit, onto: base, in: place)
    }
    var reached = "local"
    switch destination {
    case .branch:
      if await pushBaselineBranch(commit, in: place) { reached = remoteName ?? reached }
      let old = try place.repository.reference(Self.baselineReference)
      try place.repository.update(
        Self.baselineReference, from: old, to: commit, reason: "errata: baseline of generated files")
    case .remote(let name):
      reached = name
      if base.isLocal { try moveToBaseline(commit, paths, of: base, in: place) }
    case .local: try moveToBaseline(commit, paths, of: base, in: place)
    }
    try await write([
      Event(
        .baselineCommitted, runID: runID,
        data: [
          "commit": .string(commit.hex), "files": .array(paths.map(JSONValue.string)), "place": .string(reached),
        ])
    ])
    if destination == .branch { return FixBase(name: base.name, commit: commit, isCheckedOut: false) }
    return FixBase(name: base.name, commit: commit, isCheckedOut: base.isCheckedOut, isLocal: base.isLocal)
  }

  private func baselineCommit(
    _ changes: [FileChange], onto parent: FixBase, in place: WorkspaceRepository
  ) throws -> ObjectID {
    let author = signature(after: try place.repository.commit(parent.commit))
    return try place.repository.createCommit(
      onto: parent.commit, parents: [parent.commit], changes: changes, author: author, committer: author,
      message: BaselineMessage.text(changes.map(\.path)))
  }

  /// Moves the local base to the baseline.
  private func moveToBaseline(
    _ commit: ObjectID, _ paths: [String], of base: FixBase, in place: WorkspaceRepository
  ) throws {
    if let folder = place.otherWorkTree(holding: base.name), !base.isCheckedOut {
      throw FixingError(
        .inTheWay, "The branch '\(base.name)' is checked out in \(folder): generated files can only be committed there."
      )
    }
    guard base.isLocal else {
      throw FixingError(
        .noFooting,
        "The branch '\(base.name)' is not here, and generated files cannot be pushed to it now: try again later.")
    }
    // The files already hold these bytes. Index before ref: a kill in between leaves them staged, which harms nobody.
    if base.isCheckedOut { try place.repository.stageFiles(paths) }
    try place.repository.update(
      base.reference, from: base.commit, to: commit, reason: "errata: baseline of generated files")
  }

  /// Where a baseline commit goes.
  private enum BaselineDestination: Equatable {
    /// To the base, here alone.
    case local
    /// To the base, which the remote of that name has taken already.
    case remote(String)
    /// To the branch of baselines.
    case branch
  }

  /// Pushes the baseline to the base before anything moves here, since a protected base must not leave the local one ahead.
  private func pushBaseline(
    _ commit: ObjectID, onto base: FixBase, in place: WorkspaceRepository
  ) async throws -> BaselineDestination {
    guard remote?.protection == nil else { return .branch }
    guard let lease = pushableTip(base, in: place) else {
      // A person's unpushed commits are not pushed along; on a base that is behind, only a branch can be pushed.
      guard let tip = remoteTip(base.reference), (try? place.repository.isAncestor(tip, of: base.commit)) != true else {
        return .local
      }
      return .branch
    }
    let outcome = await push([RefMove(base.reference, from: lease, to: commit)], atomic: true)
    if outcome.isComplete { return .remote(remoteName ?? "") }
    if let reason = outcome.refused[base.reference] {
      remote?.protection = reason
      notices.append(protectionSentence(base, reason))
      return .branch
    }
    if let failure = outcome.failure {
      guard base.isLocal else { throw FixingError(.noFooting, failure.description) }
      notices.append("\(failure)")
      return .local
    }
    if base.isCheckedOut { return .branch }
    throw FixingError(
      .moved, "The branch '\(base.name)' of '\(remoteName ?? "")' moved while generated files were committed.")
  }

  private func pushBaselineBranch(_ commit: ObjectID, in place: WorkspaceRepository) async -> Bool {
    guard remote?.tips != nil else { return false }
    let there = remoteTip(Self.baselineReference)
    guard there != commit else { return true }
    return await push([RefMove(Self.baselineReference, from: there, to: commit)], atomic: true).isComplete
  }
}

/// The message of a baseline commit: it depends on nothing but the files' names.
enum BaselineMessage {
  /// The trailer that tells a baseline from a person's commit, in any clone.
  static let trailer = "Errata-Baseline"

  static func text(_ paths: [String]) -> String {
    let count = paths.count == 1 ? "1 generated file" : "\(paths.count) generated files"
    return """
      chore(errata): record \(count)

      The backfill's stages wrote these files, byte for byte as they stand here.
      Fixes are proposed on top of them, so that each is a diff of a few bytes.

      \(paths.map { "    " + $0 }.joined(separator: "\n"))

      \(trailer): \(count)

      """
  }
}
