internal import Journal

/// What each candidate does to the data, in numbers: measured where it was tried, else from the evidence.
extension Report {
  /// `null for 37 of 1,204 values`, `1,204 values turned to text`.
  func effect(of entry: Ranked) -> String {
    let columns = evidence.failingColumns
    let total = max(columns.reduce(0) { $0 + $1.totalRows }, entry.candidate.loss.values)
    let values = newlyNull(entry) ?? entry.candidate.loss.values
    func counted(_ number: Int) -> String {
      number < total
        ? "\(Numbers.grouped(number)) of \(Numbers.counted(total, "value"))" : Numbers.counted(number, "value")
    }
    switch entry.candidate.loss.kind {
    case .nothing: return values > 0 && !columns.isEmpty ? "null for \(counted(values))" : "nothing is lost"
    case .widening:
      let wider = total > 0 ? Numbers.counted(total, "value") : "the values"
      return "\(wider) in a wider type" + (newlyNull(entry).map { $0 > 0 ? ", null for \(counted($0))" : "" } ?? "")
    case .arithmetic:
      return total > 0 ? "\(Numbers.counted(total, "value")) turned to text" : "all values turned to text"
    case .column: return "one column left empty"
    case .source:
      let rows = entry.candidate.loss.values
      return rows > 0 ? "\(Numbers.counted(rows, "row")) given up with the source" : "the source given up"
    }
  }

  /// The values that are null with a candidate and not with every other one that was tried and passed; nil where that was
  /// not measured.
  private func newlyNull(_ entry: Ranked) -> Int? {
    guard let own = entry.verdict, own.passed, !own.treatment.nullCounts.isEmpty else { return nil }
    let passed = ranked.compactMap(\.verdict).filter { $0.passed && !$0.treatment.nullCounts.isEmpty }
    guard passed.count > 1 else { return nil }
    return evidence.failingColumns.reduce(0) { sum, column in
      let counts = passed.map { $0.treatment.nullCounts[column.column] ?? 0 }
      return sum + (own.treatment.nullCounts[column.column] ?? 0) - (counts.min() ?? 0)
    }
  }

  /// Why a candidate was not the one put forward, in one sentence.
  func whyNot(_ entry: Ranked) -> String {
    guard entry.isOpen, let chosen, entry.verdict?.passed ?? true else { return shownText(entry.standing) }
    let numbers = "\(effect(of: entry)), against \(effect(of: chosen))"
    let isWorse = entry.candidate.loss.kind > chosen.candidate.loss.kind
    let tail = isWorse ? numbers : "\(numbers); it is less likely than the proposed edit"
    return shownText(entry.verdict == nil ? "not tried: \(tail)" : "passed as well: \(tail)")
  }
}
