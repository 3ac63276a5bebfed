/// What a piece of YAML means: the data without its text.
public enum YAMLValue: Hashable, Sendable {
  /// A key and its value, in the order of the file.
  public struct Entry: Hashable, Sendable {
    /// The key; keys that are not strings are given by their text.
    public var key: String
    /// The value.
    public var value: YAMLValue

    /// Pairs a key with a value.
    public init(key: String, value: YAMLValue) {
      self.key = key
      self.value = value
    }
  }

  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case sequence([YAMLValue])
  case mapping([Entry])

  /// Mappings are equal whatever the order of their keys, and numbers by their value.
  public static func == (left: YAMLValue, right: YAMLValue) -> Bool {
    switch (left, right) {
    case (.null, .null): return true
    case (.bool(let a), .bool(let b)): return a == b
    case (.int(let a), .int(let b)): return a == b
    case (.double(let a), .double(let b)): return a == b || (a.isNaN && b.isNaN)
    case (.int(let a), .double(let b)), (.double(let b), .int(let a)): return Double(a) == b
    case (.string(let a), .string(let b)): return a.isExactly(b)
    case (.sequence(let a), .sequence(let b)): return a == b
    case (.mapping(let a), .mapping(let b)):
      guard a.count == b.count else { return false }
      if a.elementsEqual(b, by: { $0.key.isExactly($1.key) && $0.value == $1.value }) { return true }
      let sortedA = a.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      let sortedB = b.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return sortedA.elementsEqual(sortedB, by: { $0.key.isExactly($1.key) && $0.value == $1.value })
    default: return false
    }
  }

  /// Hashes consistently with equality.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .int(let value): hasher.combine(Double(value))
    case .double(let value): hasher.combine(value.isNaN ? 0 : value)
    case .string(let value): hasher.combine(value)
    case .sequence(let items): hasher.combine(items)
    case .mapping(let entries): hasher.combine(entries.count)
    }
  }
}

extension YAMLValue {
  /// The text, when the value is a string.
  public var string: String? { if case .string(let value) = self { value } else { nil } }

  /// The whole number, when the value is one.
  public var int: Int? { if case .int(let value) = self { value } else { nil } }

  /// The number, whole or not.
  public var double: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// The truth value, when the value is one.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The items, when the value is a list.
  public var sequence: [YAMLValue]? { if case .sequence(let items) = self { items } else { nil } }

  /// The entries, when the value is a mapping.
  public var mapping: [Entry]? { if case .mapping(let entries) = self { entries } else { nil } }

  /// True for null.
  public var isNull: Bool { if case .null = self { true } else { false } }

  /// The value of a key; nil for anything but a mapping that has it.
  public subscript(key: String) -> YAMLValue? { mapping?.first { $0.key.isExactly(key) }?.value }

  /// The item at an index; nil for anything but a list that has it.
  public subscript(index: Int) -> YAMLValue? {
    guard let items = sequence, items.indices.contains(index) else { return nil }
    return items[index]
  }
}

extension String {
  /// True for the same bytes. Swift's `==` also takes é and e with an accent for the same; to a YAML reader they are two keys.
  func isExactly(_ other: String) -> Bool {
    // Among texts of one length, what is ASCII has no other spelling.
    utf8.count == other.utf8.count && self == other && (utf8Span.isKnownASCII || utf8.elementsEqual(other.utf8))
  }
}

extension YAMLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByFloatLiteral, ExpressibleByNilLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .int(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A list.
  public init(arrayLiteral elements: YAMLValue...) { self = .sequence(elements) }
  /// A mapping in the order given.
  public init(dictionaryLiteral elements: (String, YAMLValue)...) {
    self = .mapping(elements.map { Entry(key: $0.0, value: $0.1) })
  }
  /// Null.
  public init(nilLiteral: ()) { self = .null }
}
