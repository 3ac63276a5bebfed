import CGit2
import Foundation

/// The change of one path between two commits.
struct PathMove {
  let path: GitPath
  var old: Entry?
  var new: Entry?
}

/// Decides whether the work tree and the index allow a move. Reads only.
struct MoveCheck {
  let repository: Repository
  let workTree: WorkTree
  let index: OpaquePointer
  let moves: [PathMove]
  let removed: Set<GitPath>
  let honoursFileMode: Bool

  init(repository: Repository, workTree: WorkTree, index: OpaquePointer, moves: [PathMove]) {
    self.repository = repository
    self.workTree = workTree
    self.index = index
    self.moves = moves
    removed = Set(moves.lazy.filter { $0.new == nil }.map(\.path))
    honoursFileMode = repository.flag("core.filemode", default: true)
  }

  /// Every path that a person changed and the move would change too, with what was found there.
  func obstacles() throws(GitError) -> [(path: GitPath, reason: String)] {
    var found: [(path: GitPath, reason: String)] = []
    for move in moves {
      if let reason = try indexObstacle(move) {
        found.append((move.path, reason))
      } else if let reason = try fileObstacle(move) {
        found.append((move.path, reason))
      }
    }
    return found
  }

  /// Whether the work tree already has the new file, as after a move that was cut short.
  func isDone(_ move: PathMove) throws(GitError) -> Bool {
    guard let new = move.new else { return workTree.kind(move.path) == .absent }
    return try holds(new, at: move.path)
  }

  /// Whether a sparse checkout leaves the file out of the work tree.
  func isLeftOut(_ path: GitPath) -> Bool { repository.isLeftOut(path.cString(), of: index) }

  private func indexObstacle(_ move: PathMove) throws(GitError) -> String? {
    let name = move.path.cString()
    for stage in 1...3 as ClosedRange<Int32> where git_index_get_bypath(index, name, stage) != nil {
      return "has a merge conflict"
    }
    let staged = git_index_get_bypath(index, name, 0).map {
      Entry(id: ObjectID($0.pointee.id), mode: $0.pointee.mode)
    }
    guard staged == move.old || staged == move.new else { return "has staged changes" }
    guard move.new != nil else { return nil }
    let isBlocked = move.path.folders.contains {
      git_index_get_bypath(index, $0.cString(), 0) != nil && !removed.contains($0)
    }
    return isBlocked || stagesFiles(below: move.path) ? "has staged changes where a folder meets a file" : nil
  }

  private func stagesFiles(below folder: GitPath) -> Bool {
    let prefix = GitPath(folder.bytes + [UInt8(ascii: "/")])
    var position = 0
    guard git_index_find_prefix(&position, index, prefix.cString()) == 0 else { return false }
    while let entry = git_index_get_byindex(index, position) {
      let path = GitPath(entry.pointee.path)
      guard path.bytes.starts(with: prefix.bytes) else { return false }
      if !removed.contains(path) { return true }
      position += 1
    }
    return false
  }

  private func fileObstacle(_ move: PathMove) throws(GitError) -> String? {
    for folder in move.path.folders {
      switch workTree.kind(folder) {
      case .folder: continue
      case .absent: return obstacleWhenAbsent(move)
      case .file, .symbolicLink, .other:
        if removed.contains(folder) || move.new == nil { return nil }
        return "would go through \(folder.text), which is not a folder"
      }
    }
    switch workTree.kind(move.path) {
    case .absent: return obstacleWhenAbsent(move)
    case .folder:
      if move.old?.isSubmodule == true || move.new?.isSubmodule == true { return nil }
      let isFree = workTree.files(below: move.path).allSatisfy(removed.contains)
      return move.new != nil && isFree ? nil : "is a folder with files of its own"
    case .other: return "is not a regular file"
    case .file, .symbolicLink:
      for entry in [move.old, move.new] {
        if let entry, try holds(entry, at: move.path) { return nil }
      }
      return move.old == nil ? "is not tracked and would be overwritten" : "has local changes"
    }
  }

  private func obstacleWhenAbsent(_ move: PathMove) -> String? {
    guard let old = move.old, move.new != nil, !old.isSubmodule, !isLeftOut(move.path) else { return nil }
    return "was deleted locally"
  }

  /// Whether the file in the work tree is what git would check out for this entry, or would store as it.
  private func holds(_ entry: Entry, at path: GitPath) throws(GitError) -> Bool {
    switch workTree.kind(path) {
    case .folder: return entry.isSubmodule
    case .symbolicLink:
      guard entry.isSymbolicLink else { return false }
      return try repository.blob(entry.id) == workTree.bytes(path)
    case .file(let executable):
      guard !entry.isSymbolicLink, !entry.isSubmodule, executable == entry.isExecutable || !honoursFileMode else {
        return false
      }
      let bytes = try workTree.bytes(path)
      let stored = try repository.blob(entry.id)
      if bytes == stored { return true }
      if try repository.cleaned(bytes, path: path.text) == stored { return true }
      return try repository.smudged(stored, path: path.text) == bytes
    case .absent, .other: return false
    }
  }
}
