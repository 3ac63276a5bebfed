internal import DataFiles
internal import ManifestYAML

/// One entry of a source's `files`, what the source says by default included.
struct FilePlan {
  let url: String
  let period: String
  let replaces: Bool
  let sheet: String?
  let member: String?
  let headerRow: Int?
  let range: String?
  let encoding: String?
  let delimiter: String?
  let nullValues: [String]
  let dateFormat: String?
  let decimal: String?

  init(_ item: YAMLNode, source: SourcePlan, defaultPeriod: String?) throws(LoadError) {
    func node(_ key: String) -> YAMLNode? {
      let own = item[key] ?? source.node[key]
      return own?.value == .null ? nil : own
    }
    func text(_ key: String) throws(LoadError) -> String? {
      guard let node = node(key) else { return nil }
      guard let text = node.text else { throw LoadError(manifest: node, source.file, "'\(key)' is not a text") }
      return text.isEmpty ? nil : text
    }
    guard let url = item["url"]?.text, !url.isEmpty else {
      throw LoadError(manifest: item, source.file, "a file of source '\(source.identity)' has no 'url'")
    }
    self.url = url
    period = try text("period") ?? defaultPeriod ?? ""
    guard period.count <= 10 else {
      throw LoadError(manifest: item["period"], source.file, "period '\(period)' has more than ten characters")
    }
    switch try text("mode") ?? "append" {
    case "append": replaces = false
    case "replace": replaces = true
    case let other:
      throw LoadError(manifest: node("mode"), source.file, "mode '\(other)' is neither 'append' nor 'replace'")
    }
    sheet = try text("sheet")
    member = try text("extract")
    headerRow = try source.number(node("header_row"), "header_row")
    range = try text("range")
    encoding = try text("encoding")
    delimiter = try text("delimiter")
    nullValues = source.texts(node("null_values"))
    dateFormat = try text("date_format")
    decimal = try text("decimal")
    if let decimal, decimal != ".", decimal != "," {
      throw LoadError(manifest: node("decimal"), source.file, "decimal '\(decimal)' is neither '.' nor ','")
    }
  }

  /// What tells the file's rows from others of the same source: the address with its sheet or member.
  var key: String { url + (sheet ?? member).map { "#\($0)" }.orEmpty }

  /// The name that errors call the file by.
  var fileName: String {
    let name = (try? Address(url).fileName) ?? url
    return member.map { "\(name)/\($0)" } ?? name
  }

  /// How a column of this file is read.
  func rule(_ column: ColumnPlan) -> ColumnRule {
    ColumnRule(
      column.type, nullValues: nullValues + column.nullValues, dateFormat: column.dateFormat ?? dateFormat,
      decimal: decimal)
  }
}

extension Optional where Wrapped == String {
  fileprivate var orEmpty: String { self ?? "" }
}

/// One entry of a source's `columns`.
struct ColumnPlan {
  /// The column's name in the table.
  let name: String
  /// Its name in the file.
  let originalName: String
  let type: ColumnType
  let isOptional: Bool
  let nullValues: [String]
  let dateFormat: String?

  /// Names that the loader's own columns have.
  static let reserved: Set = ["_source_code", "_period", "_file", "_row"]

  init(_ item: YAMLNode, source: SourcePlan) throws(LoadError) {
    guard let original = item["original_name"]?.text else {
      throw LoadError(manifest: item, source.file, "a column of source '\(source.identity)' has no 'original_name'")
    }
    originalName = original
    let semantic = item["semantic_name"]?.text ?? ""
    name = semantic.isEmpty ? ColumnPlan.derivedName(original) : semantic
    if ColumnPlan.reserved.contains(name.lowercased()) {
      throw LoadError(manifest: item["semantic_name"] ?? item, source.file, "a column cannot be named '\(name)'")
    }
    let declared = item["data_type"]?.text ?? "varchar"
    guard let type = ColumnType(declared) else {
      throw LoadError(
        manifest: item["data_type"], source.file, "data_type '\(declared)' of column '\(name)' is not a type")
    }
    self.type = type
    isOptional = item["optional"]?.value == .bool(true)
    nullValues = source.texts(item["null_values"])
    dateFormat = item["date_format"]?.text
  }

  /// A column that no manifest declares.
  init(undeclared original: String, type: ColumnType, taken: inout Set<String>) {
    originalName = original
    let base = ColumnPlan.derivedName(original)
    var name = base
    var number = 2
    while taken.contains(name) || ColumnPlan.reserved.contains(name) {
      name = "\(base)_\(number)"
      number += 1
    }
    taken.insert(name)
    self.name = name
    self.type = type
    isOptional = false
    nullValues = []
    dateFormat = nil
  }

  /// Lower-case letters, digits and underscores.
  static func derivedName(_ original: String) -> String {
    let words = original.lowercased().split { !($0.isLetter || $0.isNumber) }
    let name = words.joined(separator: "_")
    guard let first = name.first else { return "column" }
    return first.isNumber ? "column_\(name)" : name
  }
}
