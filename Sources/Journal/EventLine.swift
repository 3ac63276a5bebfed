internal import Foundation

/// A tape that nothing is appended to any more.
final class JSONPage: Sendable {
  let tape: JSONTape
  init(_ tape: JSONTape) { self.tape = tape }
}

/// Where the parts of an event are on a tape: what is null counts as absent, and of a member given twice the first counts.
///
/// A journal has millions of them and they are copied, so they are small: what few events have stands elsewhere.
struct EventLine: Sendable {
  private final class Rest: Sendable {
    let error: EventError?
    /// An event that was read without the tape, and all members of its object.
    let read: (event: Event, whole: [String: JSONValue])?

    init(error: EventError? = nil, read: (event: Event, whole: [String: JSONValue])? = nil) {
      self.error = error
      self.read = read
    }
  }

  /// The event's name, by which it is known again; nil where it has none.
  private(set) var name: EventIDs.Name?
  private var rest: Rest?
  private var whole: Int32
  // Zero or less where there is none: no member is at the tape's beginning.
  private var (eventID, run, timestamp, type): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
  private var (context, data, error): (Int32, Int32, Int32) = (0, 0, 0)
  private var (publication, period, url, source, stage): (Int32, Int32, Int32, Int32, Int32) = (0, 0, 0, 0, 0)

  /// Holds an event that was read without a tape.
  init(_ event: Event, whole members: [String: JSONValue]) {
    name = EventIDs.Name(event.eventID)
    whole = 0
    rest = Rest(read: (event, members))
  }

  /// Reads the object at a position; nil when it is no event.
  init?(_ tape: JSONTape, at position: Int) {
    guard let first = Int32(exactly: position), tape.next(after: position) < Int(Int32.max) else { return nil }
    whole = first
    guard tape.members(at: position, { take($0, $1, tape) }), type > 0,
      context == 0 || tape.members(at: Int(context), { takeContext($0, $1, tape) })
    else { return nil }
    if eventID > 0 { name = tape.name(at: Int(eventID)) }
    guard error > 0 else { return }
    guard let read = try? tape.value(at: Int(error)).decode(EventError.self) else { return nil }
    rest = Rest(error: read)
  }

  /// Makes the event.
  ///
  /// - Parameter run: The run of an event that names none, and a name that is taken rather than made again.
  func event(on page: JSONPage, run: String) -> Event {
    if let read = rest?.read {
      var event = read.event
      if event.runID.isEmpty { event.runID = run }
      return event
    }
    let tape = page.tape
    func text(_ position: Int32) -> String? { position > 0 ? tape.string(at: Int(position)) : nil }
    let moment = timestamp > 0 ? tape.date(at: Int(timestamp)) ?? text(timestamp).flatMap(EventTime.date) : nil
    var event = Event(
      EventType(rawValue: text(type) ?? ""), runID: run,
      context: EventContext(
        publication: text(publication), period: text(period), url: text(url), sourceCode: text(source),
        stage: text(stage)),
      error: rest?.error, timestamp: moment ?? Date(timeIntervalSince1970: 0), eventID: text(eventID) ?? Event.newID())
    if self.run > 0, tape.length(at: Int(self.run)) > 0, !tape.isString(at: Int(self.run), run) {
      event.runID = text(self.run) ?? run
    }
    if data > 0 { event.data = EventData(page, at: Int(data)) }
    return event
  }

  /// All members of the line's object.
  func members(on page: JSONPage) -> [String: JSONValue] { rest?.read?.whole ?? page.tape.object(at: Int(whole)) }

  /// Takes a member; false when it has another kind of value than an event's.
  private mutating func take(_ key: Int, _ value: Int, _ tape: JSONTape) -> Bool {
    guard let kind = tape.kind(at: value), kind != .null else { return true }
    switch tape.length(at: key) {
    case 4 where tape.isString(at: key, "data"): return set(&data, value, kind == .object)
    case 5 where tape.isString(at: key, "error"): return set(&error, value, kind == .object)
    case 6 where tape.isString(at: key, "run_id"): return set(&run, value, kind == .string)
    case 7 where tape.isString(at: key, "context"): return set(&context, value, kind == .object)
    case 8 where tape.isString(at: key, "event_id"): return set(&eventID, value, kind == .string)
    case 9 where tape.isString(at: key, "timestamp"): return set(&timestamp, value, kind == .string)
    case 10 where tape.isString(at: key, "event_type"): return set(&type, value, kind == .string)
    default: return true
    }
  }

  /// Takes a member of the context; false when it, even one that is not known here, has another kind of value than text.
  private mutating func takeContext(_ key: Int, _ value: Int, _ tape: JSONTape) -> Bool {
    guard tape.kind(at: value) == .string else { return tape.kind(at: value) == .null }
    switch tape.length(at: key) {
    case 3 where tape.isString(at: key, "url"): return set(&url, value)
    case 5 where tape.isString(at: key, "stage"): return set(&stage, value)
    case 6 where tape.isString(at: key, "period"): return set(&period, value)
    case 11 where tape.isString(at: key, "publication"): return set(&publication, value)
    case 11 where tape.isString(at: key, "source_code"): return set(&source, value)
    default: return true
    }
  }

  private func set(_ part: inout Int32, _ value: Int, _ fits: Bool = true) -> Bool {
    if part == 0 { part = Int32(value) }
    return fits
  }
}
