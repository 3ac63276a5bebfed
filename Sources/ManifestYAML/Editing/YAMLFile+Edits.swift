extension YAMLFile {
  /// The bytes after a patch: only what the operations name is changed, and every step is proven.
  ///
  /// Operations are applied in order, and all or none. The result is read again and compared with the tree before:
  /// where anything else would change, or could, the patch is refused and nothing is returned.
  ///
  /// - Throws: ``YAMLError`` with the place in this file.
  public func applying(_ operations: [PatchOperation], document: Int = 0) throws(YAMLError) -> [UInt8] {
    try patched(operations, document: document).bytes
  }

  /// The bytes after a patch, as ``applying(_:document:)`` gives them, with the span that the patch changed.
  public func patched(_ operations: [PatchOperation], document: Int = 0) throws(YAMLError) -> PatchResult {
    var session = EditSession(file: self, document: document)
    for operation in operations { try session.apply(operation) }
    return try session.finish()
  }

  /// Writes bytes over a file atomically; see ``AtomicFile``.
  public func write(_ bytes: [UInt8], to path: String) throws(YAMLError) {
    try AtomicFile.write(bytes, to: path)
  }
}

/// A patch on its way: the tree as it stands and the edits that it has not taken in yet.
private struct EditSession {
  private var tree: YAMLTree
  private let limits: YAMLLimits
  private let document: Int
  private var survey: StyleSurvey
  private var isChecked = false
  private var kept: KeptEnds
  /// Edits of this tree that are independent of each other.
  private var pending: [(plan: EditPlan, path: YAMLPath)] = []
  private var touched: Set<Int> = []

  init(file: YAMLFile, document: Int) {
    tree = file.tree
    limits = file.limits
    self.document = document
    survey = StyleSurvey(tree: file.tree)
    kept = KeptEnds(file.bytes)
  }

  mutating func finish() throws(YAMLError) -> PatchResult {
    try flush()
    return kept.result(tree.source.bytes)
  }

  mutating func apply(_ operation: PatchOperation) throws(YAMLError) {
    let path = try path(operation.path)
    if let missing = operation.missingMember {
      throw YAMLError(
        .malformedPatch, file: tree.name,
        message: "the operation \(operation.op.rawValue) \(path) has no \"\(missing)\"",
        path: path.dotted)
    }
    switch operation.op {
    case .test: try test(path, operation.value ?? .null)
    case .add where tree.documents.isEmpty && document == 0 && path.steps.isEmpty:
      try begin(with: operation.value ?? .null)
    case .add: try edit(path) { (planner) throws(YAMLError) in try planner.add(path, operation.value ?? .null) }
    case .replace: try replace(path, operation.value ?? .null)
    case .remove: try edit(path) { (planner) throws(YAMLError) in try planner.remove(path) }
    case .copy, .move:
      let from = try self.path(operation.from ?? "")
      try transfer(from, path, removes: operation.op == .move)
    }
  }

  private func path(_ text: String) throws(YAMLError) -> YAMLPath {
    do throws(YAMLError) {
      return try YAMLPath(text)
    } catch {
      throw YAMLError(error.kind, file: tree.name, message: error.message, hint: error.hint)
    }
  }

  private func root() throws(YAMLError) -> Int {
    if tree.documents.isEmpty {
      throw YAMLError(
        .notFound, file: tree.name, line: 1, column: 1, message: "the file has no content, so the path names nothing",
        hint: "add the whole value at the root: {\"op\": \"add\", \"path\": \"\", \"value\": …}")
    }
    guard tree.documents.indices.contains(document) else {
      throw YAMLError(
        .notFound, file: tree.name, line: 1, column: 1,
        message: "there is no document \(document); the file has \(tree.documents.count)")
    }
    return tree.documents[document]
  }

  // MARK: Operations

  private mutating func test(_ path: YAMLPath, _ value: YAMLValue) throws(YAMLError) {
    try flushIfTouched(path)
    let node = YAMLNode(tree: tree, index: try PathResolver(tree: tree, root: try root()).resolve(path))
    guard node.value != value else { return }
    throw tree.failure(
      .testFailed, at: node.start, "\(path) is \(shortened(node.value)), and the patch expects \(shortened(value))",
      hint: "the file has changed since the patch was made", path: path.dotted)
  }

  private func shortened(_ value: YAMLValue) -> String {
    let text = value.json
    return text.count > 80 ? text.prefix(80) + "…" : text
  }

