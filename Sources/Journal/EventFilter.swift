public import Foundation

/// Which events somebody asks for. A part that is nil asks for all.
public struct EventFilter: Hashable, Sendable {
  /// What an event is told apart and counted by.
  public enum Field: String, CaseIterable, Codable, Sendable {
    case run, type, publication, period, source, stage, error
    /// The day in UTC, `yyyy-mm-dd`.
    case day

    /// What the event has there; nil when it has nothing.
    public func value(of event: Event) -> String? {
      switch self {
      case .run: event.runID
      case .type: event.type.rawValue
      case .publication: event.context.publication
      case .period: event.context.period
      case .source: event.context.sourceCode
      case .stage: event.context.stage
      case .error: event.error?.type
      case .day: RunID.day(event.timestamp)
      }
    }
  }

  /// The value that each field must have.
  public var values: [Field: String] = [:]
  /// The time from which on, itself included.
  public var since: Date?
  /// The time up to which, itself not included.
  public var until: Date?

  /// Asks for everything.
  public init() {}

  /// Texts that the line of every event that is asked for holds, as the journal writes it: quick to look for before it is read.
  public var literals: [String] {
    values.compactMap { field, value in
      // A line may leave its run out, and no line has its day as such.
      guard field != .run, field != .day, value.utf8.allSatisfy(\.isPlainInJSON) else { return nil }
      return "\"\(value)\""
    }.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
  }

  /// Whether an event is asked for.
  public func matches(_ event: Event) -> Bool {
    if let since, event.timestamp < since { return false }
    if let until, event.timestamp >= until { return false }
    return values.allSatisfy { field, wanted in field.value(of: event) == wanted }
  }
}

/// How often a value came, and when.
public struct EventCount: Codable, Hashable, Sendable {
  /// The value; empty for events that have none.
  public var value: String
  /// How many events have it.
  public var count: Int
  /// The time of the first.
  public var first: Date
  /// The time of the last.
  public var last: Date
}

/// Counts events by a field.
public struct EventCounts: Sendable {
  private let field: EventFilter.Field
  private var counts: [String: EventCount] = [:]

  /// Counts none yet.
  public init(by field: EventFilter.Field) { self.field = field }

  /// Takes an event in.
  public mutating func apply(_ event: Event) {
    let value = field.value(of: event) ?? ""
    let time = event.timestamp
    var count = counts[value] ?? EventCount(value: value, count: 0, first: time, last: time)
    count.count += 1
    count.first = min(count.first, time)
    count.last = max(count.last, time)
    counts[value] = count
  }

  /// The counts, the most frequent value's first.
  public var sorted: [EventCount] { counts.values.sorted { ($1.count, $0.value) < ($0.count, $1.value) } }
}

extension UInt8 {
  /// Whether no writer of JSON escapes it in a string.
  fileprivate var isPlainInJSON: Bool {
    self >= 0x20 && self < 0x7F && ![UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/")].contains(self)
  }
}
