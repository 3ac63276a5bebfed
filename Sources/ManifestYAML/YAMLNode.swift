/// A piece of a YAML file: its data and where its text stands.
public struct YAMLNode: Sendable {
  /// What a node is.
  public enum Kind: UInt8, Sendable {
    case scalar, sequence, mapping, alias
  }

  let tree: YAMLTree
  let index: Int

  var record: NodeRecord { tree.records[index] }

  /// What the node is; an alias is one until it is asked for its content.
  public var kind: Kind { record.kind }

  /// The node's bytes: from its anchor or tag to its last byte of content.
  public var span: Range<Int> { record.start..<max(record.start, record.end) }

  /// The node's first byte.
  public var start: Int { record.start }

  /// The line on which the node starts, from 1.
  public var line: Int { tree.place(of: record.start).line }

  /// The column at which the node starts, in characters from 1.
  public var column: Int { tree.place(of: record.start).column }

  /// A scalar's text without quotes, whatever its type; nil for lists and mappings.
  public var text: String? {
    let node = resolved
    return node.kind == .scalar ? node.record.text : nil
  }

  /// The anchor's name.
  public var anchor: String? { record.anchor }

  /// The tag in full.
  public var tag: String? { record.tag }

  /// The node that an alias stands for, else the node itself.
  public var resolved: YAMLNode {
    record.kind == .alias && record.target >= 0 ? YAMLNode(tree: tree, index: record.target) : self
  }

  /// The items of a list; aliases are followed.
  public var items: [YAMLNode] {
    let node = resolved
    guard node.kind == .sequence else { return [] }
    return node.record.children.map { YAMLNode(tree: tree, index: $0) }
  }

  /// The keys and values of a mapping in the order of the file, without what merge keys bring; aliases are followed.
  public var entries: [(key: YAMLNode, value: YAMLNode)] {
    let node = resolved
    guard node.kind == .mapping else { return [] }
    let children = node.record.children
    return stride(from: 0, to: children.count - 1, by: 2).map {
      (YAMLNode(tree: tree, index: children[$0]), YAMLNode(tree: tree, index: children[$0 + 1]))
    }
  }

  /// The value of a key, the last one if the key stands twice; nil if the node is no mapping that has it.
  public subscript(key: String) -> YAMLNode? {
    let node = resolved
    guard node.kind == .mapping else { return nil }
    let children = node.record.children
    var position = children.count - 2
    while position >= 0 {
      let record = tree.records[children[position]]
      if record.kind == .scalar, record.text.isExactly(key) {
        return YAMLNode(tree: tree, index: children[position + 1])
      }
      position -= 2
    }
    return nil
  }

  /// The item at an index; nil if the node is no list that has it.
  public subscript(index: Int) -> YAMLNode? {
    let node = resolved
    guard node.kind == .sequence, node.record.children.indices.contains(index) else { return nil }
    return YAMLNode(tree: tree, index: node.record.children[index])
  }

  /// The node at a path from here, following aliases; nil if there is none.
  public func node(at path: YAMLPath) -> YAMLNode? {
    var node = self
    for step in path.steps {
      let next: YAMLNode?
      if node.resolved.kind == .sequence {
        next = node.index(of: step).flatMap { node[$0] }
      } else {
        next = node[step.text]
      }
      guard let next else { return nil }
      node = next
    }
    return node
  }

  /// Keys of this mapping that stand more than once: every key node after the first of its name.
  public var duplicateKeys: [YAMLNode] {
    var seen: [String: [String]] = [:]
    return entries.map(\.key).filter { key in
      guard key.kind == .scalar else { return false }
      let text = key.record.text
      if seen[text]?.contains(where: text.isExactly) ?? false { return true }
      seen[text, default: []].append(text)
      return false
    }
  }

  /// The index that a step means in a list.
  func index(of step: YAMLPath.Step) -> Int? {
    switch step {
    case .index(let index): index
    case .key(let key): YAMLPath.index(key)
    case .end: nil
    }
  }
}
