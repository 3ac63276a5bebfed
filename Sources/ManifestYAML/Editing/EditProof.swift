/// Holds the text after an edit against the tree before it: everything but the change must be the same.
struct EditProof {
  let old: YAMLTree
  let new: YAMLTree
  let changes: [Int: TreeChange]
  /// Which nodes have a change: asked of every node, so no dictionary.
  private let isChanged: [Bool]
  private let changedNodes: [Int]
  /// The text that the change carried over, which then must be the same here.
  let fragment: Fragment?

  init(old: YAMLTree, new: YAMLTree, changes: [TreeChange], fragment: Fragment? = nil) {
    self.fragment = fragment
    self.old = old
    self.new = new
    self.changes = Dictionary(changes.map { ($0.node, $0) }, uniquingKeysWith: { first, _ in first })
    var marks = [Bool](repeating: false, count: old.records.count)
    for change in changes { marks[change.node] = true }
    isChanged = marks
    changedNodes = changes.map(\.node).sorted()
  }

  /// What differs beyond the change; nil when the edit is proven.
  func difference() -> String? {
    guard old.documents.count == new.documents.count else { return "the number of documents changes" }
    for (before, after) in zip(old.documents, new.documents) {
      if let difference = compare(before, after) { return difference }
    }
    return nil
  }

  /// True when the new text is one document with this value.
  func begins(with value: YAMLValue) -> Bool {
    new.documents.count == 1 && new.documents.allSatisfy { matches($0, value) }
  }

  private func compare(_ before: Int, _ after: Int) -> String? {
    if isUntouched(before), isSame(before, after) { return nil }
    if isChanged[before], case .replaced(_, let value)? = changes[before] { return replaced(before, after, value) }
    let left = old.records[before]
    let right = new.records[after]
    return compareOwn(before, left, right) ?? compareChildren(before, left, right)
  }

  private func isUntouched(_ node: Int) -> Bool {
    var (low, high) = (0, changedNodes.count)
    while low < high {
      let middle = (low + high) / 2
      if changedNodes[middle] < node { low = middle + 1 } else { high = middle }
    }
    return low == changedNodes.count || changedNodes[low] >= old.records[node].subtreeEnd
  }

  /// Compares two whole subtrees record by record: in this order, kinds and numbers of children make the tree.
  private func isSame(_ before: Int, _ after: Int) -> Bool {
    let count = old.records[before].subtreeEnd - before
    guard new.records[after].subtreeEnd - after == count else { return false }
    for offset in 0..<count {
      let (left, right) = (before + offset, after + offset)
      guard old.records[left].kind == new.records[right].kind, old.records[left].style == new.records[right].style,
        old.records[left].children.count == new.records[right].children.count,
        old.records[left].text.isExactly(new.records[right].text)
      else { return false }
      if old.records[left].hasProperties || new.records[right].hasProperties || old.records[left].kind == .alias {
        let (first, second) = (old.records[left], new.records[right])
        guard first.anchor == second.anchor, first.tag == second.tag else { return false }
        if first.kind == .alias, compareTargets(first, second) != nil { return false }
      }
    }
    return true
  }

  private func place(_ record: NodeRecord) -> String { "the value on line \(old.place(of: record.start).line)" }

  private func compareOwn(_ before: Int, _ left: NodeRecord, _ right: NodeRecord) -> String? {
    guard left.kind == right.kind else { return "\(place(left)) becomes another kind of value" }
    guard left.anchor == right.anchor, left.tag == right.tag else { return "\(place(left)) changes its anchor or tag" }
    guard left.text.isExactly(right.text) else { return "\(place(left)) changes its text" }
    let emptied = isChanged[before] && right.children.isEmpty
    guard left.style == right.style || emptied else { return "\(place(left)) changes its style" }
    if left.kind == .alias, let difference = compareTargets(left, right) { return "\(place(left)) \(difference)" }
    return nil
  }

  private func compareTargets(_ left: NodeRecord, _ right: NodeRecord) -> String? {
    guard left.target >= 0, right.target >= 0 else { return "changes its anchor" }
    return old.records[left.target].anchor == new.records[right.target].anchor ? nil : "changes its anchor"
  }

