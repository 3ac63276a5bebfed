internal import ManifestYAML

extension ConfigurationSection {
  /// A text; numbers and truth values count as their text.
  func text(_ key: String) -> String? {
    guard let node = value(key) else { return nil }
    guard let text = node.text else { return wrong(key, node, "a text") }
    return text
  }

  /// A text that must be there.
  func requiredText(_ key: String, example: String) -> String? {
    guard value(key) != nil else { return missing(key, example) }
    guard let text = text(key) else { return nil }
    guard !text.isEmpty else {
      note("'\(key)' of \(title) is empty; write it like \(key): \(example)", at: value(key))
      return nil
    }
    return text
  }

  func truth(_ key: String) -> Bool? {
    guard let node = value(key) else { return nil }
    return node.resolved.value.bool ?? wrong(key, node, "true or false")
  }

  func integer(_ key: String, in range: ClosedRange<Int> = 0...Int.max) -> Int? {
    guard let node = value(key) else { return nil }
    let wanted =
      range.upperBound == Int.max ? "of \(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
    guard let number = node.resolved.value.int, range.contains(number) else {
      return wrong(key, node, "a whole number \(wanted)")
    }
    return number
  }

  func number(_ key: String, from low: Double = 0, to high: Double = .greatestFiniteMagnitude) -> Double? {
    guard let node = value(key) else { return nil }
    let wanted = high == .greatestFiniteMagnitude ? "of \(low) or more" : "from \(low) to \(high)"
    guard let number = node.resolved.value.double, number >= low, number <= high else {
      return wrong(key, node, "a number \(wanted)")
    }
    return number
  }

  /// One of an enumeration's names.
  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ type: Choice.Type) -> Choice?
  where Choice.RawValue == String {
    guard let node = value(key) else { return nil }
    let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    return node.text.flatMap(Choice.init(rawValue:)) ?? wrong(key, node, "one of \(names)")
  }

  /// A list of texts.
  func texts(_ key: String) -> [String]? {
    guard let node = value(key) else { return nil }
    guard node.resolved.kind == .sequence else { return wrong(key, node, "a list of texts") }
    return node.items.compactMap { item in
      if let text = item.text, !item.isNull { return text }
      note("an item of '\(key)' of \(title) must be a text, not \(item.spoken)", at: item)
      return nil
    }
  }

  /// A program and its arguments: a list that is not empty.
  func command(_ key: String) -> [String]? {
    guard let node = value(key) else { return nil }
    guard node.resolved.kind == .sequence else {
      return wrong(key, node, "a list of a program and its arguments, such as [backfill, load]")
    }
    guard let words = texts(key), let program = words.first, !program.isEmpty else {
      note("'\(key)' of \(title) names no program; write it like [backfill, load]", at: node)
      return nil
    }
    return words
  }

  /// A mapping of names to texts.
  func textMap(_ key: String) -> [String: String] {
    guard let section = section(key) else { return [:] }
    var result: [String: String] = [:]
    for (name, node) in section.members {
      guard let text = node.text, !node.isNull else {
        note("'\(name.text ?? "")' in '\(key)' of \(title) must be a text, not \(node.spoken)", at: node)
        continue
      }
      result[name.text ?? ""] = text
    }
    return result
  }

  /// Notes that a key is missing.
  func missing<Value>(_ key: String, _ example: String) -> Value? {
    note("\(title) has no '\(key)'; add one like \(key): \(example)")
    return nil
  }

  private func wrong<Value>(_ key: String, _ node: YAMLNode, _ wanted: String) -> Value? {
    note("'\(key)' of \(title) must be \(wanted), not \(node.spoken)", at: node)
    return nil
  }
}
