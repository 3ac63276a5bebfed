import CGit2
import Foundation

/// One path that differs between two trees, or between a commit and the index.
public struct TreeChange: Sendable {
  /// A file as a tree records it.
  public struct File: Hashable, Sendable {
    /// The name of its bytes.
    public let blob: ObjectID
    /// Its mode, such as 0o100644.
    public let mode: UInt32

    /// Whether it is a plain file that nobody can execute.
    public var isPlain: Bool { mode == FileMode.regular.rawValue || mode == FileMode.regularGroupWritable.rawValue }
    /// Whether it is a file with contents of its own: no link, no submodule.
    public var isRegular: Bool { FileMode(rawValue: mode)?.isRegular == true }
    /// What it is, for people.
    public var kind: String { mode == FileMode.executable.rawValue ? "an executable file" : FileMode.name(mode) }
  }

  /// The path from the root; what is not UTF-8 is shown as U+FFFD.
  public let path: String
  /// Whether the path is UTF-8, so that `path` is what git has.
  public let isText: Bool
  /// The file before; nil when it is new.
  public let old: File?
  /// The file afterwards; nil when it is removed.
  public let new: File?
}

extension Repository {
  /// The folder that all work trees of the repository share: refs, objects and hooks.
  public var commonDirectory: String {
    let path = git_repository_commondir(pointer).map { String(cString: $0) } ?? gitDirectory
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// What differs between two commits, in git's order, without looking for renames.
  public func treeChanges(from: ObjectID, to: ObjectID) throws(GitError) -> [TreeChange] {
    let difference = try difference(from: from, to: to)
    return changes(of: difference.pointer)
  }

  /// What is staged: how the index differs from HEAD, or from nothing before the first commit.
  ///
  /// - Parameter index: The index file that git works with (`GIT_INDEX_FILE` inside a hook); nil for the work tree's own.
  public func stagedChanges(index path: String? = nil) throws(GitError) -> [TreeChange] {
    let index = try Handle("git_repository_index", free: git_index_free) {
      guard let path else { return git_repository_index(&$0, pointer) }
      return git_index_open(&$0, path)
    }
    let commit: ObjectID? =
      switch try head() {
      case .branch(_, let commit), .detached(let commit): commit
      case .unborn: nil
      }
    guard let commit else {
      let difference = try Handle("git_diff_tree_to_index", free: git_diff_free) {
        git_diff_tree_to_index(&$0, pointer, nil, index.pointer, nil)
      }
      return changes(of: difference.pointer)
    }
    let tree = try tree(of: commit)
    let difference = try Handle("git_diff_tree_to_index", free: git_diff_free) {
      git_diff_tree_to_index(&$0, pointer, tree.pointer, index.pointer, nil)
    }
    return changes(of: difference.pointer)
  }

  /// The bytes of a file that a change names.
  public func contents(of file: TreeChange.File) throws(GitError) -> [UInt8] { try blob(file.blob) }

  /// The tracked paths that end in one of these, as the index lists them.
  public func trackedPaths(endingIn endings: [String]) throws(GitError) -> [String] {
    let index = try Handle("git_repository_index", free: git_index_free) { git_repository_index(&$0, pointer) }
    return (0..<git_index_entrycount(index.pointer)).compactMap { position in
      guard let name = git_index_get_byindex(index.pointer, position)?.pointee.path,
        let path = String(validatingCString: name), endings.contains(where: path.hasSuffix)
      else { return nil }
      return path
    }
  }

  private func changes(of difference: OpaquePointer) -> [TreeChange] {
    (0..<git_diff_num_deltas(difference)).compactMap { index in
      guard let delta = git_diff_get_delta(difference, index)?.pointee,
        let name = delta.new_file.path ?? delta.old_file.path
      else { return nil }
      return TreeChange(
        path: String(cString: name), isText: String(validatingCString: name) != nil,
        old: Self.file(delta.old_file), new: Self.file(delta.new_file))
    }
  }

  private static func file(_ raw: git_diff_file) -> TreeChange.File? {
    raw.mode == 0 ? nil : TreeChange.File(blob: ObjectID(raw.id), mode: UInt32(raw.mode))
  }
}
