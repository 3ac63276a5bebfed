/// The commits that are new since some earlier ones, as far as they changed watched files.
public struct NewCommits: Sendable {
  /// What one commit made of one watched file.
  public struct Change: Hashable, Sendable {
    /// The file's path from the repository's root.
    public let path: String
    /// The file in the commit; nil when it is not there as a regular file.
    public let blob: ObjectID?
    /// The file in each of the commit's parents.
    public let before: [ObjectID?]
  }

  /// A commit that differs in a watched file from one of its parents at least.
  public struct Entry: Sendable {
    /// The commit.
    public let commit: Commit
    /// Whether it is reached from the tip over first parents alone: the base's own line.
    public let isOnOwnLine: Bool
    /// The watched files that it changed.
    public let changes: [Change]
    /// The earlier commits, as positions in the list that was asked with, whose history has it already.
    public let knownTo: Set<Int>
  }

  /// The commits, newest first.
  public internal(set) var entries: [Entry] = []
  /// Of each earlier commit that was asked with: whether the tip's history has it.
  public internal(set) var reached: [Bool] = []
  /// How many commits were looked at.
  public internal(set) var count = 0
  /// Whether nothing that is new was left out, be it for the limit or for a shallow clone's end.
  public internal(set) var isComplete = true

  /// Nothing is new.
  public init() {}
}

extension Repository {
  /// Finds the commits of `tip` that one of the earlier commits lacks at least, and which watched files they changed.
  ///
  /// One walk for all: its length is that of the new history, not of all of it. Where a shallow clone ends, so does the walk.
  ///
  /// - Parameters:
  ///   - since: Earlier commits, which must be in the repository; without any, all history is new.
  ///   - paths: Files to watch, from the repository's root. Their contents are not read, only their names in the trees.
  ///   - limit: How many new commits are looked at.
  public func newCommits(
    of tip: ObjectID, since: [ObjectID], watching paths: some Sequence<String>, limit: Int = .max
  ) throws(GitError) -> NewCommits {
    var walk = NewCommitsWalk(since: since)
    try walk.run(from: tip, in: self, limit: limit)
    var found = NewCommits()
    found.isComplete = walk.isComplete
    found.reached = since.map { walk.isReached($0) }
    let ownLine = walk.ownLine(from: tip)
    var comparison = WatchedTrees(paths, in: self)
    for id in walk.fresh {
      guard let node = walk.nodes[id] else { continue }
      found.count += 1
      let changes = try comparison.changes(in: node, parents: node.parents.map { walk.nodes[$0] })
      guard !changes.isEmpty else { continue }
      found.entries.append(
        NewCommits.Entry(
          commit: try commit(id), isOnOwnLine: ownLine.contains(id), changes: changes, knownTo: node.known.members))
    }
    return found
  }
}
