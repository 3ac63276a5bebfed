internal import CJournal

/// A JSON text as simdjson leaves it: a tape of 64-bit words and the texts that they point to (simdjson, doc/tape.md).
///
/// It is a view of the parser's memory, so it stays inside `EventLines`, which parses nothing else meanwhile.
@safe struct JSONTape {
  /// A word's kind, its upper eight bits.
  enum Kind: UInt8 {
    case object = 0x7B  // {
    case endOfObject = 0x7D  // }
    case array = 0x5B  // [
    case endOfArray = 0x5D  // ]
    case string = 0x22  // "
    case integer = 0x6C  // l
    case unsigned = 0x75  // u
    case double = 0x64  // d
    case yes = 0x74  // t
    case no = 0x66  // f
    case null = 0x6E  // n
    case root = 0x72  // r
  }

  private let words: UnsafePointer<UInt64>
  private let texts: UnsafePointer<UInt8>

  init?(_ tape: json_tape) {
    guard let words = unsafe tape.words, let texts = unsafe tape.texts else { return nil }
    unsafe self.words = words
    unsafe self.texts = texts
  }

  /// Where the document's value is.
  static var first: Int { 1 }

  func kind(at position: Int) -> Kind? { Kind(rawValue: UInt8(truncatingIfNeeded: unsafe words[position] >> 56)) }

  /// Where the next value begins after the one at a position.
  func next(after position: Int) -> Int {
    switch kind(at: position) {
    case .object, .array: Int(truncatingIfNeeded: unsafe words[position] & 0xFFFF_FFFF)
    case .integer, .unsigned, .double: position + 2
    default: position + 1
    }
  }

  /// The bytes of the string at a position.
  func text(at position: Int) -> UnsafeBufferPointer<UInt8> {
    let offset = Int(unsafe words[position] & 0x00FF_FFFF_FFFF_FFFF)
    let length = unsafe UnsafeRawPointer(texts + offset).loadUnaligned(as: UInt32.self)
    return unsafe UnsafeBufferPointer(start: texts + offset + 4, count: Int(length))
  }

  /// The string at a position; nil for any other value.
  func string(at position: Int) -> String? {
    guard kind(at: position) == .string else { return nil }
    return unsafe String(decoding: text(at: position), as: UTF8.self)
  }

  /// Calls for the key and the value of each member of the object at a position; ends early at the first false.
  ///
  /// - Returns: Whether all were visited.
  @inline(__always)
  func members(at position: Int, _ visit: (_ key: Int, _ value: Int) -> Bool) -> Bool {
    var key = position + 1
    while kind(at: key) == .string {
      guard visit(key, key + 1) else { return false }
      key = next(after: key + 1)
    }
    return true
  }

  /// The value at a position. A number without a fraction is an `.int`, as `JSONValue`'s decoding has it.
  func value(at position: Int) -> JSONValue {
    switch kind(at: position) {
    case .string: return unsafe .string(String(decoding: text(at: position), as: UTF8.self))
    case .integer: return .int(unsafe Int(bitPattern: UInt(words[position + 1])))
    case .unsigned: return .double(Double(unsafe words[position + 1]))
    case .double:
      let number = Double(bitPattern: unsafe words[position + 1])
      return Int(exactly: number).map(JSONValue.int) ?? .double(number)
    case .yes: return .bool(true)
    case .no: return .bool(false)
    case .object: return .object(object(at: position))
    case .array:
      var elements: [JSONValue] = []
      elements.reserveCapacity(count(at: position))
      var element = position + 1
      while kind(at: element) != .endOfArray {
        elements.append(value(at: element))
        element = next(after: element)
      }
      return .array(elements)
    default: return .null
    }
  }

  /// The members of the object at a position; of a key given twice the first counts, as in Foundation's decoding.
  func object(at position: Int) -> [String: JSONValue] {
    var found: [String: JSONValue] = Dictionary(minimumCapacity: count(at: position))
    _ = members(at: position) { key, value in
      let name = unsafe String(decoding: text(at: key), as: UTF8.self)
      if let first = found.updateValue(self.value(at: value), forKey: name) { found[name] = first }
      return true
    }
    return found
  }

  /// How many members or elements there are, up to 2²⁴ − 1.
  private func count(at position: Int) -> Int { Int(truncatingIfNeeded: unsafe (words[position] >> 32) & 0xFF_FFFF) }
}
