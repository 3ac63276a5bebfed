internal import Foundation
internal import Git
internal import Journal
internal import Repair

extension Mender {
  /// Puts the chosen candidate forward, with its report.
  func propose(
    _ chosen: Ranked, _ diagnosis: MendingCase, ranked: [Ranked], history: [FixRecord]
  ) async throws -> MendOutcome {
    let failure = diagnosis.failure
    let candidate = chosen.candidate
    let id = FixIdentity.id(of: candidate, for: failure)
    let cause =
      diagnosis.incident?.cause
      ?? FixCause(
        of: candidate.edits, publication: failure.publication, errorType: failure.error.type,
        action: candidate.action.rawValue)
    let wanted = diagnosis.incident?.cause.branch ?? FixIdentity.branch(of: candidate, for: failure)
    let branch = try await branches.branchName(of: id, wanted: wanted, cause: cause) ?? wanted
    let confidence = Confidence(outcomes: await branches.outcomes).value(
      of: candidate, errorType: failure.error.type, verdict: chosen.verdict)
    var report = Report(
      failure: failure, evidence: diagnosis.evidence, ranked: ranked, outcome: .proposed(id: id, branch: branch),
      chosen: chosen, confidence: confidence, run: runID, values: values, notes: diagnosis.notes)
    report.incident = diagnosis.incident?.part
    report.repetition = repetition(of: chosen, diagnosis)
    let waits = configuration.constraints
      .approvalRules(minConfidence: configuration.execution.autonomous.minConfidence)
      .objection(to: candidate, verdict: chosen.verdict, confidence: confidence, history: history)
    if configuration.execution.mode == .autonomous, let waits { report.notes.append(waits) }
    let path = reportPath(report)
    if let reason = room(for: id, history) {
      report.outcome = .heldBack(reason: reason)
      try write(report, to: path)
      try await note(diagnosis, "escalated", report: path, fix: nil, ranked)
      return .heldBack(report: path)
    }
    var draft = FixRecord(
      id: id, branch: branch, publication: failure.publication, period: failure.period, source: failure.source,
      stage: failure.stage, errorType: failure.error.type, action: candidate.action.rawValue, confidence: confidence,
      prior: Confidence.prior(of: candidate, verdict: chosen.verdict), verified: chosen.verdict?.passed == true,
      reach: candidate.reach, files: candidate.files, changes: [],
      referenceFile: candidate.referenceEdits.first?.file, run: runID,
      evidenceHash: FixIdentity.evidenceHash(of: failure, evidence: diagnosis.evidence),
      values: shownValues(diagnosis.evidence), loss: candidate.loss.kind.rawValue,
      summary: tools.redact(String(report.subject.dropFirst("fix(\(failure.urlKey)): ".count))), report: path
    )
    draft.incident = diagnosis.incident?.part.id
    let outcome: ProposalOutcome
    do {
      outcome = try await branches.propose(
        Proposal(
          record: draft, edits: candidate.allEdits,
          message: tools.redact(report.commitMessage(by: configuration.report(for: failure.error.type))), cause: cause))
    } catch let error as FixingError {
      return try await settle(.escalateToHuman(reason: error.description), diagnosis, ranked: ranked)
    } catch let error as GitError {
      return try await settle(.escalateToHuman(reason: "Git refused the fix: \(error)."), diagnosis, ranked: ranked)
    }
    let name = outcome.record.branch.isEmpty ? nil : outcome.record.branch
    switch outcome {
    case .published(_, let notes): report.notes += notes
    case .waiting: report.outcome = .waiting(id: id, branch: name)
    case .patchOnly(_, let reason):
      report.outcome = .proposed(id: id, branch: nil)
      report.notes.append("Only a patch was written. \(reason)")
    }
    if case .published = outcome { report.diff = try? await branches.show(id).diff }
    try write(report, to: path)
    if case .waiting(let record) = outcome {
      try await note(diagnosis, "waiting", report: path, fix: id, ranked)
      return .waiting(record)
    }
    try await note(diagnosis, "proposed", report: path, fix: id, ranked)
    if case .patchOnly(let record, let reason) = outcome { return .patched(record, reason: reason) }
    return .proposed(outcome.record, mayMerge: waits == nil)
  }

  /// What repeating the verification takes.
  private func repetition(of chosen: Ranked, _ diagnosis: MendingCase) -> VerificationRecord? {
    let failure = diagnosis.failure
    guard let verdict = chosen.verdict, let stage = configuration.pipeline[failure.stage],
      let command = Verifier.command(of: stage)
    else { return nil }
    return VerificationRecord(
      verdict, stage: failure.stage, manifest: failure.manifestPath, command: command,
      table: entry(of: failure, in: diagnosis.manifest)?.table,
      columns: diagnosis.evidence.failingColumns.map(\.column))
  }

