public import Foundation

/// Where the whole backfill stands (S0-33 to S0-42): a fold over the journal, in the seeds' JSON.
public struct BackfillState: Codable, Equatable, Sendable {
  /// Always `2.0`.
  public var schemaVersion = "2.0"
  /// The timestamp of the last event that changed anything.
  public var lastUpdated: String?
  /// The runs by their name.
  public var runs: [String: RunRecord] = [:]
  /// The URL keys.
  public var urls: [String: URLRecord] = [:]
  /// The acknowledged failures by their place, `publication/period` or `publication/period/source`.
  public var acknowledgements: [String: Acknowledgement] = [:]

  enum CodingKeys: String, CodingKey {
    case runs, urls, acknowledgements
    case schemaVersion = "schema_version"
    case lastUpdated = "last_updated"
  }

  /// A state in which nothing has happened.
  public init() {}

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event>) { for event in events { apply(event) } }

  /// Reads a state; one that an older version wrote has no acknowledgements.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    schemaVersion = try container.decode(String.self, forKey: .schemaVersion)
    lastUpdated = try container.decodeIfPresent(String.self, forKey: .lastUpdated)
    runs = try container.decode([String: RunRecord].self, forKey: .runs)
    urls = try container.decode([String: URLRecord].self, forKey: .urls)
    acknowledgements =
      try container.decodeIfPresent([String: Acknowledgement].self, forKey: .acknowledgements) ?? [:]
  }

  /// Writes the state in the seeds' schema; acknowledgements are added where there are any.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schemaVersion, forKey: .schemaVersion)
    try container.encodeIfPresent(lastUpdated, forKey: .lastUpdated)
    try container.encode(runs, forKey: .runs)
    try container.encode(urls, forKey: .urls)
    if !acknowledgements.isEmpty { try container.encode(acknowledgements, forKey: .acknowledgements) }
  }

  /// The URL key's record, if anything is known of it.
  public subscript(urlKey: String) -> URLRecord? { urls[urlKey] }

  /// The state as JSON text, the same bytes for the same state.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
