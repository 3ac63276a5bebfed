internal import CJournal
internal import Foundation

/// Reads events out of lines of JSON, one parser's memory for all of them.
///
/// simdjson takes the lines that it can; those that it refuses (a whole number of more than 64 bits, say, or no JSON at all) are
/// asked of Foundation, so that what counts as an event is what `Event`'s decoding says. What simdjson found is kept on a page, of
/// which the events are made where they are wanted, and an event's facts when they are asked for.
@safe final class EventLines {
  private let parser: OpaquePointer?
  private var tape = JSONTape()

  /// How many bytes must be readable after a line's end.
  static var padding: Int { json_padding }

  init() { unsafe parser = json_parser_new() }

  deinit { unsafe json_parser_free(parser) }

  /// Takes a line in; nil when it holds no event.
  ///
  /// - Parameter line: Its bytes without the newline, followed by `padding` bytes that may be read.
  func add(_ line: UnsafeRawBufferPointer) -> EventLine? {
    var parsed = unsafe json_tape()
    if let bytes = line.baseAddress, let parser = unsafe parser,
      unsafe json_parser_parse(parser, bytes.assumingMemoryBound(to: UInt8.self), line.count, &parsed),
      let position = unsafe tape.append(parsed), let line = EventLine(tape, at: position)
    {
      return line
    }
    let bytes = unsafe Data(line)
    guard let event = try? JSONDecoder().decode(Event.self, from: bytes),
      case .object(let whole) = try? JSONDecoder().decode(JSONValue.self, from: bytes)
    else { return nil }
    return EventLine(event, whole: whole)
  }

  /// The page of the lines that were taken in since the last call.
  func page() -> JSONPage {
    let page = JSONPage(tape)
    tape = JSONTape(asLongAs: tape)
    return page
  }
}
