internal import Journal
internal import ManifestYAML

extension Candidates {
  /// All headers of a source that changed in one drift, read anew in one edit.
  static let movedColumnsFamily = CandidateFamily(name: "columns of a drift", types: [.missingColumn]) { diagnosis in
    guard let upstream = diagnosis.evidence.upstreamNames, let source = diagnosis.source else { return [] }
    let moves = ColumnMoves(source, evidence: diagnosis.evidence, upstream: upstream).moves
    guard let first = moves.first else { return [] }
    let isSafe = moves.allSatisfy { $0.renaming.likeness == 1 || $0.renaming.isConfirmed }
    let summary =
      moves.count == 1
      ? "read \(first.column.name) from header '\(first.renaming.name)'"
      : "read \(moves.count) columns from new headers"
    return [
      Candidate(
        action: .fixColumnName,
        edits: moves.map { $0.column.edit("original_name", in: source.file, to: .string($0.renaming.name)) },
        loss: Loss(.nothing), summary: summary, reason: moves.map(\.sentence).joined(separator: " "),
        prior: moves.map { $0.isShared ? 0.95 : 0.4 + 0.5 * $0.renaming.rank }.min() ?? 0,
        restsOnLikeness: !isSafe)
    ]
  }
}

extension ColumnMoves.Move {
  /// Why the column should be there now.
  fileprivate var sentence: String {
    let name = renaming.name
    let why =
      isShared
      ? "as in other sources of this drift"
      : renaming.likeness == 1
        ? "which differs in writing alone" : "like it to \(Candidates.percent(renaming.likeness))"
    return "'\(old)' is '\(name)' now, \(why).\(renaming.finding)"
  }
}
