internal import Foundation

/// An event as a row of the table of events (S0-31): the columns' texts, nil for NULL.
public struct EventRow: Hashable, Sendable {
  /// The event's name, by which the table knows it again.
  public let eventID: String
  /// The values in the order of ``columns``.
  public let values: [String?]

  /// A column of the table.
  public struct Column: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// How many characters it takes; nil for one that is no text.
    public let width: Int?
  }

  /// The table's columns without its running number.
  public static let columns = [
    Column(name: "event_id", width: 50), Column(name: "run_id", width: 50), Column(name: "timestamp", width: nil),
    Column(name: "publication", width: 100), Column(name: "period", width: 20),
    Column(name: "source_code", width: 100), Column(name: "stage", width: 50),
    Column(name: "event_type", width: 50), Column(name: "data", width: nil), Column(name: "error", width: nil),
  ]

  /// The key in `data` under which the whole line stands where the columns cannot hold all of it: a member that a newer version
  /// writes, a text that is too long.
  public static let wholeKey = "_event"

  /// Makes the row of an event.
  ///
  /// - Parameters:
  ///   - event: The event; its moment, its run.
  ///   - members: All that its line holds.
  ///   - place: A name for where the line stands, which is the same whenever it is read: the name of an event that has none.
  init(_ event: Event, members: [String: JSONValue], place: @autoclosure () -> String) {
    let name = members["event_id"]?.string ?? ""
    // A text that a database cannot hold, or not as long, goes on under another name, the same each time.
    let isPlain = !name.isEmpty && name.unicodeScalars.count <= 50 && !name.utf8.contains(0)
    eventID = isPlain ? name : "evt_" + Digest.sha256(name.isEmpty ? place() : name).prefix(40)
    let context = event.context
    let moment = event.timestamp.timeIntervalSince1970
    let texts: [String?] = [
      eventID, event.runID,
      moment != 0 && moment > Self.yearOne && moment < Self.yearTenThousand
        ? EventTime.text(event.timestamp) : nil,
      context.publication, context.period, context.sourceCode, context.stage, event.type.rawValue,
    ]
    var isWhole = (isPlain || name.isEmpty) && Self.known.isSuperset(of: members.keys)
    isWhole = isWhole && Self.knownOfContext.isSuperset(of: (members["context"]?.object ?? [:]).keys)
    var values: [String?] = zip(Self.columns, texts).map { column, text in
      guard let text, let width = column.width else { return text }
      let stored = Self.storable(text)
      guard stored.unicodeScalars.count > width else { return stored }
      isWhole = false
      return String(String.UnicodeScalarView(stored.unicodeScalars.prefix(width - 1))) + "…"
    }
    if isWhole, texts[2] == nil, members["timestamp"] != nil { isWhole = false }
    var data = members["data"]?.object
    if !isWhole {
      let whole = members.filter { $0.key != LineChecksum.key }
      data = (data ?? [:]).merging([Self.wholeKey: .object(whole)]) { $1 }
    }
    values.append(data.map { JSONValue.object($0).storableText })
    values.append(members["error"]?.object.map { JSONValue.object($0).storableText })
    self.values = values
  }

  private static let known: Set<String> = [
    "event_id", "run_id", "timestamp", "event_type", "context", "data", "error", LineChecksum.key,
  ]
  private static let knownOfContext: Set<String> = ["publication", "period", "url", "source_code", "stage"]
  private static let yearOne = -62_135_596_800.0
  private static let yearTenThousand = 253_402_300_800.0

  /// The text with U+FFFD in place of the zero bytes, which PostgreSQL has no place for.
  static func storable(_ text: String) -> String {
    guard text.utf8.contains(0) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
  }

  /// The row as an object of JSON, `data` and `error` as the objects that they are.
  public var json: String {
    let members = zip(Self.columns, values).map { column, value in
      let written = column.name == "data" || column.name == "error" ? value : value.map { JSONText.quoted($0) }
      return "\"\(column.name)\":\(written ?? "null")"
    }
    return "{\(members.joined(separator: ","))}"
  }
}
