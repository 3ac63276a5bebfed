public import ManifestYAML
internal import Journal

/// A family of candidates: for some error types, the edits that may mend them.
struct CandidateFamily: Sendable {
  let name: String
  let types: Set<ErrorType>
  let propose: @Sendable (Diagnosis) -> [Candidate]
}

/// All the edits that may mend a failure.
public enum Candidates {
  /// The families. A new one is a file beside this one and a line here.
  static let families: [CandidateFamily] = [
    valueFamily, sheetFamily, headerRowFamily, memberFamily, fileAddressFamily, pageAddressFamily, movedColumnsFamily,
    columnNameFamily, addColumnFamily, encodingFamily, spellingFamily, mappedTypeFamily, mappedTableFamily,
    disableFamily,
  ]

  /// The candidates for a failure, the one that loses least first; of equal losses the likelier first.
  ///
  /// Only candidates whose edits fit the files as they stand are given.
  public static func all(
    for failure: Failure, evidence: Evidence, manifest: YAMLFile?, publications: YAMLFile? = nil,
    mapped: MappedManifest = MappedManifest()
  ) -> [Candidate] {
    var diagnosis = Diagnosis(failure: failure, evidence: evidence, manifest: manifest, publications: publications)
    diagnosis.mapped = mapped
    // Not a literal: where there is neither of the two, both have the same key.
    var files: [String?: YAMLFile] = [:]
    for file in mapped.files { files[file.name] = file }
    if let publications { files[publications.name] = publications }
    if let manifest { files[diagnosis.manifestPath] = manifest }
    var proposed: [Candidate] = []
    for family in families where family.types.contains(failure.error.kind) {
      for candidate in family.propose(diagnosis).map({ Learned.corrected($0, by: evidence.history) })
      where !candidate.edits.isEmpty && !proposed.contains(where: { $0.edits == candidate.edits })
        && candidate.edits.allSatisfy({ fits($0, files: files) })
      {
        proposed.append(candidate)
      }
    }
    return proposed.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      if a.loss.kind != b.loss.kind { return a.loss.kind < b.loss.kind }
      if a.prior != b.prior { return a.prior > b.prior }
      return (a.loss.values, left.offset) < (b.loss.values, right.offset)
    }.map(\.element)
  }

  private static func fits(_ edit: FixEdit, files: [String?: YAMLFile]) -> Bool {
    guard let file = files[edit.file] else { return false }
    return (try? edit.operations(in: file)) != nil
  }
}
