/// What a file's own style is, near a place and in all, so that new text looks like the old.
///
/// What concerns the whole file is found out once.
final class StyleSurvey {
  let tree: YAMLTree
  private lazy var fileQuote = majorityQuote()
  private lazy var lists = tree.records.indices.filter {
    record($0).kind == .sequence && record($0).style == .block
  }
  private lazy var flatStyles = lastFlatStyles()
  private lazy var fileStep = firstStep()
  private lazy var filePadding = lastPaddings()
  private lazy var isJSON = readsAsJSON()

  init(tree: YAMLTree) { self.tree = tree }

  func record(_ index: Int) -> NodeRecord { tree.records[index] }

  /// How strings are quoted where this one is to stand: like the same key in sibling items, else like its siblings.
  func quoting(container: Int, key: String?, except: Int? = nil) -> ScalarText.Quoting {
    if isJSON { return .json }
    let near = key.map { cousins(container: container, key: $0) } ?? []
    if let found = preference(near.filter { $0 != except }) { return found }
    let values = children(container).filter { $0 != except }
    if let found = preference(values) { return found }
    if record(container).style == .flow, case .always(let style)? = preference(keys(container)) {
      return .always(style)
    }
    return .whereNeeded(quoteMark(values) ?? fileQuote)
  }

  /// How keys are quoted in a mapping.
  func keyQuoting(container: Int) -> ScalarText.Quoting {
    if isJSON { return .json }
    let keys = keys(container)
    return preference(keys) ?? .whereNeeded(quoteMark(keys) ?? fileQuote)
  }

  /// True when all keys of a mapping are plain whole numbers, as a new one then is too.
  func hasNumberedKeys(_ container: Int) -> Bool {
    let keys = keys(container).map(record)
    return !keys.isEmpty
      && keys.allSatisfy { $0.kind == .scalar && $0.style == .plain && Int($0.text).map(String.init) == $0.text }
  }

  private func keys(_ container: Int) -> [Int] {
    guard record(container).kind == .mapping else { return [] }
    return stride(from: 0, to: record(container).children.count, by: 2).map { record(container).children[$0] }
  }

  /// The values of the same key in the sibling items of a mapping.
  func cousins(container: Int, key: String) -> [Int] {
    let parent = record(container).parent
    guard parent >= 0, record(parent).kind == .sequence, record(container).kind == .mapping else { return [] }
    let siblings = record(parent).children
    let position = siblings.firstIndex(of: container) ?? 0
    return siblings[max(0, position - 50)..<min(siblings.count, position + 50)].compactMap { item in
      item == container ? nil : child(of: item, key: key)
    }
  }

  /// The value of a key.
  func child(of container: Int, key: String) -> Int? {
    let children = record(container).children
    guard record(container).kind == .mapping else { return nil }
    for position in stride(from: 0, to: children.count - 1, by: 2)
    where record(children[position]).kind == .scalar && record(children[position]).text.isExactly(key) {
      return children[position + 1]
    }
    return nil
  }

  /// The items of a list or the values of a mapping.
  func children(_ container: Int) -> [Int] {
    let record = record(container)
    guard record.kind == .mapping else { return record.children }
    return stride(from: 1, to: record.children.count, by: 2).map { record.children[$0] }
  }

  /// What strings that could be plain tell: nil when there are none.
  private func preference(_ nodes: [Int]) -> ScalarText.Quoting? {
    var chosen: NodeStyle?
    for node in nodes.map(record) where node.kind == .scalar {
      if node.style == .plain {
        guard case .string = ScalarSchema.value(plain: node.text) else { continue }
        return .whereNeeded(quoteMark(nodes) ?? fileQuote)
      }
      if node.style.isQuoted, ScalarText.isPlain(node.text, inFlow: false) { chosen = chosen ?? node.style }
    }
    return chosen.map { .always($0) }
  }

  private func quoteMark(_ nodes: [Int]) -> NodeStyle? {
    nodes.last { record($0).kind == .scalar && record($0).style.isQuoted }.map { record($0).style }
  }

  /// True for a file in which every collection has brackets and every string double quotes.
  private func readsAsJSON() -> Bool {
    guard let root = tree.documents.first, record(root).style == .flow else { return false }
    // Empty brackets may be either.
    guard tree.name.hasSuffix(".json") || tree.records.contains(where: { $0.style == .double }) else { return false }
    return tree.records.allSatisfy { record in
      switch record.kind {
      case .alias: return false
      case .mapping, .sequence: return record.style == .flow && record.anchor == nil && record.tag == nil
      case .scalar:
        if record.style == .double { return true }
        guard record.style == .plain, !record.isEmptyScalar else { return false }
        if case .string = ScalarSchema.value(plain: record.text) { return false }
        return true
      }
    }
  }

  /// The quotes that most scalars of the file have; nil when there are none.
  private func majorityQuote() -> NodeStyle? {
    var single = 0
    var double = 0
    for index in tree.records.indices where tree.records[index].style.isQuoted {
      if tree.records[index].style == .single { single += 1 } else { double += 1 }
    }
    return single == 0 && double == 0 ? nil : double > single ? .double : .single
  }

