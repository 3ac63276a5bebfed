import ManifestYAML

/// RFC 6902 on plain values: what an edit of text must amount to.
enum PatchModel {
  /// Every path of a value, the root first.
  static func paths(_ value: YAMLValue, _ path: [YAMLPath.Step] = []) -> [[YAMLPath.Step]] {
    switch value {
    case .mapping(let entries): [path] + entries.flatMap { paths($0.value, path + [.key($0.key)]) }
    case .sequence(let items): [path] + items.indices.flatMap { paths(items[$0], path + [.index($0)]) }
    default: [path]
    }
  }

  static func get(_ value: YAMLValue, _ path: [YAMLPath.Step]) -> YAMLValue? {
    path.reduce(value) { node, step in
      switch step {
      case .key(let key): node?[key]
      case .index(let index): node?[index]
      case .end: nil
      }
    }
  }

  /// The value with a change at a path; the closure gets the parent.
  static func change(_ value: YAMLValue, _ path: ArraySlice<YAMLPath.Step>, _ work: (YAMLValue) -> YAMLValue)
    -> YAMLValue
  {
    guard let step = path.first else { return work(value) }
    switch (value, step) {
    case (.mapping(var entries), .key(let key)):
      for index in entries.indices where entries[index].key.utf8.elementsEqual(key.utf8) {
        entries[index].value = change(entries[index].value, path.dropFirst(), work)
      }
      return .mapping(entries)
    case (.sequence(var items), .index(let index)):
      items[index] = change(items[index], path.dropFirst(), work)
      return .sequence(items)
    default: return value
    }
  }

  static func add(_ value: YAMLValue, _ path: [YAMLPath.Step], _ new: YAMLValue) -> YAMLValue {
    change(value, path.dropLast()) { parent in
      switch (parent, path.last) {
      case (.mapping(var entries), .key(let key)):
        if let index = entries.firstIndex(where: { $0.key.utf8.elementsEqual(key.utf8) }) {
          entries[index].value = new
        } else {
          entries.append(.init(key: key, value: new))
        }
        return .mapping(entries)
      case (.sequence(var items), .index(let index)):
        items.insert(new, at: index)
        return .sequence(items)
      case (.sequence(let items), .end): return .sequence(items + [new])
      default: return new
      }
    }
  }

  static func remove(_ value: YAMLValue, _ path: [YAMLPath.Step]) -> YAMLValue {
    change(value, path.dropLast()) { parent in
      switch (parent, path.last) {
      case (.mapping(let entries), .key(let key)): .mapping(entries.filter { !$0.key.utf8.elementsEqual(key.utf8) })
      case (.sequence(var items), .index(let index)):
        {
          items.remove(at: index); return .sequence(items)
        }()
      default: parent
      }
    }
  }
}