  private func compareChildren(_ before: Int, _ left: NodeRecord, _ right: NodeRecord) -> String? {
    var expected = left.children
    var actual = right.children
    let width = left.kind == .mapping ? 2 : 1
    switch isChanged[before] ? changes[before] : nil {
    case .removed(_, let position):
      expected.removeSubrange(position * width..<(position + 1) * width)
    case .inserted(_, let position, let key, let value):
      guard actual.count == expected.count + width else { return "\(place(left)) does not grow by one entry" }
      let first = position * width
      if let key, !isKey(new.records[actual[first]], key, left) { return "the new key is read differently" }
      guard means(actual[first + width - 1], value) else { return "the new value is read differently" }
      actual.removeSubrange(first..<first + width)
    case .renamed(_, let position, let key):
      guard actual.count == expected.count else { return "\(place(left)) changes its number of entries" }
      let (from, to) = (old.records[expected[position * 2]], new.records[actual[position * 2]])
      guard isKey(to, key, left), from.anchor == to.anchor, from.tag == to.tag else {
        return "the new key is read differently"
      }
      expected.remove(at: position * 2)
      actual.remove(at: position * 2)
    case .replaced, nil: break
    }
    guard expected.count == actual.count else { return "\(place(left)) changes its number of entries" }
    for (from, to) in zip(expected, actual) {
      if let difference = compare(from, to) { return difference }
    }
    return nil
  }

  private func replaced(_ before: Int, _ after: Int, _ value: YAMLValue) -> String? {
    let left = old.records[before]
    let right = new.records[after]
    guard left.kind == .alias || left.anchor == right.anchor else { return "the anchor of the value is lost" }
    if let tag = left.tag, tag != right.tag { return "the tag \(tag) does not fit the new value" }
    if means(after, value) { return nil }
    return left.tag.map { "the tag \($0) does not fit the new value" } ?? "the new value is read differently"
  }

  /// True when the new node is the fragment that was carried here, or every reader takes it for the value.
  private func means(_ index: Int, _ value: YAMLValue) -> Bool {
    fragment?.isSame(as: index, in: new) ?? false || matches(index, value)
  }

  /// True for a key that every reader takes for this text.
  private func isKey(_ record: NodeRecord, _ key: String, _ mapping: NodeRecord) -> Bool {
    record.kind == .scalar && record.text.isExactly(key)
      && (readers(agreeOn: record) || isNumberAmongNumbers(record, mapping))
  }

  /// True for a plain number as a key where all keys are such.
  private func isNumberAmongNumbers(_ key: NodeRecord, _ mapping: NodeRecord) -> Bool {
    Int(key.text).map(String.init) == key.text
      && stride(from: 0, to: mapping.children.count, by: 2).allSatisfy {
        let sibling = old.records[mapping.children[$0]]
        return sibling.style == .plain && Int(sibling.text).map(String.init) == sibling.text
      }
  }

  /// True when every reader takes the node for this value.
  private func matches(_ index: Int, _ value: YAMLValue) -> Bool {
    let record = new.records[index]
    switch (record.kind, value) {
    case (.sequence, .sequence(let items)):
      return record.children.count == items.count && zip(record.children, items).allSatisfy { matches($0, $1) }
    case (.mapping, .mapping(let entries)):
      guard record.children.count == entries.count * 2 else { return false }
      return entries.enumerated().allSatisfy { position, entry in
        let key = new.records[record.children[position * 2]]
        return key.kind == .scalar && key.text.isExactly(entry.key) && readers(agreeOn: key)
          && matches(record.children[position * 2 + 1], entry.value)
      }
    case (.scalar, .string(let text)):
      guard record.text.utf8.elementsEqual(text.utf8) else { return false }
      if let tag = record.tag { return !Self.valueTags.contains(tag) }
      return record.style != .plain || !ScalarSchema.isAmbiguous(text)
    case (.scalar, _):
      guard record.style == .plain, record.tag != "tag:yaml.org,2002:str" else { return false }
      return ScalarSchema.value(plain: record.text) == value
    default: return false
    }
  }

  /// Tags that make something else than a string of a scalar.
  private static let valueTags = Set(
    ["int", "float", "bool", "null", "timestamp", "binary"].map { "tag:yaml.org,2002:\($0)" })

  /// True for a key that is a string by YAML 1.1 and 1.2.
  private func readers(agreeOn key: NodeRecord) -> Bool {
    key.style != .plain || !ScalarSchema.isAmbiguous(key.text)
  }
}