  /// The column of a block collection's keys or dashes.
  func column(_ container: Int) -> Int { tree.source.column(record(container).contentStart) }

  /// By how much mappings are indented below their keys: as near to a node as can be found.
  func indentation(near node: Int) -> Int {
    var index = node
    while index >= 0 {
      for value in children(index) {
        if let step = step(container: index, value: value) { return step }
      }
      let parent = record(index).parent
      if parent >= 0, let step = step(container: parent, value: index) { return step }
      index = parent
    }
    return fileStep
  }

  private func firstStep() -> Int {
    for index in tree.records.indices {
      let parent = record(index).parent
      if parent >= 0, let step = step(container: parent, value: index) { return step }
    }
    return 2
  }

  private func step(container: Int, value: Int) -> Int? {
    guard record(container).kind == .mapping, record(container).style == .block else { return nil }
    guard record(value).kind == .mapping, record(value).style == .block else { return nil }
    let step = column(value) - column(container)
    return step > 0 ? step : nil
  }

  /// How block lists stand below their keys: their offset and the width of dash and space.
  func listLayout(near node: Int) -> (offset: Int, dashWidth: Int) {
    let nested = lists.lazy.filter { [self] index in
      let parent = record(index).parent
      return parent >= 0 && record(parent).kind == .mapping
    }
    if let nearest = nested.min(by: { abs($0 - node) < abs($1 - node) }) {
      return (max(0, column(nearest) - column(record(nearest).parent)), dashWidth(nearest))
    }
    return (indentation(near: node), lists.first.map { dashWidth($0) } ?? 2)
  }

  /// The width of a dash and the space after it.
  func dashWidth(_ sequence: Int) -> Int {
    for child in record(sequence).children.reversed() {
      let content = record(child)
      guard !content.isEmptyScalar || content.start != content.contentStart else { continue }
      let line = tree.source.lineStart(content.start)
      var dash = content.start
      while dash > line, Byte.isBlank(tree.source.bytes[dash - 1]) { dash -= 1 }
      guard dash > line, tree.source.bytes[dash - 1] == Byte.dash else { continue }
      return content.start - dash + 1
    }
    return 2
  }

  /// True when a new list of scalars or mapping at this key is to be written in brackets.
  func prefersFlow(_ value: YAMLValue, container: Int, key: String?) -> Bool {
    if record(container).style == .flow { return true }
    let isList = value.sequence != nil
    let kind: YAMLNode.Kind = isList ? .sequence : .mapping
    func votes(_ nodes: [Int]) -> Bool? {
      let styles = nodes.map(record).filter {
        $0.kind == kind && !$0.children.isEmpty && hasOnlyScalars($0) == isFlat(value)
      }
      guard let last = styles.last else { return nil }
      return last.style == .flow
    }
    if let key, let vote = votes(cousins(container: container, key: key)) { return vote }
    if let vote = votes(children(container)) { return vote }
    guard isFlat(value) else { return false }
    return flatStyles[kind].map { $0 == .flow } ?? (isList && key != nil)
  }

  /// True when brackets or braces near a node, else the last of the file, have spaces inside.
  func padsFlow(_ kind: YAMLNode.Kind, near node: Int) -> Bool {
    let near = node < 0 ? [] : [node] + children(node).suffix(16)
    return near.lazy.compactMap { [self] in padding($0, kind) }.first ?? filePadding[kind] ?? false
  }

  /// Whether a collection has a space inside its brackets; nil where it tells nothing.
  private func padding(_ index: Int, _ kind: YAMLNode.Kind) -> Bool? {
    let record = record(index)
    let inside = record.contentStart + 1
    guard record.kind == kind, record.style == .flow, let first = record.children.first,
      self.record(first).start >= inside,
      tree.source.lineEnd(inside) >= self.record(first).start
    else { return nil }
    return Byte.isBlank(tree.source.bytes[inside])
  }

  private func lastPaddings() -> [YAMLNode.Kind: Bool] {
    var found: [YAMLNode.Kind: Bool] = [:]
    for index in tree.records.indices.reversed() where tree.records[index].style == .flow && found.count < 2 {
      let kind = tree.records[index].kind
      if found[kind] == nil { found[kind] = padding(index, kind) }
    }
    return found
  }

  /// How the last list and the last mapping of scalars are written.
  private func lastFlatStyles() -> [YAMLNode.Kind: NodeStyle] {
    var styles: [YAMLNode.Kind: NodeStyle] = [:]
    for record in tree.records where record.kind == .sequence || record.kind == .mapping {
      if !record.children.isEmpty, hasOnlyScalars(record) { styles[record.kind] = record.style }
    }
    return styles
  }

  private func isFlat(_ value: YAMLValue) -> Bool {
    let inside = value.sequence ?? value.mapping?.map(\.value) ?? []
    return inside.allSatisfy { $0.sequence == nil && $0.mapping == nil }
  }

  private func hasOnlyScalars(_ record: NodeRecord) -> Bool {
    record.children.allSatisfy { self.record($0).kind == .scalar }
  }
}
