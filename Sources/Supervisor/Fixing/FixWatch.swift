internal import Git
internal import Journal

/// What the base's new commits did to fixes: one walk for all of them, as long as what is new.
///
/// A fix that was looked at already is followed from the base of that look, another from the base that it was built on.
struct FixWatch {
  private let place: WorkspaceRepository
  private let head: ObjectID
  private let looked: Set<String>
  /// Per fix that has to be looked at, the commit since when; a position in the walk's list.
  private var positions: [String: Int] = [:]
  private var known = NewCommits()
  /// For fixes whose commits are not in this repository: as far back as is reasonable.
  private var recent: NewCommits?
  private var knownEntries: [String: [Int]] = [:]
  private var recentEntries: [String: [Int]] = [:]

  /// How many commits are looked at at most, for fixes that an old base or a rewritten history would lead far back.
  static let limit = 10_000
  /// How many where it is not known since when.
  static let recentLimit = 200

  /// Walks what is new.
  ///
  /// - Parameters:
  ///   - fixes: The fixes to follow.
  ///   - reconciled: The base of the last look, and the fixes that were looked at then.
  init(
    _ fixes: [FixRecord], reconciled: (base: ObjectID, fixes: Set<String>)?, head: ObjectID,
    in place: WorkspaceRepository
  ) throws(GitError) {
    self.place = place
    self.head = head
    looked = reconciled?.fixes ?? []
    var since: [ObjectID] = []
    var numbers: [ObjectID: Int] = [:]
    var present: [String: ObjectID?] = [:]
    var isUnknown = false
    for fix in fixes {
      let last = reconciled.flatMap { $0.fixes.contains(fix.id) ? $0.base.hex : nil }
      guard let start = FixWatch.commit(last, in: place, &present) ?? FixWatch.commit(fix.base, in: place, &present)
      else {
        isUnknown = true
        continue
      }
      let position = numbers[start] ?? since.count
      if position == since.count { since.append(start) }
      numbers[start] = position
      positions[fix.id] = position
    }
    let paths = Set(fixes.flatMap(\.ownChanges).map(\.file)).map(place.gitPath)
    if !since.isEmpty {
      known = try place.repository.newCommits(of: head, since: since, watching: paths, limit: FixWatch.limit)
      knownEntries = FixWatch.index(known)
    }
    if isUnknown {
      let found = try place.repository.newCommits(
        of: head, since: [], watching: paths, limit: FixWatch.recentLimit)
      recent = found
      recentEntries = FixWatch.index(found)
    }
  }

  /// How many commits were looked at.
  var count: Int { known.count + (recent?.count ?? 0) }

  /// Whether the new commits left a fix's files as they were when it was last looked at.
  func isUntouched(_ fix: FixRecord) -> Bool {
    guard let position = positions[fix.id], known.reached[position], known.isComplete else { return false }
    return entries(of: fix).isEmpty
  }

  /// Whether the fix is followed from the last look, not from where it was built.
  func wasLookedAt(_ fix: FixRecord) -> Bool { looked.contains(fix.id) }

  /// Whether the commit since when the fix is followed is in this repository.
  func isFollowed(_ fix: FixRecord) -> Bool { positions[fix.id] != nil }

  /// Whether HEAD's history has the commit since when the fix is followed.
  func isReached(_ fix: FixRecord) -> Bool { positions[fix.id].map { known.reached[$0] } ?? false }

  /// What stands at a fix's paths in HEAD, and how it came there; nil when a file is not YAML, so that nothing is concluded.
  func observe(
    _ fix: FixRecord, _ standing: inout StandingValues
  ) throws(GitError) -> (value: StandingValue, history: FixHistory)? {
    let value = try standing.combined(fix.ownChanges, in: place.repository) { path throws(GitError) in
      try place.repository.blobID(of: place.gitPath(path), in: head)
    }
    guard let value else { return nil }
    var steps: [FixHistory.Step] = []
    for entry in entries(of: fix) { steps.append(try step(entry, fix, &standing)) }
    return (value, FixHistory(steps, standing: value))
  }

  private func entries(of fix: FixRecord) -> [NewCommits.Entry] {
    let position = positions[fix.id]
    let source = position == nil ? recent ?? NewCommits() : known
    let index = position == nil ? recentEntries : knownEntries
    let numbers = Set(fix.ownChanges.map(\.file)).flatMap { index[place.gitPath($0)] ?? [] }
    return Set(numbers).sorted().map { source.entries[$0] }.filter { entry in
      position.map { !entry.knownTo.contains($0) } ?? true
    }
  }

  private func step(
    _ entry: NewCommits.Entry, _ fix: FixRecord, _ standing: inout StandingValues
  ) throws(GitError) -> FixHistory.Step {
    let changed = Dictionary(entry.changes.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let repository = place.repository
    let value = try standing.combined(fix.ownChanges, in: repository) { path throws(GitError) in
      if let change = changed[place.gitPath(path)] { return change.blob }
      return try repository.blobID(of: place.gitPath(path), in: entry.commit.id)
    }
    var before: [StandingValue] = []
    for number in entry.commit.parents.indices {
      let value = try standing.combined(fix.ownChanges, in: repository) { path throws(GitError) in
        if let change = changed[place.gitPath(path)] { return change.before[number] }
        // What the commit did not change is in its parents as it is in the commit.
        return try repository.blobID(of: place.gitPath(path), in: entry.commit.id)
      }
      before.append(value ?? .other)
    }
    return FixHistory.Step(
      commit: entry.commit, isOnOwnLine: entry.isOnOwnLine, value: value ?? .other, before: before)
  }

  private static func index(_ commits: NewCommits) -> [String: [Int]] {
    var index: [String: [Int]] = [:]
    for (number, entry) in commits.entries.enumerated() {
      for change in entry.changes { index[change.path, default: []].append(number) }
    }
    return index
  }

  /// A commit by its name, when it is in this repository.
  private static func commit(
    _ hex: String?, in place: WorkspaceRepository, _ present: inout [String: ObjectID?]
  ) -> ObjectID? {
    guard let hex, let id = ObjectID(hex) else { return nil }
    if let answer = present[hex] { return answer }
    let answer = (try? place.repository.commit(id)) == nil ? nil : id
    present[hex] = .some(answer)
    return answer
  }
}
