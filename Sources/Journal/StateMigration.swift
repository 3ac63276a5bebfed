public import Foundation

extension BackfillState {
  /// The event by which the journal takes over a version 1 file; nil where that holds no URL key.
  public static func migration(version1 data: Data, file: String) throws -> Event? {
    let urls = try BackfillState(version1: data).urls
    guard !urls.isEmpty else { return nil }
    let completed = urls.values.count { $0.status == .completed }
    let message =
      "\(file): \(urls.count) URL keys were taken over from the version 1 state; the \(completed) completed ones "
      + "are not run again"
    return Event(
      .stateMigrated,
      data: ["file": .string(file), "urls": try JSONValue(encoding: urls), "message": .string(message)])
  }

  /// What a version 1 file holds (S0-41): lists of URL keys under `completed`, `failed`, `pending`, `in_progress`.
  ///
  /// The keys' values were free-form; a timestamp, reason or error in them is kept.
  public init(version1 data: Data) throws {
    let document = try JSONDecoder().decode(JSONValue.self, from: data)
    self.init()
    lastUpdated = document["last_updated"]?.string ?? document["updated_at"]?.string
    // When a key stands in two lists, the later in this order is the one that work was last done for.
    for status in [URLStatus.pending, .failed, .inProgress, .completed] {
      for (key, facts) in Self.members(document[status.rawValue]) where key.contains("/") {
        urls[key] = Self.record(status, facts)
      }
    }
  }

  /// Version 1 wrote objects by key, and before that bare lists.
  private static func members(_ value: JSONValue?) -> [String: JSONValue] {
    if let object = value?.object { return object }
    let keys = (value?.array ?? []).compactMap(\.string)
    return Dictionary(keys.map { ($0, .null) }, uniquingKeysWith: { first, _ in first })
  }

  private static func record(_ status: URLStatus, _ facts: JSONValue) -> URLRecord {
    var url = URLRecord()
    // What was under way then is not under way now.
    url.recordedStatus = status == .inProgress || status == .pending ? nil : status
    let when = facts["completed_at"]?.string ?? facts["timestamp"]?.string ?? facts.string
    if status == .completed { url.completedAt = when }
    url.pendingUntil = facts["pending_until"]?.string
    url.reason = facts["reason"]?.string ?? facts["error"]?.string
    if status == .failed, url.reason == "See output above" { url.reason = "the version 1 state did not say why" }
    return url
  }
}
