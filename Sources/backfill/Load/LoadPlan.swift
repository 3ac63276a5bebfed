internal import DataFiles
internal import Journal
internal import ManifestYAML

/// What a manifest asks a load to do.
struct LoadPlan {
  /// The manifest's `name`, by which its receipts are found.
  let name: String
  /// Its sources in the file's order.
  let sources: [SourcePlan]

  /// Reads a manifest. What is wrong inside a source is found when that source is asked for, so that the others load.
  init(path: String) throws(LoadError) {
    let file: YAMLFile
    do {
      file = try YAMLFile.load(path)
    } catch {
      throw LoadError(error)
    }
    guard let root = file.root, root.resolved.kind == .mapping else {
      throw LoadError(manifest: file.root, path, "the manifest is not a mapping with 'manifest' and 'sources'")
    }
    guard let list = root["sources"], list.resolved.kind == .sequence else {
      throw LoadError(manifest: root["sources"] ?? root, path, "the manifest has no list 'sources'")
    }
    name = root["manifest"]?["name"]?.text ?? path.split(separator: "/").last.map(String.init) ?? path
    var seen: [String: Int] = [:]
    sources = list.items.enumerated().map { index, node in
      let code = node["code"]?.text ?? "source-\(index + 1)"
      let number = seen[code, default: 0] + 1
      seen[code] = number
      return SourcePlan(identity: number == 1 ? code : "\(code)#\(number)", node: node, file: path)
    }
  }

  /// The sources that a command is about: all of them, or the one of an identity (`code`, `code#2`).
  func selected(_ identity: String?) throws(LoadError) -> [SourcePlan] {
    guard let identity else { return sources }
    let wanted = identity.hasSuffix("#1") ? String(identity.dropLast(2)) : identity
    guard let source = sources.first(where: { $0.identity == wanted }) else {
      let known = sources.prefix(20).map(\.identity).joined(separator: ", ")
      throw LoadError(.manifestInvalid, "the manifest has no source '\(identity)'; it has \(known)")
    }
    return [source]
  }
}

/// One entry of a manifest's `sources`.
struct SourcePlan {
  /// The code; `code#2` for the second entry of a code.
  let identity: String
  let node: YAMLNode
  /// The manifest's path, for messages.
  let file: String

  /// Only a real `false` disables a source.
  var isEnabled: Bool { node["enabled"]?.value != .bool(false) }

  /// The entry as it counts for receipts.
  var entryHash: String { Digest.sha256(node.value.canonicalJSON) }

  /// The table that the rows go to.
  func table() throws(LoadError) -> TableName {
    guard let name = node["table"]?.text, !name.isEmpty else {
      throw LoadError(manifest: node, file, "source '\(identity)' has no 'table'")
    }
    return TableName(schema: node["schema"]?.text ?? "main", name: name)
  }

  /// The columns that are declared; empty for a draft.
  func columns() throws(LoadError) -> [ColumnPlan] {
    var columns: [ColumnPlan] = []
    var names: Set<String> = []
    for item in node["columns"]?.items ?? [] {
      let column = try ColumnPlan(item, source: self)
      guard names.insert(column.name.lowercased()).inserted else {
        throw LoadError(manifest: item, file, "two columns of source '\(identity)' are named '\(column.name)'")
      }
      columns.append(column)
    }
    return columns
  }

  /// The files that hold the rows.
  func files(defaultPeriod: String?) throws(LoadError) -> [FilePlan] {
    let items = node["files"]?.items ?? []
    guard !items.isEmpty else { throw LoadError(manifest: node, file, "source '\(identity)' has no 'files'") }
    var files: [FilePlan] = []
    for item in items { files.append(try FilePlan(item, source: self, defaultPeriod: defaultPeriod)) }
    return files
  }

  /// The rows below which a load fails.
  func minimumRows() throws(LoadError) -> Int { try number(node["min_rows"], "min_rows") ?? 0 }

  /// The semantic names of the columns that are different in every row.
  var primaryKey: [String] { texts(node["primary_key"]) }

  func number(_ node: YAMLNode?, _ key: String) throws(LoadError) -> Int? {
    guard let node, node.value != .null else { return nil }
    guard let number = node.value.int ?? node.text.flatMap(Int.init), number >= 0 else {
      throw LoadError(manifest: node, file, "'\(key)' is not a whole number")
    }
    return number
  }

  /// A list of texts, one text, or nothing.
  func texts(_ node: YAMLNode?) -> [String] {
    guard let node else { return [] }
    if node.resolved.kind == .sequence { return node.items.compactMap(\.text) }
    return node.value == .null ? [] : node.text.map { [$0] } ?? []
  }
}
