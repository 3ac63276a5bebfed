import CGit2
import Foundation

extension Repository {
  /// Reads a commit.
  public func commit(_ id: ObjectID) throws(GitError) -> Commit {
    let found = try lookUp(id)
    return try Commit(found.pointer)
  }

  /// A file's bytes as the commit stores them; nil when the commit has no such file. Anything that is not a regular
  /// file is an error: a symbolic link's target could be anywhere.
  public func contents(of path: String, in commit: ObjectID) throws(GitError) -> [UInt8]? {
    let tree = try tree(of: commit)
    guard let found = try entry(path, in: tree.pointer) else { return nil }
    guard let kind = FileMode(rawValue: found.mode), kind.isRegular else {
      throw GitError(
        GIT_EINVALID, in: "contents",
        "\(path) in commit \(commit.short) is \(FileMode.name(found.mode)), not a regular file")
    }
    return try blob(found.id, named: "\(path) in commit \(commit.short)")
  }

  /// The regular files in a folder and below (`""` for all), in git's order. A name that is not UTF-8 is shown with
  /// U+FFFD, and cannot be asked for.
  public func files(under prefix: String, in commit: ObjectID) throws(GitError) -> [String] {
    let folder = prefix.split(separator: "/").joined(separator: "/")
    let root = try tree(of: commit)
    guard !folder.isEmpty else { return try files(in: root.pointer, named: "") }
    guard let found = try entry(folder, in: root.pointer) else { return [] }
    if let mode = FileMode(rawValue: found.mode), mode.isRegular { return [folder] }
    guard found.mode == FileMode.folder else { return [] }
    var id = found.id.raw
    let tree = try Handle("git_tree_lookup", free: git_tree_free) { git_tree_lookup(&$0, pointer, &id) }
    return try files(in: tree.pointer, named: folder + "/")
  }

  private func files(in tree: OpaquePointer, named prefix: String) throws(GitError) -> [String] {
    var found: [String] = []
    for index in 0..<git_tree_entrycount(tree) {
      guard let entry = git_tree_entry_byindex(tree, index), let name = git_tree_entry_name(entry) else { continue }
      let path = prefix + String(cString: name)
      let mode = git_tree_entry_filemode(entry).rawValue
      if mode == FileMode.folder {
        let inner = try Handle("git_tree_lookup", free: git_tree_free) {
          git_tree_lookup(&$0, pointer, git_tree_entry_id(entry))
        }
        found += try files(in: inner.pointer, named: path + "/")
      } else if let mode = FileMode(rawValue: mode), mode.isRegular {
        found.append(path)
      }
    }
    return found
  }

  /// The name of a file's bytes in a commit, which is the same for the same bytes; nil when it has no such regular file.
  public func blobID(of path: String, in commit: ObjectID) throws(GitError) -> ObjectID? {
    let tree = try tree(of: commit)
    guard let found = try entry(path, in: tree.pointer), FileMode(rawValue: found.mode)?.isRegular == true else {
      return nil
    }
    return found.id
  }

  /// Whether a file may be executed; false when the commit has no such file.
  public func isExecutable(_ path: String, in commit: ObjectID) throws(GitError) -> Bool {
    let tree = try tree(of: commit)
    return try entry(path, in: tree.pointer)?.mode == FileMode.executable.rawValue
  }

  /// A file's bytes by their name.
  public func contents(ofBlob id: ObjectID) throws(GitError) -> [UInt8] { try blob(id) }

  func blob(_ id: ObjectID, named name: String? = nil) throws(GitError) -> [UInt8] {
    var raw = id.raw
    let blob = try missingExplained(name ?? "file \(id)") { () throws(GitError) in
      try Handle("git_blob_lookup", free: git_blob_free) { git_blob_lookup(&$0, pointer, &raw) }
    }
    guard let start = git_blob_rawcontent(blob.pointer) else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: Int(git_blob_rawsize(blob.pointer))))
  }

  func lookUp(_ commit: ObjectID) throws(GitError) -> Handle {
    var id = commit.raw
    return try missingExplained("commit \(commit)") { () throws(GitError) in
      try Handle("git_commit_lookup", free: git_commit_free) { git_commit_lookup(&$0, pointer, &id) }
    }
  }

  func tree(of commit: ObjectID) throws(GitError) -> Handle {
    let found = try lookUp(commit)
    return try missingExplained("the tree of commit \(commit)") { () throws(GitError) in
      try Handle("git_commit_tree", free: git_tree_free) { git_commit_tree(&$0, found.pointer) }
    }
  }

  func entry(_ path: String, in tree: OpaquePointer) throws(GitError) -> (id: ObjectID, mode: UInt32)? {
    guard !path.isEmpty else { return nil }
    do throws(GitError) {
      let entry = try Handle("git_tree_entry_bypath", free: git_tree_entry_free) {
        git_tree_entry_bypath(&$0, tree, path)
      }
      guard let id = ObjectID(git_tree_entry_id(entry.pointer)) else { return nil }
      return (id, git_tree_entry_filemode(entry.pointer).rawValue)
    } catch  where error.has(GIT_ENOTFOUND) && !error.message.hasPrefix("object not found") {
      return nil
    } catch {
      // A folder that is lost must not pass for a path that nobody has.
      return try missingExplained("the folder of \(path)") { () throws(GitError) in throw error }
    }
  }

  /// "Object not found" has a cause that people can act on in a shallow or blobless clone; an object that is there and
  /// cannot be read is damaged.
  func missingExplained<Result: ~Copyable>(
    _ what: String, _ body: () throws(GitError) -> Result
  ) throws(GitError) -> Result {
    do throws(GitError) {
      return try body()
    } catch {
      guard error.has(GIT_ENOTFOUND) else {
        throw GitError(
          code: error.code, call: "object",
          message: "\(what) cannot be read: \(error.message); run `git fsck` to see what is damaged")
      }
      let advice =
        isShallow
        ? "this clone is shallow; run `git fetch --unshallow`"
        : isPartial
          ? "this clone is partial; let git fetch it, for one with `git show`, or clone without --filter"
          : "run `git fsck` to see whether the repository is damaged"
      throw GitError(
        code: GIT_ENOTFOUND.rawValue, call: isShallow ? "history" : error.call,
        message: "\(what) is not in the repository: \(advice)")
    }
  }
}

/// The kinds of entry that git's trees have.
enum FileMode: UInt32 {
  case regular = 0o100644
  case regularGroupWritable = 0o100664
  case executable = 0o100755
  case symbolicLink = 0o120000
  case submodule = 0o160000

  static let folder: UInt32 = 0o040000

  var isRegular: Bool { self == .regular || self == .regularGroupWritable || self == .executable }

  static func name(_ mode: UInt32) -> String {
    switch FileMode(rawValue: mode) {
    case .symbolicLink: "a symbolic link"
    case .submodule: "a submodule"
    case .regular, .regularGroupWritable, .executable: "a regular file"
    case nil: "a folder"
    }
  }
}
