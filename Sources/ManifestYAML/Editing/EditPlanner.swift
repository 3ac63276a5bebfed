/// Works out the bytes to change for one operation on a tree.
struct EditPlanner {
  let tree: YAMLTree
  let root: Int
  let survey: StyleSurvey
  /// False when multi-line strings must be quoted, after a literal block failed the proof.
  var allowsLiteral = true
  /// The text that `move` and `copy` carry over instead of the bare value.
  var fragment: Fragment?

  var source: SourceText { tree.source }
  var bytes: [UInt8] { tree.source.bytes }

  func record(_ index: Int) -> NodeRecord { tree.records[index] }

  /// Adds a key or an item; a key that is there gets the value.
  func add(_ path: YAMLPath, _ value: YAMLValue) throws(YAMLError) -> EditPlan? {
    guard let last = path.steps.last, let parent = path.parent else { return try replace(path, value) }
    let container = try PathResolver(tree: tree, root: root).resolve(parent)
    switch record(container).kind {
    case .mapping:
      let resolver = PathResolver(tree: tree, root: root, allowsOverride: true)
      if try resolver.child(of: container, step: last, path: path) != nil { return try replace(path, value) }
      return try insert(value, key: last.text, at: Layout(tree: tree, container: container).count, container, path)
    case .sequence:
      let count = record(container).children.count
      let index: Int
      switch last {
      case .end: index = count
      case .index(let position): index = position
      case .key(let text):
        throw fault(.notFound, container, path, "a list has no key \"\(text)\"")
      }
      guard index <= count else {
        throw fault(.notFound, container, path, "the list has \(count) items, so nothing can be added at \(index)")
      }
      return try insert(value, key: nil, at: index, container, path)
    case .alias:
      throw fault(
        .refused, container, path,
        "\(path.dotted) lies behind the alias *\(record(container).text), so the edit would show elsewhere",
        "edit the place of the anchor &\(record(container).text), or write the value out here first")
    case .scalar:
      throw fault(
        .notFound, container, path,
        "\(parent.steps.isEmpty ? "the document" : parent.dotted) is neither a mapping nor a list, so nothing can be added"
      )
    }
  }

  /// Gives a node another value; nil when it has that value already.
  func replace(_ path: YAMLPath, _ value: YAMLValue) throws(YAMLError) -> EditPlan? {
    let node = try PathResolver(tree: tree, root: root).resolve(path)
    if YAMLNode(tree: tree, index: node).value == value { return nil }
    let resolver = PathResolver(tree: tree, root: root)
    try resolver.refuseUnmergeable(value, at: node, path)
    try resolver.refuseShared(node, path)
    try resolver.refuseAnchorsInUse(inside: node, path)
    return try ValueReplacement(planner: self, node: node, path: path).plan(value)
  }

  /// Takes away a key or an item.
  func remove(_ path: YAMLPath) throws(YAMLError) -> EditPlan {
    let resolver = PathResolver(tree: tree, root: root)
    let node = try resolver.resolve(path)
    guard let parent = path.parent else {
      throw fault(.refused, node, path, "the whole document cannot be removed")
    }
    let container = try resolver.resolve(parent)
    try resolver.refuseShared(container, path)
    try resolver.refuseAnchorsInUse(inside: node, path)
    try resolver.refuseUncovering(path, container)
    let children = record(container).children
    let child = children.firstIndex(of: node) ?? 0
    let position = record(container).kind == .mapping ? child / 2 : child
    if record(container).kind == .mapping { try resolver.refuseAnchorsInUse(inside: children[position * 2], path) }
    return try EntryRemoval(planner: self, container: container, position: position, path: path).plan()
  }

  /// Gives a key another name where it stands; nil where that is no matter of the key alone.
  func rename(_ from: YAMLPath, to path: YAMLPath) throws(YAMLError) -> EditPlan? {
    guard let parent = from.parent, parent == path.parent, let name = path.steps.last?.text else { return nil }
    let resolver = PathResolver(tree: tree, root: root)
    let node = try resolver.resolve(from)
    let container = try resolver.resolve(parent)
    guard record(container).kind == .mapping, let child = record(container).children.firstIndex(of: node) else {
      return nil
    }
    let overriding = PathResolver(tree: tree, root: root, allowsOverride: true)
    guard try overriding.child(of: container, step: .key(name), path: path) == nil else { return nil }
    let key = record(record(container).children[child - 1])
    guard key.kind == .scalar, !key.style.isBlockScalar, !key.isEmptyScalar else { return nil }
    try resolver.refuseShared(container, from)
    try resolver.refuseShared(record(container).children[child - 1], from)
    try resolver.refuseUncovering(from, container)
    var emitter = emitter(container: container, key: nil)
    switch emitter.keyQuoting {
    case .json, .tagged: break
    case .always(let style) where key.style == .plain: emitter.keyQuoting = .whereNeeded(style)
    case .always, .whereNeeded: if key.style.isQuoted { emitter.keyQuoting = .always(key.style) }
    }
    let text = emitter.ownKey(name, inFlow: record(container).style == .flow)
    return EditPlan(
      edits: [Edit(key.contentStart..<key.end, text)],
      change: .renamed(container: container, position: child / 2, key: name))
  }

  private func insert(
    _ value: YAMLValue, key: String?, at position: Int, _ container: Int, _ path: YAMLPath
  ) throws(YAMLError) -> EditPlan {
    try PathResolver(tree: tree, root: root).refuseShared(container, path)
    return try EntryInsertion(planner: self, container: container, position: position, key: key, path: path).plan(value)
  }

  /// An emitter for a value in a container.
  func emitter(container: Int, key: String?, except: Int? = nil) -> Emitter {
    let isMapping = container >= 0 && record(container).kind == .mapping
    let quoting =
      container >= 0 ? survey.quoting(container: container, key: key, except: except) : .whereNeeded(nil)
    var emitter = Emitter(
      indentation: survey.indentation(near: max(0, container)), list: survey.listLayout(near: max(0, container)),
      quoting: quoting, keyQuoting: isMapping ? survey.keyQuoting(container: container) : .whereNeeded(nil),
      allowsLiteral: allowsLiteral,
      flows: { container >= 0 && survey.prefersFlow($0, container: container, key: key) })
    emitter.fragment = fragment
    emitter.pads = { [survey] in survey.padsFlow($0, near: except ?? container) }
    emitter.numbersKeys = isMapping && survey.hasNumberedKeys(container)
    return emitter
  }

  func fault(_ kind: YAMLError.Code, _ node: Int, _ path: YAMLPath, _ message: String, _ hint: String? = nil)
    -> YAMLError
  {
    tree.failure(kind, at: record(node).start, message, hint: hint, path: path.dotted)
  }
}
