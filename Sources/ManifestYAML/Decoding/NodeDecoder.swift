/// Decodes one node; the containers beside it decode what is inside.
struct NodeDecoder: Decoder {
  let node: YAMLNode
  let codingPath: [any CodingKey]
  let context: DecodingContext
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    let content = try context.follow(node)
    guard content.kind == .mapping else { throw mismatch("a mapping") }
    context.open(content, path: codingPath)
    return KeyedDecodingContainer(try NodeKeyedContainer<Key>(node: content, decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let content = try context.follow(node)
    guard content.kind == .sequence else { throw mismatch("a list") }
    return NodeUnkeyedContainer(items: content.items, decoder: self)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    NodeScalarContainer(node: try context.follow(node), decoder: self)
  }

  /// Decodes a value of any type from this node.
  func decodeValue<Value: Decodable>(_ type: Value.Type) throws -> Value {
    do {
      return try Value(from: self)
    } catch let error as DecodingError {
      throw context.convert(error, root: root)
    }
  }

  /// The whole content as data; its keys count as read.
  func wholeValue() throws(YAMLError) -> YAMLValue { try context.follow(node).value }

  /// A decoder one level down.
  func nested(_ node: YAMLNode, _ key: any CodingKey) -> NodeDecoder {
    NodeDecoder(node: node, codingPath: codingPath + [key], context: context)
  }

  /// The error for a node of another type.
  func mismatch(_ expected: String) -> YAMLError {
    let path = codingPath.dotted
    return context.tree.failure(
      .typeMismatch, at: node.start,
      "\(path.isEmpty ? "the file" : path) is \(node.resolved.summary), and \(expected) is expected", path: path)
  }

  /// The top node, from which coding paths count.
  private var root: YAMLNode {
    var index = node.index
    if codingPath.isEmpty { return node }
    while context.tree.records[index].parent >= 0 { index = context.tree.records[index].parent }
    return YAMLNode(tree: context.tree, index: index)
  }
}

extension YAMLNode {
  /// What the node is, for messages.
  var summary: String {
    switch kind {
    case .mapping: return "a mapping"
    case .sequence: return "a list"
    case .alias: return "an alias"
    case .scalar:
      switch scalarValue {
      case .null: return "empty"
      case .bool(let value): return "the truth value \(value)"
      case .int, .double: return "the number \(record.text)"
      default:
        let text = record.text.count > 40 ? record.text.prefix(40) + "…" : record.text[...]
        return "the text \(JSONText.quoted(String(text)))"
      }
    }
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

/// Decodes scalars.
struct NodeScalarContainer: SingleValueDecodingContainer {
  let node: YAMLNode
  let decoder: NodeDecoder
  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { node.kind == .scalar && node.scalarValue.isNull }

  /// YAML 1.1's words count too: whoever writes `enabled: no` means it.
  func decode(_ type: Bool.Type) throws -> Bool {
    guard node.kind == .scalar else { throw decoder.mismatch("true or false") }
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
  func decode(_ type: String.Type) throws -> String {
    guard node.kind == .scalar, !node.scalarValue.isNull else { throw decoder.mismatch("a text") }
    return node.record.text
  }

  func decode(_ type: Double.Type) throws -> Double {
    guard node.kind == .scalar, let value = node.scalarValue.double else { throw decoder.mismatch("a number") }
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

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.decodeValue(type) }

  private func whole<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
    guard node.kind == .scalar, case .int(let value) = node.scalarValue else {
      throw decoder.mismatch("a whole number")
    }
    guard let result = Value(exactly: value) else {
      throw decoder.mismatch("a whole number from \(Value.min) to \(Value.max)")
    }
    return result
  }
}
