internal import Git
internal import Journal

/// Tells a base that lost an approved fix from a HEAD that is only somewhere else: on another branch, or behind the remote.
struct OtherLines {
  private var tips: [ObjectID]?
  private var answers: [String: Bool] = [:]

  /// Whether a branch that HEAD is not on has the commit that brought the fix in.
  ///
  /// - Parameter base: The branch that fixes are for; nil for any that is not a fix's own.
  mutating func hold(_ fix: FixRecord, in place: WorkspaceRepository, base: String?) throws(GitError) -> Bool {
    guard let hex = fix.statusCommit, let commit = ObjectID(hex) else { return false }
    if let answer = answers[hex] { return answer }
    var holds = false
    if (try? place.repository.commit(commit)) != nil {
      for tip in try candidates(in: place, base: base) where try place.repository.isAncestor(commit, of: tip) {
        holds = true
        break
      }
    }
    answers[hex] = holds
    return holds
  }

  private mutating func candidates(in place: WorkspaceRepository, base: String?) throws(GitError) -> [ObjectID] {
    if let tips { return tips }
    let head = try place.repository.head()
    var found: Set<ObjectID> = []
    for prefix in ["refs/heads/", "refs/remotes/"] {
      for (name, commit) in try place.repository.references(matching: prefix) where commit != head.readableCommit {
        var short = name.dropFirst(prefix.count)
        if prefix == "refs/remotes/" { short = short.drop { $0 != "/" }.dropFirst() }
        guard !FixBranchName.isFix(String(short)), base == nil || short == base ?? "" else { continue }
        found.insert(commit)
        if found.count == 32 { break }
      }
    }
    let list = Array(found)
    tips = list
    return list
  }
}
