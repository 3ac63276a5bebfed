internal import Foundation
internal import Journal
internal import ManifestYAML
internal import Repair

extension Mender {
  /// Parts what is one change upstream from what failed by itself.
  func drifts(
    among failures: [Failure]
  ) async throws -> (drifts: [(SchemaDrift, [MendingCase])], others: [Undiagnosed]) {
    let past = await past()
    let history = await branches.fixes
    let known = past.drifts.unsettled(history)
    let suspects = failures.filter { $0.source != nil && DriftSign.types.contains($0.error.kind) }
    let subjects = Set(suspects.map { "\($0.publication)/\(DriftSign.subject(of: $0.source ?? ""))" })
    let rule = configuration.execution.schemaDrift
    guard subjects.count >= rule.minSources || suspects.contains(where: { mayBelong($0, to: known) }) else {
      return ([], failures.map(Undiagnosed.told))
    }
    var cases: [String: MendingCase] = [:]
    var signs: [DriftSign] = []
    for failure in suspects {
      try Task.checkCancellation()
      let diagnosis = await diagnosed(failure, past, history: history)
      cases[failure.place] = diagnosis
      let hasLoaded = past.memory.hasEverLoaded(failure.source ?? "", of: failure.publication)
      if let sign = DriftSign(
        diagnosis.failure, evidence: diagnosis.evidence, manifest: diagnosis.manifest, hasLoaded: hasLoaded)
      {
        signs.append(sign)
      }
    }
    let found = rule.drifts(in: signs, sizes: await sizes(), known: known)
    let taken = Set(found.flatMap { $0.signs.map(\.place) })
    let others = failures.filter { !taken.contains($0.place) }.map { failure -> Undiagnosed in
      suspects.contains(failure) ? cases[failure.place].map(Undiagnosed.diagnosed) ?? .told(failure) : .told(failure)
    }
    return (found.map { drift in (drift, drift.signs.compactMap { cases[$0.place] }) }, others)
  }

  /// Whether a look into a failure is worth it, though too few failed for a new drift: it may be one that is known.
  private func mayBelong(_ failure: Failure, to known: [DriftRecord]) -> Bool {
    known.contains { $0.places.contains(failure.place) || !$0.traits.isEmpty }
  }

  private func diagnosed(_ failure: Failure, _ past: MendingPast, history: [FixRecord]) async -> MendingCase {
    var diagnosis = await investigate(failure, history: history)
    if diagnosis.evidence.version == nil, let source = failure.source,
      let now = entry(of: failure, in: diagnosis.manifest)?.file(named: failure.error.file)?["url"]?.text
    {
      diagnosis.evidence.version = UpstreamVersion.between(
        past.addresses(of: source, publication: failure.publication).filter { $0 != now }, and: now)
    }
    return diagnosis
  }

  /// How many sources each publication has, whatever their periods.
  private func sizes() async -> [String: Int] {
    var subjects: [String: Set<String>] = [:]
    for (key, record) in await state().urls {
      let publication = String(key.prefix { $0 != "/" })
      subjects[publication, default: []].formUnion(record.enabledSources.keys.map(DriftSign.subject))
    }
    return subjects.mapValues(\.count)
  }

  /// Mends a drift: one plan, a trial for each source, one event, and one branch of one commit for each edit that held.
  func mend(_ drift: SchemaDrift, _ cases: [MendingCase]) async throws -> [MendOutcome] {
    let history = await branches.fixes
    let memory = await past().memory
    let cause = FixCause(drift: drift.id, publications: drift.publications)
    var parts: [DriftPart] = []
    var names = drift.names
    for (sign, diagnosis) in zip(drift.signs, cases) {
      try Task.checkCancellation()
      let part = try await tried(prepared(diagnosis, names, memory, history), sign, history: history)
      for edit in part.renames { names[edit.old] = names[edit.old] ?? edit.new }
      parts.append(part)
    }
    // What a later source has shown may help one that came before it.
    for index in parts.indices where parts[index].chosen == nil && parts[index].wants(names) {
      let again = prepared(cases[index], names, memory, history)
      parts[index] = try await tried(again, parts[index].sign, history: history)
    }
    let branch = try await branches.branchName(of: drift.id, wanted: cause.branch, cause: cause) ?? cause.branch
    let report = DriftReport(drift: drift, members: parts.map(\.member), branch: branch)
    try await tell(drift, report)
    var outcomes: [MendOutcome] = []
    let last = parts.lastIndex { $0.chosen != nil }
    for (index, var part) in parts.enumerated() {
      part.diagnosis.incident = MendingIncident(
        cause: cause,
        part: Report.Incident(
          id: drift.id, pointer: report.pointer, message: index == last ? tools.redact(report.message) : nil))
      outcomes.append(try await settle(part, history: history))
    }
    return DriftPart.together(outcomes)
  }

