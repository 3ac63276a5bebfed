/// Where a value stands by what it is, not by its number: `sources[code=adhd_data].columns[original_name="March 2020"]`.
///
/// A selector stays right when items are added or removed before the one that it names.
public struct YAMLSelector: Hashable, Sendable, CustomStringConvertible {
  /// One step down.
  public enum Step: Hashable, Sendable {
    /// Into a mapping.
    case key(String)
    /// The item of a list whose key has a value; the first such item is occurrence 1.
    case item(key: String, value: String, occurrence: Int)
    /// The item of a list that is this scalar.
    case value(String)
  }

  /// The steps from the root.
  public let steps: [Step]

  /// A selector of steps.
  public init(steps: [Step]) { self.steps = steps }

  /// Reads a selector; the empty text is the root.
  public init(_ text: String) throws(YAMLError) {
    var reader = PathReader(text)
    var steps: [Step] = []
    while let step = try reader.next() {
      switch step {
      case .key(let key): steps.append(.key(key))
      case .condition(let key, let value, let occurrence):
        if key.isEmpty {
          guard occurrence == 1 else { throw reader.failure("an item named by its value has no occurrence") }
          steps.append(.value(value))
        } else {
          steps.append(.item(key: key, value: value, occurrence: occurrence))
        }
      case .bracket(let inner): throw reader.failure("\"[\(inner)]\" is an index, and selectors have none")
      }
    }
    self.steps = steps
  }

  /// The selector's text, which ``init(_:)`` reads back.
  public var description: String {
    var result = ""
    for step in steps {
      switch step {
      case .key(let key): result += PathText.key(key, first: result.isEmpty)
      case .item(let key, let value, let occurrence):
        let name = PathText.isPlain(key) ? key : JSONText.quoted(key)
        result += "[\(name)=\(PathText.value(value))\(occurrence > 1 ? "#\(occurrence)" : "")]"
      case .value(let value): result += "[=\(PathText.value(value))]"
      }
    }
    return result
  }

  /// The path of what the selector names, now.
  ///
  /// A last key that is missing gives the path where it would stand, a last item that is missing the end of its list; any other
  /// miss gives nil.
  public func path(in root: YAMLNode) -> YAMLPath? {
    var path: [YAMLPath.Step] = []
    var node = root
    for (position, step) in steps.enumerated() {
      let isLast = position == steps.count - 1
      switch step {
      case .key(let key):
        guard node.kind == .mapping else { return nil }
        path.append(.key(key))
        if let next = node[key] {
          node = next
        } else if !isLast {
          return nil
        }
      case .item(let key, let value, let occurrence):
        guard node.kind == .sequence else { return nil }
        let matches = node.items.enumerated().filter { $0.element[key]?.text == value }
        guard matches.count >= occurrence else {
          guard isLast, matches.count == occurrence - 1 else { return nil }
          path.append(.end)
          continue
        }
        path.append(.index(matches[occurrence - 1].offset))
        node = matches[occurrence - 1].element
      case .value(let value):
        guard node.kind == .sequence else { return nil }
        if let match = node.items.enumerated().first(where: { $0.element.text == value }) {
          path.append(.index(match.offset))
          node = match.element
        } else if isLast {
          path.append(.end)
        } else {
          return nil
        }
      }
    }
    return YAMLPath(steps: path)
  }

  /// Where a value would go whose mappings are missing themselves: the path of the first key that is not there, and the keys below it.
  ///
  /// - Returns: Nil where a list or a scalar is on the way, or nothing is missing but the last key.
  public func missingMapping(in root: YAMLNode) -> (path: YAMLPath, below: [String])? {
    var path: [YAMLPath.Step] = []
    var node = root
    for (position, step) in steps.enumerated() {
      guard case .key(let key) = step, node.kind == .mapping else { return nil }
      path.append(.key(key))
      guard node[key] == nil else {
        node = node[key] ?? node
        continue
      }
      let below = steps.dropFirst(position + 1).compactMap { if case .key(let key) = $0 { key } else { nil } }
      guard !below.isEmpty, below.count == steps.count - position - 1 else { return nil }
      return (YAMLPath(steps: path), below)
    }
    return nil
  }

  /// The selector of a path; nil when an item on the way has none of the identity keys.
  ///
  /// Of the identity keys the first that tells the item from its siblings is taken.
  public static func selector(
    for path: YAMLPath, in root: YAMLNode,
    identityKeys: [String] = ["code", "original_name", "period", "name", "url"]
  ) -> YAMLSelector? {
    var steps: [Step] = []
    var node: YAMLNode? = root
    for step in path.steps {
      guard let current = node, current.kind == .sequence else {
        guard node == nil || node?.kind == .mapping else { return nil }
        steps.append(.key(step.text))
        node = node?[step.text]
        continue
      }
      guard let index = current.index(of: step) else { return nil }
      let items = current.items
      guard items.indices.contains(index) else { return nil }
      let item = items[index]
      if let text = item.text {
        guard items.first(where: { $0.text == text })?.start == item.start else { return nil }
        steps.append(.value(text))
      } else {
        guard let identity = identity(of: index, among: items, keys: identityKeys) else { return nil }
        steps.append(identity)
      }
      node = item
    }
    return YAMLSelector(steps: steps)
  }

  private static func identity(of index: Int, among items: [YAMLNode], keys: [String]) -> Step? {
    var fallback: Step?
    for key in keys {
      guard let value = items[index][key]?.text else { continue }
      let equals = items.indices.filter { items[$0][key]?.text == value }
      let occurrence = (equals.firstIndex(of: index) ?? 0) + 1
      let step = Step.item(key: key, value: value, occurrence: occurrence)
      if equals.count == 1 { return step }
      fallback = fallback ?? step
    }
    return fallback
  }
}

extension YAMLSelector: Codable {
  /// Reads the selector from its text.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    do {
      self = try YAMLSelector(text)
    } catch {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: error.message))
    }
  }

  /// Writes the selector's text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
