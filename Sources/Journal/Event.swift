public import Foundation

/// Where in the backfill something happened (S0-12).
public struct EventContext: Codable, Hashable, Sendable {
  /// The publication, such as `adhd`.
  public var publication: String?
  /// The period as `publications.yaml` writes it, such as `nov25`.
  public var period: String?
  /// The period's page.
  public var url: String?
  /// The manifest's code of the source; `code#2` is the second entry of that code.
  public var sourceCode: String?
  /// The stage's name.
  public var stage: String?

  /// Creates a context.
  public init(
    publication: String? = nil, period: String? = nil, url: String? = nil, sourceCode: String? = nil,
    stage: String? = nil
  ) {
    self.publication = publication
    self.period = period
    self.url = url
    self.sourceCode = sourceCode
    self.stage = stage
  }

  /// `publication/period`, which the seeds call a URL; nil when either is missing.
  public var urlKey: String? {
    guard let publication, let period else { return nil }
    return "\(publication)/\(period)"
  }

  enum CodingKeys: String, CodingKey {
    case publication, period, url, stage
    case sourceCode = "source_code"
  }
}

/// One line of the journal (S0-11).
public struct Event: Codable, Hashable, Sendable {
  /// `evt_` and a name that no other event has.
  public var eventID: String
  /// `run_YYYYMMDD_HHMMSS` of the invocation that wrote it.
  public var runID: String
  /// When, in UTC with milliseconds.
  public var timestamp: Date
  /// What.
  public var type: EventType
  /// Where.
  public var context: EventContext
  /// Facts that belong to the type.
  public var data: EventData
  /// The error of a failure.
  public var error: EventError? {
    get { boxedError?.value }
    set { boxedError = newValue.map(Boxed.init) }
  }
  /// Most events have none, and an error is larger than all the rest.
  private var boxedError: Boxed<EventError>? = nil

  /// Creates an event that happened now.
  public init(
    _ type: EventType, runID: String = "", context: EventContext = EventContext(), data: [String: JSONValue] = [:],
    error: EventError? = nil, timestamp: Date = Date(), eventID: String = Event.newID()
  ) {
    self.eventID = eventID
    self.runID = runID
    self.timestamp = timestamp
    self.type = type
    self.context = context
    self.data = EventData(data)
    self.error = error
  }

  /// A fresh event name: eighty bits at random.
  public static func newID() -> String {
    var bits = (high: UInt64.random(in: 0..<1 << 16), low: UInt64.random(in: .min ... .max))
    var name: [UInt8] = Array("evt_00000000000000000000".utf8)
    for place in name.indices.dropFirst(4).reversed() {
      let digit = UInt8(truncatingIfNeeded: bits.low & 15)
      name[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
      bits.low = bits.low >> 4 | bits.high << 60
      bits.high >>= 4
    }
    return String(decoding: name, as: UTF8.self)
  }
}
