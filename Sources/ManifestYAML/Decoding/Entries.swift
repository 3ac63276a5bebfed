/// A list whose items are decoded one by one: an item that is wrong is told and left out, and the others are kept.
public struct YAMLItems<Element: Decodable>: Decodable {
  /// The items that could be decoded, with their nodes and what messages call them.
  public let items: [YAMLEntry<Element>]

  /// Reads the items.
  public init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? NodeDecoder else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "is not from YAML"))
    }
    let nodes = try decoder.items(or: "a list; begin each item with '-'")
    items = nodes.enumerated().map { decoder.entry($1, IndexKey($0)) }
  }
}

/// A mapping whose keys are the user's own, in the order of the file: a value that is wrong is told and left out.
public struct YAMLNamedItems<Element: Decodable>: Decodable {
  /// The entries that could be decoded, with their keys, nodes and what messages call them.
  public let items: [YAMLEntry<Element>]

  /// Reads the entries.
  public init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? NodeDecoder else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "is not from YAML"))
    }
    let container = try NodeKeyedContainer<NameKey>(decoder)
    items = container.allKeys.compactMap { name in
      guard let member = container.member(name.stringValue) else { return nil }
      return decoder.entry(member.value, name, keyNode: member.key)
    }
  }
}

/// An entry of a list or mapping with its place in the file.
public struct YAMLEntry<Element> {
  /// Its value; nil where it was wrong, which has been told.
  public let value: Element?
  /// The key in the file; nil for an item of a list.
  public let key: YAMLNode?
  /// The value in the file.
  public let node: YAMLNode
  /// What messages call it, such as `stage 'load'`.
  public let subject: String
}

/// A key of a mapping whose keys are the user's own.
struct NameKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init?(intValue: Int) { nil }
  init(stringValue: String) { self.stringValue = stringValue }
}