  /// Collections are replaced part by part, so that what stays the same keeps its text and its comments.
  private mutating func replace(_ path: YAMLPath, _ value: YAMLValue) throws(YAMLError) {
    try flushIfTouched(path)
    let index = try PathResolver(tree: tree, root: try root()).resolve(path)
    let node = YAMLNode(tree: tree, index: index)
    switch (node.kind, value) {
    case (.mapping, .mapping(let entries)) where !entries.isEmpty && isPlainMapping(node) && shares(node, entries):
      let wanted = Set(entries.map(\.key))
      for entry in entries {
        if node[entry.key] != nil {
          try replace(path.appending(.key(entry.key)), entry.value)
        } else {
          try edit(path) { (planner) throws(YAMLError) in try planner.add(path.appending(.key(entry.key)), entry.value)
          }
        }
      }
      for (key, _) in node.entries where !wanted.contains(key.record.text) {
        try edit(path) { (planner) throws(YAMLError) in try planner.remove(path.appending(.key(key.record.text))) }
      }
    case (.sequence, .sequence(let items)) where !items.isEmpty && !node.items.isEmpty:
      try replaceItems(path, node.items.map(\.value), items)
    default:
      try edit(path) { (planner) throws(YAMLError) in try planner.replace(path, value) }
    }
  }

  private func isPlainMapping(_ node: YAMLNode) -> Bool {
    node.duplicateKeys.isEmpty && node.entries.allSatisfy { $0.key.kind == .scalar && !$0.key.isMergeKey }
  }

  private func shares(_ node: YAMLNode, _ entries: [YAMLValue.Entry]) -> Bool {
    entries.contains { node[$0.key] != nil }
  }

