import CGit2
import Foundation

/// What is checked out.
public enum Head: Equatable, Sendable {
  /// A branch, by its short name.
  case branch(name: String, commit: ObjectID)
  /// A branch without commits, as in a new repository.
  case unborn(name: String)
  /// A commit without a branch, which is normal in CI.
  case detached(commit: ObjectID)
}

extension Repository {
  /// What is checked out in this work tree.
  public func head() throws(GitError) -> Head {
    let head = try Handle("git_reference_lookup", free: git_reference_free) {
      git_reference_lookup(&$0, pointer, "HEAD")
    }
    guard let target = git_reference_symbolic_target(head.pointer).map({ String(cString: $0) }) else {
      guard let commit = try reference("HEAD") else { throw GitError(GIT_ENOTFOUND, "HEAD names no commit") }
      return .detached(commit: commit)
    }
    let name = target.hasPrefix("refs/heads/") ? String(target.dropFirst(11)) : target
    guard let commit = try reference(target) else { return .unborn(name: name) }
    return .branch(name: name, commit: commit)
  }

  /// The commit that a reference such as `refs/heads/main` names, through tags and symbolic references; nil when there
  /// is no such reference.
  public func reference(_ fullName: String) throws(GitError) -> ObjectID? {
    try withReference(fullName) { found throws(GitError) in try commit(peeling: found) } ?? nil
  }

  /// What a reference such as `refs/heads/main` holds, without a look at whether that is a commit and is there, which takes
  /// three times as long; nil when there is no such reference.
  public func tip(of fullName: String) throws(GitError) -> ObjectID? {
    try withReference(fullName) { found throws(GitError) in
      if let tip = ObjectID(git_reference_target(found)) { return tip }
      return try commit(peeling: found)
    } ?? nil
  }

  /// The references whose full name starts with `prefix`, in the order of their names. Those that name no commit (a
  /// tag of a file, a symbolic reference to a branch that is gone) are left out.
  public func references(matching prefix: String) throws(GitError) -> [(name: String, commit: ObjectID)] {
    var found: [(name: String, commit: ObjectID)] = []
    for name in try referenceNames(matching: prefix + "*") {
      guard let commit = try? reference(name) else { continue }
      found.append((name, commit))
    }
    return found.sorted { $0.name < $1.name }
  }

  /// Whether a work tree of this repository, this one or a linked one, has the branch checked out.
  public func isCheckedOut(_ fullName: String) throws(GitError) -> Bool {
    if case .branch(let name, _) = try head(), "refs/heads/" + name == fullName { return true }
    return try withReference(fullName) { found throws(GitError) in
      try check("git_branch_is_checked_out", git_branch_is_checked_out(found)) == 1
    } ?? false
  }

  /// Moves a reference, but only if it still is where the caller saw it (compare-and-swap, under the lock file that
  /// `git` uses too). `old` nil: it must not exist yet. `new` nil: delete it. When somebody else was faster, the error's
  /// `isRace` is true. The work tree is not touched.
  public func update(
    _ fullName: String, from old: ObjectID?, to new: ObjectID?, reason: String
  ) throws(GitError) {
    var valid: Int32 = 0
    guard git_reference_name_is_valid(&valid, fullName) == 0, valid == 1, fullName.hasPrefix("refs/") else {
      throw GitError(GIT_EINVALIDSPEC, "\"\(fullName)\" is not a name that git allows for a reference")
    }
    if new == nil, try isCheckedOut(fullName) {
      throw GitError(GIT_ERROR, "\(fullName) is checked out, so it is not deleted; check out another branch first")
    }
    if let new { try refuseMissing(new, for: fullName) }
    if old == nil { try refuseClash(with: fullName) }
    let transaction = try Handle("git_transaction_new", free: git_transaction_free) {
      git_transaction_new(&$0, pointer)
    }
    try lock(fullName, in: transaction.pointer)
    let current = try directTarget(of: fullName)
    guard current == old else {
      throw GitError(
        GIT_EMODIFIED, "\(fullName) \(Self.place(current)), expected it \(Self.place(old)): somebody else moved it")
    }
    if let new {
      synchronizeObjects()
      var target = new.raw
      try check(
        "git_transaction_set_target", git_transaction_set_target(transaction.pointer, fullName, &target, nil, reason))
    } else if old != nil {
      try check("git_transaction_remove", git_transaction_remove(transaction.pointer, fullName))
    }
    try check("git_transaction_commit", git_transaction_commit(transaction.pointer))
    if old == nil { synchronizeFolders(above: fullName) }
    // libgit2 leaves the log of a deleted reference, where it would block a branch named after one of its folders.
    if new == nil { git_reflog_delete(pointer, fullName) }
  }

