/// A node's own text, comments and quoting included, on its way to another place.
struct Fragment: Sendable {
  let tree: YAMLTree
  let node: Int
  let value: YAMLValue
  /// What follows the key or dash on its line.
  private let head: String
  /// The comment behind the node on its line, with the blanks before it.
  private let comment: String
  /// The lines below, with their indentation.
  private let body: [String]
  /// The column that the body's indentation is counted from: the node's own for block collections, else its parent's.
  private let column: Int
  /// The comment lines above the entry that are its own, without indentation.
  var above: [String]

  private var record: NodeRecord { tree.records[node] }

  /// Takes a node's text; nil where it means nothing elsewhere: roots, empty values, and anything with an anchor.
  init?(_ tree: YAMLTree, _ node: Int) {
    let record = tree.records[node]
    let parent = record.parent
    guard parent >= 0, !record.isEmptyScalar else { return nil }
    guard !tree.records[node..<record.subtreeEnd].contains(where: { $0.anchor != nil }) else { return nil }
    self.tree = tree
    self.node = node
    value = YAMLNode(tree: tree, index: node).value
    let source = tree.source
    let layout = Layout(tree: tree, container: parent)
    let isInBlock = tree.records[parent].style == .block
    let position = layout.position(of: node)
    above = isInBlock ? layout.commentsAbove(position) : []
    let lineEnd = source.lineEnd(record.end)
    guard record.style == .block else {
      column = isInBlock ? source.column(tree.records[parent].contentStart) : 0
      let lines = Self.lines(source.text(record.start..<record.end))
      head = lines[0]
      body = Array(lines.dropFirst())
      let next = source.skipBlanks(record.end)
      let isCommented = isInBlock && !record.style.isBlockScalar && next < lineEnd && source.bytes[next] == Byte.hash
      comment = isCommented ? source.text(record.end..<lineEnd) : ""
      return
    }
    column = source.column(record.contentStart)
    comment = ""
    if layout.isFirstOnLine(record.contentStart) {
      let after = layout.indicatorEnd(position)
      head = source.text(min(source.skipBlanks(after), source.lineEnd(after))..<source.lineEnd(after))
      body = Self.lines(source.text(source.nextLine(after)..<lineEnd))
    } else {
      head = ""
      body = Self.lines(Emitter.spaces(column) + source.text(record.contentStart..<lineEnd))
    }
  }

  /// The text in brackets; nil for what needs lines of its own.
  var flow: String? {
    record.style == .block || record.style.isBlockScalar || !body.isEmpty ? nil : head
  }

  /// The text for a place whose parent's keys or dashes, and whose own, stand at these columns.
  func text(parent: Int, own: Int, commented: Bool) -> (inline: String, lines: [String]) {
    let shift = (record.style == .block ? own : parent) - column
    let lines = body.map { line -> String in
      let text = Emitter.unindented(line)
      if text.isEmpty { return "" }
      return Emitter.spaces(line.utf8.count - text.utf8.count + shift) + text
    }
    return (commented && body.isEmpty ? head + comment : head, lines)
  }

  /// True when a node of another tree is the same in kind, style, tags, text and meaning.
  func isSame(as other: Int, in new: YAMLTree) -> Bool { isSame(node, other, new) }

  private func isSame(_ index: Int, _ other: Int, _ new: YAMLTree) -> Bool {
    let left = tree.records[index]
    let right = new.records[other]
    guard left.kind == right.kind, left.style == right.style, left.tag == right.tag, left.text.isExactly(right.text),
      left.children.count == right.children.count
    else { return false }
    if left.kind == .alias, YAMLNode(tree: tree, index: index).value != YAMLNode(tree: new, index: other).value {
      return false
    }
    return zip(left.children, right.children).allSatisfy { isSame($0, $1, new) }
  }

  private static func lines(_ text: String) -> [String] {
    text.utf8.split(separator: Byte.newline, omittingEmptySubsequences: false).map { line in
      String(decoding: line.last == Byte.carriageReturn ? line.dropLast() : line, as: UTF8.self)
    }
  }
}
