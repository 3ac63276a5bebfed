public import Foundation

/// What the journal last said of a fix's pull request.
public struct PullRequestRecord: Codable, Hashable, Sendable {
  /// How it stands.
  public enum State: String, Codable, Hashable, Sendable {
    /// It waits.
    case open
    /// The fix is in the base, which the forge may not have noticed yet.
    case merging
    /// It was merged.
    case merged
    /// Errata closed it, or it was closed when the fix was decided on.
    case closed
    /// A person closed it while the fix waited: it does not come back.
    case dismissed
  }

  /// The fix.
  public var fix: String
  /// The forge's number for it.
  public var number: Int
  /// The page for people.
  public var url: String
  /// How it stands.
  public var state: State
  /// A hash of the title and text that Errata gave it.
  public var text: String
  /// Whether it has the configured labels.
  public var labelled: Bool
  /// When that was written.
  public var since = Date.distantPast

  /// Creates a record.
  public init(fix: String, number: Int, url: String, state: State, text: String, labelled: Bool) {
    self.fix = fix
    self.number = number
    self.url = url
    self.state = state
    self.text = text
    self.labelled = labelled
  }

  enum CodingKeys: String, CodingKey {
    case number, url, state, text, labelled
    case fix = "fix_id"
  }
}

/// The pull requests that the journal knows, as a fold over `pull_request`.
public struct PullRequestBook: Equatable, Sendable {
  private var records: [String: PullRequestRecord] = [:]

  /// An empty book.
  public init() {}

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event>) { for event in events { apply(event) } }

  /// The pull request of a fix.
  public subscript(fix: String) -> PullRequestRecord? { records[fix] }

  /// Takes one event in; events of other types change nothing.
  public mutating func apply(_ event: Event) {
    guard event.type == .pullRequest,
      var record = try? JSONValue.object(event.data.members).decode(PullRequestRecord.self)
    else { return }
    record.since = event.timestamp
    records[record.fix] = record
  }
}
