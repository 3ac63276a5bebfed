/// Finds the node that an edit is about, and refuses what cannot be edited with certainty.
struct PathResolver {
  let tree: YAMLTree
  let root: Int
  /// True for `add`, which may put a key of its own over a merged one.
  var allowsOverride = false

  func record(_ index: Int) -> NodeRecord { tree.records[index] }

  /// The node at a path; aliases are not followed, since an edit behind one changes other places too.
  func resolve(_ path: YAMLPath) throws(YAMLError) -> Int {
    var node = root
    for step in path.steps {
      if record(node).kind == .alias {
        throw fault(
          .refused, node, path,
          "\(path.dotted) lies behind the alias *\(record(node).text), so the edit would show elsewhere",
          "edit the place of the anchor &\(record(node).text), or write the value out here first")
      }
      guard let next = try child(of: node, step: step, path: path) else {
        throw fault(.notFound, node, path, missing(step, in: node, path))
      }
      node = next
    }
    return node
  }

  /// The child that a step leads to; nil if there is none.
  func child(of node: Int, step: YAMLPath.Step, path: YAMLPath) throws(YAMLError) -> Int? {
    let children = record(node).children
    switch record(node).kind {
    case .sequence:
      let wanted = YAMLNode(tree: tree, index: node).index(of: step)
      guard let wanted, children.indices.contains(wanted) else { return nil }
      return children[wanted]
    case .mapping:
      let matches = stride(from: 0, to: children.count - 1, by: 2).filter {
        record(children[$0]).kind == .scalar && record(children[$0]).text.isExactly(step.text)
      }
      guard let first = matches.first else {
        try refuseMergedKey(step.text, node, path)
        return nil
      }
      if matches.count > 1 {
        let other = tree.place(of: record(children[matches[1]]).start).line
        throw fault(
          .refused, children[first], path,
          "the key \"\(step.text)\" stands twice in the same mapping, again on line \(other), so it is not clear which one counts",
          "remove or rename one of the two")
      }
      return children[first + 1]
    case .scalar, .alias: return nil
    }
  }

  /// A key that only a merge brings belongs to another mapping.
  private func refuseMergedKey(_ key: String, _ node: Int, _ path: YAMLPath) throws(YAMLError) {
    let view = YAMLNode(tree: tree, index: node)
    guard !allowsOverride, view.entries.contains(where: { $0.key.isMergeKey }), view.value[key] != nil else { return }
    throw fault(
      .refused, node, path, "the key \"\(key)\" comes only through a merge key (<<), so the edit would show elsewhere",
      "edit the merged mapping, or add the key here to override it")
  }

  /// Refuses to remove a key that a merge would bring back with another value.
  func refuseUncovering(_ path: YAMLPath, _ container: Int) throws(YAMLError) {
    guard let key = path.steps.last?.text, record(container).kind == .mapping else { return }
    for entry in YAMLNode(tree: tree, index: container).entries where entry.key.isMergeKey {
      let merged = entry.value.value
      let sources = merged.sequence ?? [merged]
      guard sources.contains(where: { $0[key] != nil }) else { continue }
      throw fault(
        .refused, container, path,
        "without its own \"\(key)\" this mapping has the one that its merge key (<<) brings, so the key would not be gone",
        "replace the value, or edit the merged mapping")
    }
  }

  /// Refuses to give a merge key a value that cannot be merged.
  func refuseUnmergeable(_ value: YAMLValue, at node: Int, _ path: YAMLPath) throws(YAMLError) {
    let parent = record(node).parent
    guard parent >= 0, record(parent).kind == .mapping,
      YAMLNode(tree: tree, index: parent).entries.contains(where: { $0.key.isMergeKey && $0.value.index == node })
    else { return }
    let sources = value.sequence ?? [value]
    guard !sources.allSatisfy({ $0.mapping != nil }) else { return }
    throw fault(
      .refused, node, path, "the merge key (<<) takes a mapping or a list of mappings, and this is \(value.json)",
      "remove the merge key first to have a key of that name")
  }

  /// Refuses to change a node that aliases repeat, or that lies inside one.
  func refuseShared(_ node: Int, _ path: YAMLPath) throws(YAMLError) {
    var index = node
    while index >= 0 {
      if record(index).anchor != nil, let alias = alias(of: index, outside: nil) {
        throw refusal(index, alias, path)
      }
      index = record(index).parent
    }
  }

  /// Refuses to lose an anchor that is used outside of the node that goes.
  func refuseAnchorsInUse(inside node: Int, _ path: YAMLPath) throws(YAMLError) {
    for index in node..<record(node).subtreeEnd where record(index).anchor != nil {
      if let alias = alias(of: index, outside: node..<record(node).subtreeEnd) { throw refusal(index, alias, path) }
    }
  }

  private func alias(of target: Int, outside range: Range<Int>?) -> Int? {
    tree.aliases.first { record($0).target == target && !(range?.contains($0) ?? false) }
  }

  private func refusal(_ node: Int, _ alias: Int, _ path: YAMLPath) -> YAMLError {
    let line = tree.place(of: record(alias).start).line
    return fault(
      .refused, node, path,
      "\(path.dotted) is shared: the alias *\(record(alias).text) on line \(line) repeats it, so the edit would show there too",
      "write the value out at the alias first")
  }

  private func missing(_ step: YAMLPath.Step, in node: Int, _ path: YAMLPath) -> String {
    switch record(node).kind {
    case .mapping: "\(path.dotted) names nothing: this mapping has no key \"\(step.text)\""
    case .sequence: "\(path.dotted) names nothing: this list has \(record(node).children.count) items"
    default: "\(path.dotted) names nothing: the value here is neither a mapping nor a list"
    }
  }

  private func fault(
    _ kind: YAMLError.Code, _ node: Int, _ path: YAMLPath, _ message: String, _ hint: String? = nil
  ) -> YAMLError {
    tree.failure(kind, at: record(node).start, message, hint: hint, path: path.dotted)
  }
}
