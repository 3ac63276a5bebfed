/// Reads and writes JSON strings, and reads JSON with the order of keys kept.
enum JSONText {
  /// A JSON string literal; everything but quotes, backslashes and controls stays as it is.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where ScalarText.needsEscape(scalar):
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Reads one JSON value that fills the whole text.
  static func parse(_ bytes: [UInt8], name: String, limits: YAMLLimits = .standard) throws(YAMLError) -> YAMLValue {
    guard bytes.count <= limits.maximumBytes else {
      throw YAMLError(.limit, file: name, message: "the file is larger than \(limits.maximumBytes) bytes")
    }
    var reader = JSONReader(bytes: bytes, name: name, maximumDepth: limits.maximumDepth)
    return try reader.document()
  }
}

/// A JSON reader that keeps the order of keys, which Foundation's does not.
private struct JSONReader {
  let bytes: [UInt8]
  let name: String
  let maximumDepth: Int
  var position = 0

  init(bytes: [UInt8], name: String, maximumDepth: Int) {
    self.bytes = bytes
    self.name = name
    self.maximumDepth = maximumDepth
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  mutating func document() throws(YAMLError) -> YAMLValue {
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw failure("text after the end of the JSON value") }
    return value
  }

  private mutating func value(depth: Int) throws(YAMLError) -> YAMLValue {
    guard depth <= maximumDepth else { throw failure("JSON nested deeper than \(maximumDepth) levels") }
    skipSpace()
    switch peek() {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw failure("the JSON ends too early")
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws(YAMLError) -> YAMLValue {
    position += 1
    var entries: [YAMLValue.Entry] = []
    var seen: Set<[UInt8]> = []
    skipSpace()
    if peek() == UInt8(ascii: "}") {
      position += 1
      return .mapping([])
    }
    while true {
      skipSpace()
      guard peek() == UInt8(ascii: "\"") else { throw failure("a key in quotes is expected here") }
      let key = try string()
      guard seen.insert(Array(key.utf8)).inserted else { throw failure("the key \(JSONText.quoted(key)) stands twice") }
      skipSpace()
      guard peek() == UInt8(ascii: ":") else { throw failure("a colon is expected here") }
      position += 1
      entries.append(.init(key: key, value: try value(depth: depth + 1)))
      skipSpace()
      if peek() == UInt8(ascii: ",") {
        position += 1
      } else if peek() == UInt8(ascii: "}") {
        position += 1
        return .mapping(entries)
      } else {
        throw failure("a comma or a closing brace is expected here")
      }
    }
  }

  private mutating func array(depth: Int) throws(YAMLError) -> YAMLValue {
    position += 1
    var items: [YAMLValue] = []
    skipSpace()
    if peek() == UInt8(ascii: "]") {
      position += 1
      return .sequence([])
    }
    while true {
      items.append(try value(depth: depth + 1))
      skipSpace()
      if peek() == UInt8(ascii: ",") {
        position += 1
      } else if peek() == UInt8(ascii: "]") {
        position += 1
        return .sequence(items)
      } else {
        throw failure("a comma or a closing bracket is expected here")
      }
    }
  }

  private mutating func string() throws(YAMLError) -> String {
    position += 1
    var units: [UInt8] = []
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: units, as: UTF8.self) else { throw failure("the text is not UTF-8") }
        return text
      case UInt8(ascii: "\\"): units += Array(String(try escape()).utf8)
      case 0..<0x20: throw failure("a control character inside a string")
      default: units.append(byte)
      }
    }
    throw failure("a string without its closing quote")
  }

  private mutating func escape() throws(YAMLError) -> Unicode.Scalar {
    let byte = peek()
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let high = try hexadecimal()
      if let scalar = Unicode.Scalar(high) { return scalar }
      guard (0xD800..<0xDC00).contains(high), peek() == UInt8(ascii: "\\") else { break }
      position += 1
      guard peek() == UInt8(ascii: "u") else { break }
      position += 1
      let low = try hexadecimal()
      guard (0xDC00..<0xE000).contains(low) else { break }
      if let scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) { return scalar }
    default: break
    }
    throw failure("an escape that JSON does not know")
  }

  private mutating func hexadecimal() throws(YAMLError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw failure("an unfinished \\u escape") }
    let digits = String(decoding: bytes[position..<position + 4], as: UTF8.self)
    guard digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }), let value = UInt32(digits, radix: 16) else {
      throw failure("an unfinished \\u escape")
    }
    position += 4
    return value
  }

  private mutating func number() throws(YAMLError) -> YAMLValue {
    let start = position
    while let byte = peek(), "+-.eE0123456789".utf8.contains(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if let value = Int(text), !text.hasPrefix("+") { return .int(value) }
    guard let first = text.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "."),
      let value = Double(text), value.isFinite
    else {
      position = start
      throw failure("this is not a JSON value")
    }
    return .double(value)
  }

  private mutating func word(_ text: String, _ value: YAMLValue) throws(YAMLError) -> YAMLValue {
    guard bytes[position...].starts(with: text.utf8) else { throw failure("this is not a JSON value") }
    position += text.utf8.count
    return value
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private func failure(_ message: String) -> YAMLError {
    let place = SourceText(bytes).place(of: min(position, bytes.count))
    return YAMLError(.invalid, file: name, line: place.line, column: place.column, message: message)
  }
}
