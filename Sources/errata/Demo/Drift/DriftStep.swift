import Foundation
import Journal
import Repair

/// One step of the drift demo as the journal tells of it: what its run did, and where everything stands then.
struct DriftStep {
  let number: Int
  let run: String
  /// The tables that are loaded now, of how many.
  let loaded: Int
  let tables: Int
  /// The run's rows.
  let rows: Int
  /// The tables that its run loaded, and that failed in it, with the errors' types.
  let loads: [String]
  let failures: [(table: String, type: String)]
  let evaluation: RunEvaluation?
  /// The drifts that it detected.
  let drifts: [Event]
  /// What it put forward, by branch.
  let proposals: [(branch: String, fixes: [FixRecord])]
  /// The fixes that it found merged.
  let approved: [FixRecord]

  /// Reads a step out of the journal.
  ///
  /// - Parameters:
  ///   - events: The whole journal so far.
  ///   - before: The ids of the fixes that were known before.
  init(_ number: Int, run: String, events: [Event], known before: Set<String>) {
    self.number = number
    self.run = run
    let own = events.filter { $0.runID == run }
    let state = BackfillState(replaying: events)
    let sources = state.urls.values.flatMap(\.enabledSources.values)
    tables = sources.count
    loaded = sources.count { $0.status == .loaded }
    let loadEvents = own.filter { $0.type == .sourceLoaded }
    loads = loadEvents.compactMap(\.context.publication)
    rows = loadEvents.reduce(0) { $0 + ($1.data["rows"]?.int ?? 0) }
    failures = own.filter { $0.type == .sourceFailed }.map { ($0.context.publication ?? "", $0.error?.type ?? "") }
    evaluation = own.last { $0.type == .runEvaluated }.flatMap(RunEvaluation.init)
    drifts = own.filter { $0.type == .schemaDriftDetected }
    let book = FixBook(replaying: events)
    var branches: [String] = []
    var fixes: [String: [FixRecord]] = [:]
    for fix in book.open where !before.contains(fix.id) {
      if fixes[fix.branch] == nil { branches.append(fix.branch) }
      fixes[fix.branch, default: []].append(fix)
    }
    proposals = branches.map { ($0, fixes[$0] ?? []) }
    approved = own.filter { $0.type == .fixStatus && $0.data["status"] == "approved" }
      .compactMap { $0.data["fix_id"]?.string.flatMap { book[$0] } }
  }

  /// Whether its run did so badly that goals are to be revised.
  var isBad: Bool { evaluation?.asksForRevision ?? false }
}
