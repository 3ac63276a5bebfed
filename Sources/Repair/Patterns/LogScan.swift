internal import Patterns

/// One reading of a program's output, in pieces of any size: it holds a line and what was found, never the whole text.
///
/// A line in which no text of the book occurs costs one step a byte. Only the others are decoded and matched.
struct LogScan {
  /// A line is matched within this many bytes around what was found in it.
  static let window = (before: 1024, after: 3072)
  /// A line without an end is cut here.
  static let longestLine = 65_536
  /// Windows of one line that are looked at.
  private static let windowLimit = 8

  private let book: PatternBook
  private var findings: Findings
  private var state = TextSearch.start
  private var line: [UInt8] = []
  private var hits: [Hit] = []
  private var number = 0
  private var tail: [UInt8] = []

  private struct Hit {
    let entry: Int
    let offset: Int
  }

  init(book: PatternBook, stage: String?) {
    self.book = book
    findings = Findings(book: book, stage: stage)
  }

  /// Takes in the next piece of the output.
  mutating func read(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      // The closure needs its own copy: the search's state is the scan's too.
      var found: [Hit] = []
      let base = line.count - rest.startIndex
      let end = book.search.readLine(rest, state: &state) { text, place in
        found.append(Hit(entry: book.owner(ofText: text), offset: base + place))
      }
      hits += found
      let piece = rest[..<(end ?? rest.endIndex)]
      guard let end else {
        line += piece
        if line.count > LogScan.longestLine { cut() }
        break
      }
      if !piece.isEmpty || !line.isEmpty {
        number += 1
        if !hits.isEmpty || findings.isWatching || !book.always.isEmpty {
          line += piece
          examineLine()
        }
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
      examineLine()
    }
    return findings.verdict(exit, lastLine: lastLine)
  }

  /// Looks at what there is of a line that does not end, and goes on with its last part.
  private mutating func cut() {
    examineLine()
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
      let text = LineText.plain(bytes).trimmed
      if !text.isEmpty { return String(text.prefix(500)) }
    }
    return ""
  }

  private mutating func examineLine() {
    let length = LogScan.window.before + LogScan.window.after
    guard line.count > length else {
      examine(line[...], entries: hits.map(\.entry))
      return
    }
    if hits.isEmpty { return examine(line.prefix(length), entries: []) }
    var rest = hits[...]
    for _ in 0..<LogScan.windowLimit {
      guard let first = rest.first else { break }
      let start = max(0, first.offset - LogScan.window.before)
      let end = min(line.count, start + length)
      let inside = rest.prefix { $0.offset < end }
      examine(line[start..<end], entries: inside.map(\.entry))
      rest = rest.dropFirst(inside.count)
    }
  }

  private mutating func examine(_ bytes: ArraySlice<UInt8>, entries: [Int]) {
    let text = LineText.plain(bytes)
    if let record = LogRecord(line: text) {
      for part in record.lines { findings.take(part, entries: found(in: part), number: number, record: record) }
      return
    }
    // Without its escape sequences a line may hold texts that were cut up, and so may one with quotes inside quotes.
    let isCutUp = entries.contains { if case .coloured = book.meanings[$0] { true } else { false } }
    guard isCutUp || text.contains("\\\"") else {
      return findings.take(text, entries: entries, number: number, record: nil)
    }
    let plain = text.replacing("\\\"", with: "\"")
    findings.take(plain, entries: found(in: plain), number: number, record: nil)
  }

  private func found(in text: String) -> [Int] {
    var state = TextSearch.start
    var entries: [Int] = []
    // A line of a record has no line breaks left, so one reading sees all of it.
    _ = book.search.readLine(Array(text.utf8)[...], state: &state) { text, _ in entries.append(book.owner(ofText: text))
    }
    return entries
  }
}

/// Bytes as people read them.
enum LineText {
  /// The text without NULs and terminal escape sequences; bytes that are no UTF-8 are replaced.
  static func plain(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(where: { $0 == 0x1B || $0 == 0 }) else { return String(decoding: bytes, as: UTF8.self) }
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
    return String(decoding: kept, as: UTF8.self)
  }
}
