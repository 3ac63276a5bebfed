/// Bytes with the questions that an editor asks of them: lines, columns, indentation, line ends.
struct SourceText: Sendable {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// True when every byte is an ASCII character; all are looked at, eight or more at once.
  var isASCII: Bool { bytes.withUnsafeBufferPointer { $0.reduce(0, |) } < 0x80 }

  /// Where the text starts: after a byte order mark.
  var contentStart: Int { bytes.starts(with: Byte.orderMark) ? Byte.orderMark.count : 0 }

  /// The start of the line that holds a position.
  func lineStart(_ position: Int) -> Int {
    var index = min(position, bytes.count)
    let first = contentStart
    while index > first, bytes[index - 1] != Byte.newline { index -= 1 }
    return max(index, min(first, position))
  }

  /// The position of the line's end characters, before a CRLF or LF.
  func lineEnd(_ position: Int) -> Int {
    var index = position
    while index < bytes.count, bytes[index] != Byte.newline { index += 1 }
    if index > position, index < bytes.count, bytes[index - 1] == Byte.carriageReturn { index -= 1 }
    return index
  }

  /// The start of the next line, or the end of the text.
  func nextLine(_ position: Int) -> Int {
    var index = position
    while index < bytes.count, bytes[index] != Byte.newline { index += 1 }
    return min(index + 1, bytes.count)
  }

  /// The first position from here that is no space or tab.
  func skipBlanks(_ position: Int) -> Int {
    var index = position
    while index < bytes.count, Byte.isBlank(bytes[index]) { index += 1 }
    return index
  }

  /// The first position from here that is neither white space, line end nor comment.
  func skipSpaceAndComments(_ position: Int, limit: Int) -> Int {
    var index = position
    while index < limit {
      let byte = bytes[index]
      if Byte.isSpace(byte) {
        index += 1
      } else if byte == Byte.hash, index == 0 || Byte.isSpace(bytes[index - 1]) || index == position {
        index = min(lineEnd(index), limit)
      } else {
        break
      }
    }
    return index
  }

  /// Where every line starts.
  func lineStarts() -> [Int32] {
    var starts = [Int32(contentStart)]
    starts.reserveCapacity(bytes.count / 24)
    bytes.withUnsafeBufferPointer { buffer in
      for position in buffer.indices where buffer[position] == Byte.newline { starts.append(Int32(position + 1)) }
    }
    return starts
  }

  /// True when the line that starts here holds nothing but white space.
  func isBlankLine(_ start: Int) -> Bool {
    let index = skipBlanks(start)
    return index >= bytes.count || bytes[index] == Byte.newline
      || (bytes[index] == Byte.carriageReturn && index + 1 < bytes.count && bytes[index + 1] == Byte.newline)
  }

  /// True when the line that starts here is a comment.
  func isCommentLine(_ start: Int) -> Bool {
    let index = skipBlanks(start)
    return index < bytes.count && bytes[index] == Byte.hash
  }

  /// The column in characters, from 0.
  func column(_ position: Int) -> Int {
    var count = 0
    for byte in bytes[lineStart(position)..<position] where byte & 0xC0 != 0x80 { count += 1 }
    return count
  }

  /// Line and column of a position, both from 1.
  func place(of position: Int) -> (line: Int, column: Int) {
    var line = 1
    for byte in bytes[..<min(position, bytes.count)] where byte == Byte.newline { line += 1 }
    return (line, column(min(position, bytes.count)) + 1)
  }

  /// The line ending nearest to a position.
  func lineEnding(near position: Int) -> [UInt8] {
    var index = min(position, bytes.count)
    while index < bytes.count, bytes[index] != Byte.newline { index += 1 }
    if index >= bytes.count {
      index = min(position, bytes.count) - 1
      while index >= 0, bytes[index] != Byte.newline { index -= 1 }
    }
    return index > 0 && bytes[index - 1] == Byte.carriageReturn ? [Byte.carriageReturn, Byte.newline] : [Byte.newline]
  }

  /// The text of a range.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

/// The bytes that YAML's text is made of.
enum Byte {
  static let orderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
  static let newline: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let tab: UInt8 = 0x09
  static let hash = UInt8(ascii: "#")
  static let comma = UInt8(ascii: ",")
  static let colon = UInt8(ascii: ":")
  static let dash = UInt8(ascii: "-")
  static let question = UInt8(ascii: "?")
  static let ampersand = UInt8(ascii: "&")
  static let exclamation = UInt8(ascii: "!")

  static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == space || byte == tab || byte == newline || byte == carriageReturn
  }
}
