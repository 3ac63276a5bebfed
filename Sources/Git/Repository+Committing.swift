import CGit2
import Foundation

/// One file of a commit to be made.
public struct FileChange: Sendable {
  /// The path from the repository's root, with slashes.
  public var path: String
  /// The bytes to store (see `Repository.cleaned`); nil removes the file.
  public var contents: [UInt8]?
  /// Whether the file is executable; nil keeps an existing file's mode, and makes a new file a regular one.
  public var executable: Bool?

  /// Creates a change.
  public init(path: String, contents: [UInt8]?, executable: Bool? = nil) {
    self.path = path
    self.contents = contents
    self.executable = executable
  }
}

extension Repository {
  /// Makes a commit in the object database alone: no index, work tree, reference or hook is touched. `base` is the
  /// commit whose files are changed, nil for none. The same arguments always give the same commit, unless it is signed:
  /// a signature by gpg holds the moment of signing.
  ///
  /// The message is tidied as `git commit` does: no blank lines at its ends, no trailing spaces, one final newline.
  public func createCommit(
    onto base: ObjectID?, parents: [ObjectID], changes: [FileChange], author: Signature, committer: Signature,
    message: String
  ) throws(GitError) -> ObjectID {
    let tree = try createTree(onto: base, changes: changes)
    return try createMergeCommit(tree: tree, parents: parents, author: author, committer: committer, message: message)
  }

  /// Makes a commit of a tree that exists already, such as `mergeTrees` returns.
  public func createMergeCommit(
    tree: ObjectID, parents: [ObjectID], author: Signature, committer: Signature, message: String
  ) throws(GitError) -> ObjectID {
    let message = try Self.tidied(message)
    var treeID = tree.raw
    let tree = try Handle("git_tree_lookup", free: git_tree_free) { git_tree_lookup(&$0, pointer, &treeID) }
    var raw: [OpaquePointer?] = []
    defer { for parent in raw { git_commit_free(parent) } }
    for parent in parents {
      var id = parent.raw
      var found: OpaquePointer?
      try check("git_commit_lookup", git_commit_lookup(&found, pointer, &id))
      raw.append(found)
    }
    return try author.withRaw { rawAuthor throws(GitError) in
      try committer.withRaw { rawCommitter throws(GitError) in
        var made = git_oid()
        let unsigned = try Buffer("git_commit_create_buffer") {
          git_commit_create_buffer(
            &$0, pointer, rawAuthor, rawCommitter, nil, message, tree.pointer, raw.count, &raw)
        }.bytes
        guard let signer else {
          // Not by git_commit_create: on a full disk libgit2 1.5 says that it made a commit which is not there.
          let objects = try Handle("git_repository_odb", free: git_odb_free) { git_repository_odb(&$0, pointer) }
          try check(
            "git_odb_write",
            git_odb_write(&made, objects.pointer, unsigned, unsigned.count, GIT_OBJECT_COMMIT))
          return ObjectID(made)
        }
        let signature = try signer.sign(unsigned, by: committer)
        // The bytes that were signed are the bytes that are stored.
        let content = (unsigned + [0]).map { CChar(bitPattern: $0) }
        try check(
          "git_commit_create_with_signature",
          git_commit_create_with_signature(&made, pointer, content, signature, nil))
        return ObjectID(made)
      }
    }
  }

  private func createTree(onto base: ObjectID?, changes: [FileChange]) throws(GitError) -> ObjectID {
    var seen: Set<String> = []
    for change in changes {
      try refuseUnsafe(change.path)
      guard seen.insert(change.path).inserted else {
        throw GitError(GIT_EINVALID, in: "createCommit", "\(change.path) is changed twice in one commit")
      }
    }
    // Removals first: then a file may become a folder, and the reverse.
    let start = if let base { try tree(of: base) } else { try emptyTree() }
    var id = try updated(start.pointer, by: changes.filter { $0.contents == nil }).raw
    let rest = try Handle("git_tree_lookup", free: git_tree_free) { git_tree_lookup(&$0, pointer, &id) }
    return try updated(rest.pointer, by: changes.filter { $0.contents != nil })
  }

  private func updated(_ tree: OpaquePointer, by changes: [FileChange]) throws(GitError) -> ObjectID {
    var updates: [git_tree_update] = []
    defer { for update in updates { free(UnsafeMutablePointer(mutating: update.path)) } }
    for change in changes {
      if let update = try update(for: change, in: tree) { updates.append(update) }
    }
    var made = git_oid()
    do throws(GitError) {
      try check(
        "git_tree_create_updated", git_tree_create_updated(&made, pointer, tree, updates.count, &updates))
    } catch  where error.message.contains("D/F conflict") {
      throw GitError(
        GIT_EINVALID, in: "createCommit",
        "one of \(changes.map(\.path).joined(separator: ", ")) needs a folder where the base commit has a file")
    }
    return ObjectID(made)
  }

  private func update(for change: FileChange, in tree: OpaquePointer) throws(GitError) -> git_tree_update? {
    let existing = try entry(change.path, in: tree)
    if let existing, FileMode(rawValue: existing.mode)?.isRegular != true {
      throw GitError(
        GIT_EINVALID, in: "createCommit",
        "\(change.path) is \(FileMode.name(existing.mode)) in the base commit, so it is not changed")
    }
    var update = git_tree_update()
    if let contents = change.contents {
      try check(
        "git_blob_create_from_buffer", git_blob_create_from_buffer(&update.id, pointer, contents, contents.count))
      let isExecutable = change.executable ?? (existing?.mode == FileMode.executable.rawValue)
      update.action = GIT_TREE_UPDATE_UPSERT
      update.filemode = isExecutable ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_BLOB
    } else {
      guard existing != nil else { return nil }
      update.action = GIT_TREE_UPDATE_REMOVE
    }
    update.path = UnsafePointer(strdup(change.path))
    return update
  }

  private func emptyTree() throws(GitError) -> Handle {
    let builder = try Handle("git_treebuilder_new", free: git_treebuilder_free) {
      git_treebuilder_new(&$0, pointer, nil)
    }
    var id = git_oid()
    try check("git_treebuilder_write", git_treebuilder_write(&id, builder.pointer))
    return try Handle("git_tree_lookup", free: git_tree_free) { git_tree_lookup(&$0, pointer, &id) }
  }

  /// What `git` would refuse to check out must not get into a commit.
  private func refuseUnsafe(_ path: String) throws(GitError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let isUnsafe = parts.contains { part in
      ["", ".", "..", ".git", "git~1"].contains(part.lowercased()) || part.utf8.contains(0)
    }
    guard !isUnsafe else {
      throw GitError(
        GIT_EINVALIDSPEC, in: "createCommit", "\"\(path)\" is not a path inside the repository that git allows")
    }
  }

  private static func tidied(_ message: String) throws(GitError) -> String {
    guard !message.utf8.contains(0) else {
      throw GitError(GIT_EINVALID, in: "createCommit", "the commit message has a NUL character in it")
    }
    let tidy = try Buffer("git_message_prettify") { git_message_prettify(&$0, message, 0, 0) }.text
    guard !tidy.isEmpty else { throw GitError(GIT_EINVALID, in: "createCommit", "the commit message is empty") }
    return tidy
  }
}
