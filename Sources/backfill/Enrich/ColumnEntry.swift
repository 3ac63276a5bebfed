internal import DataFiles
internal import ManifestYAML

/// Writes a source's `columns`. Every entry ends with `data_type`, so that a later edit adds below it.
enum ColumnEntry {
  /// The entries of a file's columns: the reference's under the file's own name where one matched, else derived ones.
  static func columns(names: [String], view: SourceView, matches: [YAMLValue?]) -> [YAMLValue] {
    var taken = Set(matches.compactMap { $0?["semantic_name"]?.text })
    return names.indices.map { index in
      if let match = matches[index] {
        return typeLast(match.setting("original_name", .string(names[index])))
      }
      let parts = index < view.parts.count ? view.parts[index] : []
      let name = derivedName(names[index], parts: parts, position: index + 1, taken: &taken)
      var entries: [YAMLValue.Entry] = [
        .init(key: "original_name", value: .string(names[index])),
        .init(key: "semantic_name", value: .string(name)),
      ]
      let sniffed = index < view.types.count ? view.types[index] : TypeSniffer.Sniffed(type: "varchar")
      if let format = sniffed.dateFormat { entries.append(.init(key: "date_format", value: .string(format))) }
      return .mapping(entries + [.init(key: "data_type", value: .string(sniffed.type))])
    }
  }

  /// The entry with `data_type` moved to its end.
  static func typeLast(_ column: YAMLValue) -> YAMLValue {
    guard let type = column["data_type"], let entries = column.mapping else { return column }
    return .mapping(entries.filter { $0.key != "data_type" } + [.init(key: "data_type", value: type)])
  }

  /// A tidy name that no other column has: from all header rows where they tell more than the last one.
  private static func derivedName(
    _ original: String, parts: [String], position: Int, taken: inout Set<String>
  ) -> String {
    let whole = SourceNames.semantic(HeaderNames.joined(parts))
    let own = SourceNames.semantic(original)
    let base = [whole, own].first { !$0.isEmpty } ?? "column_\(position)"
    var name = base
    var number = 2
    while !taken.insert(name).inserted {
      name = "\(base)_\(number)"
      number += 1
    }
    return name
  }
}
