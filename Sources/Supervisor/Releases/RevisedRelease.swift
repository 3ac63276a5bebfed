internal import Journal

/// What a run found or did about a revised release, for its last words.
public struct RevisedRelease: Codable, Hashable, Sendable {
  /// What became of it.
  public enum Outcome: String, Codable, Sendable {
    /// It is only told of.
    case reported
    /// It is to be loaded, and is not yet.
    case reloading
    /// It is loaded.
    case loaded
  }

  /// `publication/period`.
  public var key: String
  /// The address, without secrets.
  public var url: String
  /// What became of it.
  public var outcome: Outcome
  /// The sources that it is about; one, unless it is only told of.
  public var sources: [String]
  /// The rows of the release before.
  public var rowsBefore: Int?
  /// The rows that are loaded now.
  public var rows: Int?
  /// Rows that were not there before; a changed row is one of them.
  public var rowsAdded: Int?
  /// Rows that are not there any more; a changed row is one of them.
  public var rowsRemoved: Int?

  enum CodingKeys: String, CodingKey {
    case key, url, outcome, sources, rows
    case rowsBefore = "rows_before"
    case rowsAdded = "rows_added"
    case rowsRemoved = "rows_removed"
  }

  private init(_ event: Event, key: String, outcome: Outcome, sources: [String]) {
    self.key = key
    self.outcome = outcome
    self.sources = sources
    url = event.data["url"]?.string ?? ""
    rowsBefore = event.data["rows_before"]?.int
    rows = event.data["rows"]?.int
    rowsAdded = event.data["rows_added"]?.int
    rowsRemoved = event.data["rows_removed"]?.int
  }

  /// The file's name, by which people know it.
  public var name: String {
    url.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last.map(String.init) ?? url
  }

  /// What loading it changed, in words; empty where nothing was counted.
  public var counts: String {
    ReleaseWords.counts(rows: rows, before: rowsBefore, added: rowsAdded, removed: rowsRemoved)
  }

  /// What a run's events tell of revised releases: each source that is to be loaded from one counts for itself.
  static func all(in events: [Event]) -> [RevisedRelease] {
    var result: [RevisedRelease] = []
    for event in events where event.type == .releaseRevised {
      guard let key = event.context.urlKey, let outcome = event.data["outcome"]?.string.flatMap(Outcome.init) else {
        continue
      }
      let sources = event.data["sources"]?.array?.compactMap(\.string) ?? []
      switch outcome {
      case .reported: result.append(RevisedRelease(event, key: key, outcome: .reported, sources: sources))
      case .reloading:
        for source in sources {
          var one = RevisedRelease(event, key: key, outcome: .reloading, sources: [source])
          one.rows = nil
          one.rowsBefore = event.data["rows"]?[source]?.int
          result.append(one)
        }
      case .loaded:
        result.removeAll { $0.key == key && $0.sources == sources && $0.outcome == .reloading }
        result.append(RevisedRelease(event, key: key, outcome: .loaded, sources: sources))
      }
    }
    return result
  }
}
