/// Decodes one node; the containers beside it decode what is inside.
///
/// What is wrong is noted in the context. Where the type cannot do without the value, its place and those above it are
/// marked incomplete and decoding goes on with a stand-in, so that the rest of the document is looked through as well.
struct NodeDecoder: Decoder {
  let place: DecodingPlace
  let context: DecodingContext
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  var codingPath: [any CodingKey] { place.path }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(try NodeKeyedContainer<Key>(self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    NodeUnkeyedContainer(items: try items(or: "a list"), decoder: self)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { NodeScalarContainer(decoder: self) }

  /// The node with aliases followed; nil for a stand-in.
  func content() throws(YAMLError) -> YAMLNode? {
    guard let node = place.node else { return nil }
    return try context.follow(node)
  }

  /// The items of a list.
  func items(or expectation: String) throws(YAMLError) -> [YAMLNode] {
    guard let content = try content() else { return [] }
    guard content.kind == .sequence else { throw mismatch(expectation) }
    return content.items
  }

  /// The whole content as data.
  func wholeValue() throws(YAMLError) -> YAMLValue { try content()?.value ?? .null }

  /// A decoder one level down.
  func nested(_ node: YAMLNode?, _ key: any CodingKey, isEntry: Bool = false) -> NodeDecoder {
    NodeDecoder(
      place: DecodingPlace(node: node, parent: place, key: key, isEntry: isEntry), context: context)
  }

  /// Decodes a value of any type from this node; what is wrong is noted and gives nil.
  func attempt<Value: Decodable>(_ type: Value.Type) -> Value? {
    place.type = type
    if place.node == nil, let scalar = type as? any YAMLScalar.Type { return scalar.placeholder as? Value }
    do {
      let value = try Value(from: self)
      if place.node != nil { noteUnknownKeys() }
      return value
    } catch {
      place.isIncomplete = true
      if place.node != nil { note(error, type) }
      return nil
    }
  }

  /// Decodes a value that the type cannot do without; a stand-in takes the place of one that is wrong.
  func require<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = attempt(type)
    if place.isIncomplete { place.parent?.isIncomplete = true }
    if let value { return value }
    guard place.node != nil, let key = place.key else { throw YAMLIncomplete() }
    return try NodeDecoder(place: DecodingPlace(node: nil, parent: place.parent, key: key), context: context).standIn(
      type)
  }

  /// A value of the type that nobody gets to see, which the rest can be decoded with.
  func standIn<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if let first = Self.firstCase(type) as? Value { return first }
    guard let value = attempt(type) else { throw YAMLIncomplete() }
    return value
  }

  /// Decodes an entry; one that is wrong does not spoil the others.
  func entry<Element: Decodable>(
    _ node: YAMLNode, _ key: any CodingKey, keyNode: YAMLNode? = nil
  ) -> YAMLEntry<Element> {
    let decoder = nested(node, key, isEntry: true)
    let value = decoder.attempt(Element.self)
    return YAMLEntry(
      value: decoder.place.isIncomplete ? nil : value, key: keyNode, node: node, subject: decoder.place.subject)
  }

  // MARK: Errors

  /// The error for a node of another type.
  func mismatch(_ expectation: String) -> YAMLError {
    failure(.typeMismatch, "\(place.subject) must be \(expectation), not \(place.node?.spoken ?? "nothing")")
  }

  /// The error for a value that is wrong in itself.
  func fault(_ words: String) -> YAMLError { failure(.typeMismatch, "\(place.subject) \(words)") }

  func failure(_ kind: YAMLError.Code, _ message: String, at node: YAMLNode? = nil, hint: String? = nil) -> YAMLError {
    let start = (node ?? place.nearest)?.start ?? 0
    return context.tree.failure(kind, at: start, message, hint: hint, path: codingPath.dotted)
  }

  /// Gives an error of any kind its place; those of a custom `init(from:)` have only a path.
  private func note(_ error: any Error, _ type: any Decodable.Type) {
    switch error {
    case is YAMLIncomplete: break
    case let error as YAMLError: context.note(error)
    case let error as DecodingError:
      if let names = Self.caseNames(type) { return context.note(mismatch("one of \(names.joined(separator: ", "))")) }
      switch error {
      case .typeMismatch(_, let found), .valueNotFound(_, let found), .keyNotFound(_, let found),
        .dataCorrupted(let found):
        context.note(fault("cannot be read: \(found.debugDescription)"))
      @unknown default: context.note(fault("cannot be read: \(error)"))
      }
    default: context.note(fault("cannot be read: \(error)"))
    }
  }

  private func noteUnknownKeys() {
    guard context.options.knownKeys == .strict, let keys = place.askedKeys, let node = place.node else { return }
    if let described = place.type as? any YAMLDescribed.Type, described.allowsOtherKeys { return }
    for (key, _) in node.members where !keys.contains(key.text ?? "") {
      let name = key.text ?? ""
      let similar = Suggestion.nearest(to: name, in: keys)
      let known = "known here: \(keys.sorted().joined(separator: ", "))"
      context.note(
        failure(
          .unknownKey, "unknown key '\(name)' in \(place.subject)", at: key,
          hint: similar.map { "did you mean '\($0)'?" } ?? (keys.isEmpty ? nil : known)
        ).with(path: (codingPath + [NameKey(stringValue: name)]).dotted))
    }
  }

  /// The names of an enumeration.
  private static func caseNames(_ type: any Decodable.Type) -> [String]? {
    func names<Choice: CaseIterable>(_ type: Choice.Type) -> [String] {
      type.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
    }
    guard let choice = type as? any CaseIterable.Type else { return nil }
    let found = names(choice)
    return found.isEmpty ? nil : found
  }

  private static func firstCase(_ type: any Decodable.Type) -> Any? {
    func first<Choice: CaseIterable>(_ type: Choice.Type) -> Any? { type.allCases.first }
    return (type as? any CaseIterable.Type).flatMap { first($0) }
  }
}
