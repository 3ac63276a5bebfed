internal import Journal
internal import ManifestYAML

/// All that is told about a failure. The commit message, the Markdown file and a request's text come from this one value.
public struct Report: Codable, Hashable, Sendable {
  /// What came of the diagnosis.
  public enum Outcome: Codable, Hashable, Sendable {
    /// A fix is put forward on a branch; nil where there is no git and only a patch was written.
    case proposed(id: String, branch: String?)
    /// The same fix waits already.
    case waiting(id: String, branch: String?)
    /// Tried again on that day.
    case pending(until: String?)
    /// Tried again by itself.
    case retry(reason: String)
    /// There is a fix, but enough wait already.
    case heldBack(reason: String)
    /// A person has to look.
    case escalated(reason: String)
    /// Somebody asked, and nothing was changed; with what a run would do without an edit, if so.
    case examined(decision: StateAction?)
  }

  /// What failed.
  public var failure: Failure
  /// What was found out.
  public var evidence: Evidence
  /// The candidates, best first.
  public var ranked: [Ranked]
  /// What came of it.
  public var outcome: Outcome
  /// The candidate that is put forward.
  public var chosen: Ranked?
  /// The trust in it.
  public var confidence: Double
  /// The run.
  public var run: String
  /// What of the data may be shown.
  public var values: ValuePolicy
  /// Further facts a reader needs: local changes in use, an input fetched again, stale rows.
  public var notes: [String]
  /// The exact change as a unified diff, when it is known.
  public var diff: String?
  /// What its verification takes to be repeated; nil where there was none.
  public var repetition: VerificationRecord?

  /// The schema drift that the failure is a part of; nil where it is one of its own.
  public var incident: Incident?

  /// What a report says of the incident that its failure is a part of.
  public struct Incident: Codable, Hashable, Sendable {
    /// The drift's id.
    public var id: String
    /// Where the whole of it is told.
    public var pointer: String
    /// The whole of it, in the message that tells it.
    public var message: String?

    /// Creates a part of a report.
    public init(id: String, pointer: String, message: String? = nil) {
      self.id = id
      self.pointer = pointer
      self.message = message
    }
  }

  /// Gathers a report.
  public init(
    failure: Failure, evidence: Evidence, ranked: [Ranked], outcome: Outcome, chosen: Ranked? = nil,
    confidence: Double = 0, run: String, values: ValuePolicy = .counts, notes: [String] = [], diff: String? = nil
  ) {
    self.failure = failure
    self.evidence = evidence
    self.ranked = Ranking.rank(ranked)
    self.outcome = outcome
    self.chosen = chosen
    self.confidence = confidence
    self.run = run
    self.values = values
    self.notes = notes
    self.diff = diff
  }

  /// The file's name under `logs/reports/<date>/`.
  public var fileName: String {
    let place = [failure.publication, failure.period, failure.source ?? failure.stage]
    let name = place.map { FixIdentity.component($0, longest: 60) }.joined(separator: "_")
    return "troubleshooting_\(name)_\(failure.id).md"
  }

  /// The subject of the fix's commit, 72 characters at most.
  public var subject: String {
    let summary = chosen?.candidate.summary ?? "look into \(failure.error.type)"
    return TextLayout.subject("fix(\(failure.urlKey)): \(shownText(summary))")
  }
}

extension Report {
  /// All values that failed, for hiding those that are data.
  private var failingValues: [String] {
    evidence.failingColumns.flatMap { $0.values.map(\.value) } + [failure.error.value].compactMap { $0 }
  }

  /// A text that came from elsewhere as it may be shown.
  func shownText(_ text: String) -> String { values.masked(text, values: failingValues) }

