internal import Foundation
internal import Journal

/// Finds the one JSON object in a model's reply, whatever stands around it, and refuses what could be read in two ways.
///
/// The work is linear in the text.
enum ReplyObject {
  /// The longest reply that is read, in bytes.
  static let longest = 65_536
  /// How deep objects and lists may nest.
  static let deepest = 16

  /// The object.
  ///
  /// - Throws: `AdviserFault` when there is none, more than one, or one that gives a key twice.
  static func find(in text: String) throws(AdviserFault) -> JSONValue {
    let bytes = Array(text.utf8)
    guard bytes.count <= longest else { throw AdviserFault("the reply is longer than \(longest) bytes") }
    guard let open = bytes.firstIndex(of: UInt8(ascii: "{")) else {
      throw AdviserFault("the reply holds no JSON object")
    }
    var scanner = ObjectScanner(bytes, at: open)
    let end = try scanner.scan()
    if bytes[end...].contains(UInt8(ascii: "{")) {
      throw AdviserFault("the reply holds more than one JSON object")
    }
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes[open..<end])) else {
      throw AdviserFault("the reply's object is not valid JSON")
    }
    return value
  }
}

/// Goes once through an object's bytes: where it ends, and whether a key stands twice. Foundation takes either of two.
private struct ObjectScanner {
  private let bytes: [UInt8]
  private var position: Int
  /// The keys of each open object; nil for a list.
  private var open: [Set<String>?] = []

  init(_ bytes: [UInt8], at position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// The position behind the object's last brace.
  mutating func scan() throws(AdviserFault) -> Int {
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        open.append(byte == UInt8(ascii: "{") ? [] : nil)
        guard open.count <= ReplyObject.deepest else { throw AdviserFault("the reply's object nests too deep") }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard let last = open.popLast(), (last == nil) == (byte == UInt8(ascii: "]")) else {
          throw AdviserFault("the reply's object is not valid JSON")
        }
        if open.isEmpty { return position }
      case UInt8(ascii: "\""): try string()
      default: break
      }
    }
    throw AdviserFault("the reply's object does not end, so the reply was cut off")
  }

  private mutating func string() throws(AdviserFault) {
    let start = position - 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < bytes.count else {
      throw AdviserFault("the reply's object does not end, so the reply was cut off")
    }
    position += 1
    let end = position
    while position < bytes.count, [9, 10, 13, 32].contains(bytes[position]) { position += 1 }
    guard position < bytes.count, bytes[position] == UInt8(ascii: ":"), let keys = open.last, let keys else { return }
    // An escape in it must not make a second key look like another one.
    guard let key = try? JSONDecoder().decode(String.self, from: Data(bytes[start..<end])) else {
      throw AdviserFault("the reply's object is not valid JSON")
    }
    guard !keys.contains(key) else { throw AdviserFault("the reply's object gives the key '\(key)' twice") }
    open[open.count - 1] = keys.union([key])
  }
}
