/// How messages speak of a configuration type.
public protocol YAMLDescribed: Decodable {
  /// What an entry of a list or of a mapping with the user's own keys is called, such as `stage`.
  static var noun: String? { get }
  /// The key whose text tells one such entry from the others, such as `name`.
  static var nameKey: String? { get }
  /// What keys may look like, for messages that one is missing: `["command": "[backfill, load]"]`.
  static var examples: [String: String] { get }
  /// True where keys that the type does not read are none of its business.
  static var allowsOtherKeys: Bool { get }
}

extension YAMLDescribed {
  /// Entries are numbered.
  public static var noun: String? { nil }
  /// Entries are numbered.
  public static var nameKey: String? { nil }
  /// No examples.
  public static var examples: [String: String] { [:] }
  /// Other keys are errors.
  public static var allowsOtherKeys: Bool { false }
}

/// A value of one scalar that says what it accepts: a number in a range, an address, a name.
public protocol YAMLScalar: Decodable {
  /// What is accepted, for messages: `a whole number from 0 to 100`.
  static var expectation: String { get }
  /// Stands in for a value that cannot be read while the rest of the document is looked through; nobody gets to see it.
  static var placeholder: Self { get }
  /// The value; nil for what is not accepted.
  init?(_ node: YAMLNode)
}

extension YAMLScalar {
  /// Reads the scalar from YAML.
  public init(from decoder: any Decoder) throws {
    guard let node = decoder.yamlNode else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "is not from YAML"))
    }
    guard let value = Self(node) else { throw decoder.mismatch(Self.expectation) }
    self = value
  }
}

extension Decoder {
  /// The node that a ``YAMLDecoder`` decodes, aliases followed; nil for any other decoder.
  public var yamlNode: YAMLNode? { (self as? NodeDecoder)?.place.node?.resolved }

  /// True when something that this value cannot do without was missing or wrong, and has been told.
  public var isIncomplete: Bool { (self as? NodeDecoder)?.place.isIncomplete ?? false }

  /// What messages call the value, such as `stage 'load'`.
  public var subject: String { (self as? NodeDecoder)?.place.subject ?? codingPath.dotted }

  /// The error for a value of another type: `'scope' of stage 'load' must be …, not 'table'`.
  public func mismatch(_ expectation: String) -> any Error {
    (self as? NodeDecoder)?.mismatch(expectation)
      ?? DecodingError.typeMismatch(
        YAMLNode.self, .init(codingPath: codingPath, debugDescription: "must be \(expectation)"))
  }

  /// The error for a value that is wrong in itself; the words continue the value's name: `is not a regular expression`.
  public func fault(_ words: String) -> any Error {
    (self as? NodeDecoder)?.fault(words)
      ?? DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: words))
  }
}

/// Thrown where a value cannot be built after its faults were told.
public struct YAMLIncomplete: Error {
  /// Creates the error.
  public init() {}
}
