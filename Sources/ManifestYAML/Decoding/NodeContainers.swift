/// Decodes mappings.
struct NodeKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let node: YAMLNode
  let decoder: NodeDecoder
  private let values: [String: YAMLNode]
  private let names: [String]
  var codingPath: [any CodingKey] { decoder.codingPath }

  /// A key that stands twice is an error here, since readers disagree on which of the two counts.
  init(node: YAMLNode, decoder: NodeDecoder) throws(YAMLError) {
    self.node = node
    self.decoder = decoder
    var values: [String: YAMLNode] = [:]
    var names: [String] = []
    var merged: [YAMLNode] = []
    for (key, value) in node.entries {
      if key.isMergeKey {
        let content = try decoder.context.follow(value)
        merged += content.kind == .sequence ? content.items : [content]
        continue
      }
      guard let name = key.text else {
        throw node.tree.failure(.typeMismatch, at: key.start, "a key must be a text, and this one is a list or mapping")
      }
      if let first = values[name] {
        let line = node.tree.place(of: first.start).line
        throw node.tree.failure(
          .duplicateKey, at: key.start, "the key \"\(name)\" stands twice; the first is on line \(line)",
          hint: "remove or rename one of the two", path: decoder.codingPath.dotted)
      }
      values[name] = value
      names.append(name)
    }
    for source in merged {
      for (key, value) in try decoder.context.follow(source).entries {
        guard let name = key.text, values[name] == nil else { continue }
        values[name] = value
        names.append(name)
      }
    }
    self.values = values
    self.names = names
  }

  /// Also tells that all keys of the type, a dictionary's for example, are wanted.
  var allKeys: [Key] {
    names.compactMap { name in
      guard let key = Key(stringValue: name) else { return nil }
      decoder.context.ask(node, name)
      return key
    }
  }

  func contains(_ key: Key) -> Bool {
    decoder.context.ask(node, key.stringValue)
    return values[key.stringValue] != nil
  }

  func decodeNil(forKey key: Key) throws -> Bool {
    let content = try decoder.context.follow(try value(key))
    return content.kind == .scalar && content.scalarValue.isNull
  }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try decoder.nested(try value(key), key).decodeValue(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try decoder.nested(try value(key), key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder.nested(try value(key), key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { decoder.nested(try value(key), key) }

  private func value(_ key: Key) throws(YAMLError) -> YAMLNode {
    decoder.context.ask(node, key.stringValue)
    if let value = values[key.stringValue] { return value }
    let path = decoder.codingPath.dotted
    let similar = Suggestion.nearest(to: key.stringValue, in: names)
    throw node.tree.failure(
      .missingKey, at: node.start,
      "\(path.isEmpty ? "the file" : path) has no key \"\(key.stringValue)\", which is required",
      hint: similar.map { "\"\($0)\" is there; did you mean \"\(key.stringValue)\"?" },
      path: (decoder.codingPath + [key]).dotted)
  }
}

/// Decodes lists.
struct NodeUnkeyedContainer: UnkeyedDecodingContainer {
  let items: [YAMLNode]
  let decoder: NodeDecoder
  private(set) var currentIndex = 0
  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { items.count }
  var isAtEnd: Bool { currentIndex >= items.count }

  init(items: [YAMLNode], decoder: NodeDecoder) {
    self.items = items
    self.decoder = decoder
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd else { return false }
    let content = try decoder.context.follow(items[currentIndex])
    guard content.kind == .scalar, content.scalarValue.isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try next().decodeValue(type)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    let container = try next().container(keyedBy: type)
    currentIndex += 1
    return container
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let container = try next().unkeyedContainer()
    currentIndex += 1
    return container
  }

  mutating func superDecoder() throws -> any Decoder {
    let result = try next()
    currentIndex += 1
    return result
  }

  private func next() throws(YAMLError) -> NodeDecoder {
    guard !isAtEnd else { throw decoder.mismatch("a list of more than \(items.count) items") }
    return decoder.nested(items[currentIndex], IndexKey(currentIndex))
  }
}
