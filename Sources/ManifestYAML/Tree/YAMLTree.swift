/// How a node is written.
enum NodeStyle: UInt8, Sendable {
  case plain, single, double, literal, folded, block, flow

  var isBlockScalar: Bool { self == .literal || self == .folded }
  var isQuoted: Bool { self == .single || self == .double }
}

/// A node as the tree stores it: small, since a file has as many as half its words.
struct NodeRecord: Sendable {
  /// What few nodes have.
  private final class Properties: Sendable {
    let anchor: String?
    let tag: String?

    init(anchor: String?, tag: String?) {
      self.anchor = anchor
      self.tag = tag
    }
  }

  private var storedStart: Int32
  private var storedContentStart: Int32
  private var storedPropertiesEnd: Int32
  private var storedEnd: Int32
  private var storedParent: Int32
  private var storedTarget: Int32 = -1
  private var storedSubtreeEnd: Int32 = 0
  var kind: YAMLNode.Kind
  var style: NodeStyle
  /// A scalar's value or an alias's name.
  var text: String
  private let properties: Properties?
  /// Items, or keys and values by turns.
  var children: [Int] = []

  init(
    kind: YAMLNode.Kind, style: NodeStyle, start: Int, end: Int, parent: Int, text: String, anchor: String?,
    tag: String?
  ) {
    self.kind = kind
    self.style = style
    self.text = text
    storedStart = Int32(start)
    storedContentStart = Int32(start)
    storedPropertiesEnd = Int32(start)
    storedEnd = Int32(end)
    storedParent = Int32(parent)
    properties = anchor == nil && tag == nil ? nil : Properties(anchor: anchor, tag: tag)
  }

  var anchor: String? { properties?.anchor }
  var tag: String? { properties?.tag }

  /// The first byte: of the anchor or tag if there is one.
  var start: Int {
    get { Int(storedStart) }
    set { storedStart = Int32(newValue) }
  }
  /// The first byte after the anchor and tag; where a block collection's first dash or key stands.
  var contentStart: Int {
    get { Int(storedContentStart) }
    set { storedContentStart = Int32(newValue) }
  }
  /// Where the anchor and tag end; the node's start if it has none.
  var propertiesEnd: Int {
    get { Int(storedPropertiesEnd) }
    set { storedPropertiesEnd = Int32(newValue) }
  }
  /// After the last byte of content: no trailing space, comment, blank line or line end.
  var end: Int {
    get { Int(storedEnd) }
    set { storedEnd = Int32(newValue) }
  }
  var parent: Int { Int(storedParent) }
  /// The node that an alias stands for; -1 for other nodes and for aliases of nothing.
  var target: Int {
    get { Int(storedTarget) }
    set { storedTarget = Int32(newValue) }
  }
  /// After this node's last descendant in the list of records.
  var subtreeEnd: Int {
    get { Int(storedSubtreeEnd) }
    set { storedSubtreeEnd = Int32(newValue) }
  }

  var isEmptyScalar: Bool { kind == .scalar && style == .plain && contentStart == end }
}

/// The nodes of a text with their byte spans.
final class YAMLTree: Sendable {
  let name: String
  let source: SourceText
  let records: [NodeRecord]
  let documents: [Int]
  /// The aliases, in the order of the file.
  let aliases: [Int]
  private let lineStarts: [Int32]

  init(_ bytes: [UInt8], name: String, limits: YAMLLimits) throws(YAMLError) {
    guard bytes.count <= min(limits.maximumBytes, Int(Int32.max)) else {
      throw YAMLError(
        .limit, file: name, message: "it has \(bytes.count) bytes, and the limit is \(limits.maximumBytes)")
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || bytes.prefix(4).contains(0) {
      throw YAMLError(
        .invalid, file: name, line: 1, column: 1, message: "it is encoded as UTF-16 or UTF-32, not UTF-8",
        hint: "save it as UTF-8")
    }
    let source = SourceText(bytes)
    var builder = TreeBuilder(source: source, name: name, maximumDepth: limits.maximumDepth)
    try EventParser.parse(source, name: name) { (event) throws(YAMLError) in try builder.add(event) }
    self.name = name
    self.source = source
    records = builder.records
    documents = builder.documents
    aliases = builder.aliases
    lineStarts = source.lineStarts()
  }

  /// Line and column of a position, both from 1.
  func place(of position: Int) -> (line: Int, column: Int) {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(lineStarts[middle]) <= position { low = middle } else { high = middle }
    }
    return (low + 1, source.column(position) + 1)
  }

