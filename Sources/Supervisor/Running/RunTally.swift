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
    // A period that is to be added is none of the run's yet.
    let publications = Set(keys.map { $0.prefix { $0 != "/" } })
    let open = fixes.open.filter {
      keys.contains($0.urlKey) || ($0.action == "add_period" && publications.contains($0.publication[...]))
    }
    var known: Set<String> = []
    for key in keys {
      guard let record = state[key] else { continue }
      count(record, key, open, &outcome, &known)
    }
    outcome.newFixes = open.count { $0.run == runID && !known.contains($0.id) }
    outcome.newRevisions = fixes.open.count { $0.isRevision && $0.run == runID }
    outcome.revised = RevisedRelease.all(in: written)
    outcome.stats.rowsLoaded = written.filter { $0.type == .sourceLoaded }.compactMap { $0.data["rows"]?.int }
      .reduce(0, +)
    return outcome
  }

  private func count(
    _ record: URLRecord, _ key: String, _ open: [FixRecord], _ outcome: inout RunOutcome, _ known: inout Set<String>
  ) {
    switch record.status {
    case .completed: outcome.stats.urlsCompleted += 1
    case .partial: outcome.stats.urlsPartial += 1
    case .failed: outcome.stats.urlsFailed += 1
    case .pending, .inProgress: if record.pendingUntil != nil { outcome.pending += 1 }
    }
    for failure in record.standingFailures {
      let fixes = open.filter {
        $0.urlKey == key && $0.source == failure.source && (failure.source != nil || $0.stage == failure.stage)
      }
      if state.acknowledgement(of: failure, in: key, on: today) != nil {
        // What somebody knows of does not count, and so a fix for it is no news either.
        outcome.acknowledged += 1
        known.formUnion(fixes.map(\.id))
      } else if fixes.isEmpty {
        outcome.unfixed += 1
      } else {
        outcome.waiting += 1
      }
    }
  }
}
