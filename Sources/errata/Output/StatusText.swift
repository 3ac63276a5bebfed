import Journal

/// The state as a table for people: a line a period, and a line for each source of it that is not loaded.
enum StatusText {
  /// - Parameter today: `yyyy-mm-dd`; acknowledgements up to then are over.
  static func table(of state: BackfillState, _ releases: ReleaseBook = ReleaseBook(), today: String) -> String {
    let revised = Dictionary(grouping: releases.files.filter(\.isRevised), by: \.urlKey)
    var table = TextTable(["PERIOD", "STATUS", "LOADED", "ROWS", "NOTE"])
    for (key, url) in state.urls.sorted(by: { $0.key < $1.key }) {
      let counts = url.sourceCounts.all
      let failures = url.standingFailures
      let news = (revised[key] ?? []).map { "revised: \($0.name)" }
      let notes = [note(on: url, failures, state, key, today)].filter { !$0.isEmpty } + news
      table.add(
        key, url.status.rawValue, "\(counts.loaded)/\(counts.enabled)", "\(url.rowsLoaded)",
        notes.joined(separator: " · "))
      let known = failures.reduce(into: [String: String]()) { known, failure in
        known[failure.name] = state.acknowledgement(of: failure, in: key, on: today)?.until
      }
      let open = url.sources.filter { $0.value.status != .disabled && $0.value.status != .loaded }
      for (code, source) in open.sorted(by: { $0.key < $1.key }) {
        table.add("  " + code, source.status.rawValue, "", "", sourceNote(source, known[code]))
      }
    }
    return table.text
  }

  /// How well the latest run did that says anything; nil where none does.
  static func lastRun(of state: BackfillState) -> String? {
    let judged = state.runs.filter { $0.value.evaluation?.score != nil }
    guard let last = judged.max(by: { ($0.value.startedAt, $0.key) < ($1.value.startedAt, $1.key) }),
      let evaluation = last.value.evaluation
    else { return nil }
    return FixText.wrapped("\(last.key): \(EvaluationText.line(evaluation))", indent: 2)
  }

  private static func note(
    on url: URLRecord, _ failures: [StandingFailure], _ state: BackfillState, _ key: String, _ today: String
  ) -> String {
    // The stages' own failures have no line of theirs.
    let whole = failures.first { $0.source == nil }
    let known = whole.flatMap { state.acknowledgement(of: $0, in: key, on: today) }
    if let known { return "acknowledged until \(known.until)" }
    if let day = url.pendingUntil { return "\(url.reason ?? "waits") until \(day)" }
    return url.reason ?? ""
  }

  private static func sourceNote(_ source: SourceRecord, _ known: String?) -> String {
    [known.map { "acknowledged until \($0)" }, source.error, source.column, source.fix.map { "fix \($0)" }].compactMap(
      \.self
    ).joined(separator: " · ")
  }
}
