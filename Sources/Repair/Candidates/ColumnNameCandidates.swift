internal import Journal
internal import ManifestYAML

extension Candidates {
  /// A column whose header was renamed, or that is gone.
  static let columnNameFamily = CandidateFamily(
    name: "column names", types: [.missingColumn], propose: columnNameCandidates)

  private static func columnNameCandidates(_ diagnosis: Diagnosis) -> [Candidate] {
    guard let source = diagnosis.source, let name = diagnosis.failure.error.column,
      let column = source.column(named: name), let wanted = column.node["original_name"]?.text
    else { return [] }
    let used = Set(source.originalNames)
    let headers = diagnosis.evidence.headers ?? []
    // Read with another delimiter, the columns are one: whatever reads that one reads no column.
    guard !headers.contains(where: { isSeveral($0, of: headers, named: used) }) else { return [] }
    let free = headers.filter { !used.contains($0) && !$0.isEmpty }
    let reference = diagnosis.evidence.loadedProfiles[column.name]
    let contents = diagnosis.evidence.headerProfiles.compactMapValues { ContentLikeness(of: $0, comparedTo: reference) }
    let found = Renaming.all(of: wanted, among: free, atLeast: 0.5, contents: contents)
    var proposed = found.prefix(2).map { renaming in
      let header = renaming.name
      let same = renaming.likeness == 1
      return Candidate(
        action: .fixColumnName, edits: [column.edit("original_name", in: source.file, to: .string(header))],
        loss: Loss(.nothing), summary: "read \(column.name) from header '\(header)'",
        reason: (same
          ? "The header '\(wanted)' is now written '\(header)'."
          : "The file has no header '\(wanted)'. Of \(Numbers.counted(free.count, "header")) that no column reads, '\(header)' is "
            + "like it to \(percent(renaming.likeness)).") + renaming.finding,
        prior: 0.4 + 0.5 * renaming.rank, restsOnLikeness: !same && !renaming.isConfirmed)
    }
    if column.node["optional"]?.value != true, holdsMost(of: source, evidence: diagnosis.evidence) {
      proposed.append(
        Candidate(
          action: .markColumnOptional, edits: [column.edit("optional", in: source.file, to: true)],
          loss: Loss(.column), summary: "let \(column.name) be missing",
          reason: "The file has no header '\(wanted)'; the other columns load and \(column.name) is null.", prior: 0.4,
          safe: false))
    }
    return proposed
  }

  /// Whether a header is those of several columns in one: it is made of names that columns have, or it is the only one there is
  /// and one of its parts is such a name.
  private static func isSeveral(_ header: String, of headers: [String], named names: Set<String>) -> Bool {
    guard !names.contains(header) else { return false }
    return [",", ";", "\t", "|"].contains { separator in
      let parts = header.split(separator: separator).map { $0.trimmed.filter { $0 != "\"" } }
      let known = parts.count { names.contains($0) }
      return parts.count > 1 && (known > 1 || known == 1 && headers.count == 1)
    }
  }

  /// Whether the file has most of the columns that the manifest names. Where it has not, the table is not the one that
  /// was meant, and letting columns be missing would load rows of nothing.
  private static func holdsMost(of source: ManifestSource, evidence: Evidence) -> Bool {
    guard let headers = evidence.headers else { return false }
    let named = source.originalNames
    return named.count { headers.contains($0) } * 2 >= named.count
  }
}
