import CGit2

extension Repository {
  /// Work-tree bytes as git would store them: `core.autocrlf`, `.gitattributes` line endings and `ident` apply. For new
  /// files; a path that is in the index with CR bytes keeps them, as `git add` does.
  public func cleaned(_ bytes: [UInt8], path: String) throws(GitError) -> [UInt8] {
    try filtered(bytes, path: path, mode: GIT_FILTER_TO_ODB)
  }

  /// Stored bytes as git would write them into the work tree.
  public func smudged(_ bytes: [UInt8], path: String) throws(GitError) -> [UInt8] {
    try filtered(bytes, path: path, mode: GIT_FILTER_TO_WORKTREE)
  }

  private func filtered(_ bytes: [UInt8], path: String, mode: git_filter_mode_t) throws(GitError) -> [UInt8] {
    try refuseForeignFilter(on: path)
    var list: OpaquePointer?
    try check(
      "git_filter_list_load",
      git_filter_list_load(&list, pointer, nil, path, mode, GIT_FILTER_ALLOW_UNSAFE.rawValue))
    // No list means that no filter applies.
    guard let list else { return bytes }
    defer { git_filter_list_free(list) }
    let characters = bytes.map { CChar(bitPattern: $0) }
    return try Buffer("git_filter_list_apply_to_buffer") {
      git_filter_list_apply_to_buffer(&$0, list, characters, characters.count)
    }.bytes
  }

  /// libgit2 does not run filter programs (git-lfs, for one) and does not convert encodings: storing such a file as it
  /// stands would differ from what `git add` stores.
  func refuseForeignFilter(on path: String) throws(GitError) {
    if let driver = try attribute("filter", of: path),
      ["clean", "smudge", "process"].contains(where: { configuration("filter.\(driver).\($0)") != nil })
    {
      throw GitError(
        GIT_EINVALID, in: "filter",
        "\(path) goes through git's filter program \"\(driver)\", which Errata does not run; "
          + "exclude the path in .gitattributes")
    }
    if let encoding = try attribute("working-tree-encoding", of: path), !encoding.uppercased().hasPrefix("UTF-8") {
      throw GitError(
        GIT_EINVALID, in: "filter",
        "\(path) has working-tree-encoding=\(encoding) in .gitattributes, which Errata does not convert; use UTF-8")
    }
  }

  private func attribute(_ name: String, of path: String) throws(GitError) -> String? {
    var value: UnsafePointer<CChar>?
    try check("git_attr_get", git_attr_get(&value, pointer, 0, path, name))
    guard let value, git_attr_value(value) == GIT_ATTR_VALUE_STRING else { return nil }
    return String(cString: value)
  }
}