  /// The error's facts, each as name and text.
  var facts: [(String, String)] {
    let error = failure.error
    var facts: [(String, String?)] = [
      ("message", shownText(TextLayout.flattened(error.message))), ("column", error.column),
      ("value", error.value.map(values.shown)), ("declared type", error.expectedType), ("file", error.file),
      ("sheet", error.sheet), ("row", values == .none ? nil : error.row.map(String.init)), ("table", error.table),
      ("address", error.url), ("status", error.status.map(String.init)), ("expected on", error.expectedDate),
    ]
    if error.type == "unknown" || error.type == "code_error" {
      facts.append(("exit status", failure.exitCode.map(String.init)))
      facts.append(("signal", failure.signal.map(String.init)))
    }
    facts.append(("manifest", failure.manifestPath))
    facts.append(("whole output", failure.log))
    return facts.compactMap { name, text in text.map { (name, $0) } }
  }

  /// What loaded all the same, in one sentence.
  var whatWorked: String {
    let loaded = evidence.sources.loaded
    guard !loaded.isEmpty else { return "No other source of this period has loaded so far." }
    let rows = loaded.compactMap(\.rows).reduce(0, +)
    let total = rows > 0 ? " with \(Numbers.counted(rows, "row"))" : ""
    return "\(Numbers.counted(loaded.count, "source")) of this period loaded\(total)."
  }

  /// How the period's sources stand: what loaded, what failed, what was not tried.
  var sourceRows: [(source: String, standing: String)] {
    let sources = evidence.sources
    var rows: [(source: String, standing: String)] = sources.loaded.map { source in
      (source.code, "loaded" + (source.rows.map { ", \(Numbers.counted($0, "row"))" } ?? ""))
    }
    if let source = failure.source { rows.append((source, "failed with \(failure.error.type)")) }
    rows += sources.failed.filter { $0 != failure.source }.map { ($0, "failed too, with a report of its own") }
    rows += sources.pending.filter { $0 != failure.source }.map { ($0, "not tried yet") }
    let most = 20
    guard rows.count > most else { return rows }
    let more = (source: "and \(rows.count - most + 1) more", standing: "`errata status` lists them")
    return Array(rows.prefix(most - 1)) + [more]
  }

  /// What trying the chosen candidate showed, with its numbers.
  var verification: String {
    guard let entry = chosen else { return "" }
    guard let verdict = entry.verdict else {
      if case .examined = outcome { return "Not tried: `errata diagnose \(failure.place) --verify` tries it." }
      return "Not verified: the stage has no verify command, so nobody has seen this edit work."
    }
    let control = verdict.control.error.map { "failed with \($0.type)" } ?? "ended with \(ending(verdict.control))"
    var sentences = [
      "The failed stage ran twice in a scratch place\(input(of: verdict))",
      "As it is, it \(control); with the edit it "
        + (verdict.passed ? "passed." : "did not pass: \(shownText(verdict.reason))"),
    ]
    if let rows = verdict.treatment.rows { sentences.append("It loaded \(Numbers.grouped(rows)) rows.") }
    sentences += nulls(verdict)
    if verdict.passed, verdict.treatment.othersUnchanged {
      sentences.append("What shares its table came out as it was.")
    }
    if verdict.rounds > 1 {
      sentences.append("It took \(verdict.rounds) rounds: errors behind the first were mended too.")
    }
    return (sentences + [reachText].compactMap { $0 }).joined(separator: " ")
  }

  /// How far the fix reaches beyond its period; nil when it does not.
  private var reachText: String? {
    guard let candidate = chosen?.candidate, candidate.reach == .thisAndFuture else { return nil }
    let place = candidate.referenceEdits.first.map {
      "\($0.file), which future manifests are made from, gets the same edit"
    }
    let tried = (chosen?.verdict?.otherPeriods).map { periods in
      periods.isEmpty
        ? " No other period is at hand to try it on."
        : " On \(Numbers.counted(periods.count, "other period")) at hand (\(periods.joined(separator: ", "))) it was tried too: "
          + "each loads the same rows with it."
    }
    return "It reaches this and future periods: \(place ?? "future manifests are made from this one").\(tried ?? "")"
  }

