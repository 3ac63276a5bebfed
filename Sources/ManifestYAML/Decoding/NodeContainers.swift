/// Decodes mappings.
struct NodeKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: NodeDecoder
  private let values: [String: (key: YAMLNode, value: YAMLNode)]
  private let names: [String]
  var codingPath: [any CodingKey] { decoder.codingPath }

  init(_ decoder: NodeDecoder) throws(YAMLError) {
    self.decoder = decoder
    var values: [String: (key: YAMLNode, value: YAMLNode)] = [:]
    var names: [String] = []
    if let content = try decoder.content() {
      guard content.kind == .mapping else { throw decoder.mismatch("a mapping of keys to values") }
      decoder.place.open()
      for entry in content.entries where entry.key.isMergeKey { _ = try decoder.context.follow(entry.value) }
      for member in content.members {
        guard let name = member.key.text else {
          throw decoder.failure(.typeMismatch, "a key must be a text, not \(member.key.spoken)", at: member.key)
        }
        if values.updateValue(member, forKey: name) == nil { names.append(name) }
      }
      for key in content.duplicateKeys { Self.noteRepeated(key, in: content, decoder) }
    }
    self.values = values
    self.names = names
  }

  private static func noteRepeated(_ key: YAMLNode, in content: YAMLNode, _ decoder: NodeDecoder) {
    let name = key.text ?? ""
    let first = content.entries.first { $0.key.text?.isExactly(name) ?? false }?.key.line ?? content.line
    let message = "the key '\(name)' stands twice in \(decoder.place.subject), on lines \(first) and \(key.line)"
    let isRefused = decoder.context.options.repeatedKeys == .refused
    let hint = isRefused ? "keep one of them" : "the last one counts, keep only that"
    let error = decoder.failure(.duplicateKey, message, at: key, hint: hint)
    if isRefused { decoder.context.note(error) } else { decoder.context.warn(error) }
  }

  /// Also tells that all keys of the type, a dictionary's for example, are wanted.
  var allKeys: [Key] {
    names.compactMap { name in
      guard let key = Key(stringValue: name) else { return nil }
      decoder.place.ask(name)
      return key
    }
  }

  /// A key and its value as they stand in the file.
  func member(_ name: String) -> (key: YAMLNode, value: YAMLNode)? { values[name] }

  /// The value of a key; a null counts as absent.
  private func value(_ key: Key) -> YAMLNode? {
    decoder.place.ask(key.stringValue)
    return values[key.stringValue].flatMap { $0.value.isNull ? nil : $0.value }
  }

  func contains(_ key: Key) -> Bool {
    decoder.place.ask(key.stringValue)
    return values[key.stringValue] != nil
  }

  func decodeNil(forKey key: Key) throws -> Bool { value(key) == nil }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    decoder.place.ask(key.stringValue)
    let acceptsNull = type is any ExpressibleByNilLiteral.Type
    if let value = acceptsNull ? values[key.stringValue]?.value : value(key) {
      return try decoder.nested(value, key).require(type)
    }
    noteMissing(key)
    return try decoder.nested(nil, key).standIn(type)
  }

  private func optional<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
    guard let value = value(key) else { return nil }
    let nested = decoder.nested(value, key)
    let result = nested.attempt(type)
    return nested.place.isIncomplete ? nil : result
  }

  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? { optional(type, key) }
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { optional(type, key) }
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { optional(type, key) }
  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { optional(type, key) }
  func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? { optional(type, key) }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { optional(type, key) }
  func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? { optional(type, key) }
  func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? { optional(type, key) }
  func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { optional(type, key) }
  func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { optional(type, key) }
  func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? { optional(type, key) }
  func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? { optional(type, key) }
  func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? { optional(type, key) }
  func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? { optional(type, key) }
  func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? { optional(type, key) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try decoder.nested(present(key), key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder.nested(present(key), key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { decoder.nested(present(key), key) }

  private func present(_ key: Key) -> YAMLNode? {
    let found = value(key)
    if found == nil { noteMissing(key) }
    return found
  }

  /// Notes a missing key, with the one that was probably meant to be it.
  private func noteMissing(_ key: Key) {
    decoder.place.isIncomplete = true
    guard decoder.place.node != nil else { return }
    let name = key.stringValue
    let example = (decoder.place.type as? any YAMLDescribed.Type)?.examples[name]
    let similar = Suggestion.nearest(to: name, in: names)
    decoder.context.note(
      decoder.failure(
        .missingKey, "\(decoder.place.subject) has no '\(name)'",
        hint: example.map { "add one like \(name): \($0)" }
          ?? similar.map { "'\($0)' is there; did you mean '\(name)'?" }
      ).with(path: (codingPath + [key]).dotted))
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
    guard !isAtEnd, items[currentIndex].isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().require(type) }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }

  mutating func superDecoder() throws -> any Decoder { try next() }

  private mutating func next() throws(YAMLError) -> NodeDecoder {
    guard !isAtEnd else { throw decoder.mismatch("a list of more than \(items.count) items") }
    defer { currentIndex += 1 }
    return decoder.nested(items[currentIndex], IndexKey(currentIndex), isEntry: true)
  }
}
