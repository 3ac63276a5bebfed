import CGit2

/// Compares commits with their parents where watched files are, by the names in their trees: folders that are the same in both
/// are not opened, and no file is read.
struct WatchedTrees {
  /// A folder with what is watched in it.
  private final class Folder {
    var folders: [String: Folder] = [:]
    var files: [String: String] = [:]
  }

  /// A tree that stays open, since a commit's tree is its child's parent's.
  private final class OpenTree {
    let handle: Handle
    init(_ handle: consuming Handle) { self.handle = handle }
  }

  private let root = Folder()
  private let repository: Repository
  private var open: [ObjectID: OpenTree] = [:]

  init(_ paths: some Sequence<String>, in repository: Repository) {
    self.repository = repository
    for path in paths {
      let parts = path.split(separator: "/").map(String.init)
      guard let name = parts.last else { continue }
      var folder = root
      for part in parts.dropLast() {
        let next = folder.folders[part] ?? Folder()
        folder.folders[part] = next
        folder = next
      }
      folder.files[name] = path
    }
  }

  /// The watched files that are not the same in a commit and in all its parents, in order of their paths.
  ///
  /// - Parameter parents: The parents in order; nil for one that a shallow clone lacks, and then nothing can be said.
  mutating func changes(
    in node: NewCommitsWalk.Node, parents: [NewCommitsWalk.Node?]
  ) throws(GitError) -> [NewCommits.Change] {
    guard parents.allSatisfy({ $0 != nil }) else { return [] }
    var found: [NewCommits.Change] = []
    try compare(node.tree, parents.map { $0?.tree }, root, into: &found)
    return found.sorted { $0.path < $1.path }
  }

  private mutating func compare(
    _ tree: git_oid?, _ parents: [git_oid?], _ folder: Folder, into found: inout [NewCommits.Change]
  ) throws(GitError) {
    guard parents.isEmpty || parents.contains(where: { !Self.isSame($0, tree) }) else { return }
    let own = try tree.map { id throws(GitError) in try opened(id) }
    let others = try parents.map { id throws(GitError) in try id.map { id throws(GitError) in try opened(id) } }
    for (name, path) in folder.files {
      let blob = Self.entry(name, in: own, isFolder: false)
      let before = others.map { Self.entry(name, in: $0, isFolder: false) }
      guard before.isEmpty ? blob != nil : before.contains(where: { !Self.isSame($0, blob) }) else { continue }
      found.append(
        NewCommits.Change(path: path, blob: blob.map(ObjectID.init), before: before.map { $0.map(ObjectID.init) }))
    }
    for (name, inner) in folder.folders {
      try compare(
        Self.entry(name, in: own, isFolder: true), others.map { Self.entry(name, in: $0, isFolder: true) }, inner,
        into: &found)
    }
  }

  private mutating func opened(_ id: git_oid) throws(GitError) -> OpenTree {
    let key = ObjectID(id)
    if let tree = open[key] { return tree }
    var raw = id
    let tree = OpenTree(
      try Handle("git_tree_lookup", free: git_tree_free) { git_tree_lookup(&$0, repository.pointer, &raw) })
    if open.count >= 64 { open.removeAll() }
    open[key] = tree
    return tree
  }

  private static func entry(_ name: String, in tree: OpenTree?, isFolder: Bool) -> git_oid? {
    guard let tree, let entry = git_tree_entry_byname(tree.handle.pointer, name) else { return nil }
    let mode = git_tree_entry_filemode(entry).rawValue
    guard isFolder ? mode == FileMode.folder : FileMode(rawValue: mode)?.isRegular == true else { return nil }
    return git_tree_entry_id(entry)?.pointee
  }

  private static func isSame(_ a: git_oid?, _ b: git_oid?) -> Bool {
    guard var a, var b else { return a == nil && b == nil }
    return git_oid_equal(&a, &b) == 1
  }
}
