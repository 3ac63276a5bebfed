internal import Git
internal import Journal
internal import ManifestYAML

extension FixBranches {
  /// A fix whose source was renamed or split, with the places that it has at a commit; nil where they cannot be told.
  func followed(_ fix: FixRecord, to head: ObjectID, in place: WorkspaceRepository) throws(GitError) -> FixRecord? {
    var moved = fix
    for (index, change) in fix.changes.enumerated() where change.file != fix.referenceFile {
      guard let bytes = try place.contents(change.file, in: head) else { return nil }
      guard StandingValues.read(change, in: bytes) == .missing else { continue }
      guard let now = try? YAMLFile(bytes, name: change.file),
        let followed = try followed(change, of: fix, to: now, in: place)
      else { return nil }
      moved.changes[index] = followed
    }
    moved.source = moved.ownChanges.first.flatMap { MovedPlace.source(of: $0) } ?? fix.source
    return moved.changes == fix.changes ? nil : moved
  }

  /// Where a change was last: in the commit of the last look, else in its own or the one that it was built on.
  private func followed(
    _ change: FixChange, of fix: FixRecord, to now: YAMLFile, in place: WorkspaceRepository
  ) throws(GitError) -> FixChange? {
    for hex in [book.reconciled, fix.commit, fix.base] {
      guard let commit = hex.flatMap(ObjectID.init), (try? place.repository.commit(commit)) != nil,
        let bytes = try place.contents(change.file, in: commit), let before = try? YAMLFile(bytes, name: change.file),
        StandingValues.read(change, in: bytes) != .missing
      else { continue }
      return MovedPlace.followed(change, from: before, to: now)
    }
    return nil
  }
}
