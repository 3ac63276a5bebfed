public import Foundation

extension Event {
  enum CodingKeys: String, CodingKey {
    case timestamp, context, data, error
    case eventID = "event_id"
    case runID = "run_id"
    case type = "event_type"
  }

  /// Reads an event; what only some writers give (context, data, ids) may be missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    type = EventType(rawValue: try container.decode(String.self, forKey: .type))
    eventID = try container.decodeIfPresent(String.self, forKey: .eventID) ?? Event.newID()
    runID = try container.decodeIfPresent(String.self, forKey: .runID) ?? ""
    context = try container.decodeIfPresent(EventContext.self, forKey: .context) ?? EventContext()
    data = try container.decodeIfPresent(EventData.self, forKey: .data) ?? [:]
    let text = try container.decodeIfPresent(String.self, forKey: .timestamp)
    timestamp = text.flatMap(Event.date(from:)) ?? Date(timeIntervalSince1970: 0)
    error = try container.decodeIfPresent(EventError.self, forKey: .error)
  }

  /// Writes the event in the seeds' field names, empty parts left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(eventID, forKey: .eventID)
    try container.encode(runID, forKey: .runID)
    try container.encode(Event.text(from: timestamp), forKey: .timestamp)
    try container.encode(type.rawValue, forKey: .type)
    try container.encode(context, forKey: .context)
    if !data.isEmpty { try container.encode(data, forKey: .data) }
    try container.encodeIfPresent(error, forKey: .error)
  }

  /// `2026-01-12T10:30:15.123Z`: the nearest millisecond, so that a text that was read is written again as it stood.
  public static func text(from date: Date) -> String { EventTime.text(date) }

  /// The date that an ISO 8601 text names, with or without fractions of a second.
  public static func date(from text: String) -> Date? { EventTime.date(text) }

  /// The event as one line of JSON without its newline.
  public func line() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
