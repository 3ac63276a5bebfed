import Journal

/// Counts what a run leaves behind: a fold's numbers, nothing is decided here but what counts as what.
struct RunTally: Sendable {
  let state: BackfillState
  let fixes: FixBook
  /// What this run wrote.
  let written: [Event]
  /// The URL keys that the run covers.
  let keys: [String]
  let today: String

  func outcome(runID: String) -> RunOutcome {
    var outcome = RunOutcome()
    outcome.runID = runID
    outcome.stats.urlsTotal = keys.count
    let open = fixes.open.filter { keys.contains($0.urlKey) }
    outcome.newFixes = open.count { $0.run == runID }
    for key in keys {
      guard let record = state[key] else { continue }
      count(record, key, open, &outcome)
    }
    outcome.stats.rowsLoaded = written.filter { $0.type == .sourceLoaded }.compactMap { $0.data["rows"]?.int }
      .reduce(0, +)
    return outcome
  }

  private func count(_ record: URLRecord, _ key: String, _ open: [FixRecord], _ outcome: inout RunOutcome) {
    switch record.status {
    case .completed: outcome.stats.urlsCompleted += 1
    case .partial: outcome.stats.urlsPartial += 1
    case .failed: outcome.stats.urlsFailed += 1
    case .pending, .inProgress: if record.pendingUntil != nil { outcome.pending += 1 }
    }
    if record.pendingUntil != nil, record.status == .pending { return }
    let failed = record.sources.filter { $0.value.status == .failed || $0.value.status == .reverted }
    for source in failed.keys {
      if open.contains(where: { $0.urlKey == key && $0.source == source }) {
        outcome.waiting += 1
      } else {
        outcome.unfixed += 1
      }
    }
    for (name, stage) in record.stages where stage.failure != nil && stage.status == .failed {
      guard !failed.values.contains(where: { $0.stage == name }) else { continue }
      if open.contains(where: { $0.urlKey == key && $0.source == nil && $0.stage == name }) {
        outcome.waiting += 1
      } else {
        outcome.unfixed += 1
      }
    }
  }
}
