/// Builds the records from events.
struct TreeBuilder {
  let source: SourceText
  let name: String
  let maximumDepth: Int
  var records: [NodeRecord] = []
  var documents: [Int] = []
  var aliases: [Int] = []
  private var open: [Int] = []
  /// The children of all open nodes, and where those of each begin.
  private var waiting: [Int] = []
  private var firstWaiting: [Int] = []
  private var anchors: [String: Int] = [:]

  init(source: SourceText, name: String, maximumDepth: Int) {
    self.source = source
    self.name = name
    self.maximumDepth = maximumDepth
    // About what manifests have: growing costs copies, and what is too large comes from the system anew every time.
    records.reserveCapacity(source.bytes.count / 6)
  }

  mutating func add(_ event: consuming ParserEvent) throws(YAMLError) {
    switch event.kind {
    case .documentStart: anchors = [:]
    case .documentEnd: break
    case .alias:
      let (start, anchor) = (event.start, event.text)
      let index = append(event, kind: .alias, style: .plain)
      guard let target = anchors[anchor] else {
        let place = source.place(of: start)
        throw YAMLError(
          .invalid, file: name, line: place.line, column: place.column,
          message: "the alias *\(anchor) stands for no anchor before it")
      }
      records[index].target = target
      aliases.append(index)
    case .scalar(let style):
      let isEmpty = event.start == event.end
      let index = append(event, kind: .scalar, style: style)
      if style.isBlockScalar { trimBlockScalar(index) }
      if isEmpty, records[index].isEmptyScalar { placeEmptyScalar(index) }
    case .sequenceStart(let style): try push(append(event, kind: .sequence, style: style))
    case .mappingStart(let style): try push(append(event, kind: .mapping, style: style))
    case .collectionEnd: close(event.end)
    }
  }

  /// Runs for every node of a file, so the record is made in its place and never copied.
  private mutating func append(_ event: consuming ParserEvent, kind: YAMLNode.Kind, style: NodeStyle) -> Int {
    let index = records.count
    if open.isEmpty { documents.append(index) } else { waiting.append(index) }
    let (start, end, parent) = (event.start, event.end, open.last ?? -1)
    guard event.anchor != nil || event.tag != nil else {
      records.append(
        NodeRecord(
          kind: kind, style: style, start: start, end: end, parent: parent, subtreeEnd: index + 1, text: event.text))
      return index
    }
    let anchor = event.anchor
    let (propertiesEnd, contentStart) = contentStart(event)
    records.append(
      NodeRecord(
        kind: kind, style: style, start: start, end: end, parent: parent, subtreeEnd: index + 1, text: event.text,
        anchor: anchor, tag: event.tag, propertiesEnd: propertiesEnd, contentStart: contentStart))
    if let anchor { anchors[anchor] = index }
    return index
  }

  private mutating func push(_ index: Int) throws(YAMLError) {
    open.append(index)
    firstWaiting.append(waiting.count)
    guard open.count <= maximumDepth else {
      let place = source.place(of: records[index].start)
      throw YAMLError(
        .limit, file: name, line: place.line, column: place.column,
        message: "it is nested deeper than \(maximumDepth) levels")
    }
  }

  private mutating func close(_ end: Int) {
    guard let index = open.popLast(), let first = firstWaiting.popLast() else { return }
    records[index].children = Array(waiting[first...])
    waiting.removeSubrange(first...)
    records[index].subtreeEnd = records.count
    let last = records[index].children.last
    let bytes = source.bytes
    let isBracketed =
      records[index].style == .flow && records[index].contentStart < bytes.count
      && (bytes[records[index].contentStart] == UInt8(ascii: "{")
        || bytes[records[index].contentStart] == UInt8(ascii: "["))
    if isBracketed, !isSinglePair(index) {
      records[index].end = end
    } else {
      records[index].end = last.map { records[$0].end } ?? records[index].contentStart
    }
  }

  /// True for the mapping of `[a: 1]`, which has no braces of its own.
  private func isSinglePair(_ index: Int) -> Bool {
    guard records[index].kind == .mapping, let first = records[index].children.first else { return false }
    return records[first].start == records[index].contentStart
  }

  /// Skips the anchor and the tag before a node's content.
  private func contentStart(_ event: ParserEvent) -> (propertiesEnd: Int, contentStart: Int) {
    let bytes = source.bytes
    var index = event.start
    var after = index
    while index < bytes.count {
      if bytes[index] == Byte.ampersand, event.anchor != nil {
        index += 1
        while index < bytes.count, isAnchorByte(bytes[index]) { index += 1 }
      } else if bytes[index] == Byte.exclamation, event.tag != nil {
        let isVerbatim = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "<")
        while index < bytes.count, !Byte.isSpace(bytes[index]) {
          if isVerbatim, bytes[index] == UInt8(ascii: ">") {
            index += 1
            break
          }
          if !isVerbatim, ",[]{}".utf8.contains(bytes[index]) { break }
          index += 1
        }
      } else {
        return (after, index)
      }
      after = index
      index = source.skipSpaceAndComments(index, limit: bytes.count)
      if case .scalar = event.kind, index >= event.end { return (min(after, event.end), min(after, event.end)) }
    }
    return (after, after)
  }

  private func isAnchorByte(_ byte: UInt8) -> Bool {
    ScalarSchema.isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
      || byte == 0x2D
  }

  /// Ends a block scalar with its last line; blank lines after it are content with the `+` indicator only.
  private mutating func trimBlockScalar(_ index: Int) {
    let bytes = source.bytes
    var header = records[index].contentStart + 1
    var keeps = false
    while header < bytes.count, !Byte.isSpace(bytes[header]) {
      if bytes[header] == UInt8(ascii: "+") { keeps = true }
      header += 1
    }
    let headerEnd = source.lineEnd(header)
    var end = max(records[index].end, headerEnd)
    if keeps {
      if end > headerEnd, bytes[end - 1] == Byte.newline { end -= 1 }
      if end > headerEnd, bytes[end - 1] == Byte.carriageReturn { end -= 1 }
    } else {
      while end > headerEnd, Byte.isSpace(bytes[end - 1]) { end -= 1 }
      end = end > headerEnd ? source.lineEnd(end) : headerEnd
    }
    records[index].end = end
  }

  /// libyaml puts some empty nodes at the next token, past comments: puts them after their `:`, `-` or key.
  private mutating func placeEmptyScalar(_ index: Int) {
    guard let parent = open.last, let first = firstWaiting.last, records[parent].kind == .mapping else { return }
    guard (waiting.count - first).isMultiple(of: 2), waiting.count - first >= 2 else { return }
    let keyEnd = records[waiting[waiting.count - 2]].end
    let mark = records[index].start
    guard mark > keyEnd else { return }
    let position = source.skipSpaceAndComments(keyEnd, limit: mark)
    let hasColon = position < mark && source.bytes[position] == Byte.colon
    records[index].start = hasColon ? position + 1 : keyEnd
    records[index].contentStart = records[index].start
    records[index].end = records[index].start
  }
}