  private mutating func replaceItems(_ path: YAMLPath, _ old: [YAMLValue], _ new: [YAMLValue]) throws(YAMLError) {
    var head = 0
    while head < min(old.count, new.count), old[head] == new[head] { head += 1 }
    var tail = 0
    while tail < min(old.count, new.count) - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] { tail += 1 }
    let common = min(old.count, new.count) - head - tail
    for index in head..<head + common { try replace(path.appending(.index(index)), new[index]) }
    for index in (head + common)..<max(head + common, new.count - tail) where new.count > old.count {
      let place = path.appending(.index(index))
      try edit(path) { (planner) throws(YAMLError) in try planner.add(place, new[index]) }
    }
    for index in ((head + common)..<max(head + common, old.count - tail)).reversed() where old.count > new.count {
      let place = path.appending(.index(index))
      try edit(path) { (planner) throws(YAMLError) in try planner.remove(place) }
    }
  }

  private mutating func transfer(_ from: YAMLPath, _ path: YAMLPath, removes: Bool) throws(YAMLError) {
    try flush()
    let node = try PathResolver(tree: tree, root: try root()).resolve(from)
    let value = YAMLNode(tree: tree, index: node).value
    var fragment = Fragment(tree, node)
    if !removes { fragment?.above = [] }
    if removes {
      if from == path { return }
      guard !path.steps.starts(with: from.steps) else {
        throw tree.failure(
          .malformedPatch, at: tree.records[node].start, "\(from) cannot be moved into itself", path: from.dotted)
      }
      let planner = EditPlanner(tree: tree, root: try root(), survey: survey)
      if try planner.rename(from, to: path) != nil {
        return try edit(from) { (planner) throws(YAMLError) in try planner.rename(from, to: path) }
      }
      try edit(from) { (planner) throws(YAMLError) in try planner.remove(from) }
      try flush()
    }
    try edit(path, carrying: fragment) { (planner) throws(YAMLError) in try planner.add(path, value) }
  }

  /// Writes the first content of a file that is empty or holds nothing but comments.
  private mutating func begin(with value: YAMLValue) throws(YAMLError) {
    let bytes = tree.source.bytes
    let eol = String(decoding: tree.source.lineEnding(near: bytes.count), as: UTF8.self)
    var text = Emitter.document(value).joined(separator: eol)
    let isEmpty = bytes.count == tree.source.contentStart
    if !isEmpty, bytes.last != Byte.newline { text = eol + text } else { text += eol }
    let edit = Edit(bytes.count..<bytes.count, text)
    let new = try YAMLTree(bytes + text.utf8, name: tree.name, limits: limits)
    let proof = EditProof(old: tree, new: new, changes: [])
    guard proof.begins(with: value), Comments.areKept(old: tree, new: new, edits: [edit]) else {
      throw tree.failure(
        .refused, at: bytes.count, "the value cannot be written here so that every reader takes it for it")
    }
    kept.take([edit], of: bytes.count)
    tree = new
    survey = StyleSurvey(tree: new)
  }

  // MARK: Edits

  private mutating func edit(
    _ path: YAMLPath, carrying fragment: Fragment? = nil,
    _ work: @escaping (EditPlanner) throws(YAMLError) -> EditPlan?
  ) throws(YAMLError) {
    if !isChecked {
      try Misreads.check(tree)
      isChecked = true
    }
    try flushIfTouched(path)
    let planner = EditPlanner(tree: tree, root: try root(), survey: survey, fragment: fragment)
    guard let plan = try work(planner) else { return }
    if plan.usesLiteral {
      try flush()
      let planner = EditPlanner(tree: tree, root: try root(), survey: survey, fragment: fragment)
      guard let again = try work(planner) else { return }
      try make([(again, path)], fragment: fragment) {
        (tree, survey, root) throws(YAMLError) in
        try work(EditPlanner(tree: tree, root: root, survey: survey, allowsLiteral: false))
      }
      return
    }
    if overlapsPending(plan) {
      try flush()
      let planner = EditPlanner(tree: tree, root: try root(), survey: survey)
      guard let again = try work(planner) else { return }
      pending = [(again, path)]
      touched = [again.change.node]
      return
    }
    pending.append((plan, path))
    touched.insert(plan.change.node)
  }

  /// An operation that goes through a node with a pending change has to see that change.
  private mutating func flushIfTouched(_ path: YAMLPath) throws(YAMLError) {
    guard !pending.isEmpty else { return }
    var node = try root()
    if touched.contains(node) { return try flush() }
    let resolver = PathResolver(tree: tree, root: node)
    for step in path.steps {
      guard let next = try? resolver.child(of: node, step: step, path: path) else { return }
      node = next
      if touched.contains(node) { return try flush() }
    }
    if touched.contains(where: { $0 > node && $0 < tree.records[node].subtreeEnd }) { try flush() }
  }

  private func overlapsPending(_ plan: EditPlan) -> Bool {
    plan.edits.contains { new in
      pending.contains { other in
        other.plan.edits.contains {
          $0.range.lowerBound <= new.range.upperBound && new.range.lowerBound <= $0.range.upperBound
        }
      }
    }
  }

  /// Makes the pending edits and proves them.
  private mutating func flush() throws(YAMLError) {
    guard !pending.isEmpty else { return }
    let plans = pending
    pending = []
    touched = []
    try make(plans, retry: nil)
  }

  private mutating func make(
    _ plans: [(plan: EditPlan, path: YAMLPath)], fragment: Fragment? = nil,
    retry: ((YAMLTree, StyleSurvey, Int) throws(YAMLError) -> EditPlan?)?
  ) throws(YAMLError) {
    let edits = plans.flatMap(\.plan.edits).sorted { $0.range.lowerBound < $1.range.lowerBound }
    do throws(YAMLError) {
      guard let bytes = Edit.apply(edits, to: tree.source.bytes) else {
        throw refusal(plans[0], "its parts overlap in the text")
      }
      let new = try YAMLTree(bytes, name: tree.name, limits: limits)
      let proof = EditProof(old: tree, new: new, changes: plans.map(\.plan.change), fragment: fragment)
      if let difference = proof.difference() { throw refusal(plans[0], difference) }
      guard Comments.areKept(old: tree, new: new, edits: edits) else {
        throw refusal(plans[0], "a comment would be lost or made")
      }
      kept.take(edits, of: tree.source.bytes.count)
      tree = new
      survey = StyleSurvey(tree: new)
    } catch {
      if let retry, let plan = try retry(tree, survey, try root()) {
        return try make([(plan, plans[0].path)], retry: nil)
      }
      if error.kind == .refused { throw error }
      throw refusal(plans[0], "the result could not be read again (\(error.message))")
    }
  }

  private func refusal(_ made: (plan: EditPlan, path: YAMLPath), _ reason: String) -> YAMLError {
    let position = made.plan.edits.first?.range.lowerBound ?? 0
    return tree.failure(
      .refused, at: position, "the edit of \(made.path) cannot be made without touching anything else: \(reason)",
      hint: "edit this place by hand", path: made.path.dotted)
  }
}
