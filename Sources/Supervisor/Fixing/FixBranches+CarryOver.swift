internal import Foundation
internal import Git
public import Journal

extension CarriedOver {
  /// Merges three ways: approved fixes value by value, the rest by lines.
  ///
  /// - Parameters:
  ///   - fixes: The fixes that the journal knows.
  ///   - before: What the stage generated last; nil when that is not known any more.
  ///   - standing: What stood in the file before the stage ran.
  ///   - now: What the stage generated.
  public static func decide(
    path: String, fixes: [FixRecord] = [], before: [UInt8]?, standing: [UInt8], now: [UInt8]
  ) -> CarriedOver {
    if standing == now || standing == before { return .merged(now) }
    guard let before else {
      return .conflict("what a stage generated before is not known, so \(path) stays as it stood")
    }
    if now == before { return .merged(standing) }
    let values = Regeneration(path: path, fixes: fixes, before: before, standing: standing, now: now)
    guard values.contradictions.isEmpty else { return .conflict(values.contradictions.joined(separator: "; ")) }
    if standing == values.before { return .merged(values.now, notes: values.notes) }
    guard let merged = Repository.mergeText(base: values.before, ours: standing, theirs: values.now),
      values.holds(in: merged)
    else { return .conflict("its changes overlap with fixes or edits in \(path), which stays as it stood") }
    return .merged(merged, notes: values.notes)
  }
}

extension FixBranches {
  /// Weighs a file that a stage has written anew.
  ///
  /// A result that holds nothing but the stage's bytes and what is committed is recorded as the stage's: the next baseline
  /// may commit it. What holds a person's uncommitted edits is not.
  /// What the stage generated before is looked for in history where the file does not say.
  public func carryOver(_ file: CarryOver) async throws -> CarriedOver {
    let path = file.path
    var before = file.generatedBefore
    var committed: [UInt8]?
    if let place, let head = try place.repository.head().readableCommit {
      committed = try place.contents(path, in: head)
      if before == nil { before = try generatedInHistory(path, from: head, in: place) }
    }
    let result = CarriedOver.decide(
      path: path, fixes: book.fixes, before: before, standing: file.standing, now: file.generatedNow)
    if case .merged(let bytes, _) = result, bytes != file.generatedNow, let place,
      try place.repository.cleaned(file.standing, path: place.gitPath(path)) == committed
    {
      try await write([
        Event(
          .fileWritten, runID: runID,
          data: ["path": .string(path), "sha256": .string(Digest.sha256(bytes)), "carried": true])
      ])
    }
    return result
  }

  /// The newest bytes in the branch's history that the journal says a stage wrote.
  private func generatedInHistory(
    _ path: String, from head: ObjectID, in place: WorkspaceRepository
  ) throws -> [UInt8]? {
    guard generated.paths.contains(path) else { return nil }
    for commit in (try? place.repository.commits(from: head, excluding: [], limit: 1000)) ?? [] {
      guard let blob = try place.contents(path, in: commit.id) else { return nil }
      let bytes = try place.repository.smudged(blob, path: place.gitPath(path))
      if generated.holds(path: path, digest: Digest.sha256(bytes)) { return bytes }
    }
    return nil
  }
}