  private static func place(_ commit: ObjectID?) -> String { commit.map { "at \($0.short)" } ?? "absent" }

  /// The full names of the references that a pattern such as `refs/heads/*` takes in, in no order; by default of all.
  public func referenceNames(matching glob: String = "*") throws(GitError) -> [String] {
    let iterator = try Handle("git_reference_iterator_glob_new", free: git_reference_iterator_free) {
      git_reference_iterator_glob_new(&$0, pointer, glob)
    }
    var names: [String] = []
    var name: UnsafePointer<CChar>?
    while true {
      let code = git_reference_next_name(&name, iterator.pointer)
      if code == GIT_ITEROVER.rawValue { return names }
      try check("git_reference_next_name", code)
      if let name { names.append(String(cString: name)) }
    }
  }

  /// Calls with the reference of that name; nil when there is none.
  private func withReference<Result>(
    _ fullName: String, _ look: (OpaquePointer) throws(GitError) -> Result
  ) throws(GitError) -> Result? {
    var found: OpaquePointer?
    let code = git_reference_lookup(&found, pointer, fullName)
    if code == GIT_ENOTFOUND.rawValue { return nil }
    try check("git_reference_lookup", code)
    guard let found else { return nil }
    defer { git_reference_free(found) }
    return try look(found)
  }

  /// The commit behind a reference; nil when it names another reference, which is not there.
  private func commit(peeling reference: OpaquePointer) throws(GitError) -> ObjectID? {
    var resolved: OpaquePointer?
    let code = git_reference_resolve(&resolved, reference)
    if code == GIT_ENOTFOUND.rawValue { return nil }
    try check("git_reference_resolve", code)
    defer { git_reference_free(resolved) }
    let commit = try Handle("git_reference_peel", free: git_object_free) {
      git_reference_peel(&$0, resolved, GIT_OBJECT_COMMIT)
    }
    guard let id = ObjectID(git_object_id(commit.pointer)) else {
      throw GitError(GIT_ERROR, "a commit without a name")
    }
    return id
  }

  /// The value to compare with: not peeled, because it is what the swap replaces.
  private func directTarget(of fullName: String) throws(GitError) -> ObjectID? {
    try withReference(fullName) { found throws(GitError) in
      guard let target = ObjectID(git_reference_target(found)) else {
        throw GitError(GIT_EINVALID, in: "update", "\(fullName) points to another reference, so it is not moved")
      }
      return target
    }
  }

  /// Another git holds a lock for milliseconds; one that stays was left by a program that was killed.
  private func lock(_ fullName: String, in transaction: OpaquePointer) throws(GitError) {
    for attempt in 1... {
      do throws(GitError) {
        try check("git_transaction_lock_ref", git_transaction_lock_ref(transaction, fullName))
        return
      } catch  where error.has(GIT_ELOCKED) {
        guard attempt < 10 else {
          throw GitError(
            GIT_ELOCKED, in: "update",
            "\(fullName) is locked by another git; if none is running, delete \(gitDirectory)/\(fullName).lock")
        }
        usleep(20_000)
      }
    }
  }

  private func refuseMissing(_ commit: ObjectID, for fullName: String) throws(GitError) {
    var id = commit.raw
    let found = try? Handle("git_commit_lookup", free: git_commit_free) { git_commit_lookup(&$0, pointer, &id) }
    guard found != nil else {
      throw GitError(GIT_EINVALID, in: "update", "\(fullName) cannot be moved: there is no commit \(commit)")
    }
  }

  /// A reference is a file or a folder, never both; libgit2 does not see the clash when one of them is packed.
  private func refuseClash(with fullName: String) throws(GitError) {
    let parts = fullName.split(separator: "/")
    for count in 2..<max(2, parts.count) {
      let folder = parts.prefix(count).joined(separator: "/")
      if try exists(folder) { throw Self.clash(of: fullName, with: folder) }
    }
    if let inner = try referenceNames(matching: fullName + "/*").first { throw Self.clash(of: fullName, with: inner) }
  }

  private func exists(_ fullName: String) throws(GitError) -> Bool {
    var id = git_oid()
    let code = git_reference_name_to_id(&id, pointer, fullName)
    if code == GIT_ENOTFOUND.rawValue { return false }
    try check("git_reference_name_to_id", code)
    return true
  }

  private static func clash(of fullName: String, with blocking: String) -> GitError {
    GitError(
      GIT_EINVALIDSPEC, in: "update",
      "\(fullName) cannot be created, because git keeps names as folders and \(blocking) is in its way; "
        + "rename or delete \(blocking)")
  }
}
