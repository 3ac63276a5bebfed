/// How well the failures of a stage could be told: by type, and with the fields that a fix needs (S4-13).
public struct StageReporting: Codable, Hashable, Sendable {
  /// The stage.
  public let stage: String
  /// How many of its failures were final.
  public internal(set) var failures = 0
  /// How many of them said where: a column, table, file, sheet, row, value, address or status.
  public internal(set) var withFields = 0
  /// How many have a type that nothing is known about.
  public internal(set) var unknown = 0
  /// How many were transient, and nothing was tried again.
  public internal(set) var untried = 0

  enum CodingKeys: String, CodingKey {
    case stage, failures, unknown, untried
    case withFields = "with_fields"
  }

  mutating func take(_ outcome: Outcome) {
    guard outcome.kind == .failure else { return }
    failures += 1
    guard let error = outcome.error else {
      unknown += 1
      return
    }
    if error.hasFields { withFields += 1 }
    if error.kind == .unknown { unknown += 1 }
    if error.isTransient, outcome.retries == 0 { untried += 1 }
  }
}

extension EventError {
  /// Whether it says where it happened.
  var hasFields: Bool {
    column != nil || value != nil || file != nil || sheet != nil || row != nil || table != nil || url != nil
      || status != nil || expectedDate != nil
  }
}
