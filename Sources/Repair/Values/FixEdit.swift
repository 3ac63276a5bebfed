public import Journal
public import ManifestYAML

/// One edit of one value in a YAML file, named by identities rather than positions.
public struct FixEdit: Codable, Hashable, Sendable {
  /// The file, relative to the workspace.
  public var file: String
  /// What is edited.
  public var selector: YAMLSelector
  /// The value before; nil where there is none.
  public var old: JSONValue?
  /// The value afterwards; nil removes it.
  public var new: JSONValue?

  /// Creates an edit.
  public init(file: String, selector: YAMLSelector, old: JSONValue?, new: JSONValue?) {
    self.file = file
    self.selector = selector
    self.old = old
    self.new = new
  }

  enum CodingKeys: String, CodingKey { case file, selector, old, new }

  /// Reads an edit; an absent value and a null stay apart.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    file = try container.decode(String.self, forKey: .file)
    selector = try container.decode(YAMLSelector.self, forKey: .selector)
    // Not `: nil`, which would be JSON's null here.
    old = container.contains(.old) ? .some(try container.decode(JSONValue.self, forKey: .old)) : .none
    new = container.contains(.new) ? .some(try container.decode(JSONValue.self, forKey: .new)) : .none
  }

  /// The edit as a JSON Patch of the file as it stands: a test of the old value, then the change.
  ///
  /// A list that only grows is extended item by item, so that its other items keep their bytes.
  public func operations(in file: YAMLFile) throws(FixEditError) -> [PatchOperation] {
    if old == nil, let new, let missing = file.root.flatMap(selector.missingMapping(in:)) {
      let value = missing.below.reversed().reduce(new) { .object([$1: $0]) }
      return [PatchOperation(op: .add, path: missing.path.pointer, value: YAMLValue(value))]
    }
    guard let root = file.root, let path = selector.path(in: root) else {
      throw FixEditError(file: file.name, selector: selector.description, reason: "the file has no such place")
    }
    let pointer = path.pointer
    guard let old else {
      guard root.node(at: path) == nil else {
        throw FixEditError(file: file.name, selector: selector.description, reason: "there is a value already")
      }
      guard let new else { return [] }
      return [PatchOperation(op: .add, path: pointer, value: YAMLValue(new))]
    }
    guard let node = root.node(at: path), node.value == YAMLValue(old) else {
      throw FixEditError(
        file: file.name, selector: selector.description, reason: "the value is no longer the one that was diagnosed")
    }
    let test = PatchOperation(op: .test, path: pointer, value: YAMLValue(old))
    guard let new else { return [test, PatchOperation(op: .remove, path: pointer)] }
    if let before = old.array, let after = new.array, after.count > before.count,
      Array(after.prefix(before.count)) == before
    {
      let added = after.dropFirst(before.count)
      return [test] + added.map { PatchOperation(op: .add, path: pointer + "/-", value: YAMLValue($0)) }
    }
    return [test, PatchOperation(op: .replace, path: pointer, value: YAMLValue(new))]
  }

  /// The edit as the journal records it, with the position that people read.
  public func change(in file: YAMLFile) -> FixChange {
    let path = file.root.flatMap { selector.path(in: $0) }
    return FixChange(
      file: self.file, path: path?.description ?? selector.description, selector: selector.description, old: old,
      new: new)
  }
}

/// An edit that does not fit the file as it stands.
public struct FixEditError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file.
  public let file: String
  /// What was to be edited.
  public let selector: String
  /// Why it cannot be.
  public let reason: String

  /// One sentence.
  public var description: String {
    "\(file): \(selector) cannot be edited because \(reason); diagnose the failure again."
  }
}

extension YAMLValue {
  /// A JSON value as YAML, an object's keys in alphabetical order.
  public init(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .double(let value): self = .double(value)
    case .string(let value): self = .string(value)
    case .array(let items): self = .sequence(items.map(YAMLValue.init))
    case .object(let members):
      self = .mapping(members.sorted { $0.key < $1.key }.map { Entry(key: $0.key, value: YAMLValue($0.value)) })
    }
  }
}

extension JSONValue {
  /// A YAML value as JSON; of a key given twice the first value counts.
  public init(_ value: YAMLValue) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .double(let value): self = .double(value)
    case .string(let value): self = .string(value)
    case .sequence(let items): self = .array(items.map(JSONValue.init))
    case .mapping(let entries):
      self = .object(
        Dictionary(entries.map { ($0.key, JSONValue($0.value)) }, uniquingKeysWith: { first, _ in first }))
    }
  }
}
