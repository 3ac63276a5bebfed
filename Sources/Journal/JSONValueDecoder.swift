import Foundation

/// Reads decodable values out of a `JSONValue` as `JSONDecoder` would read them out of its text, without writing that text.
struct JSONValueDecoder: Decoder {
  let value: JSONValue
  private let enclosing: [any CodingKey]
  private let step: (any CodingKey)?

  /// - Parameters:
  ///   - enclosing: The coding path of what the value is in.
  ///   - step: The value's own place there; nil for a whole document.
  init(value: JSONValue, in enclosing: [any CodingKey] = [], at step: (any CodingKey)? = nil) {
    self.value = value
    self.enclosing = enclosing
    self.step = step
  }

  /// Put together when it is asked for, which for most values is never.
  var codingPath: [any CodingKey] { enclosing + (step.map { [$0] } ?? []) }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let members = value.object else { throw mismatch([String: JSONValue].self) }
    return KeyedDecodingContainer(Members(members: members, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let elements = value.array else { throw mismatch([JSONValue].self) }
    return Elements(elements: elements, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  private func mismatch(_ type: Any.Type) -> DecodingError {
    let context = DecodingError.Context(codingPath: codingPath, debugDescription: "Expected \(type), found \(kind).")
    return value == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
  }

  private var kind: String {
    switch value {
    case .null: "null"
    case .bool: "a truth value"
    case .int, .double: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValueDecoder: SingleValueDecodingContainer {
  func decodeNil() -> Bool { value == .null }

  func decode(_ type: Bool.Type) throws -> Bool { try value.bool ?? { throw mismatch(type) }() }
  func decode(_ type: String.Type) throws -> String { try value.string ?? { throw mismatch(type) }() }
  func decode(_ type: Double.Type) throws -> Double { try value.double ?? { throw mismatch(type) }() }
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

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if type == JSONValue.self, let whole = value as? Value { return whole }
    // What JSON has no type for is read as `JSONDecoder` reads it.
    if type == Date.self || type == Data.self || type == URL.self || type == Decimal.self {
      return try JSONDecoder().decode(type, from: JSONEncoder().encode(value))
    }
    return try Value(from: self)
  }

  private func whole<Number: BinaryInteger>(_ type: Number.Type) throws -> Number {
    let number =
      switch value {
      case .int(let number): Number(exactly: number)
      case .double(let number): Number(exactly: number)
      default: nil as Number?
      }
    guard let number else { throw mismatch(type) }
    return number
  }
}

/// An object's members. One generic method serves every type that the protocol names.
private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let members: [String: JSONValue]
  let codingPath: [any CodingKey]

  var allKeys: [Key] { members.keys.compactMap(Key.init(stringValue:)) }

  func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }

  func decodeNil(forKey key: Key) throws -> Bool { try decoder(key).decodeNil() }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try decoder(key).decode(type) }

  func nestedContainer<Nested>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { try decoder(key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { JSONValueDecoder(value: .object(members), in: codingPath) }

  func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

  private func decoder(_ key: Key) throws -> JSONValueDecoder {
    guard let value = members[key.stringValue] else {
      throw DecodingError.keyNotFound(
        key, DecodingError.Context(codingPath: codingPath, debugDescription: "No member \"\(key.stringValue)\"."))
    }
    return JSONValueDecoder(value: value, in: codingPath, at: key)
  }
}

/// An array's elements, one after the other.
private struct Elements: UnkeyedDecodingContainer {
  let elements: [JSONValue]
  let codingPath: [any CodingKey]
  private(set) var currentIndex = 0

  init(elements: [JSONValue], codingPath: [any CodingKey]) {
    self.elements = elements
    self.codingPath = codingPath
  }

  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  mutating func decodeNil() throws -> Bool {
    let isNil = try peek(JSONValue.self).decodeNil()
    if isNil { currentIndex += 1 }
    return isNil
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try peek(type).decode(type)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    let container = try peek([String: JSONValue].self).container(keyedBy: type)
    currentIndex += 1
    return container
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let container = try peek([JSONValue].self).unkeyedContainer()
    currentIndex += 1
    return container
  }

  mutating func superDecoder() throws -> any Decoder {
    let decoder = try peek(JSONValue.self)
    currentIndex += 1
    return decoder
  }

  private func peek(_ type: Any.Type) throws -> JSONValueDecoder {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        type, DecodingError.Context(codingPath: codingPath, debugDescription: "No element \(currentIndex)."))
    }
    return JSONValueDecoder(value: elements[currentIndex], in: codingPath, at: Position(currentIndex))
  }
}

/// A place in an array, as a step of a coding path.
private struct Position: CodingKey {
  let intValue: Int?
  var stringValue: String { "Index \(intValue ?? 0)" }
  init(_ index: Int) { intValue = index }
  init?(intValue: Int) { self.intValue = intValue }
  init?(stringValue: String) { nil }
}
