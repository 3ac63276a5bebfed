internal import DataFiles
internal import Journal
internal import ManifestYAML

/// One source's entry in a manifest, as evidence and verification need it.
struct SourceEntry: Sendable {
  let node: YAMLNode

  /// Finds a source by its identity: its code, or `code#2` for the second entry of one code.
  init?(identity: String, in root: YAMLNode) {
    var seen: [String: Int] = [:]
    for item in root["sources"]?.items ?? [] {
      guard let code = item["code"]?.text else { continue }
      seen[code, default: 0] += 1
      let number = seen[code] ?? 1
      if identity == (number == 1 ? code : "\(code)#\(number)") || (number == 1 && identity == "\(code)#1") {
        node = item
        return
      }
    }
    return nil
  }

  var table: String? { node["table"]?.text }

  var schema: String { node["schema"]?.text ?? "main" }

  var columns: [YAMLNode] { node["columns"]?.items ?? [] }

  /// A column by its semantic name, else by its header in the file; in another spelling where only one column fits.
  func column(_ name: String) -> YAMLNode? {
    if let exact = columns.first(where: { $0["semantic_name"]?.text == name })
      ?? columns.first(where: { $0["original_name"]?.text == name })
    {
      return exact
    }
    let wanted = Self.letters(name)
    let alike = columns.filter { column in
      [column["semantic_name"]?.text, column["original_name"]?.text].contains { $0.map(Self.letters) == wanted }
    }
    return alike.count == 1 && !wanted.isEmpty ? alike[0] : nil
  }

  /// A name without what programs change in it: case, blanks, punctuation.
  private static func letters(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }

  /// The error with its column called as the manifest calls it: a program may know only the file's header.
  func named(_ error: EventError) -> EventError {
    var error = error
    if let known = error.column.flatMap({ column($0) }) { error.column = known["semantic_name"]?.text ?? error.column }
    return error
  }

  /// The file that an error names, else the first one.
  func file(named name: String?) -> YAMLNode? {
    let files = node["files"]?.items ?? []
    guard let name else { return files.first }
    let last = name.split(separator: "/").last.map(String.init) ?? name
    return files.first { ($0["url"]?.text ?? "").hasSuffix(last) || $0["extract"]?.text?.hasSuffix(last) == true }
      ?? files.first
  }

  /// What a file says, or the source for all its files.
  func setting(_ key: String, of file: YAMLNode) -> YAMLNode? {
    let own = file[key] ?? node[key]
    return own?.value == .null ? nil : own
  }

  /// Where the table lies in a file that was downloaded to a path.
  func location(of file: YAMLNode, at path: String) -> TableLocation {
    TableLocation(
      path: path, sheet: setting("sheet", of: file)?.text,
      headerRow: setting("header_row", of: file)?.value.int, range: setting("range", of: file)?.text,
      encoding: setting("encoding", of: file)?.text, delimiter: setting("delimiter", of: file)?.text,
      expectedNames: columns.compactMap { $0["original_name"]?.text })
  }

  /// How a column's cells are read; nil when its type is not one that is known.
  func rule(_ column: YAMLNode, of file: YAMLNode) -> ColumnRule? {
    guard let type = ColumnType(column["data_type"]?.text ?? "varchar") else { return nil }
    return ColumnRule(
      type, nullValues: texts(setting("null_values", of: file)) + texts(column["null_values"]),
      dateFormat: column["date_format"]?.text ?? setting("date_format", of: file)?.text,
      decimal: setting("decimal", of: file)?.text)
  }

  private func texts(_ node: YAMLNode?) -> [String] {
    guard let node else { return [] }
    if node.kind == .sequence { return node.items.compactMap(\.text) }
    return node.text.map { [$0] } ?? []
  }
}
