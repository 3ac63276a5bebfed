internal import CJournal
internal import Foundation

/// Reads events out of lines of JSON, one parser's memory for all of them.
///
/// simdjson takes the lines that it can; those that it refuses (a whole number of more than 64 bits, say, or no JSON at all) are
/// asked of Foundation, so that what counts as an event is what `Event`'s decoding says.
@safe final class EventLines {
  private let parser: OpaquePointer?
  /// A file's events have one run, whose name is made once.
  private var run = ""

  /// How many bytes must be readable after a line's end.
  static var padding: Int { json_padding }

  init() { unsafe parser = json_parser_new() }

  deinit { unsafe json_parser_free(parser) }

  /// The event that a line holds; nil when it holds none.
  ///
  /// - Parameter line: Its bytes without the newline, followed by `padding` bytes that may be read.
  func event(in line: UnsafeRawBufferPointer) -> Event? {
    var found = unsafe json_tape()
    if let bytes = line.baseAddress, let parser = unsafe parser,
      unsafe json_parser_parse(parser, bytes.assumingMemoryBound(to: UInt8.self), line.count, &found),
      let tape = unsafe JSONTape(found), let event = event(tape)
    {
      return event
    }
    return unsafe try? JSONDecoder().decode(Event.self, from: Data(line))
  }

  /// The members of the object that a line holds, those too that an event does not have; nil when it holds none.
  func members(in line: UnsafeRawBufferPointer) -> [String: JSONValue]? {
    var found = unsafe json_tape()
    if let bytes = line.baseAddress, let parser = unsafe parser,
      unsafe json_parser_parse(parser, bytes.assumingMemoryBound(to: UInt8.self), line.count, &found),
      let tape = unsafe JSONTape(found)
    {
      return tape.kind(at: JSONTape.first) == .object ? tape.object(at: JSONTape.first) : nil
    }
    return unsafe (try? JSONDecoder().decode(JSONValue.self, from: Data(line)))?.object
  }

  private func event(_ tape: JSONTape) -> Event? {
    guard tape.kind(at: JSONTape.first) == .object else { return nil }
    var parts = Parts()
    guard tape.members(at: JSONTape.first, { key, value in parts.take(key, value, tape) }),
      let type = parts.type.flatMap(tape.string)
    else { return nil }
    var event = Event(
      EventType(rawValue: type), timestamp: parts.timestamp.flatMap { Self.date(at: $0, tape) } ?? Self.noTime,
      eventID: parts.eventID.flatMap(tape.string) ?? Event.newID())
    if let position = parts.run { event.runID = name(at: position, tape) }
    if let position = parts.context {
      guard let context = EventContext(tape, at: position) else { return nil }
      event.context = context
    }
    if let position = parts.data { event.data = tape.object(at: position) }
    if let position = parts.error {
      guard let error = try? tape.value(at: position).decode(EventError.self) else { return nil }
      event.error = error
    }
    return event
  }

  private static let noTime = Date(timeIntervalSince1970: 0)

  private static func date(at position: Int, _ tape: JSONTape) -> Date? {
    unsafe EventTime.date(tape.text(at: position).span) ?? tape.string(at: position).flatMap(EventTime.date)
  }

  private func name(at position: Int, _ tape: JSONTape) -> String {
    let bytes = unsafe tape.text(at: position)
    let known = run.utf8Span.span
    let isKnown = unsafe known.withUnsafeBytes { last in
      guard last.count == bytes.count, let one = last.baseAddress, let other = bytes.baseAddress else { return false }
      return unsafe memcmp(one, other, bytes.count) == 0
    }
    if !isKnown { unsafe run = String(decoding: bytes, as: UTF8.self) }
    return run
  }
}

/// Where an event's members are on the tape; what is null counts as absent.
private struct Parts {
  var eventID, run, timestamp, type, context, data, error: Int?

  /// Takes a member; false when it has another kind of value than an event's.
  mutating func take(_ key: Int, _ value: Int, _ tape: JSONTape) -> Bool {
    guard let kind = tape.kind(at: value), kind != .null else { return true }
    let name = unsafe tape.text(at: key)
    switch name.count {
    case 4 where tape.key(key, is: "data"): return set(&data, value, kind == .object)
    case 5 where tape.key(key, is: "error"): return set(&error, value, kind == .object)
    case 6 where tape.key(key, is: "run_id"): return set(&run, value, kind == .string)
    case 7 where tape.key(key, is: "context"): return set(&context, value, kind == .object)
    case 8 where tape.key(key, is: "event_id"): return set(&eventID, value, kind == .string)
    case 9 where tape.key(key, is: "timestamp"): return set(&timestamp, value, kind == .string)
    case 10 where tape.key(key, is: "event_type"): return set(&type, value, kind == .string)
    default: return true
    }
  }

  /// Of a member given twice the first counts.
  private func set(_ part: inout Int?, _ value: Int, _ fits: Bool) -> Bool {
    if part == nil { part = value }
    return fits
  }
}

extension EventContext {
  /// Reads a context; nil when a member, even one that is not known here, has another kind of value than text.
  fileprivate init?(_ tape: JSONTape, at position: Int) {
    self.init()
    var context = self
    let fits = tape.members(at: position) { key, value in
      guard tape.kind(at: value) == .string else { return tape.kind(at: value) == .null }
      switch unsafe tape.text(at: key).count {
      case 3 where tape.key(key, is: "url"): context.url = context.url ?? tape.string(at: value)
      case 5 where tape.key(key, is: "stage"): context.stage = context.stage ?? tape.string(at: value)
      case 6 where tape.key(key, is: "period"): context.period = context.period ?? tape.string(at: value)
      case 11 where tape.key(key, is: "publication"):
        context.publication = context.publication ?? tape.string(at: value)
      case 11 where tape.key(key, is: "source_code"): context.sourceCode = context.sourceCode ?? tape.string(at: value)
      default: break
      }
      return true
    }
    guard fits else { return nil }
    self = context
  }
}

extension JSONTape {
  fileprivate func key(_ position: Int, is name: StaticString) -> Bool {
    let bytes = unsafe text(at: position)
    guard let start = bytes.baseAddress, bytes.count == name.utf8CodeUnitCount else { return false }
    return unsafe memcmp(start, name.utf8Start, bytes.count) == 0
  }
}
