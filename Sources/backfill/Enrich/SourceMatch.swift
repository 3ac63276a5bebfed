internal import ManifestYAML

/// Which source of the reference each source of a draft is.
enum SourceMatch {
  /// For each draft source the index of its reference source, or nil.
  ///
  /// The likeliest pairs are taken first, each reference source once. A pair needs more than a likeness: the same code,
  /// or the same file and sheet, or nearly the same columns.
  /// - Parameters:
  ///   - drafts: who the draft's sources are, and their columns' names where the file could be read.
  ///   - references: the reference's sources.
  static func pairs(
    drafts: [(identity: SourceIdentity, columns: [String]?)], references: [ReferenceSource]
  ) -> [Int?] {
    var scored: [(score: Double, draft: Int, reference: Int)] = []
    for (draft, source) in drafts.enumerated() {
      for (reference, candidate) in references.enumerated() {
        guard let score = score(source.identity, source.columns, candidate) else { continue }
        scored.append((score, draft, reference))
      }
    }
    scored.sort { ($1.score, $0.draft, $0.reference) < ($0.score, $1.draft, $1.reference) }
    var matches = [Int?](repeating: nil, count: drafts.count)
    var taken: Set<Int> = []
    for pair in scored where matches[pair.draft] == nil && !taken.contains(pair.reference) {
      matches[pair.draft] = pair.reference
      taken.insert(pair.reference)
    }
    return matches
  }

  private static func score(
    _ identity: SourceIdentity, _ columns: [String]?, _ reference: ReferenceSource
  ) -> Double? {
    let sameCode = identity.code == reference.identity.code
    let file = likeness(identity.file, reference.identity.file)
    let sheet = likeness(identity.sheet, reference.identity.sheet)
    let sameName = identity.sheetName == reference.identity.sheetName
    let overlap = columns.map { ColumnMatch.overlap($0, reference.originalNames) }
    let score = (sameCode ? 2 : 0) + file + sheet + (sameName ? 0.5 : 0) + 2 * (overlap ?? 0)
    let likely: Bool
    if let overlap, !reference.columns.isEmpty {
      likely = sameCode ? overlap >= 0.3 : (file + sheet >= 1.5 && overlap >= 0.5) || overlap >= 0.9
    } else {
      likely = sameCode || (file == 1 && sheet == 1)
    }
    return likely ? score : nil
  }

  /// How alike two names are: words in common among all words; two names without words are the same.
  private static func likeness(_ one: [String], _ other: [String]) -> Double {
    let union = Set(one).union(other)
    return union.isEmpty ? 1 : Double(Set(one).intersection(other).count) / Double(union.count)
  }
}

/// Which column of the reference each column of a file is.
enum ColumnMatch {
  /// For each name of a file the reference's column: of exactly that name, else of the same words.
  static func pairs(_ names: [String], _ references: [YAMLValue]) -> [YAMLValue?] {
    var exact: [String: Int] = [:]
    var alike: [String: Int] = [:]
    for (index, column) in references.enumerated() {
      guard let name = column["original_name"]?.text else { continue }
      if exact[name] == nil { exact[name] = index }
      if alike[folded(name)] == nil { alike[folded(name)] = index }
    }
    var taken: Set<Int> = []
    var matches = names.map { name -> Int? in
      guard let index = exact[name], taken.insert(index).inserted else { return nil }
      return index
    }
    for (position, name) in names.enumerated() where matches[position] == nil {
      guard let index = alike[folded(name)], taken.insert(index).inserted else { continue }
      matches[position] = index
    }
    return matches.map { $0.map { references[$0] } }
  }

  /// What share of a file's names the reference knows.
  static func overlap(_ names: [String], _ references: [String]) -> Double {
    guard !names.isEmpty else { return 0 }
    let known = Set(references.map(folded))
    return Double(names.count { known.contains(folded($0)) }) / Double(names.count)
  }

  private static func folded(_ name: String) -> String { PeriodMonth.words(of: name).joined(separator: " ") }
}
