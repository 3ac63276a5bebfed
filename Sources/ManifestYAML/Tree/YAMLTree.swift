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
    try EventParser.parse(source, name: name) { (event: consuming ParserEvent) throws(YAMLError) in
      try builder.add(event)
    }
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
