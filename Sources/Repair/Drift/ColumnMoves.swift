internal import Journal
internal import ManifestYAML

/// Where the columns of a source went whose headers its file has no more.
struct ColumnMoves {
  /// A column that is read from another header from now on.
  struct Move {
    let column: ManifestColumn
    let old: String
    let renaming: Renaming
    /// Whether other sources changed this header in the same way.
    let isShared: Bool
  }

  /// The columns with a new header, in the manifest's order.
  var moves: [Move] = []
  /// The columns for which no header is left.
  var gone: [ManifestColumn] = []
  /// The headers that no column reads then.
  var unread: [String] = []
  /// How many of the columns' headers the file has.
  var kept = 0

  /// Matches each missing header with one that nothing reads, the surest pair first.
  ///
  /// - Parameter upstream: How other sources' headers changed in the same drift, old to new.
  init(_ source: ManifestSource, evidence: Evidence, upstream: [String: String]) {
    guard let headers = evidence.headers else { return }
    let present = Set(headers.map(Self.folded))
    let columns = (source.node["columns"]?.items ?? []).compactMap { node -> ManifestColumn? in
      guard let header = node["original_name"]?.text else { return nil }
      return source.column(named: node["semantic_name"]?.text ?? header, originalName: header)
    }
    let read = Set(columns.map { Self.folded($0.header) })
    let free = headers.filter { !$0.isEmpty && !read.contains(Self.folded($0)) }
    kept = columns.count { present.contains(Self.folded($0.header)) }
    let missing = columns.filter {
      !present.contains(Self.folded($0.header)) && $0.node["optional"]?.value != true
    }
    var pairs: [(index: Int, move: Move, rank: Double)] = []
    for (index, column) in missing.enumerated() {
      for move in Self.moves(of: column, among: free, evidence: evidence, upstream: upstream[column.header]) {
        pairs.append((index, move, move.isShared ? max(move.renaming.rank, 0.95) : move.renaming.rank))
      }
    }
    var taken: Set<String> = []
    var found: [Int: Move] = [:]
    for pair in pairs.enumerated().sorted(by: { ($0.element.rank, -$0.offset) > ($1.element.rank, -$1.offset) }) {
      guard found[pair.element.index] == nil, taken.insert(pair.element.move.renaming.name).inserted else { continue }
      found[pair.element.index] = pair.element.move
    }
    moves = missing.indices.compactMap { found[$0] }
    gone = missing.indices.filter { found[$0] == nil }.map { missing[$0] }
    unread = free.filter { !taken.contains($0) }
  }

  private static func moves(
    of column: ManifestColumn, among free: [String], evidence: Evidence, upstream: String?
  ) -> [Move] {
    let isFailed = evidence.column?.originalName == column.header
    let profiles = evidence.missingProfiles?[column.name] ?? (isFailed ? evidence.headerProfiles : [:])
    let reference = evidence.loadedProfiles[column.name]
    let contents = profiles.compactMapValues { ContentLikeness(of: $0, comparedTo: reference) }
    var moves = Renaming.all(of: column.header, among: free, atLeast: 0.5, contents: contents).map {
      Move(column: column, old: column.header, renaming: $0, isShared: $0.name == upstream)
    }
    let isContradicted = upstream.flatMap { contents[$0] }.map { $0.score < ContentLikeness.contradiction } ?? false
    if let upstream, free.contains(upstream), !isContradicted, !moves.contains(where: \.isShared) {
      let renaming = Renaming(
        name: upstream, likeness: Likeness.between(column.header, upstream), content: contents[upstream],
        isConfirmed: false)
      moves.append(Move(column: column, old: column.header, renaming: renaming, isShared: true))
    }
    return moves
  }

  /// A header as loaders look for it: white space does not count.
  private static func folded(_ header: String) -> String { header.filter { !$0.isWhitespace } }
}

extension ManifestColumn {
  /// The header that it is read from.
  var header: String { node["original_name"]?.text ?? "" }
}
