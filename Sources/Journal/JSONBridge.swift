import Foundation

extension JSONValue {
  /// The JSON value that an encodable value is written as.
  public init(encoding value: some Encodable) throws {
    self = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
  }

  /// Reads a decodable value out of the JSON value.
  public func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSONValueDecoder(value: self).decode(type)
  }
}
