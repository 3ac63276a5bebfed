/// Decodes scalars; a stand-in gives the empty text, zero and false.
struct NodeScalarContainer: SingleValueDecodingContainer {
  let decoder: NodeDecoder
  var codingPath: [any CodingKey] { decoder.codingPath }

  /// The scalar; nil for a stand-in.
  private func scalar(_ expectation: String) throws(YAMLError) -> YAMLNode? {
    guard let content = try decoder.content() else { return nil }
    guard content.kind == .scalar, !content.isNull else { throw decoder.mismatch(expectation) }
    return content
  }

  func decodeNil() -> Bool { decoder.place.node?.isNull ?? true }

  /// YAML 1.1's words count too: whoever writes `enabled: no` means it.
  func decode(_ type: Bool.Type) throws -> Bool {
    guard let node = try scalar("true or false") else { return false }
    if case .bool(let value) = node.scalarValue { return value }
    if node.record.style == .plain, node.record.tag == nil {
      switch node.record.text.lowercased() {
      case "yes", "on": return true
      case "no", "off": return false
      default: break
      }
    }
    throw decoder.mismatch("true or false")
  }

  /// Plain numbers, dates and words are given as they are written: `period: 2025-05`, `code: 007`, `version: 1.10`.
  func decode(_ type: String.Type) throws -> String { try scalar("a text")?.record.text ?? "" }

  func decode(_ type: Double.Type) throws -> Double {
    guard let node = try scalar("a number") else { return 0 }
    guard let value = node.scalarValue.double else { throw decoder.mismatch("a number") }
    return value
  }

  func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
  func decode(_ type: Int.Type) throws -> Int { try whole(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try whole(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try whole(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try whole(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try whole(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try whole(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try whole(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try whole(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try whole(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try whole(type) }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try Value(from: decoder) }

  private func whole<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
    guard let node = try scalar("a whole number") else { return 0 }
    guard case .int(let value) = node.scalarValue else { throw decoder.mismatch("a whole number") }
    guard let result = Value(exactly: value) else {
      throw decoder.mismatch("a whole number from \(Value.min) to \(Value.max)")
    }
    return result
  }
}

/// A key of a list.
struct IndexKey: CodingKey {
  let index: Int
  var intValue: Int? { index }
  var stringValue: String { String(index) }
  init(_ index: Int) { self.index = index }
  init?(intValue: Int) { index = intValue }
  init?(stringValue: String) { nil }
}

extension [any CodingKey] {
  /// The path in dotted form.
  var dotted: String {
    YAMLPath(steps: map { key in key.intValue.map { .index($0) } ?? .key(key.stringValue) }).dotted
  }
}
