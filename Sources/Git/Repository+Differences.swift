import CGit2
import Foundation

extension Repository {
  /// The files that differ between two commits, with the numbers of lines added and removed, in git's order.
  public func changedFiles(
    from: ObjectID, to: ObjectID
  ) throws(GitError) -> [(path: String, added: Int, removed: Int)] {
    let difference = try difference(from: from, to: to)
    var files: [(path: String, added: Int, removed: Int)] = []
    for index in 0..<git_diff_num_deltas(difference.pointer) {
      guard let delta = git_diff_get_delta(difference.pointer, index)?.pointee,
        let path = delta.new_file.path ?? delta.old_file.path
      else { continue }
      var added = 0
      var removed = 0
      var patch: OpaquePointer?
      try check("git_patch_from_diff", git_patch_from_diff(&patch, difference.pointer, index))
      if let patch {
        defer { git_patch_free(patch) }
        try check("git_patch_line_stats", git_patch_line_stats(nil, &added, &removed, patch))
      }
      files.append((String(cString: path), added, removed))
    }
    return files
  }

  /// The difference between two commits as `git diff` prints it. What is not UTF-8 is shown as U+FFFD.
  public func unifiedDiff(from: ObjectID, to: ObjectID) throws(GitError) -> String {
    let difference = try difference(from: from, to: to)
    return try text(of: difference.pointer).text
  }

  /// A name for what a commit changes, equal for the same change elsewhere (`git patch-id`): a rebase keeps it. Nil for
  /// a merge and for a commit that changes nothing.
  public func patchIdentity(of commit: ObjectID) throws(GitError) -> ObjectID? {
    let parents = try self.commit(commit).parents
    guard parents.count <= 1 else { return nil }
    let difference = try difference(from: parents.first, to: commit)
    guard git_diff_num_deltas(difference.pointer) > 0 else { return nil }
    var id = git_oid()
    try check("git_diff_patchid", git_diff_patchid(&id, difference.pointer, nil))
    return ObjectID(id)
  }

  /// The difference in a form that depends on the commits alone: settings such as `diff.noprefix` or `core.abbrev` would
  /// make patches that others cannot apply.
  func difference(from: ObjectID?, to: ObjectID) throws(GitError) -> Handle {
    var options = git_diff_options()
    try check("git_diff_options_init", git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)))
    options.flags |= GIT_DIFF_SHOW_BINARY.rawValue
    options.id_abbrev = 40
    let prefixes = (old: strdup("a/"), new: strdup("b/"))
    defer {
      free(prefixes.old)
      free(prefixes.new)
    }
    options.old_prefix = UnsafePointer(prefixes.old)
    options.new_prefix = UnsafePointer(prefixes.new)
    let newer = try tree(of: to)
    guard let from else {
      return try Handle("git_diff_tree_to_tree", free: git_diff_free) {
        git_diff_tree_to_tree(&$0, pointer, nil, newer.pointer, &options)
      }
    }
    let older = try tree(of: from)
    let paths = try DifferingPaths(from: older.pointer, to: newer.pointer, in: self).paths
    // No tree can hold `.git`, and an empty list would stand for every path.
    let names = (paths.isEmpty ? [Array(".git".utf8CString)] : paths.map { $0 + [0] }).map { strdup($0) }
    let list = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: names.count)
    _ = list.initialize(from: names)
    defer {
      for name in list { free(name) }
      list.deallocate()
    }
    options.flags |= GIT_DIFF_DISABLE_PATHSPEC_MATCH.rawValue
    options.pathspec = git_strarray(strings: list.baseAddress, count: list.count)
    return try Handle("git_diff_tree_to_tree", free: git_diff_free) {
      git_diff_tree_to_tree(&$0, pointer, older.pointer, newer.pointer, &options)
    }
  }

  func text(of difference: OpaquePointer) throws(GitError) -> Buffer {
    try Buffer("git_diff_to_buf") { git_diff_to_buf(&$0, difference, GIT_DIFF_FORMAT_PATCH) }
  }
}
