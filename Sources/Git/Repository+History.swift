import CGit2

extension Repository {
  /// The commits that `tip` has and none of `excluding` has, newest first, children before parents.
  public func commits(
    from tip: ObjectID, excluding: [ObjectID] = [], limit: Int = .max
  ) throws(GitError) -> [Commit] {
    guard limit > 0 else { return [] }
    if let boundary = shallowBoundary() {
      guard let found = try commits(from: tip, excluding: excluding, limit: limit, within: boundary) else {
        throw shallowError
      }
      return found
    }
    return try shallowExplained { () throws(GitError) in
      let walk = try Handle("git_revwalk_new", free: git_revwalk_free) { git_revwalk_new(&$0, pointer) }
      let order = GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_TIME.rawValue
      try check("git_revwalk_sorting", git_revwalk_sorting(walk.pointer, order))
      var id = tip.raw
      try check("git_revwalk_push", git_revwalk_push(walk.pointer, &id))
      for excluded in excluding {
        id = excluded.raw
        try check("git_revwalk_hide", git_revwalk_hide(walk.pointer, &id))
      }
      var found: [Commit] = []
      while found.count < limit {
        let code = git_revwalk_next(&id, walk.pointer)
        if code == GIT_ITEROVER.rawValue { break }
        try check("git_revwalk_next", code)
        found.append(try commit(ObjectID(id)))
      }
      return found
    }
  }

  /// The best common ancestor; nil when the two histories share nothing.
  public func mergeBase(_ a: ObjectID, _ b: ObjectID) throws(GitError) -> ObjectID? {
    _ = try lookUp(a)
    _ = try lookUp(b)
    if let boundary = shallowBoundary() {
      guard let base = try mergeBase(a, b, within: boundary) else { throw shallowError }
      return base
    }
    return try shallowExplained { () throws(GitError) in
      var first = a.raw
      var second = b.raw
      var base = git_oid()
      let code = git_merge_base(&base, pointer, &first, &second)
      if code == GIT_ENOTFOUND.rawValue { return nil }
      try check("git_merge_base", code)
      return ObjectID(base)
    }
  }

  /// Whether `b`'s history includes `a`; a commit is its own ancestor.
  public func isAncestor(_ a: ObjectID, of b: ObjectID) throws(GitError) -> Bool {
    guard a != b else { return true }
    _ = try lookUp(a)
    _ = try lookUp(b)
    if let boundary = shallowBoundary() {
      guard let isAncestor = try isAncestor(a, of: b, within: boundary) else { throw shallowError }
      return isAncestor
    }
    return try shallowExplained { () throws(GitError) in
      var ancestor = a.raw
      var commit = b.raw
      return try check("git_graph_descendant_of", git_graph_descendant_of(pointer, &commit, &ancestor)) == 1
    }
  }

  /// The commits that a message says it reverts, in git's words "This reverts commit <id>"; `git revert --reference`
  /// abbreviates the id. Ids that the repository does not know are kept when they are whole.
  public func revertedCommits(in message: String) -> [ObjectID] {
    var found: [ObjectID] = []
    var rest = message[...]
    // A squash or a narrow editor may have put the line break anywhere in git's sentence.
    while let range = rest.range(of: "reverts", then: "commit") {
      rest = rest[range.upperBound...]
      let hex = rest.drop(while: \.isWhitespace).prefix(while: \.isHexDigit).lowercased()
      if let id = ObjectID(hex) ?? expand(hex), !found.contains(id) { found.append(id) }
    }
    return found
  }

  private func expand(_ abbreviated: String) -> ObjectID? {
    guard (7..<40).contains(abbreviated.utf8.count) else { return nil }
    var prefix = git_oid()
    guard git_oid_fromstrn(&prefix, abbreviated, abbreviated.utf8.count) == 0 else { return nil }
    let found = try? Handle("git_commit_lookup_prefix", free: git_commit_free) {
      git_commit_lookup_prefix(&$0, pointer, &prefix, abbreviated.utf8.count)
    }
    guard let found else { return nil }
    return ObjectID(git_commit_id(found.pointer))
  }

  /// libgit2 1.5 does not know where a shallow clone's history ends: it asks for the missing parent and fails.
  func shallowExplained<Result>(_ body: () throws(GitError) -> Result) throws(GitError) -> Result {
    do throws(GitError) {
      return try body()
    } catch  where isShallow && (error.has(GIT_ENOTFOUND) || error.message.contains("object not found")) {
      throw shallowError
    }
  }

  private var shallowError: GitError {
    GitError(
      GIT_ENOTFOUND, in: "history",
      "this clone is shallow, so the history that is needed here is missing; run `git fetch --unshallow`")
  }
}

extension Substring {
  fileprivate func range(of first: String, then second: String) -> Range<Index>? {
    var start = startIndex
    while let found = self[start...].firstRange(of: first) {
      let rest = self[found.upperBound...].drop(while: \.isWhitespace)
      if rest.startIndex > found.upperBound, rest.hasPrefix(second) {
        return found.lowerBound..<rest.index(rest.startIndex, offsetBy: second.count)
      }
      start = found.upperBound
    }
    return nil
  }
}
