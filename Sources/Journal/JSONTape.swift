internal import CJournal
internal import Foundation

/// A JSON text as simdjson leaves it: a tape of 64-bit words and the texts that they point to (simdjson, doc/tape.md).
///
/// It holds what was parsed of many texts, one after the other, with the words' numbers made to fit.
struct JSONTape: Sendable {
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

  private var words: [UInt64] = []
  private var texts: [UInt8] = []

  /// An empty tape with room for as much as another one holds.
  init(asLongAs other: JSONTape? = nil) {
    words.reserveCapacity(other?.words.count ?? 0)
    texts.reserveCapacity(other?.texts.count ?? 0)
  }

  /// Copies an object that was parsed; nil for any other value.
  ///
  /// - Returns: Its position.
  mutating func append(_ parsed: json_tape) -> Int? {
    guard let words = unsafe parsed.words, let texts = unsafe parsed.texts,
      unsafe UInt8(truncatingIfNeeded: words[1] >> 56) == Kind.object.rawValue
    else { return nil }
    // Before the value is the document's own word, which is left out; an object's first word says where it ends.
    let first = self.words.count
    let count = Int(unsafe words[1] & Self.index) - 1
    unsafe self.words.append(contentsOf: UnsafeBufferPointer(start: words + 1, count: count))
    var textEnd = 0
    var position = first
    while position < first + count {
      switch kind(at: position) {
      case .string:
        let offset = Int(self.words[position] & Self.payload)
        textEnd = offset + 4 + Int(unsafe UnsafeRawPointer(texts + offset).loadUnaligned(as: UInt32.self)) + 1
        self.words[position] += UInt64(self.texts.count)
        position += 1
      case .object, .endOfObject, .array, .endOfArray:
        self.words[position] &+= UInt64(bitPattern: Int64(first - 1))
        position += 1
      case .integer, .unsigned, .double: position += 2
      default: position += 1
      }
    }
    unsafe self.texts.append(contentsOf: UnsafeBufferPointer(start: texts, count: textEnd))
    return first
  }

  private static let payload: UInt64 = 0x00FF_FFFF_FFFF_FFFF
  private static let index: UInt64 = 0xFFFF_FFFF

  func kind(at position: Int) -> Kind? { Kind(rawValue: UInt8(truncatingIfNeeded: words[position] >> 56)) }

  /// Where the next value begins after the one at a position.
  func next(after position: Int) -> Int {
    switch kind(at: position) {
    case .object, .array: Int(words[position] & Self.index)
    case .integer, .unsigned, .double: position + 2
    default: position + 1
    }
  }

  /// Where the bytes of the string at a position are among the texts.
  private func text(at position: Int) -> Range<Int> {
    let offset = Int(words[position] & Self.payload)
    let length = unsafe texts.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
    return offset + 4..<offset + 4 + Int(length)
  }

  /// How many bytes the string at a position has.
  func length(at position: Int) -> Int { text(at: position).count }

  /// The string at a position; nil for any other value.
  func string(at position: Int) -> String? {
    guard kind(at: position) == .string else { return nil }
    return String(decoding: texts[text(at: position)], as: UTF8.self)
  }

  /// Whether the string at a position is a text.
  func isString(at position: Int, _ wanted: String) -> Bool {
    let (own, other) = (texts.span.extracting(text(at: position)), wanted.utf8Span.span)
    guard own.count == other.count else { return false }
    return unsafe own.withUnsafeBytes { own in
      unsafe other.withUnsafeBytes { other in
        guard let one = own.baseAddress, let two = other.baseAddress else { return true }
        return unsafe memcmp(one, two, own.count) == 0
      }
    }
  }

  /// The moment that the string at a position names, as the journal writes it; nil for any other text.
  func date(at position: Int) -> Date? { EventTime.date(texts.span.extracting(text(at: position))) }

  /// The string at a position as an event's name.
  func name(at position: Int) -> EventIDs.Name { EventIDs.Name(texts.span.extracting(text(at: position))) }

  /// The member of that name of the object at a position; of a key given twice the first counts.
  func member(_ name: String, at position: Int) -> JSONValue? {
    var found: Int?
    _ = members(at: position) { key, value in
      guard isString(at: key, name) else { return true }
      found = value
      return false
    }
    return found.map(value(at:))
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
    case .string: return .string(String(decoding: texts[text(at: position)], as: UTF8.self))
    case .integer: return .int(Int(bitPattern: UInt(words[position + 1])))
    case .unsigned: return .double(Double(words[position + 1]))
    case .double:
      let number = Double(bitPattern: words[position + 1])
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
      let name = String(decoding: texts[text(at: key)], as: UTF8.self)
      if let first = found.updateValue(self.value(at: value), forKey: name) { found[name] = first }
      return true
    }
    return found
  }

  /// How many members or elements there are, up to 2²⁴ − 1.
  private func count(at position: Int) -> Int { Int((words[position] >> 32) & 0xFF_FFFF) }
}
