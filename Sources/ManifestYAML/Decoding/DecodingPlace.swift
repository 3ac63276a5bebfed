/// Where decoding stands: a node, the way to it, and whether what it is decoded into can be complete.
final class DecodingPlace {
  /// Nil where a stand-in is made for a value that is missing.
  let node: YAMLNode?
  let parent: DecodingPlace?
  let key: (any CodingKey)?
  /// True for the entries of a list, and of a mapping whose keys are the user's own.
  let isEntry: Bool
  /// What the node is decoded into.
  var type: (any Decodable.Type)?
  /// True when something that the value cannot do without was missing or wrong.
  var isIncomplete = false

  /// The keys that a mapping was asked for; nil for what was not read as one.
  private(set) var askedKeys: Set<String>?

  init(node: YAMLNode?, parent: DecodingPlace? = nil, key: (any CodingKey)? = nil, isEntry: Bool = false) {
    self.node = node
    self.parent = parent
    self.key = key
    self.isEntry = isEntry
  }

  /// From now on the keys that are asked for are remembered.
  func open() { askedKeys = askedKeys ?? [] }

  func ask(_ key: String) { askedKeys?.insert(key) }

  var path: [any CodingKey] { (parent?.path ?? []) + (key.map { [$0] } ?? []) }

  /// The nearest node that is there, at which messages about this place point.
  var nearest: YAMLNode? { node ?? parent?.nearest }

  /// What messages call it: `the file`, `stage 'load'`, `check 2 of stage 'load'`, `'retry' of stage 'load'`.
  var subject: String {
    guard let parent, let key else { return "the file" }
    let number = key.intValue.map { $0 + 1 }
    guard isEntry, let described = type as? any YAMLDescribed.Type, let noun = described.noun else {
      let own = number.map { "item \($0)" } ?? "'\(key.stringValue)'"
      return "\(own) of \(parent.subject)"
    }
    let name = described.nameKey.flatMap { node?.member($0)?.text } ?? (number == nil ? key.stringValue : nil)
    let own = name.map { "\(noun) '\($0)'" } ?? "\(noun) \(number ?? 0)"
    guard let owner = parent.parent, owner.parent != nil else { return own }
    return "\(own) of \(owner.subject)"
  }
}

extension YAMLNode {
  /// The keys of a mapping with their values: those that merge keys bring, then its own; of a key that stands twice the
  /// last. Aliases are followed.
  public var members: [(key: YAMLNode, value: YAMLNode)] { members(depth: 0) }

  /// The value of a key of this mapping or of those that it merges; nil for a null.
  public func member(_ key: String) -> YAMLNode? {
    members.last { $0.key.text?.isExactly(key) ?? false }.flatMap { $0.value.isNull ? nil : $0.value }
  }

  /// True for a null, written out or left empty.
  public var isNull: Bool { resolved.kind == .scalar && resolved.scalarValue.isNull }

  /// What the node is, for messages: a list, a mapping, nothing, or its text in quotes.
  public var spoken: String {
    switch resolved.kind {
    case .mapping: "a mapping"
    case .sequence: "a list"
    default: isNull ? "nothing" : "'\((text ?? "").prefix(40))'"
    }
  }

  private func members(depth: Int) -> [(key: YAMLNode, value: YAMLNode)] {
    // Deeper chains of merges are no configuration, and an alias within itself would never end.
    guard depth < 8 else { return [] }
    var own: [(key: YAMLNode, value: YAMLNode)] = []
    var brought: [(key: YAMLNode, value: YAMLNode)] = []
    var positions: [String: Int] = [:]
    for (key, value) in entries {
      if key.isMergeKey {
        let sources = value.resolved.kind == .sequence ? value.items.reversed() : [value]
        brought += sources.flatMap { $0.members(depth: depth + 1) }
        continue
      }
      let name = key.text ?? ""
      if let position = positions[name] { own[position].value = value } else { own.append((key, value)) }
      positions[name] = positions[name] ?? own.count - 1
    }
    return brought.filter { positions[$0.key.text ?? ""] == nil } + own
  }
}