  /// Why one more fix may not wait for review now; nil when it may.
  private func room(for id: String, _ history: [FixRecord]) -> String? {
    guard let most = configuration.constraints.maxOpenFixes else { return nil }
    let open = history.filter { $0.status == .open && !$0.isRevision }
    guard open.count >= most, !open.contains(where: { $0.id == id }) else { return nil }
    let waiting = open.count == 1 ? "1 fix waits" : "\(open.count) fixes wait"
    let place = configuration.constraints.places["max_open_fixes"].map { " (\($0))" } ?? ""
    return
      "\(waiting) for review, and max_open_fixes\(place) allows \(most): once there is room, the next run proposes this one."
  }

  /// Performs an action on state, with its report.
  func settle(_ action: StateAction, _ diagnosis: MendingCase, ranked: [Ranked] = []) async throws -> MendOutcome {
    let outcome: Report.Outcome
    let word: String
    switch action {
    case .markPending(let day): (outcome, word) = (.pending(until: day), "pending")
    case .retry(let reason): (outcome, word) = (.retry(reason: reason), "retry")
    case .skipAndContinue(let reason), .escalateToHuman(let reason):
      (outcome, word) = (.escalated(reason: reason), "escalated")
    }
    var report = Report(
      failure: diagnosis.failure, evidence: diagnosis.evidence, ranked: ranked, outcome: outcome, run: runID,
      values: values, notes: diagnosis.notes)
    report.incident = diagnosis.incident?.part
    let path = reportPath(report)
    try write(report, to: path)
    try await note(diagnosis, word, report: path, fix: nil, ranked)
    switch action {
    case .markPending(let day):
      var context = diagnosis.context
      context.sourceCode = nil
      try await journal([
        Event(
          .markedPending, runID: runID, context: context,
          data: ["pending_until": day.map(JSONValue.string) ?? .null, "reason": "upcoming_publication"])
      ])
      return .pending(until: day)
    case .retry: return .retry
    case .skipAndContinue, .escalateToHuman: return .escalated(report: path)
    }
  }

  private func note(
    _ diagnosis: MendingCase, _ outcome: String, report: String, fix: String?, _ ranked: [Ranked]
  ) async throws {
    var data: [String: JSONValue] = [
      "failure": .string(diagnosis.failure.id), "outcome": .string(outcome), "report": .string(report),
    ]
    if let fix { data["fix"] = .string(fix) }
    data["evidence"] = .string(try record(diagnosis))
    let blocked = ranked.compactMap { entry in entry.blocked.map { [$0.rule, entry.candidate.action.rawValue] } }
    if !blocked.isEmpty {
      data["blocked"] = .array(
        Set(blocked).sorted { $0.lexicographicallyPrecedes($1) }.map {
          ["rule": .string($0[0]), "action": .string($0[1]), "error_type": .string(diagnosis.failure.error.type)]
        })
    }
    try await journal([Event(.failureDiagnosed, runID: runID, context: diagnosis.context, data: data)])
  }

  /// Writes what was found out beside the other evidence of the day; its path relative to the workspace.
  private func record(_ diagnosis: MendingCase) throws -> String {
    let failure = diagnosis.failure
    let name = StageExecution.fileName("\(failure.place)-\(failure.id)".replacing("/", with: "_"))
    let path = "logs/evidence/\(RunID.day(now()))/\(name).json"
    let absolute = URL(fileURLWithPath: try workspace.absolute(path))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(diagnosis.evidence.shown(by: values)), as: UTF8.self)
    try FileManager.default.createDirectory(
      at: absolute.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data((Redaction.redact(text) + "\n").utf8).write(to: absolute, options: .atomic)
    return path
  }

  var values: ValuePolicy { ValuePolicy(rawValue: configuration.execution.reportValues.rawValue) ?? .counts }

  /// The distinct failing values as the policy lets them be recorded.
  private func shownValues(_ evidence: Evidence) -> [String] {
    Set(evidence.failingColumns.flatMap { $0.values.map(\.value) }).sorted().map { tools.redact(values.shown($0)) }
  }

  private func reportPath(_ report: Report) -> String {
    "logs/reports/\(RunID.day(now()))/\(report.fileName)"
  }

  private func write(_ report: Report, to path: String) throws {
    let absolute = URL(fileURLWithPath: try workspace.absolute(path))
    try FileManager.default.createDirectory(
      at: absolute.deletingLastPathComponent(), withIntermediateDirectories: true)
    let form = configuration.report(for: report.failure.error.type)
    try Data(tools.redact(report.troubleshooting(by: form)).utf8).write(to: absolute, options: .atomic)
  }
}
