internal import Journal
internal import ManifestYAML

/// One source's entry in a manifest, and the places in it that fixes edit.
struct ManifestSource {
  /// The manifest, relative to the workspace.
  let file: String
  /// The manifest's root.
  let root: YAMLNode
  /// The entry.
  let node: YAMLNode
  /// Its index among the sources.
  let index: Int
  /// The way to it by identities.
  let steps: [YAMLSelector.Step]

  /// Finds a source by its identity: its code, or `code#2` for the second entry of one code.
  init?(identity: String, in manifest: YAMLFile, file: String) {
    guard let root = manifest.root, let sources = root["sources"] else { return nil }
    let codes = sources.items.map { $0["code"]?.text }
    let (code, occurrence) = ManifestSource.parts(of: identity, codes: codes)
    let matches = codes.indices.filter { codes[$0] == code }
    guard matches.count >= occurrence else { return nil }
    index = matches[occurrence - 1]
    node = sources.items[index]
    steps = [.key("sources"), .item(key: "code", value: code, occurrence: occurrence)]
    self.root = root
    self.file = file
  }

  private static func parts(of identity: String, codes: [String?]) -> (String, Int) {
    guard !codes.contains(identity), let mark = identity.lastIndex(of: "#"),
      let occurrence = Int(identity[identity.index(after: mark)...]), occurrence > 0
    else { return (identity, 1) }
    return (String(identity[..<mark]), occurrence)
  }

  /// The definition of a column, by its header in the file or its name in the table.
  func column(named name: String, originalName: String? = nil) -> ManifestColumn? {
    let columns = node["columns"]?.items ?? []
    func index(where key: String, is value: String) -> Int? { columns.firstIndex { $0[key]?.text == value } }
    let found =
      originalName.flatMap { index(where: "original_name", is: $0) } ?? index(where: "semantic_name", is: name)
      ?? index(where: "original_name", is: name)
    guard let found else { return nil }
    return ManifestColumn(node: columns[found], index: found, columns: columns, steps: steps + [.key("columns")])
  }

  /// The headers that the manifest's columns are read from.
  var originalNames: [String] { (node["columns"]?.items ?? []).compactMap { $0["original_name"]?.text } }

  /// The headers without which a file is not read.
  var requiredNames: [String] {
    (node["columns"]?.items ?? []).filter { $0["optional"]?.value != true }.compactMap { $0["original_name"]?.text }
  }

  /// The entry's files with their paths.
  var files: [(node: YAMLNode, path: YAMLPath)] {
    (node["files"]?.items ?? []).enumerated().map { offset, item in
      (item, YAMLPath(steps: [.key("sources"), .index(index), .key("files"), .index(offset)]))
    }
  }

  /// Where the source says something: at its files, or for all of them at the source itself. `new` is still missing.
  func settings(_ key: String) -> [FixEdit] {
    let own = files.compactMap { file -> FixEdit? in
      guard let value = file.node[key], let selector = selector(ofFile: file, key: key) else { return nil }
      return FixEdit(file: self.file, selector: selector, old: JSONValue(value.value), new: nil)
    }
    guard own.isEmpty, node[key] != nil else { return own }
    return [edit(key, to: nil)]
  }

  private func selector(ofFile file: (node: YAMLNode, path: YAMLPath), key: String) -> YAMLSelector? {
    Candidates.selector(for: YAMLPath(steps: file.path.steps + [.key(key)]), in: root)
  }

  /// An edit of a key of the entry itself.
  func edit(_ key: String, to value: JSONValue?) -> FixEdit {
    FixEdit(
      file: file, selector: YAMLSelector(steps: steps + [.key(key)]), old: node[key].map { JSONValue($0.value) },
      new: value)
  }

  /// The markers that hold for the whole source or its files already.
  var inheritedNullValues: [JSONValue] {
    let lists = [node["null_values"]] + files.map { $0.node["null_values"] }
    return lists.compactMap { $0 }.flatMap { ManifestColumn.list($0) }
  }
}

/// A column's definition in a manifest.
struct ManifestColumn {
  let node: YAMLNode
  let steps: [YAMLSelector.Step]
  /// The way to the column that does not go by its header, for the edit that changes the header.
  let stepsBesidesHeader: [YAMLSelector.Step]

  init(node: YAMLNode, index: Int, columns: [YAMLNode], steps: [YAMLSelector.Step]) {
    func item(_ key: String) -> YAMLSelector.Step? {
      guard let value = node[key]?.text else { return nil }
      let occurrence = columns[...index].count { $0[key]?.text == value }
      return .item(key: key, value: value, occurrence: occurrence)
    }
    self.node = node
    let byHeader = item("original_name")
    let byName = item("semantic_name")
    self.steps = steps + [byHeader ?? byName].compactMap { $0 }
    stepsBesidesHeader = steps + [byName ?? byHeader].compactMap { $0 }
  }

  var name: String { node["semantic_name"]?.text ?? node["original_name"]?.text ?? "" }

  /// An edit of a key of the column.
  func edit(_ key: String, in file: String, to value: JSONValue?) -> FixEdit {
    let way = key == "original_name" ? stepsBesidesHeader : steps
    return FixEdit(
      file: file, selector: YAMLSelector(steps: way + [.key(key)]), old: node[key].map { JSONValue($0.value) },
      new: value)
  }

  /// A list of scalars, whether the file writes one or many.
  static func list(_ node: YAMLNode) -> [JSONValue] {
    let value = JSONValue(node.value)
    return value.array ?? (value == .null ? [] : [value])
  }
}

/// What the families of candidates work on.
struct Diagnosis {
  let failure: Failure
  let evidence: Evidence
  let manifest: YAMLFile?
  let publications: YAMLFile?
  /// The files of a pipeline whose manifests have a shape of their own.
  var mapped = MappedManifest()

  /// The manifest's path as edits name it.
  var manifestPath: String? { failure.manifestPath ?? manifest?.name }

  /// The failed source's entry.
  var source: ManifestSource? {
    guard let manifest, let path = manifestPath, let code = failure.source else { return nil }
    return ManifestSource(identity: code, in: manifest, file: path)
  }
}
