import CGit2
import Foundation

/// Where a clone's history was cut off.
struct ShallowBoundary {
  /// The commits whose parents are not here.
  let cut: Set<ObjectID>
}

/// libgit2 1.5 does not know where a shallow clone's history ends, and fails at the first missing parent. What is here can be
/// read all the same, since `git` writes down where it ends.
extension Repository {
  /// Where history is cut off; nil in a whole clone.
  func shallowBoundary() -> ShallowBoundary? {
    guard isShallow else { return nil }
    let common = git_repository_commondir(pointer).map { String(cString: $0) } ?? gitDirectory
    let text =
      (try? String(contentsOfFile: common + (common.hasSuffix("/") ? "" : "/") + "shallow", encoding: .utf8)) ?? ""
    return ShallowBoundary(cut: Set(text.split(whereSeparator: \.isWhitespace).compactMap { ObjectID(String($0)) }))
  }

  /// Walks back from a commit, latest first, as far as history is here.
  ///
  /// Each branch that a clone of depth 1 has is cut off, also where the parent is another branch's commit and so is here.
  ///
  /// - Parameter visit: Takes a commit, and whether it has parents that are not here; ends the walk by true.
  private func walkBack(
    from start: ObjectID, _ boundary: ShallowBoundary, unless isLeftOut: (ObjectID) -> Bool = { _ in false },
    _ visit: (_ id: ObjectID, _ isCut: Bool) -> Bool
  ) throws(GitError) {
    var seen: Set<ObjectID> = [start]
    var waiting: [(commit: Commit, date: Date)] = isLeftOut(start) ? [] : [(try commit(start), .distantFuture)]
    while let latest = waiting.indices.max(by: { waiting[$0].date < waiting[$1].date }) {
      let current = waiting.remove(at: latest).commit
      let isAtCut = boundary.cut.contains(current.id)
      let parents = current.parents.filter { !isAtCut || holds($0) }
      if visit(current.id, parents.count < current.parents.count) { return }
      for parent in parents where !isLeftOut(parent) && seen.insert(parent).inserted {
        let next = try commit(parent)
        waiting.append((next, next.committer.date))
      }
    }
  }

  /// The best common ancestor in what is here; nil when the two share nothing here and history goes on elsewhere.
  func mergeBase(_ a: ObjectID, _ b: ObjectID, within boundary: ShallowBoundary) throws(GitError) -> ObjectID? {
    var ancestors: Set<ObjectID> = []
    try walkBack(from: a, boundary) { id, _ in
      ancestors.insert(id)
      return false
    }
    var found: ObjectID?
    try walkBack(from: b, boundary) { id, _ in
      if ancestors.contains(id) { found = id }
      return found != nil
    }
    return found
  }

  /// The commits that `tip` has and none of `excluding` has, latest first; nil when that goes on beyond what is here.
  func commits(
    from tip: ObjectID, excluding: [ObjectID], limit: Int, within boundary: ShallowBoundary
  ) throws(GitError) -> [Commit]? {
    var excluded: Set<ObjectID> = []
    for known in excluding where !excluded.contains(known) {
      try walkBack(from: known, boundary) { id, _ in
        excluded.insert(id)
        return false
      }
    }
    var found: [ObjectID] = []
    var goesOn = false
    try walkBack(from: tip, boundary, unless: excluded.contains) { id, isCut in
      found.append(id)
      goesOn = goesOn || isCut
      return found.count >= limit
    }
    guard !goesOn else { return nil }
    return try found.map { id throws(GitError) in try commit(id) }
  }

  /// Whether `b`'s history includes `a`; nil when that is beyond what is here.
  func isAncestor(_ a: ObjectID, of b: ObjectID, within boundary: ShallowBoundary) throws(GitError) -> Bool? {
    var found = false
    var wasCut = false
    try walkBack(from: b, boundary) { id, isCut in
      found = id == a
      wasCut = wasCut || isCut
      return found
    }
    guard !found, wasCut else { return found }
    // What descends from a commit cannot lie before it.
    var isDescendant = false
    try walkBack(from: a, boundary) { id, _ in
      isDescendant = id == b
      return isDescendant
    }
    return isDescendant ? false : nil
  }

  /// Whether a commit is in the object database.
  public func holds(_ commit: ObjectID) -> Bool {
    var id = commit.raw
    let found = try? Handle("git_commit_lookup", free: git_commit_free) { git_commit_lookup(&$0, pointer, &id) }
    return found != nil
  }
}
