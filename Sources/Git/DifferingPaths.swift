import CGit2
import Foundation

/// The files that differ between two trees. libgit2's own comparison opens every folder of both; this one opens those whose
/// names differ, so that its cost is that of the change and not of the repository.
struct DifferingPaths {
  /// A folder that differs; nil on the side that has none.
  private struct Folder {
    var path: [CChar]
    var older: git_oid?
    var newer: git_oid?
  }

  /// The paths from the root, as git has them, in no order.
  private(set) var paths: [[CChar]] = []
  private var folders: [Folder] = []
  private let repository: Repository

  init(from older: OpaquePointer?, to newer: OpaquePointer, in repository: Repository) throws(GitError) {
    self.repository = repository
    compare(older, newer, below: [])
    while let folder = folders.popLast() {
      let older = try OpenTree(folder.older, in: repository)
      let newer = try OpenTree(folder.newer, in: repository)
      compare(older.pointer, newer.pointer, below: folder.path + [CChar(bitPattern: UInt8(ascii: "/"))])
    }
  }

  private mutating func compare(_ older: OpaquePointer?, _ newer: OpaquePointer?, below prefix: [CChar]) {
    for old in Self.entries(older) {
      compare(entry: old, newer.flatMap { git_tree_entry_byname($0, git_tree_entry_name(old)) }, below: prefix)
    }
    for new in Self.entries(newer) where older.flatMap({ git_tree_entry_byname($0, git_tree_entry_name(new)) }) == nil {
      compare(entry: nil, new, below: prefix)
    }
  }

  private mutating func compare(entry old: OpaquePointer?, _ new: OpaquePointer?, below prefix: [CChar]) {
    if let old, let new, git_oid_equal(git_tree_entry_id(old), git_tree_entry_id(new)) == 1,
      git_tree_entry_filemode_raw(old) == git_tree_entry_filemode_raw(new)
    {
      return
    }
    guard let name = (new ?? old).flatMap(git_tree_entry_name) else { return }
    let folder = Folder(
      path: prefix + UnsafeBufferPointer(start: name, count: strlen(name)), older: Self.folder(old),
      newer: Self.folder(new))
    if old != nil && folder.older == nil || new != nil && folder.newer == nil { paths.append(folder.path) }
    if folder.older != nil || folder.newer != nil { folders.append(folder) }
  }

  private static func entries(_ tree: OpaquePointer?) -> some Sequence<OpaquePointer> {
    (0..<(tree.map(git_tree_entrycount) ?? 0)).lazy.compactMap { git_tree_entry_byindex(tree, $0) }
  }

  private static func folder(_ entry: OpaquePointer?) -> git_oid? {
    guard let entry, git_tree_entry_type(entry) == GIT_OBJECT_TREE else { return nil }
    return git_tree_entry_id(entry)?.pointee
  }
}

/// A tree that is open while it is looked at, or none.
private struct OpenTree: ~Copyable {
  private let handle: Handle?

  init(_ id: git_oid?, in repository: Repository) throws(GitError) {
    guard var id else {
      handle = nil
      return
    }
    handle = try Handle("git_tree_lookup", free: git_tree_free) { git_tree_lookup(&$0, repository.pointer, &id) }
  }

  var pointer: OpaquePointer? {
    switch handle {
    case .some(let handle): handle.pointer
    case .none: nil
    }
  }
}
