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
    guard let place, case .base(let base) = try footing(of: place) else { return nil }
    return try await baseline(onto: base, in: place, for: []).base.commit.hex
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
    for path in Set(standing).union(files).sorted() {
      guard let absolute = try? workspace.absolute(path), let data = FileManager.default.contents(atPath: absolute)
      else {
        continue
      }
      let bytes = [UInt8](data)
      let gitPath = place.gitPath(path)
      let cleaned = try place.repository.cleaned(bytes, path: gitPath)
      let blob = try place.contents(path, in: result.base.commit)
      if blob == cleaned {
        if base.isCheckedOut, result.base.commit == base.commit, try place.repository.status(of: gitPath) != .clean {
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

  /// With `baseline: branch`, the unmerged baseline branch; else the base itself.
  private func stacked(_ base: FixBase, in place: WorkspaceRepository) throws -> FixBase {
    guard settings.baseline == .branch, let tip = try place.repository.reference(baselineReference),
      try !place.repository.isAncestor(tip, of: base.commit)
    else { return base }
    // Squashed, it is merged without being an ancestor: what it holds is there already.
    if case .clean(let tree) = try place.repository.mergeTrees(ours: base.commit, theirs: tip),
      tree == (try place.repository.commit(base.commit).tree)
    {
      return base
    }
    return FixBase(name: base.name, commit: tip, isCheckedOut: false)
  }

  private var baselineReference: String { "refs/heads/errata-baseline" }

  private func commitBaseline(
    _ changes: [FileChange], onto parent: FixBase, of base: FixBase, in place: WorkspaceRepository
  ) async throws -> FixBase {
    let repository = place.repository
    let onBranch = settings.baseline == .branch
    if !onBranch, let folder = place.otherWorkTree(holding: base.name), !base.isCheckedOut {
      throw FixingError(
        .inTheWay, "The branch '\(base.name)' is checked out in \(folder): generated files can only be committed there."
      )
    }
    let author = signature(after: try repository.commit(parent.commit))
    let paths = changes.map(\.path)
    let commit = try repository.createCommit(
      onto: parent.commit, parents: [parent.commit], changes: changes, author: author, committer: author,
      message: BaselineMessage.text(paths))
    let movesIndex = !onBranch && base.isCheckedOut
    // The files already hold these bytes. Index before ref: a kill in between leaves them staged, which harms nobody.
    if movesIndex { try repository.stageFiles(paths) }
    if onBranch {
      let old = try repository.reference(baselineReference)
      try repository.update(baselineReference, from: old, to: commit, reason: "errata: baseline of generated files")
    } else {
      try repository.update(
        base.reference, from: parent.commit, to: commit, reason: "errata: baseline of generated files")
    }
    try await write([
      Event(
        .baselineCommitted, runID: runID,
        data: ["commit": .string(commit.hex), "files": .array(paths.map(JSONValue.string))])
    ])
    return FixBase(name: base.name, commit: commit, isCheckedOut: movesIndex)
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
