import CGit2

/// A small set of positions.
struct PositionSet: Hashable {
  private var words: [UInt64]

  init(capacity: Int) { words = Array(repeating: 0, count: (capacity + 63) / 64) }

  mutating func insert(_ position: Int) { words[position / 64] |= 1 << UInt64(position % 64) }

  /// Adds another's members; whether there were any new ones.
  mutating func formUnion(_ other: PositionSet) -> Bool {
    var grew = false
    for index in words.indices where words[index] | other.words[index] != words[index] {
      words[index] |= other.words[index]
      grew = true
    }
    return grew
  }

  var members: Set<Int> {
    var found: Set<Int> = []
    for (index, word) in words.enumerated() {
      for bit in 0..<64 where word & (1 << UInt64(bit)) != 0 { found.insert(index * 64 + bit) }
    }
    return found
  }
}

/// Paints history down from a tip and from earlier commits at once, newest first, until only common commits are left, as
/// git does to find merge bases. libgit2's own walk is not used: it fails at the end of a shallow clone.
struct NewCommitsWalk {
  struct Node {
    let date: Int64
    let tree: git_oid
    /// Empty for the first commit of all.
    let parents: [ObjectID]
    /// The earlier commits whose history has this one.
    var known: PositionSet
    /// Whether the tip's history has it.
    var fromTip: Bool
  }

  private(set) var nodes: [ObjectID: Node] = [:]
  /// The commits that are new to some earlier commit, newest first.
  private(set) var fresh: [ObjectID] = []
  private(set) var isComplete = true
  private let since: [ObjectID]
  private let all: PositionSet
  private var queue = DateQueue()
  private var waiting: Set<ObjectID> = []

  init(since: [ObjectID]) {
    self.since = since
    var all = PositionSet(capacity: since.count)
    for position in since.indices { all.insert(position) }
    self.all = all
  }

  mutating func run(from tip: ObjectID, in repository: Repository, limit: Int) throws(GitError) {
    try paint(tip, known: PositionSet(capacity: since.count), fromTip: true, in: repository)
    for (position, id) in since.enumerated() {
      var known = PositionSet(capacity: since.count)
      known.insert(position)
      try paint(id, known: known, fromTip: false, in: repository)
    }
    var seen: Set<ObjectID> = []
    var order: [ObjectID] = []
    var oldest = Int64.max
    var stale = 0
    while let (date, id) = queue.popNewest() {
      waiting.remove(id)
      guard let node = nodes[id] else { continue }
      if isFresh(node), seen.insert(id).inserted {
        guard order.count < limit else {
          isComplete = false
          break
        }
        order.append(id)
        oldest = min(oldest, date)
      }
      // Nothing new waits, and what is older than all that is new cannot come before it, unless clocks went wrong.
      stale = waiting.isEmpty && !isFresh(node) ? stale + 1 : 0
      if stale > 0, date < oldest || stale > Self.slop { break }
      for parent in node.parents {
        try paint(parent, known: node.known, fromTip: node.fromTip, in: repository)
      }
    }
    // What a clock that went wrong made look new at first is known by now.
    fresh = sorted(Set(order.filter { id in nodes[id].map(isFresh) ?? false }))
  }

  /// How many common commits of one date are looked at before the rest is taken for common too.
  private static let slop = 128

  /// Children before parents, the newest first: dates alone do not tell, as commits made by programs share them.
  private func sorted(_ ids: Set<ObjectID>) -> [ObjectID] {
    var children: [ObjectID: Int] = [:]
    for id in ids { for parent in nodes[id]?.parents ?? [] { children[parent, default: 0] += 1 } }
    var ready = DateQueue()
    for id in ids where children[id] == nil { ready.insert(id, date: nodes[id]?.date ?? 0) }
    var order: [ObjectID] = []
    while let (_, id) = ready.popNewest() {
      order.append(id)
      for parent in nodes[id]?.parents ?? [] where ids.contains(parent) {
        children[parent, default: 1] -= 1
        if children[parent] == 0 { ready.insert(parent, date: nodes[parent]?.date ?? 0) }
      }
    }
    return order
  }

  func isReached(_ id: ObjectID) -> Bool { nodes[id]?.fromTip ?? false }

  /// The new commits that the tip's first parents lead to.
  func ownLine(from tip: ObjectID) -> Set<ObjectID> {
    var line: Set<ObjectID> = []
    var current: ObjectID? = tip
    while let id = current, let node = nodes[id], line.insert(id).inserted { current = node.parents.first }
    return line
  }

  private func isFresh(_ node: Node) -> Bool { node.fromTip && (node.known != all || since.isEmpty) }

  private mutating func paint(
    _ id: ObjectID, known: PositionSet, fromTip: Bool, in repository: Repository
  ) throws(GitError) {
    if var node = nodes[id] {
      let grew = node.known.formUnion(known)
      guard grew || (fromTip && !node.fromTip) else { return }
      node.fromTip = node.fromTip || fromTip
      nodes[id] = node
      enqueue(id, node)
    } else if let node = try load(id, known: known, fromTip: fromTip, in: repository) {
      nodes[id] = node
      enqueue(id, node)
    } else {
      isComplete = false
    }
  }

  private mutating func enqueue(_ id: ObjectID, _ node: Node) {
    if isFresh(node) { waiting.insert(id) } else { waiting.remove(id) }
    queue.insert(id, date: node.date)
  }

  /// Reads a commit; nil beyond the end of a shallow clone.
  private func load(
    _ id: ObjectID, known: PositionSet, fromTip: Bool, in repository: Repository
  ) throws(GitError) -> Node? {
    do throws(GitError) {
      let commit = try repository.lookUp(id)
      guard let tree = git_commit_tree_id(commit.pointer) else { return nil }
      let parents = (0..<git_commit_parentcount(commit.pointer)).compactMap {
        ObjectID(git_commit_parent_id(commit.pointer, $0))
      }
      return Node(
        date: git_commit_time(commit.pointer), tree: tree.pointee, parents: parents, known: known, fromTip: fromTip)
    } catch {
      guard error.isNotFound, repository.isShallow else { throw error }
      return nil
    }
  }
}

/// Commits by date, the newest first.
private struct DateQueue {
  private var heap: [(date: Int64, id: ObjectID)] = []

  mutating func insert(_ id: ObjectID, date: Int64) {
    heap.append((date, id))
    var child = heap.count - 1
    while child > 0, case let parent = (child - 1) / 2, heap[parent].date < heap[child].date {
      heap.swapAt(parent, child)
      child = parent
    }
  }

  mutating func popNewest() -> (date: Int64, id: ObjectID)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var largest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].date > heap[largest].date {
        largest = child
      }
      if largest == parent { return first }
      heap.swapAt(parent, largest)
      parent = largest
    }
  }
}