  func failure(
    _ kind: YAMLError.Code, at position: Int, _ message: String, hint: String? = nil, path: String? = nil
  ) -> YAMLError {
    let place = place(of: position)
    return YAMLError(
      kind, file: name, line: place.line, column: place.column, message: message, hint: hint, path: path)
  }
}

/// Builds the records from events.
private struct TreeBuilder {
  let source: SourceText
  let name: String
  let maximumDepth: Int
  var records: [NodeRecord] = []
  var documents: [Int] = []
  var aliases: [Int] = []
  private var open: [Int] = []
  private var anchors: [String: Int] = [:]

  init(source: SourceText, name: String, maximumDepth: Int) {
    self.source = source
    self.name = name
    self.maximumDepth = maximumDepth
    records.reserveCapacity(source.bytes.count / 10)
  }

  mutating func add(_ event: ParserEvent) throws(YAMLError) {
    switch event.kind {
    case .documentStart: anchors = [:]
    case .documentEnd: break
    case .alias:
      let index = append(event, kind: .alias, style: .plain)
      guard let target = anchors[event.text] else {
        let place = source.place(of: event.start)
        throw YAMLError(
          .invalid, file: name, line: place.line, column: place.column,
          message: "the alias *\(event.text) stands for no anchor before it")
      }
      records[index].target = target
      aliases.append(index)
    case .scalar(let style):
      let index = append(event, kind: .scalar, style: style)
      if style.isBlockScalar { trimBlockScalar(index) }
      if records[index].isEmptyScalar, event.start == event.end { placeEmptyScalar(index) }
    case .sequenceStart(let style): try push(append(event, kind: .sequence, style: style), event)
    case .mappingStart(let style): try push(append(event, kind: .mapping, style: style), event)
    case .collectionEnd: close(event)
    }
  }

  private mutating func append(_ event: ParserEvent, kind: YAMLNode.Kind, style: NodeStyle) -> Int {
    let index = records.count
    var record = NodeRecord(
      kind: kind, style: style, start: event.start, end: event.end, parent: open.last ?? -1, text: event.text,
      anchor: event.anchor, tag: event.tag)
    record.subtreeEnd = index + 1
    if event.anchor != nil || event.tag != nil { (record.propertiesEnd, record.contentStart) = contentStart(event) }
    records.append(record)
    if let parent = open.last {
      records[parent].children.append(index)
    } else {
      documents.append(index)
    }
    if let anchor = event.anchor { anchors[anchor] = index }
    return index
  }

  private mutating func push(_ index: Int, _ event: ParserEvent) throws(YAMLError) {
    open.append(index)
    guard open.count <= maximumDepth else {
      let place = source.place(of: event.start)
      throw YAMLError(
        .limit, file: name, line: place.line, column: place.column,
        message: "it is nested deeper than \(maximumDepth) levels")
    }
  }

  private mutating func close(_ event: ParserEvent) {
    guard let index = open.popLast() else { return }
    records[index].subtreeEnd = records.count
    let last = records[index].children.last
    let bytes = source.bytes
    let isBracketed =
      records[index].style == .flow && records[index].contentStart < bytes.count
      && (bytes[records[index].contentStart] == UInt8(ascii: "{")
        || bytes[records[index].contentStart] == UInt8(ascii: "["))
    if isBracketed, !isSinglePair(index) {
      records[index].end = event.end
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
    guard let parent = open.last, records[parent].kind == .mapping else { return }
    let siblings = records[parent].children
    guard siblings.count.isMultiple(of: 2), siblings.count >= 2 else { return }
    let keyEnd = records[siblings[siblings.count - 2]].end
    let mark = records[index].start
    guard mark > keyEnd else { return }
    let position = source.skipSpaceAndComments(keyEnd, limit: mark)
    let hasColon = position < mark && source.bytes[position] == Byte.colon
    records[index].start = hasColon ? position + 1 : keyEnd
    records[index].contentStart = records[index].start
    records[index].end = records[index].start
  }
}
