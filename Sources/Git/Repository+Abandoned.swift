import CGit2
public import Foundation

extension Repository {
  /// Puts right what a killed process left here: locks, half-written objects and files, an index that a power cut emptied.
  ///
  /// A lock is a living git's, and stays, when it changes or goes away within a fifth of a second, or while a `git` runs in
  /// the repository: one that waits in an editor holds the index locked. The caller knows that the process is gone.
  ///
  /// - Parameter start: When the process began; what is older is not its own.
  /// - Returns: The paths that were removed or made anew.
  @discardableResult
  public func recover(since start: Date) throws(GitError) -> [String] {
    var removed: [String] = []
    let before = abandoned(since: start)
    if !before.isEmpty, !isGitAtWork() {
      usleep(200_000)
      let after = abandoned(since: start)
      for (path, date) in before.sorted(by: { $0.key < $1.key }) where after[path] == date {
        guard (try? FileManager.default.removeItem(atPath: path)) != nil else { continue }
        removed.append(path)
      }
    }
    if let path = try rebuildIndex() { removed.append(path) }
    return removed
  }

  /// What looks left behind, each with when it was changed last.
  private func abandoned(since start: Date) -> [String: Date] {
    let manager = FileManager.default
    var paths = ["index.lock", "HEAD.lock"].map { "\(gitDirectory)/\($0)" }
    paths += ["\(commonDirectory)/packed-refs.lock"]
    let references = manager.enumerator(atPath: "\(commonDirectory)/refs")?.compactMap { $0 as? String } ?? []
    paths += references.filter { $0.hasSuffix(".lock") }.map { "\(commonDirectory)/refs/\($0)" }
    // Git's own name for these is another, and `git gc` takes only those away.
    let objects = (try? manager.contentsOfDirectory(atPath: "\(commonDirectory)/objects")) ?? []
    paths += objects.filter { $0.hasPrefix("tmp_object_git2_") }.map { "\(commonDirectory)/objects/\($0)" }
    for folder in trackedFolders() {
      let names = (try? manager.contentsOfDirectory(atPath: folder)) ?? []
      paths += names.filter { $0.hasPrefix(WorkTree.temporaryPrefix) }.map { "\(folder)/\($0)" }
    }
    var found: [String: Date] = [:]
    for path in paths {
      let date = try? manager.attributesOfItem(atPath: path)[.modificationDate] as? Date
      if let date, date >= start { found[path] = date }
    }
    return found
  }

  /// The folders of the work tree that hold tracked files.
  private func trackedFolders() -> Set<String> {
    guard let workTree, let index = try? freshIndex() else { return [] }
    var folders: Set<String> = [workTree]
    for position in 0..<git_index_entrycount(index.pointer) {
      guard let path = git_index_get_byindex(index.pointer, position)?.pointee.path else { continue }
      let parts = String(cString: path).split(separator: "/").dropLast()
      if !parts.isEmpty { folders.insert(workTree + "/" + parts.joined(separator: "/")) }
    }
    return folders
  }

  /// Whether a `git` has its working directory in the repository, or one whose folder cannot be seen is running.
  private func isGitAtWork() -> Bool {
    let places = [workTree, gitDirectory, commonDirectory].compactMap(\.self)
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.contains { process in
      guard Int32(process) != nil, let name = FileManager.default.contents(atPath: "/proc/\(process)/comm"),
        name == Data("git\n".utf8) || name.starts(with: Data("git-".utf8))
      else { return false }
      var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
      guard readlink("/proc/\(process)/cwd", &bytes, bytes.count - 1) > 0 else { return errno == EACCES }
      let folder = bytes.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
      return places.contains { folder == $0 || folder.hasPrefix($0 + "/") }
    }
  }

  /// Git cannot do anything with an index that has no content; what HEAD holds is what it can be made of.
  private func rebuildIndex() throws(GitError) -> String? {
    let path = "\(gitDirectory)/index"
    var status = stat()
    guard !isBare, stat(path, &status) == 0, case .branch(_, let commit) = try head() else { return nil }
    do throws(GitError) {
      _ = try Handle("git_index_open", free: git_index_free) { git_index_open(&$0, path) }
      // libgit2 takes an empty file for an empty index; git does not.
      guard status.st_size == 0 else { return nil }
    } catch  where error.has(GIT_ENOTFOUND) {
      return nil
    } catch {}
    try? FileManager.default.removeItem(atPath: path)
    let index = try Handle("git_repository_index", free: git_index_free) { git_repository_index(&$0, pointer) }
    var id = commit.raw
    let found = try Handle("git_commit_lookup", free: git_commit_free) { git_commit_lookup(&$0, pointer, &id) }
    let tree = try Handle("git_commit_tree", free: git_tree_free) { git_commit_tree(&$0, found.pointer) }
    try check("git_index_read", git_index_read(index.pointer, 1))
    try check("git_index_read_tree", git_index_read_tree(index.pointer, tree.pointer))
    try write(index: index.pointer)
    return path
  }
}
