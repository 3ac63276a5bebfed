import CGit2
import Foundation

extension Repository {
  /// Takes the index and the files of the work tree from one commit to another, as `git merge` does: only paths that
  /// differ between the two are touched. When a person's changes are in the way of even one of them, nothing is changed
  /// and the error (`isInTheWay`) names them. The reference is the caller's to move. Calling again after an interruption
  /// finishes the work.
  public func moveCheckedOut(from old: ObjectID, to new: ObjectID) throws(GitError) {
    guard let root = workTree else {
      throw GitError(GIT_EBAREREPO, "\(gitDirectory) is a bare repository, which has no files to move")
    }
    let moves = try moves(from: old, to: new)
    guard !moves.isEmpty else { return }
    try refuseBusy()
    for move in moves { try refuseForeignFilter(on: move.path.text) }
    let index = try freshIndex()
    let files = WorkTree(root: root)
    let check = MoveCheck(repository: self, workTree: files, index: index.pointer, moves: moves)
    let obstacles = try check.obstacles()
    guard obstacles.isEmpty else { throw Self.inTheWay(obstacles) }
    let leftOut = Set(moves.lazy.map(\.path).filter(check.isLeftOut))
    var pending: [PathMove] = []
    for move in moves where !leftOut.contains(move.path) {
      if try !check.isDone(move) { pending.append(move) }
    }
    try perform(pending, in: files)
    for move in moves {
      try record(move, leftOut: leftOut.contains(move.path), in: index.pointer, files: files)
    }
    try write(index: index.pointer)
  }

  /// Everything that can fail for want of space is written before the first file of the work tree changes.
  private func perform(_ moves: [PathMove], in files: WorkTree) throws(GitError) {
    var prepared: [(temporary: GitPath, path: GitPath)] = []
    do throws(GitError) {
      for move in moves {
        guard let new = move.new, !new.isSubmodule else { continue }
        let stored = try blob(new.id)
        let bytes = new.isSymbolicLink ? stored : try smudged(stored, path: move.path.text)
        prepared.append((try files.prepare(bytes, for: move.path, as: new), move.path))
      }
      for move in moves where move.new == nil { files.remove(move.path) }
      for move in moves where move.new?.isSubmodule == true { try files.makeFolder(move.path) }
      while let (temporary, path) = prepared.last {
        try files.place(temporary, at: path)
        prepared.removeLast()
      }
    } catch {
      for (temporary, _) in prepared { files.remove(temporary) }
      throw error
    }
  }

  private func record(
    _ move: PathMove, leftOut: Bool, in index: OpaquePointer, files: WorkTree
  ) throws(GitError) {
    let name = move.path.cString()
    guard let new = move.new else {
      guard git_index_get_bypath(index, name, 0) != nil else { return }
      try check("git_index_remove", git_index_remove(index, name, 0))
      return
    }
    var entry = git_index_entry()
    entry.id = new.id.raw
    entry.mode = new.mode
    if leftOut {
      entry.flags_extended = UInt16(GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue)
    } else if let status = files.status(move.path), !new.isSubmodule {
      entry.fill(from: status)
    }
    let code = name.withUnsafeBufferPointer { name in
      entry.path = name.baseAddress
      return git_index_add(index, &entry)
    }
    try check("git_index_add", code)
  }

  private func moves(from old: ObjectID, to new: ObjectID) throws(GitError) -> [PathMove] {
    let difference = try difference(from: old, to: new)
    var moves: [GitPath: PathMove] = [:]
    for index in 0..<git_diff_num_deltas(difference.pointer) {
      guard let delta = git_diff_get_delta(difference.pointer, index)?.pointee else { continue }
      // A path that changes its kind comes as two deltas.
      if delta.old_file.mode != 0, let name = delta.old_file.path {
        let path = GitPath(name)
        moves[path, default: PathMove(path: path)].old = Entry(delta.old_file)
      }
      if delta.new_file.mode != 0, let name = delta.new_file.path {
        let path = GitPath(name)
        moves[path, default: PathMove(path: path)].new = Entry(delta.new_file)
      }
    }
    return moves.values.sorted { $0.path < $1.path }
  }

  private func refuseBusy() throws(GitError) {
    let state = git_repository_state(pointer)
    guard [GIT_REPOSITORY_STATE_NONE.rawValue, GIT_REPOSITORY_STATE_BISECT.rawValue].contains(UInt32(state)) else {
      throw GitError(
        GIT_ECONFLICT, in: "moveCheckedOut",
        "a merge, rebase, revert or cherry-pick is under way in \(gitDirectory); finish or abort it first")
    }
    guard access(gitDirectory + "/index.lock", F_OK) != 0 else {
      throw GitError(
        GIT_ELOCKED, in: "moveCheckedOut",
        "another git is at work in \(gitDirectory); if none is running, delete index.lock there")
    }
  }

  private static func inTheWay(_ obstacles: [(path: GitPath, reason: String)]) -> GitError {
    let shown = obstacles.prefix(10).map { "\($0.path.text) \($0.reason)" }.joined(separator: ", ")
    let more = obstacles.count > 10 ? " and \(obstacles.count - 10) more" : ""
    return GitError(
      GIT_ECONFLICT, in: "moveCheckedOut",
      "local changes are in the way: \(shown)\(more); commit, stash or move them, then try again")
  }
}

extension Entry {
  fileprivate init(_ file: git_diff_file) { self.init(id: ObjectID(file.id), mode: UInt32(file.mode)) }
}

extension git_index_entry {
  /// What lets git see without reading that the file is unchanged.
  fileprivate mutating func fill(from status: stat) {
    ctime = git_index_time(
      seconds: Int32(truncatingIfNeeded: status.st_ctim.tv_sec),
      nanoseconds: UInt32(truncatingIfNeeded: status.st_ctim.tv_nsec))
    mtime = git_index_time(
      seconds: Int32(truncatingIfNeeded: status.st_mtim.tv_sec),
      nanoseconds: UInt32(truncatingIfNeeded: status.st_mtim.tv_nsec))
    dev = UInt32(truncatingIfNeeded: status.st_dev)
    ino = UInt32(truncatingIfNeeded: status.st_ino)
    uid = status.st_uid
    gid = status.st_gid
    file_size = UInt32(truncatingIfNeeded: status.st_size)
  }
}
