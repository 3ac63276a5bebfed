extension YAMLNode {
  /// How many nodes aliases may add before ``value`` stops following them.
  private static let aliasBudget = 1_000_000

  /// What the node means: aliases followed, merge keys applied, plain scalars by YAML 1.2's core schema.
  ///
  /// An alias that would make the value grow without measure (or that stands for itself) is given as its text, `*name`.
  public var value: YAMLValue {
    var budget = Self.aliasBudget
    return value(budget: &budget, open: [])
  }

  private func value(budget: inout Int, open: Set<Int>) -> YAMLValue {
    let record = record
    switch record.kind {
    case .scalar: return scalarValue
    case .alias:
      guard record.target >= 0, !open.contains(record.target) else { return .string("*" + record.text) }
      let target = YAMLNode(tree: tree, index: record.target)
      budget -= target.record.subtreeEnd - target.index
      guard budget > 0 else { return .string("*" + record.text) }
      return target.value(budget: &budget, open: open.union([record.target]))
    case .sequence:
      let inside = record.anchor == nil ? open : open.union([index])
      return .sequence(record.children.map { YAMLNode(tree: tree, index: $0).value(budget: &budget, open: inside) })
    case .mapping:
      let inside = record.anchor == nil ? open : open.union([index])
      return mappingValue(budget: &budget, open: inside)
    }
  }

  private func mappingValue(budget: inout Int, open: Set<Int>) -> YAMLValue {
    var result: [YAMLValue.Entry] = []
    result.reserveCapacity(record.children.count / 2)
    var positions: [String: Int] = [:]
    var merged: [YAMLValue.Entry] = []
    for (key, value) in entries {
      let content = value.value(budget: &budget, open: open)
      if key.isMergeKey {
        merged += Self.mergedEntries(content)
        continue
      }
      let name = key.keyText(budget: &budget, open: open)
      if let position = Self.position(of: name, positions, result) {
        result[position].value = content
      } else {
        positions[name] = result.count
        result.append(.init(key: name, value: content))
      }
    }
    for entry in merged where Self.position(of: entry.key, positions, result) == nil {
      positions[entry.key] = result.count
      result.append(entry)
    }
    return .mapping(result)
  }

  /// Where a key of exactly these bytes is; strings are equal also in other spellings of the same accents.
  private static func position(
    of name: String, _ positions: [String: Int], _ entries: [YAMLValue.Entry]
  ) -> Int? {
    guard let last = positions[name] else { return nil }
    return entries[last].key.isExactly(name) ? last : entries.firstIndex { $0.key.isExactly(name) }
  }

  private static func mergedEntries(_ value: YAMLValue) -> [YAMLValue.Entry] {
    switch value {
    case .mapping(let entries): entries
    case .sequence(let items): items.flatMap { $0.mapping ?? [] }
    default: []
    }
  }

  private func keyText(budget: inout Int, open: Set<Int>) -> String {
    kind == .scalar ? record.text : value(budget: &budget, open: open).json
  }

  /// True for a plain `<<` key.
  var isMergeKey: Bool { record.kind == .scalar && record.style == .plain && record.text == "<<" && record.tag == nil }

  /// A scalar's value by its tag, its quotes and its text.
  var scalarValue: YAMLValue {
    let record = record
    switch record.tag {
    case nil: return record.style == .plain ? ScalarSchema.value(plain: record.text) : .string(record.text)
    case "tag:yaml.org,2002:int", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
      return ScalarSchema.value(plain: record.text)
    case "tag:yaml.org,2002:float":
      if let number = ScalarSchema.value(plain: record.text).double { return .double(number) }
      return .string(record.text)
    default: return .string(record.text)
    }
  }
}
