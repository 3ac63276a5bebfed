internal import CYAML

/// One event of libyaml with marks turned into byte positions.
struct ParserEvent {
  enum Kind {
    case documentStart, documentEnd
    case alias
    case scalar(style: NodeStyle)
    case sequenceStart(style: NodeStyle)
    case mappingStart(style: NodeStyle)
    case collectionEnd
  }

  var kind: Kind
  var start: Int
  var end: Int
  var anchor: String?
  var tag: String?
  /// A scalar's value or an alias's name.
  var text = ""
}

/// Owns libyaml's parser, which stores pointers to itself and therefore lives on the heap.
private struct Parser: ~Copyable {
  let pointer: UnsafeMutablePointer<yaml_parser_t>

  /// Nil when libyaml finds no memory.
  init?() {
    let pointer = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    guard yaml_parser_initialize(pointer) == 1 else {
      pointer.deallocate()
      return nil
    }
    yaml_parser_set_encoding(pointer, YAML_UTF8_ENCODING)
    self.pointer = pointer
  }

  deinit {
    yaml_parser_delete(pointer)
    pointer.deallocate()
  }
}

/// Feeds the events of a text to a closure.
enum EventParser {
  static func parse(
    _ source: SourceText, name: String, each: (consuming ParserEvent) throws(YAMLError) -> Void
  ) throws(YAMLError) {
    guard let parser = Parser() else { throw YAMLError(.limit, file: name, message: "no memory is left to read it") }
    let marks = MarkTable(source)
    let start = source.contentStart
    var failure: YAMLError?
    source.bytes.withUnsafeBufferPointer { buffer in
      yaml_parser_set_input_string(parser.pointer, buffer.baseAddress.map { $0 + start }, buffer.count - start)
      do throws(YAMLError) {
        try drain(parser.pointer, source: source, marks: marks, name: name, each: each)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  private static func drain(
    _ parser: UnsafeMutablePointer<yaml_parser_t>, source: SourceText, marks: MarkTable, name: String,
    each: (consuming ParserEvent) throws(YAMLError) -> Void
  ) throws(YAMLError) {
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(parser, &event) == 1 else {
        throw problem(parser.pointee, source: source, marks: marks, name: name)
      }
      defer { yaml_event_delete(&event) }
      if event.type == YAML_STREAM_END_EVENT { return }
      if let converted = convert(event, marks: marks) { try each(converted) }
    }
  }

  private static func convert(_ event: yaml_event_t, marks: MarkTable) -> ParserEvent? {
    let start = marks.byte(Int(event.start_mark.index))
    let end = marks.byte(Int(event.end_mark.index))
    func plain(_ kind: ParserEvent.Kind) -> ParserEvent { ParserEvent(kind: kind, start: start, end: end) }
    switch event.type {
    case YAML_DOCUMENT_START_EVENT: return plain(.documentStart)
    case YAML_DOCUMENT_END_EVENT: return plain(.documentEnd)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return plain(.collectionEnd)
    case YAML_ALIAS_EVENT:
      var result = plain(.alias)
      result.text = string(event.data.alias.anchor) ?? ""
      return result
    case YAML_SCALAR_EVENT:
      let data = event.data.scalar
      var result = plain(.scalar(style: style(data.style)))
      result.anchor = string(data.anchor)
      result.tag = string(data.tag)
      result.text = String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
      return result
    case YAML_SEQUENCE_START_EVENT:
      let data = event.data.sequence_start
      var result = plain(.sequenceStart(style: data.style == YAML_FLOW_SEQUENCE_STYLE ? .flow : .block))
      result.anchor = string(data.anchor)
      result.tag = string(data.tag)
      return result
    case YAML_MAPPING_START_EVENT:
      let data = event.data.mapping_start
      var result = plain(.mappingStart(style: data.style == YAML_FLOW_MAPPING_STYLE ? .flow : .block))
      result.anchor = string(data.anchor)
      result.tag = string(data.tag)
      return result
    default: return nil
    }
  }

  private static func style(_ style: yaml_scalar_style_t) -> NodeStyle {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .single
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .double
    case YAML_LITERAL_SCALAR_STYLE: .literal
    case YAML_FOLDED_SCALAR_STYLE: .folded
    default: .plain
    }
  }

  private static func string(_ pointer: UnsafePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private static func problem(
    _ parser: yaml_parser_t, source: SourceText, marks: MarkTable, name: String
  ) -> YAMLError {
    let reason = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
    let context = parser.context.map { " " + String(cString: $0) } ?? ""
    if parser.error == YAML_MEMORY_ERROR {
      return YAMLError(.limit, file: name, message: "no memory is left to read it")
    }
    let position =
      parser.error == YAML_READER_ERROR
      ? min(source.contentStart + Int(parser.problem_offset), source.bytes.count)
      : marks.byte(Int(parser.problem_mark.index))
    let place = source.place(of: position)
    let read = source.text(source.contentStart..<source.lineEnd(position))
    let isTemplate = read.contains("{{") || read.contains("{%")
    return YAMLError(
      .invalid, file: name, line: place.line, column: place.column, message: "this is not YAML:\(context) \(reason)",
      hint: isTemplate ? "it looks like a template; edit what it produces instead" : nil)
  }
}

/// Turns libyaml's marks, which count code points, into byte positions.
struct MarkTable {
  private let base: Int
  private let count: Int
  private let bytes: [UInt8]
  /// The byte of every 16th code point; empty for ASCII, where both are the same.
  private let checkpoints: [Int]

  init(_ source: SourceText) {
    base = source.contentStart
    count = source.bytes.count
    bytes = source.bytes
    guard !source.isASCII else {
      checkpoints = []
      return
    }
    var checkpoints: [Int] = []
    var index = 0
    for position in base..<count where source.bytes[position] & 0xC0 != 0x80 {
      if index & 15 == 0 { checkpoints.append(position) }
      index += 1
    }
    self.checkpoints = checkpoints
  }

  func byte(_ mark: Int) -> Int {
    guard !checkpoints.isEmpty else { return min(base + mark, count) }
    guard mark >> 4 < checkpoints.count else { return count }
    var position = checkpoints[mark >> 4]
    var left = mark & 15
    while position < count {
      if bytes[position] & 0xC0 != 0x80 {
        if left == 0 { return position }
        left -= 1
      }
      position += 1
    }
    return count
  }
}
