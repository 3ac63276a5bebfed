public import Journal

extension DashboardModel {
  /// A fix.
  public struct Fix: Encodable, Sendable {
    /// Its id.
    public internal(set) var id: String
    /// What became of it.
    public internal(set) var status: FixStatus
    /// The URL key.
    public internal(set) var key: String
    /// The source; nil when the stage failed as a whole.
    public internal(set) var source: String?
    /// The stage that failed.
    public internal(set) var stage: String
    /// The error's type.
    public internal(set) var error: String
    /// The action's name.
    public internal(set) var action: String
    /// Between 0 and 1.
    public internal(set) var confidence: Double
    /// Whether the failed stage passed with the edit.
    public internal(set) var verified: Bool
    /// What it does.
    public internal(set) var summary: String
    /// The run that proposed it.
    public internal(set) var run: String
    /// Its branch; empty without one.
    public internal(set) var branch: String
    /// Since when it waits.
    public internal(set) var since: Int?
    /// Its pull request's page.
    public internal(set) var page: String?
    /// What it edits, where there is no diff.
    public internal(set) var changes: [Change]?
    /// The diff.
    public internal(set) var diff: String?
  }

  /// An edited value.
  public struct Change: Encodable, Sendable {
    /// The file.
    public internal(set) var file: String
    /// The path in it.
    public internal(set) var path: String
    /// The value before.
    public internal(set) var old: JSONValue?
    /// The proposed value.
    public internal(set) var new: JSONValue?
  }

  /// The open fixes in full, and the latest of the others.
  mutating func take(_ book: FixBook, _ pulls: PullRequestBook, diffs: [String: String], others: Int = 300) {
    for fix in book.fixes { fixCounts[fix.status.rawValue, default: 0] += 1 }
    let open = book.fixes.filter { $0.status == .open }
    let rest = book.fixes.filter { $0.status != .open }.suffix(others)
    fixes = (open.reversed() + rest.reversed()).map { fix in
      let diff = diffs[fix.id]
      return Fix(
        id: fix.id, status: fix.status, key: fix.urlKey, source: fix.source, stage: fix.stage, error: fix.errorType,
        action: fix.action, confidence: fix.confidence, verified: fix.verified, summary: fix.summary, run: fix.run,
        branch: fix.branch, since: book.waitingSince(fix.id)?.milliseconds, page: pulls[fix.id]?.url,
        changes: diff == nil && fix.status == .open ? fix.changes.map(Change.init) : nil, diff: diff)
    }
  }
}

extension DashboardModel.Change {
  fileprivate init(_ change: FixChange) {
    self.init(file: change.file, path: change.path, old: change.old, new: change.new)
  }
}
