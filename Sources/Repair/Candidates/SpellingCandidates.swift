internal import Journal
internal import ManifestYAML

extension Candidates {
  /// A word in the manifest that is none of those that its key allows.
  static let spellingFamily = CandidateFamily(name: "spellings", types: [.manifestInvalid]) { diagnosis in
    guard let source = diagnosis.source else { return [] }
    return [modes(of: source, diagnosis), types(of: source, diagnosis)].compactMap { $0 }
  }

  /// The words for how a file's rows meet those of its period that are there.
  private static let modes = ["append", "replace"]

  private static func modes(of source: ManifestSource, _ diagnosis: Diagnosis) -> Candidate? {
    let places = source.settings("mode").filter { $0.old?.string.map { !modes.contains($0) } ?? false }
    guard let word = places.first?.old?.string,
      let (right, likeness) = nearest(to: word, among: modes)
    else { return nil }
    return Candidate(
      action: .fixLoadMode, edits: places.filter { $0.old?.string == word }.map { $0.setting(.string(right)) },
      loss: Loss(.nothing), summary: "read mode '\(word)' as \(right)",
      reason: "'\(word)' is no mode; \(right) is the one that is written like it.", prior: 0.4 + 0.5 * likeness,
      restsOnLikeness: true)
  }

  /// Types by other programs' names for them, which are no misspellings.
  private static let foreignTypes = [
    "int16": "integer", "int32": "integer", "int64": "bigint", "float32": "double", "float64": "double",
    "number": "double", "object": "varchar", "str": "varchar", "nvarchar": "varchar", "datetime64[ns]": "timestamp",
    "datetime64": "timestamp", "timestamptz": "timestamp",
  ]
  private static let knownTypes = [
    "integer", "bigint", "numeric", "double", "date", "timestamp", "boolean", "varchar",
  ]

  /// The type that stands in the line that the error names; all columns that say the same are mended with it.
  private static func types(of source: ManifestSource, _ diagnosis: Diagnosis) -> Candidate? {
    let columns = source.node["columns"]?.items ?? []
    guard let line = diagnosis.failure.error.row,
      let word = columns.compactMap({ $0["data_type"] }).first(where: { $0.line == line })?.text
    else { return nil }
    let plain = word.trimmed.lowercased()
    let alike = nearest(to: plain, among: knownTypes)
    guard let right = foreignTypes[plain] ?? alike?.word, right != plain else { return nil }
    let isForeign = foreignTypes[plain] != nil
    let edits = columns.compactMap { item -> FixEdit? in
      guard item["data_type"]?.text == word else { return nil }
      let name = item["semantic_name"]?.text ?? item["original_name"]?.text ?? ""
      return source.column(named: name, originalName: item["original_name"]?.text)?
        .edit("data_type", in: source.file, to: .string(right))
    }
    return Candidate(
      action: .fixManifestType, edits: edits, loss: Loss(.nothing), summary: "read type '\(word)' as \(right)",
      reason: isForeign
        ? "'\(word)' is another program's name for \(right)."
        : "'\(word)' is no type; \(right) is the one that is written like it.",
      prior: isForeign ? 0.9 : 0.4 + 0.5 * (alike?.likeness ?? 0), restsOnLikeness: !isForeign)
  }

  /// The word that differs in the fewest letters, and in how large a part it is the same; nil when none is near.
  private static func nearest(to word: String, among words: [String]) -> (word: String, likeness: Double)? {
    let near = words.map { known in
      (known, 1 - Double(Likeness.distance(word.lowercased(), known)) / Double(max(word.count, known.count)))
    }
    guard let best = near.max(by: { $0.1 < $1.1 }), best.1 >= 0.6 else { return nil }
    return (word: best.0, likeness: best.1)
  }
}
