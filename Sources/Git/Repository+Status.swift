import CGit2

/// How one file stands between HEAD, index and work tree.
public enum FileStatus: Equatable, Sendable {
  /// The same in all three.
  case clean
  /// Tracked, and the work tree's file is changed or gone.
  case modified
  /// In the work tree alone.
  case untracked
  /// In the work tree alone, and excluded by `.gitignore`.
  case ignored
  /// Nowhere.
  case absent
  /// The index differs from HEAD, or holds a conflict, whatever the work tree has.
  case staged
}

extension Repository {
  /// How one file stands. Nothing but a file can be asked for.
  public func status(of path: String) throws(GitError) -> FileStatus {
    var flags: UInt32 = 0
    let code = git_status_file(&flags, pointer, path)
    if code == GIT_ENOTFOUND.rawValue { return .absent }
    guard code != GIT_EAMBIGUOUS.rawValue else { throw Self.caseClash(path) }
    try check("git_status_file", code)
    let status = Self.status(flags)
    guard status == .modified else { return status }
    let index = try freshIndex()
    return isLeftOut(path, of: index.pointer) ? .clean : .modified
  }

  /// Refuses a file that a file system without case (core.ignorecase) keeps in one place with another tracked one.
  public func refuseCaseClash(on path: String) throws(GitError) {
    let index = try Handle("git_repository_index", free: git_index_free) { git_repository_index(&$0, pointer) }
    guard git_index_caps(index.pointer) & GIT_INDEX_CAPABILITY_IGNORE_CASE.rawValue != 0 else { return }
    let folded = path.lowercased()
    for position in 0..<git_index_entrycount(index.pointer) {
      guard let name = git_index_get_byindex(index.pointer, position)?.pointee.path else { continue }
      let other = String(cString: name)
      if other != path, other.lowercased() == folded { throw Self.caseClash(path) }
    }
  }

  private static func caseClash(_ path: String) -> GitError {
    GitError(
      GIT_EAMBIGUOUS,
      "\(path) and another tracked file differ only in case, and this file system keeps one of them (core.ignorecase); "
        + "rename one")
  }

  /// The tracked paths that differ from HEAD in the index or the work tree, sorted.
  public func localChanges() throws(GitError) -> [String] {
    guard !isBare else { return [] }
    var options = git_status_options()
    try check("git_status_options_init", git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION)))
    options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
    options.flags = GIT_STATUS_OPT_EXCLUDE_SUBMODULES.rawValue
    let list = try Handle("git_status_list_new", free: git_status_list_free) {
      git_status_list_new(&$0, pointer, &options)
    }
    let index = try freshIndex()
    var paths: Set<String> = []
    for position in 0..<git_status_list_entrycount(list.pointer) {
      guard let entry = git_status_byindex(list.pointer, position)?.pointee,
        [.modified, .staged].contains(Self.status(entry.status.rawValue))
      else { continue }
      let isDeletedOnly = entry.status == GIT_STATUS_WT_DELETED
      for delta in [entry.head_to_index, entry.index_to_workdir] {
        guard let name = delta?.pointee.new_file.path ?? delta?.pointee.old_file.path else { continue }
        if isDeletedOnly, isLeftOut(name, of: index.pointer) { continue }
        paths.insert(String(cString: name))
      }
    }
    return paths.sorted()
  }

  /// Makes the index hold the work tree's bytes for these paths, as `git add` does; a file that is gone leaves the
  /// index too. After a commit of the same bytes, `git status` shows nothing.
  public func stageFiles(_ paths: [String]) throws(GitError) {
    let index = try freshIndex()
    for path in paths {
      try refuseForeignFilter(on: path)
      do throws(GitError) {
        try check("git_index_add_bypath", git_index_add_bypath(index.pointer, path))
      } catch  where error.has(GIT_ENOTFOUND) {
        try check("git_index_remove_bypath", git_index_remove_bypath(index.pointer, path))
      }
    }
    try write(index: index.pointer)
  }

  /// The index as it is on disk now: libgit2 keeps one in memory, which another git may have outdated.
  func freshIndex() throws(GitError) -> Handle {
    let index = try Handle("git_repository_index", free: git_index_free) { git_repository_index(&$0, pointer) }
    try check("git_index_read", git_index_read(index.pointer, 1))
    return index
  }

  /// Whether a sparse checkout leaves the file out of the work tree, which libgit2 takes for a deletion.
  func isLeftOut(_ path: UnsafePointer<CChar>, of index: OpaquePointer) -> Bool {
    guard let entry = git_index_get_bypath(index, path, 0)?.pointee, let workTree else { return false }
    return entry.flags_extended & UInt16(GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue) != 0
      && WorkTree(root: workTree).kind(GitPath(path)) == .absent
  }

  private static func status(_ flags: UInt32) -> FileStatus {
    let staged =
      GIT_STATUS_INDEX_NEW.rawValue | GIT_STATUS_INDEX_MODIFIED.rawValue | GIT_STATUS_INDEX_DELETED.rawValue
      | GIT_STATUS_INDEX_RENAMED.rawValue | GIT_STATUS_INDEX_TYPECHANGE.rawValue | GIT_STATUS_CONFLICTED.rawValue
    if flags & staged != 0 { return .staged }
    if flags & GIT_STATUS_IGNORED.rawValue != 0 { return .ignored }
    if flags & GIT_STATUS_WT_NEW.rawValue != 0 { return .untracked }
    return flags == GIT_STATUS_CURRENT.rawValue ? .clean : .modified
  }
}
