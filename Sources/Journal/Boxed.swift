/// A value that is kept elsewhere, so that where it is absent it takes no more room than a pointer.
final class Boxed<Value: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }

  /// Reads what the value itself was written as.
  init(from decoder: any Decoder) throws { value = try Value(from: decoder) }

  func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }

  static func == (left: Boxed, right: Boxed) -> Bool { left === right || left.value == right.value }

  func hash(into hasher: inout Hasher) { value.hash(into: &hasher) }
}
