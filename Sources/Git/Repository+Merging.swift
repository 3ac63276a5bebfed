import CGit2

/// What merging two commits gives.
public enum MergedTree: Equatable, Sendable {
  /// The tree of a merge without conflicts.
  case clean(ObjectID)
  /// The paths that a person must merge, in order.
  case conflicts([String])
}

extension Repository {
  /// Merges two commits in memory, as `git merge` would; nothing is checked out and no conflict markers are stored.
  public func mergeTrees(ours: ObjectID, theirs: ObjectID) throws(GitError) -> MergedTree {
    let ourCommit = try lookUp(ours)
    let theirCommit = try lookUp(theirs)
    // Without the common ancestor every file that both have would seem to be added twice.
    let base = try mergeBase(ours, theirs)
    let index: Handle
    if isShallow, let base {
      // libgit2 would look for the ancestor itself, beyond where a shallow clone ends.
      let baseTree = try tree(of: base)
      let ourTree = try tree(of: ours)
      let theirTree = try tree(of: theirs)
      index = try Handle("git_merge_trees", free: git_index_free) {
        git_merge_trees(&$0, pointer, baseTree.pointer, ourTree.pointer, theirTree.pointer, nil)
      }
    } else {
      index = try Handle("git_merge_commits", free: git_index_free) {
        git_merge_commits(&$0, pointer, ourCommit.pointer, theirCommit.pointer, nil)
      }
    }
    if git_index_has_conflicts(index.pointer) == 1 { return .conflicts(try conflicts(in: index.pointer)) }
    var id = git_oid()
    do throws(GitError) {
      try check("git_index_write_tree_to", git_index_write_tree_to(&id, index.pointer, pointer))
    } catch  where error.message.contains("invalid object specified") {
      _ = try missingExplained("a file of commit \(ours) or \(theirs)") { () throws(GitError) -> Bool in
        throw GitError(GIT_ENOTFOUND, error.message)
      }
    }
    return .clean(ObjectID(id))
  }

  /// Applies what one commit changed to another in memory, as `git cherry-pick` would; for commits of one parent.
  public func pick(_ commit: ObjectID, onto target: ObjectID) throws(GitError) -> MergedTree {
    guard let parent = try self.commit(commit).parents.first else {
      throw GitError(GIT_EINVALIDSPEC, "commit \(commit) has no parent to compare it with")
    }
    let before = try tree(of: parent)
    let ours = try tree(of: target)
    let theirs = try tree(of: commit)
    let index = try Handle("git_merge_trees", free: git_index_free) {
      git_merge_trees(&$0, pointer, before.pointer, ours.pointer, theirs.pointer, nil)
    }
    if git_index_has_conflicts(index.pointer) == 1 { return .conflicts(try conflicts(in: index.pointer)) }
    var id = git_oid()
    try check("git_index_write_tree_to", git_index_write_tree_to(&id, index.pointer, pointer))
    return .clean(ObjectID(id))
  }

  private func conflicts(in index: OpaquePointer) throws(GitError) -> [String] {
    let iterator = try Handle("git_index_conflict_iterator_new", free: git_index_conflict_iterator_free) {
      git_index_conflict_iterator_new(&$0, index)
    }
    var paths: Set<String> = []
    while true {
      var sides: (UnsafePointer<git_index_entry>?, UnsafePointer<git_index_entry>?, UnsafePointer<git_index_entry>?)
      sides = (nil, nil, nil)
      let code = git_index_conflict_next(&sides.0, &sides.1, &sides.2, iterator.pointer)
      if code == GIT_ITEROVER.rawValue { return paths.sorted() }
      try check("git_index_conflict_next", code)
      for side in [sides.0, sides.1, sides.2] {
        if let path = side?.pointee.path { paths.insert(String(cString: path)) }
      }
    }
  }

  /// Merges two changes of one text, line by line; nil on a conflict, so that markers never get into a file.
  public static func mergeText(base: [UInt8], ours: [UInt8], theirs: [UInt8]) -> [UInt8]? {
    if ours == theirs || base == theirs { return ours }
    if base == ours { return theirs }
    let isBinary = [base, ours, theirs].contains { $0.contains(0) }
    guard Library.started, !isBinary else { return nil }
    var options = git_merge_file_options()
    guard git_merge_file_options_init(&options, UInt32(GIT_MERGE_FILE_OPTIONS_VERSION)) == 0 else { return nil }
    var result = git_merge_file_result()
    defer { git_merge_file_result_free(&result) }
    let code = withInput(base) { base in
      withInput(ours) { ours in
        withInput(theirs) { theirs in git_merge_file(&result, base, ours, theirs, &options) }
      }
    }
    guard code == 0, result.automergeable == 1 else { return nil }
    guard let start = result.ptr, result.len > 0 else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: result.len))
  }

  private static func withInput(_ bytes: [UInt8], _ body: (UnsafePointer<git_merge_file_input>) -> Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var input = git_merge_file_input()
      git_merge_file_input_init(&input, UInt32(GIT_MERGE_FILE_INPUT_VERSION))
      input.ptr = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
      input.size = buffer.count
      return body(&input)
    }
  }
}