  /// A failure with what its drift knows: how others' headers changed, and what is put back before anything else.
  private func prepared(
    _ diagnosis: MendingCase, _ names: [String: String], _ memory: RunMemory, _ history: [FixRecord]
  ) -> MendingCase {
    var prepared = diagnosis
    prepared.evidence.upstreamNames = names
    guard let manifest = diagnosis.manifest, let source = diagnosis.failure.source,
      let entry = ManifestReading(bytes: manifest.bytes, name: manifest.name).list.first(where: {
        $0.identity == source
      })
    else { return prepared }
    let hasLoaded = memory.hasLoad(of: source, urlKey: diagnosis.failure.urlKey, entryHash: entry.entryHash)
    (prepared.rolledBack, prepared.manifest) = VainFixes.edits(
      of: diagnosis.failure, manifest: manifest, history: history, hasLoaded: hasLoaded)
    return prepared
  }

  /// Tries what may mend one source of a drift. What a person turned down as a whole is not offered in parts.
  private func tried(_ prepared: MendingCase, _ sign: DriftSign, history: [FixRecord]) async throws -> DriftPart {
    var part = DriftPart(sign: sign, diagnosis: prepared)
    let evidenceHash = FixIdentity.evidenceHash(of: prepared.failure, evidence: prepared.evidence)
    let refused = history.last { fix in
      fix.incident != nil && fix.urlKey == prepared.failure.urlKey && fix.source == prepared.failure.source
        && (fix.status == .rejected || fix.status == .reverted) && fix.evidenceHash == evidenceHash
    }
    if let refused {
      let why = refused.statusReason.map { " (\($0))" } ?? ""
      part.action = .escalateToHuman(
        reason: "Fix \(refused.id) of this drift was \(refused.status.rawValue)\(why), and the evidence is the same.")
      return part
    }
    let (ranked, notes, canVerify) = try await weigh(&part.diagnosis, history: history)
    part.ranked = ranked
    part.diagnosis.notes += notes
    let isCutShort = ranked.compactMap(\.verdict).contains {
      VerdictRules.isInconclusive($0.control) || VerdictRules.isInconclusive($0.treatment)
    }
    if isCutShort {
      part.action = .retry(reason: "A trial in the scratch place did not come to its end, so no edit could be judged.")
    } else if let chosen = Ranking.chosen(from: ranked, canVerify: canVerify) {
      let (reaching, remarks) = await reaching(chosen, part.diagnosis, history: history)
      part.chosen = reaching
      part.diagnosis.notes += remarks
    } else {
      part.action = StateDecision.escalation(of: prepared.failure, ranked: ranked)
    }
    return part
  }

  private func settle(_ part: DriftPart, history: [FixRecord]) async throws -> MendOutcome {
    guard let chosen = part.chosen else { return try await settle(part.decision, part.diagnosis, ranked: part.ranked) }
    return try await propose(chosen, part.diagnosis, ranked: part.ranked, history: history)
  }

  /// Writes the incident's report, and tells of it once: again only when more of it is known.
  private func tell(_ drift: SchemaDrift, _ report: DriftReport) async throws {
    let path = "logs/reports/\(RunID.day(now()))/\(report.fileName)"
    let absolute = URL(fileURLWithPath: try workspace.absolute(path))
    try FileManager.default.createDirectory(
      at: absolute.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(tools.redact(report.markdown).utf8).write(to: absolute, options: .atomic)
    say(tools.redact(report.summary) + ": \(report.standing).")
    if let known = await past().drifts[drift.id], Set(drift.signs.map(\.place)).isSubset(of: known.places) { return }
    try await journal([
      Event(.schemaDriftDetected, runID: runID, data: report.data(file: path).mapValues(redacted))
    ])
  }

  private func redacted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): .string(tools.redact(text))
    case .array(let items): .array(items.map(redacted))
    case .object(let members): .object(members.mapValues(redacted))
    case .null, .bool, .int, .double: value
    }
  }
}
