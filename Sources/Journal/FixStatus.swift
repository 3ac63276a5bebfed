/// What became of a fix, as `errata fixes` says it.
public enum FixStatus: String, Codable, CaseIterable, Sendable {
  /// Its branch waits for a person.
  case open
  /// The base holds the proposed value.
  case approved
  /// The base holds another value than before: approved with a change.
  case changed
  /// Turned down; offered again only when the evidence changes.
  case rejected
  /// Merged once and taken back by a revert.
  case reverted
  /// The edited value changed in the base before anybody decided.
  case superseded
  /// The old value is back without a revert: told, offered again.
  case lost
}

/// How far a fix reaches.
public enum FixReach: String, Codable, Sendable {
  /// The period that failed.
  case thisPeriod = "this_period"
  /// Also the reference manifest, so that the next period does not repeat the failure.
  case thisAndFuture = "this_and_future"
}
