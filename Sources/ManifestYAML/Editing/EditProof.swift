/// Holds the text after an edit against the tree before it: everything but the change must be the same.
struct EditProof {
  let old: YAMLTree
  let new: YAMLTree
  let changes: [Int: TreeChange]
  /// Which nodes have a change: asked of every node, so no dictionary.
  private let isChanged: [Bool]
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
  }

  /// What differs beyond the change; nil when the edit is proven.
  func difference() -> String? {
    guard old.documents.count == new.documents.count else { return "the number of documents changes" }
    for (before, after) in zip(old.documents, new.documents) {
      if let difference = compare(before, after) { return difference }
    }
    return nil
  }

  private func compare(_ before: Int, _ after: Int) -> String? {
    if isChanged[before], case .replaced(_, let value)? = changes[before] { return replaced(before, after, value) }
    let left = old.records[before]
    let right = new.records[after]
    return compareOwn(before, left, right) ?? compareChildren(before, left, right)
  }

  private func place(_ record: NodeRecord) -> String { "the value on line \(old.place(of: record.start).line)" }

  private func compareOwn(_ before: Int, _ left: NodeRecord, _ right: NodeRecord) -> String? {
    guard left.kind == right.kind else { return "\(place(left)) becomes another kind of value" }
    guard left.anchor == right.anchor, left.tag == right.tag else { return "\(place(left)) changes its anchor or tag" }
    guard left.text == right.text else { return "\(place(left)) changes its text" }
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
      if let key {
        let name = new.records[actual[first]]
        guard name.kind == .scalar, name.text == key, readers(agreeOn: name) || isNumberAmongNumbers(name, left) else {
          return "the new key is read differently"
        }
      }
      guard means(actual[first + width - 1], value) else { return "the new value is read differently" }
      actual.removeSubrange(first..<first + width)
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
        return key.kind == .scalar && key.text == entry.key && readers(agreeOn: key)
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

/// Finds comments, so that the proof can see that none is lost or made.
enum Comments {
  /// The comments of a text: what stands between its nodes behind a `#`.
  static func ranges(in tree: YAMLTree) -> [Range<Int>] {
    let source = tree.source
    var result: [Range<Int>] = []
    var position = source.contentStart
    for record in tree.records where record.kind == .scalar || record.kind == .alias {
      collect(position, record.contentStart, source, &result)
      position = max(position, record.end)
      if record.style.isBlockScalar {
        collect(record.contentStart, source.lineEnd(record.contentStart), source, &result)
      }
    }
    collect(position, source.bytes.count, source, &result)
    return result
  }

  private static func collect(_ from: Int, _ to: Int, _ source: SourceText, _ result: inout [Range<Int>]) {
    var index = from
    while index < to {
      if source.bytes[index] == Byte.hash, index == source.contentStart || Byte.isSpace(source.bytes[index - 1]) {
        let end = min(source.lineEnd(index), max(to, index))
        result.append(index..<end)
        index = end
      } else {
        index += 1
      }
    }
  }

  /// True when the comments outside of the edits are the same before and after.
  static func areKept(old: YAMLTree, new: YAMLTree, edits: [Edit]) -> Bool {
    var shift = 0
    var next = 0
    var expected: [Range<Int>] = []
    for comment in ranges(in: old) {
      while next < edits.count, edits[next].range.upperBound <= comment.lowerBound {
        shift += edits[next].replacement.count - edits[next].range.count
        next += 1
      }
      if next < edits.count, edits[next].range.overlaps(comment) { continue }
      expected.append(comment.lowerBound + shift..<comment.upperBound + shift)
    }
    var replaced: [Range<Int>] = []
    shift = 0
    for edit in edits {
      let start = edit.range.lowerBound + shift
      replaced.append(start..<start + edit.replacement.count)
      shift += edit.replacement.count - edit.range.count
    }
    next = 0
    let actual = ranges(in: new).filter { comment in
      while next < replaced.count, replaced[next].upperBound <= comment.lowerBound { next += 1 }
      return !(next < replaced.count && replaced[next].overlaps(comment))
    }
    return expected == actual
  }
}
