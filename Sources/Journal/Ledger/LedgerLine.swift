internal import Foundation

/// One line of a ledger file: the newest event that is known of one slot, in the bytes in which it was written.
///
/// The text is passed on as it stands, so that fields of a newer version survive machines that do not know them.
public struct LedgerLine: Hashable, Sendable {
  /// What the event is about and what it says of it, such as `source visits failed`.
  public let slot: String
  /// The line without its newline: a JSON object with `event` and `slot`.
  public let text: String
  let time: String
  let run: String
  let id: String

  /// Reads a line; nil for JSON of another shape, which a newer version may have written.
  ///
  /// - Throws: `DecodingError` for what is not a JSON object.
  init?(_ text: String) throws {
    let head = try JSONDecoder().decode(Head.self, from: Data(text.utf8))
    guard let slot = head.slot, let event = head.event, let time = event.timestamp, let id = event.event_id else {
      return nil
    }
    self.init(slot: slot, text: text, time: time, run: event.run_id ?? "", id: id)
  }

  /// Writes an event; the same event gives the same bytes everywhere.
  init(slot: String, event: Event) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = #"{"event":"# + String(decoding: try event.line(), as: UTF8.self) + #","slot":"#
    let name = String(decoding: try encoder.encode(slot), as: UTF8.self)
    self.init(
      slot: slot, text: text + name + "}", time: Event.text(from: event.timestamp), run: event.runID,
      id: event.eventID)
  }

  private init(slot: String, text: String, time: String, run: String, id: String) {
    self.slot = slot
    self.text = text
    self.time = time
    self.run = run
    self.id = id
  }

  /// The event; nil when a newer version writes it in a way that cannot be read here.
  public var event: Event? { try? JSONDecoder().decode(Body.self, from: Data(text.utf8)).event }

  /// Whether another line tells of the same, be it that it happened at another time or in another run.
  func saysTheSame(as other: LedgerLine) -> Bool {
    if self == other { return true }
    guard let mine = timeless else { return false }
    return mine == other.timeless
  }

  private var timeless: [String: JSONValue]? {
    guard var line = (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)))?.object else { return nil }
    guard var event = line["event"]?.object else { return nil }
    for key in ["timestamp", "run_id", "event_id"] { event[key] = nil }
    line["event"] = .object(event)
    return line
  }

  /// The slot without its last word: what the event is about.
  var subject: String { slot.lastIndex(of: " ").map { String(slot[..<$0]) } ?? slot }

  /// The slot's last word: what the event says.
  var kind: String { slot.lastIndex(of: " ").map { String(slot[slot.index(after: $0)...]) } ?? slot }

  private struct Head: Decodable {
    struct Name: Decodable {
      // The journal's own field names.
      let timestamp, run_id, event_id: String?  // swift-format-ignore: AlwaysUseLowerCamelCase
    }
    let slot: String?
    let event: Name?
  }

  private struct Body: Decodable { let event: Event }
}

extension LedgerLine: Comparable {
  /// By time, then run, then event; two writings of one event by their bytes. The greater one is the later one.
  public static func < (a: LedgerLine, b: LedgerLine) -> Bool {
    (a.time, a.run, a.id, a.text) < (b.time, b.run, b.id, b.text)
  }
}
