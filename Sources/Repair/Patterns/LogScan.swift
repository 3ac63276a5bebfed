internal import Patterns

/// One reading of a program's output, in pieces of any size: it holds a line and what was found, never the whole text.
///
/// A line that holds too few texts of the book for any entry costs one step a byte. Only the others are matched.
struct LogScan {
  /// A line is matched within this many bytes around what was found in it.
  static let window = (before: 1024, after: 3072)
  /// A line without an end is cut here.
  static let longestLine = 65_536
  /// Windows of one line that are looked at.
  private static let windowLimit = 8

  private let book: PatternBook
  private var findings: Findings
  private var filter: EntryFilter
  private var state = TextSearch.start
  private var line: [UInt8] = []
  private var hits: [Hit] = []
  private var number = 0
  private var tail: [UInt8] = []

  private struct Hit {
    let text: Int
    let offset: Int
  }

  init(book: PatternBook, stage: String?) {
    self.book = book
    filter = EntryFilter(book: book)
    findings = Findings(book: book, stage: stage)
  }

  /// Takes in the next piece of the output.
  mutating func read(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      let base = line.count - rest.startIndex
      // The closure needs its own copies: all three are the scan's.
      var (found, state) = (hits, state)
      hits = []
      let end = book.search.readLine(rest, state: &state) { text, place in
        found.append(Hit(text: text, offset: base + place))
      }
      (hits, self.state) = (found, state)
      let piece = rest[..<(end ?? rest.endIndex)]
      guard let end else {
        line += piece
        if line.count > LogScan.longestLine { cut() }
        break
      }
      if !piece.isEmpty || !line.isEmpty {
        number += 1
        if !hits.isEmpty || findings.isWatching || !book.always.isEmpty { examineLine(endingIn: piece) }
      }
      line.removeAll(keepingCapacity: true)
      hits.removeAll(keepingCapacity: true)
      rest = rest[(end + 1)...]
    }
    keepTail(of: bytes)
  }

  /// Says what the output tells of.
  mutating func finish(_ exit: ExitEvidence) -> Classification {
    if !line.isEmpty {
      number += 1
      examineLine(endingIn: [])
    }
    return findings.verdict(exit, lastLine: lastLine)
  }

  /// Looks at what there is of a line that does not end, and goes on with its last part.
  private mutating func cut() {
    examineLine(endingIn: [])
    line = Array(line.suffix(LogScan.window.before))
    hits.removeAll(keepingCapacity: true)
  }

  private mutating func keepTail(of bytes: ArraySlice<UInt8>) {
    tail += bytes.suffix(4096)
    if tail.count > 8192 { tail = Array(tail.suffix(4096)) }
  }

  private var lastLine: String {
    let lines = tail.split { $0 == 0x0A || $0 == 0x0D }.reversed()
    for bytes in lines {
      let text = String(decoding: LineText.plain(bytes), as: UTF8.self).trimmed
      if !text.isEmpty { return String(text.prefix(500)) }
    }
    return ""
  }

  /// Looks at a line: what was kept of it from earlier pieces, and its end.
  private mutating func examineLine(endingIn piece: ArraySlice<UInt8>) {
    if !line.isEmpty { line += piece }
    let whole = line.isEmpty ? piece : line[...]
    let length = LogScan.window.before + LogScan.window.after
    if hits.isEmpty { return examine(whole.prefix(length), hits: []) }
    if isObject(whole), examineRecord(whole) { return }
    if whole.count <= length { return examine(whole, hits: hits[...]) }
    var rest = hits[...]
    for _ in 0..<LogScan.windowLimit {
      guard let first = rest.first else { break }
      let start = max(0, first.offset - LogScan.window.before)
      let end = min(whole.count, start + length)
      let inside = rest.prefix { $0.offset < end }
      // A line inside a piece does not begin at the piece's first byte.
      examine(whole.dropFirst(start).prefix(end - start), hits: inside)
      rest = rest.dropFirst(inside.count)
    }
  }

  private mutating func examine(_ bytes: ArraySlice<UInt8>, hits: ArraySlice<Hit>) {
    for hit in hits { filter.add(text: hit.text) }
    let entries = filter.take()
    // The last entries are the signs about a line.
    if case .disguise? = entries.last.map({ book.meanings[$0] }) {
      let plain = LineText.unquoted(LineText.plain(bytes))
      findings.take(plain, entries: found(in: plain), number: number, record: nil)
    } else if !entries.isEmpty || findings.isWatching {
      findings.take(bytes, entries: entries, number: number, record: nil)
    }
  }

  /// Looks at a line as the whole record that it is; false when it is none.
  private mutating func examineRecord(_ line: ArraySlice<UInt8>) -> Bool {
    guard let record = LogRecord(line: String(decoding: LineText.plain(line), as: UTF8.self)) else { return false }
    for part in record.lines {
      let text = Array(part.utf8).prefix(LogScan.window.before + LogScan.window.after)
      findings.take(text, entries: found(in: text), number: number, record: record)
    }
    return true
  }

  private func isObject(_ line: ArraySlice<UInt8>) -> Bool {
    line.first { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: "{")
  }

  private mutating func found(in text: ArraySlice<UInt8>) -> [Int] {
    var state = TextSearch.start
    var texts: [Int] = []
    // Neither a line nor a record's has a line break left, so one reading sees all of it.
    _ = book.search.readLine(text, state: &state) { text, _ in texts.append(text) }
    for text in texts { filter.add(text: text) }
    return filter.take()
  }
}

/// Bytes as people read them.
enum LineText {
  /// The bytes without NULs and terminal escape sequences.
  static func plain(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard bytes.contains(where: { $0 == 0x1B || $0 == 0 }) else { return bytes }
    var kept: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      if byte == 0 { continue }
      guard byte == 0x1B else {
        kept.append(byte)
        continue
      }
      guard let kind = rest.popFirst() else { break }
      // CSI sequences end with a letter or sign from @ on, OSC ones with a bell; others are one more byte.
      if kind == UInt8(ascii: "[") {
        while let next = rest.popFirst(), !(0x40...0x7E).contains(next) {}
      } else if kind == UInt8(ascii: "]") {
        while let next = rest.popFirst(), next != 0x07 {}
      }
    }
    return kept[...]
  }

  /// The bytes with plain quotes in place of escaped ones.
  static func unquoted(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var kept: [UInt8] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\""), kept.last == UInt8(ascii: "\\") { kept.removeLast() }
      kept.append(byte)
    }
    return kept[...]
  }
}
