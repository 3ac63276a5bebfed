/// A compiled template of an `ErrorPattern`.
struct LineTemplate: Hashable, Sendable {
  /// Why a text is no template.
  struct Malformed: Error { let reason: String }

  enum Kind: String { case text, word, int, quoted }

  enum Part: Hashable {
    case literal([UInt8])
    case capture(Field, Kind)
    case skip
  }

  enum Field: String, CaseIterable {
    case column, value, table, sheet, url, status, file, row, constraint, host, line
    case expectedType = "expected_type"
    case expectedDate = "expected_date"
  }

  let parts: [Part]

  init(_ text: String) throws(Malformed) {
    var parts: [Part] = []
    var literal: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "{") else {
        literal.append(LineTemplate.folded(byte))
        continue
      }
      guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
        throw Malformed(reason: "the placeholder in \"\(text)\" has no closing brace")
      }
      let inner = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      if !literal.isEmpty { parts.append(.literal(literal)) }
      literal = []
      parts.append(try LineTemplate.placeholder(inner, in: text))
    }
    if !literal.isEmpty { parts.append(.literal(literal)) }
    guard parts.contains(where: { if case .literal = $0 { true } else { false } }) else {
      throw Malformed(reason: "\"\(text)\" has no literal text and would match every line")
    }
    self.parts = parts
  }

  private static func placeholder(_ inner: String, in text: String) throws(Malformed) -> Part {
    if inner == "_" { return .skip }
    let pieces = inner.split(separator: ":", maxSplits: 1).map(String.init)
    guard let name = pieces.first, let field = Field(rawValue: name) else {
      let names = Field.allCases.map(\.rawValue).joined(separator: ", ")
      throw Malformed(reason: "\"\(text)\" captures \"\(inner)\", which is none of \(names)")
    }
    guard pieces.count == 2 else { return .capture(field, .text) }
    guard let kind = Kind(rawValue: pieces[1]) else {
      throw Malformed(reason: "\"\(text)\" has the kind \"\(pieces[1])\", which is none of word, int, quoted")
    }
    return .capture(field, kind)
  }

  static func folded(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }
}

/// A line prepared for matching: its bytes, and the same in lower case.
struct MatchLine {
  let bytes: [UInt8]
  let folded: [UInt8]

  /// A longer line is matched by its beginning only.
  static let longest = 4096

  init(_ text: Substring) {
    bytes = Array(text.utf8.prefix(MatchLine.longest))
    folded = bytes.map(LineTemplate.folded)
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

extension LineTemplate {
  /// What the template captures in a line; nil when it does not match.
  func captures(in line: MatchLine) -> [(Field, String)]? {
    if case .capture(let field, .word)? = parts.first, parts.count > 1, case .literal(let next) = parts[1] {
      return captures(in: line, word: field, before: next)
    }
    guard case .literal(let head)? = parts.first else { return captures(in: line, from: 0) }
    var start = 0
    // A few occurrences of the first literal are tried: the first may stand in another part of the sentence.
    for _ in 0..<4 {
      guard let found = LineTemplate.find(head, in: line.folded, from: start) else { return nil }
      if let result = captures(in: line, from: found) { return result }
      start = found + 1
    }
    return nil
  }

  /// A template that begins with a word: the word stands right before the first literal text, wherever that is.
  private func captures(in line: MatchLine, word: Field, before literal: [UInt8]) -> [(Field, String)]? {
    guard let found = LineTemplate.find(literal, in: line.folded, from: 1) else { return nil }
    var start = found
    while start > 0, LineTemplate.isWord(line.folded[start - 1]) { start -= 1 }
    return start < found ? captures(in: line, from: start) : nil
  }

  private func captures(in line: MatchLine, from start: Int) -> [(Field, String)]? {
    var result: [(Field, String)] = []
    var position = start
    var open: Field?
    var openStart = start
    var skipping = start == 0
    for part in parts {
      switch part {
      case .literal(let literal):
        guard let found = LineTemplate.find(literal, in: line.folded, from: position) else { return nil }
        if let field = open {
          let text = line.text(openStart..<found).trimmed
          guard !text.isEmpty else { return nil }
          result.append((field, text))
        } else if !skipping, found != position {
          return nil
        }
        open = nil
        skipping = false
        position = found + literal.count
      case .skip:
        skipping = true
      case .capture(let field, .text):
        open = field
        openStart = position
      case .capture(let field, let kind):
        guard let range = LineTemplate.range(of: kind, in: line.folded, from: position, skipping: skipping) else {
          return nil
        }
        result.append((field, line.text(range.content)))
        skipping = false
        position = range.end
      }
    }
    if let field = open {
      let text = line.text(openStart..<line.bytes.count).trimmed
      guard !text.isEmpty else { return nil }
      result.append((field, text))
    }
    return result
  }

  private static let quotes: [UInt8: UInt8] = [
    UInt8(ascii: "'"): UInt8(ascii: "'"), UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "`"): UInt8(ascii: "`"),
  ]

  private static func range(
    of kind: Kind, in line: [UInt8], from start: Int, skipping: Bool
  ) -> (content: Range<Int>, end: Int)? {
    var first = start
    func begins(_ byte: UInt8) -> Bool {
      switch kind {
      case .int: (48...57).contains(byte)
      case .quoted: quotes[byte] != nil
      case .word, .text: isWord(byte)
      }
    }
    if skipping { while first < line.count, !begins(line[first]) { first += 1 } }
    guard first < line.count, begins(line[first]) else { return nil }
    if kind == .quoted {
      guard let closing = quotes[line[first]], let end = line[(first + 1)...].firstIndex(of: closing) else {
        return nil
      }
      return (first + 1..<end, end + 1)
    }
    var end = first
    while end < line.count, begins(line[end]) { end += 1 }
    // A full stop or colon that ends a word belongs to the sentence.
    while kind == .word, end > first + 1, [UInt8(ascii: "."), UInt8(ascii: ":")].contains(line[end - 1]) { end -= 1 }
    return (first..<end, end)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...122).contains(byte) || byte >= 0x80
      || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "#"), UInt8(ascii: ":")].contains(byte)
      || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "?")
      || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "&")
  }

  static func find(_ needle: [UInt8], in line: [UInt8], from start: Int) -> Int? {
    guard let first = needle.first, start <= line.count - needle.count else { return nil }
    var position = start
    while position <= line.count - needle.count {
      if line[position] == first, line[position..<(position + needle.count)].elementsEqual(needle) { return position }
      position += 1
    }
    return nil
  }
}
