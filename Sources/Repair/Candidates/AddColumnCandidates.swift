internal import Journal
internal import ManifestYAML

extension Candidates {
  /// How many columns one candidate adds at most: more of them are another table.
  private static let mostColumns = 20

  /// A column of the file that the manifest does not name, for loaders that take none that is not declared.
  static let addColumnFamily = CandidateFamily(name: "new columns", types: [.unexpectedColumn]) { diagnosis in
    guard let source = diagnosis.source, source.node["columns"]?.kind == .sequence else { return [] }
    let used = Set(source.originalNames)
    let headers = diagnosis.evidence.headers?.filter { !used.contains($0) && !$0.isEmpty }
    let named = diagnosis.failure.error.column.map { name in headers?.filter { $0 == name } ?? [name] }
    let missing = named.map { $0.isEmpty ? headers ?? [] : $0 } ?? headers ?? []
    guard !missing.isEmpty, missing.count <= mostColumns, used.isDisjoint(with: missing) else { return [] }
    var taken = Set((source.node["columns"]?.items ?? []).compactMap { $0["semantic_name"]?.text })
    let edits = missing.map { header in
      FixEdit(
        file: source.file,
        selector: YAMLSelector(
          steps: source.steps + [.key("columns"), .item(key: "original_name", value: header, occurrence: 1)]),
        old: nil,
        new: [
          "original_name": .string(header), "semantic_name": .string(semanticName(of: header, &taken)),
          "data_type": .string(diagnosis.evidence.headerTypes[header] ?? "varchar"),
        ])
    }
    let names = missing.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + (missing.count > 3 ? " and others" : "")
    return [
      Candidate(
        action: .addColumn, edits: edits, loss: Loss(.nothing), summary: "declare \(names)",
        reason: "The file has \(names), which no column of the manifest reads.", prior: 0.6, safe: false)
    ]
  }

  /// `March 2020 (FTE)` as `march_2020_fte`, with a number where that is taken.
  private static func semanticName(of header: String, _ taken: inout Set<String>) -> String {
    let words = header.lowercased().split { !($0.isLetter || $0.isNumber) }
    let base = words.isEmpty ? "column" : words.joined(separator: "_")
    var name = base
    var number = 2
    while !taken.insert(name).inserted {
      name = "\(base)_\(number)"
      number += 1
    }
    return name
  }
}