  /// What the two runs read, as the end of a sentence.
  private func input(of verdict: Verdict) -> String {
    if verdict.capturedInput { return " on the very bytes it had failed on." }
    func digest(_ hash: String) -> String { "sha256 \(hash.prefix(16))" }
    switch (verdict.control.inputHash, verdict.treatment.inputHash) {
    case (nil, nil): return "; it does not tell which bytes it read."
    case (nil, let read?):
      return ". As it is there are no bytes for it to read; with the edit it read what is there now (\(digest(read)))."
    case (let read?, nil): return "; only as it is did it read any bytes (\(digest(read)))."
    case (let before?, let after?) where before != after:
      return
        ". Careful: the two runs read different bytes, \(digest(before)) as it is and \(digest(after)) with the edit."
    case (let read?, _):
      guard let failed = failure.inputHash else { return " on an input that was fetched again (\(digest(read)))." }
      return failed == read
        ? " on an input that was fetched again, and has the same bytes as it had failed on."
        : " on an input that was fetched again and has changed: \(digest(failed)) before, \(digest(read)) now."
    }
  }

  private func nulls(_ verdict: Verdict) -> [String] {
    let columns = Set(evidence.failingColumns.map(\.column))
    return verdict.treatment.nullCounts.sorted { $0.key < $1.key }.filter { columns.contains($0.key) }.map {
      column, nulls in
      let total = verdict.treatment.rows.map { " of \(Numbers.grouped($0))" } ?? ""
      return "\(column) is null in \(Numbers.grouped(nulls))\(total) rows."
    }
  }

  private func ending(_ trial: Trial) -> String { trial.exitCode.map { "status \($0)" } ?? "a signal" }

  /// The candidates that were not chosen, each with the reason.
  var others: [(candidate: Candidate, why: String)] {
    ranked.filter { $0.candidate.edits != chosen?.candidate.edits }.map { ($0.candidate, whyNot($0)) }
  }

  /// The edits as old and new values.
  var editLines: [String] {
    var lines: [String] = []
    for file in chosen?.candidate.files ?? [] {
      lines.append(file)
      for edit in chosen?.candidate.allEdits ?? [] where edit.file == file {
        lines.append("  \(edit.selectorText)")
        lines.append("    was \(edit.old.map(ValueText.plain) ?? "not there")")
        lines.append("    now \(edit.new.map(ValueText.plain) ?? "removed")")
      }
    }
    return lines
  }

  /// The commands by which a person decides.
  /// How a fix on a branch is approved; on one that it shares with others, all of them or it alone.
  private static func approval(id: String, branch: String) -> [(String, String)] {
    guard FixCause.isBranch(branch) else {
      return [("approve", "git merge \(branch)"), ("or", "errata approve \(id)")]
    }
    return [
      ("approve all that need this edit", "git merge \(branch)"),
      ("this one alone", "errata approve \(id), or git cherry-pick this commit"),
    ]
  }

  /// A report or message after its fix has joined others on a branch.
  public static func moved(_ text: String, id: String, from old: String, to new: String) -> String {
    guard old != new, !old.isEmpty else { return text }
    var text = text
    for (before, after) in zip(approval(id: id, branch: old), approval(id: id, branch: new)) {
      text = text.replacing("\(before.0): \(before.1)", with: "\(after.0): \(after.1)")
    }
    return text.replacing(old, with: new)
  }

  func commands(id: String, branch: String?) -> [(String, String)] {
    let approve = branch.map { Report.approval(id: id, branch: $0) }
    return (approve ?? [("approve", "git am the patch of this fix")]) + [
      ("reject", "errata reject \(id) --reason TEXT"), ("undo later", "errata rollback \(id), or git revert"),
      ("then", "errata run, or errata retry \(failure.urlKey) for this period alone"),
    ]
  }
}

extension FixEdit {
  var selectorText: String { selector.description }
}
