/// Writes JSON: much quicker than an encoder for values that are at hand.
enum JSONText {
  /// A text as JSON has it.
  static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 2)
    append(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var rest = text.utf8[...]
    while let next = rest.firstIndex(where: { $0 < 32 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
      bytes += rest[..<next]
      let byte = rest[next]
      if byte < 32 {
        let digits = String(byte, radix: 16)
        bytes += "\\u00\(digits.count == 1 ? "0" : "")\(digits)".utf8
      } else {
        bytes += [UInt8(ascii: "\\"), byte]
      }
      rest = rest[rest.index(after: next)...]
    }
    bytes += rest
    bytes.append(UInt8(ascii: "\""))
  }

  static func append(_ value: JSONValue, to bytes: inout [UInt8]) {
    switch value {
    case .null: bytes += Array("null".utf8)
    case .bool(let value): bytes += Array((value ? "true" : "false").utf8)
    case .int(let value): bytes += Array(String(value).utf8)
    case .double(let value): bytes += Array((value.isFinite ? "\(value)" : "null").utf8)
    case .string(let text): append(EventRow.storable(text), to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(element, to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(EventRow.storable(member.key), to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(member.value, to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }
}

extension JSONValue {
  /// The value as one line of JSON that a database can store: keys sorted, zero bytes replaced.
  public var storableText: String {
    var bytes: [UInt8] = []
    JSONText.append(self, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
