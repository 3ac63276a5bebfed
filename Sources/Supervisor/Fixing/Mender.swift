internal import DataFiles
internal import Foundation
public import Journal
internal import ManifestYAML
public import Repair

/// What became of one failure.
public enum MendOutcome: Sendable {
  /// A fix was put forward; whether autonomous mode may merge it without a person.
  case proposed(FixRecord, mayMerge: Bool)
  /// A fix was put forward as a patch alone; the sentence says what keeps it from being a branch.
  case patched(FixRecord, reason: String)
  /// The same fix waits already.
  case waiting(FixRecord)
  /// It is tried again on that day; nil when no day is known.
  case pending(until: String?)
  /// A person has to look; the report's path relative to the workspace.
  case escalated(report: String)
  /// There is a fix, but as many wait as `max_open_fixes` allows; the report's path relative to the workspace.
  case heldBack(report: String)
  /// It may heal by itself in the next run.
  case retry
}

/// Looks into failures one by one: evidence, candidates, constraints, verification, report, and a fix where there is one.
public actor Mender {
  let workspace: Workspace
  let configuration: Configuration
  let branches: FixBranches
  let gatherer: EvidenceGatherer
  let verifier: Verifier
  let tools: RunTools
  let adviser: Adviser?
  let runID: String
  let journal: @Sendable ([Event]) async throws -> Void
  let state: @Sendable () async -> BackfillState
  let past: @Sendable () async -> MendingPast
  let now: @Sendable () -> Date
  private var attempts = 0
  private var sentences: [String] = []
  /// Attempts of the run by the recovery goal that they were for.
  private var recoveryAttempts: [String: Int] = [:]

  /// Creates a mender for one run.
  ///
  /// - Parameters:
  ///   - queues: The run's own, so that evidence and scratch copies wait for stages that have the database.
  ///   - duckDB: Reads data files and the target; nil where it is not installed, and then the report says less.
  ///   - adviser: Asked where the rules find no edit that holds; nil asks nobody.
  ///   - journal: Appends events, durable when it returns.
  ///   - state: Where the backfill stands now.
  ///   - past: What was loaded before, and which drifts are known.
  init(
    workspace: Workspace, configuration: Configuration, branches: FixBranches, tools: RunTools,
    queues: ExclusiveQueues, duckDB: DuckDB?, adviser: Adviser? = nil, runID: String,
    journal: @escaping @Sendable ([Event]) async throws -> Void, state: @escaping @Sendable () async -> BackfillState,
    past: @escaping @Sendable () async -> MendingPast = { MendingPast() }
  ) {
    self.workspace = workspace
    self.configuration = configuration
    self.branches = branches
    self.tools = tools
    self.adviser = adviser
    self.runID = runID
    self.journal = journal
    self.state = state
    self.past = past
    now = tools.now
    gatherer = EvidenceGatherer(
      workspace: workspace, configuration: configuration, queues: queues, duckDB: duckDB)
    verifier = Verifier(
      workspace: workspace, configuration: configuration, tools: tools, queues: queues, duckDB: duckDB, runID: runID)
  }

  /// Looks into failures, in the order of their places: those that are one change upstream together, then each of the others. What
  /// a recovery goal is about comes first.
  public func mend(_ failures: [Failure]) async throws -> [MendOutcome] {
    ScratchPlace.removeLeftovers(of: workspace)
    func rank(_ failure: Failure) -> (Int, String, String) {
      (configuration.goals.recovery(covering: failure) == nil ? 1 : 0, failure.place, failure.stage)
    }
    let ordered = failures.sorted { rank($0) < rank($1) }
    let (drifts, others) = try await drifts(among: ordered)
    var outcomes: [MendOutcome] = []
    for (drift, diagnoses) in drifts { outcomes += try await mend(drift, diagnoses) }
    for diagnosis in others {
      try Task.checkCancellation()
      outcomes.append(try await mend(diagnosis))
    }
    return outcomes
  }

  /// What people should know at once of what was found, a sentence each; given once.
  func takeSentences() -> [String] {
    defer { sentences = [] }
    return sentences
  }

  func say(_ sentence: String) { sentences.append(sentence) }

  private func mend(_ other: Undiagnosed) async throws -> MendOutcome {
    let history = await branches.fixes
    var diagnosis: MendingCase
    switch other {
    case .diagnosed(let known): diagnosis = known
    case .told(let failure): diagnosis = await investigate(failure, history: history)
    }
    let failure = diagnosis.failure
    if let action = StateDecision.decision(for: failure, evidence: diagnosis.evidence, mayRetry: false) {
      return try await settle(action, diagnosis)
    }
    let (ranked, notes, canVerify) = try await weigh(&diagnosis, history: history)
    diagnosis.notes += notes
    // A worse edit must not win because the trial of a better one was cut short.
    if ranked.compactMap(\.verdict).contains(where: {
      VerdictRules.isInconclusive($0.control) || VerdictRules.isInconclusive($0.treatment)
    }) {
      return try await settle(
        .retry(reason: "A trial in the scratch place did not come to its end, so no edit could be judged."), diagnosis,
        ranked: ranked)
    }
    guard let chosen = Ranking.chosen(from: ranked, canVerify: canVerify) else {
      let reproduced = ranked.allSatisfy { $0.verdict?.control.error != nil || $0.verdict == nil }
      if !ranked.isEmpty, !reproduced, ranked.contains(where: \.isOpen) {
        return try await settle(
          .retry(reason: "The stage passed in the scratch place without any edit."), diagnosis, ranked: ranked)
      }
      return try await settle(StateDecision.escalation(of: failure, ranked: ranked), diagnosis, ranked: ranked)
    }
    let (reaching, remarks) = await reaching(chosen, diagnosis, history: history)
    diagnosis.notes += remarks
    return try await propose(reaching, diagnosis, ranked: ranked, history: history)
  }

  /// Looks into a failure and changes nothing: no event, no report, no branch.
  ///
  /// - Parameter trying: Whether the candidates are tried in a scratch place as well.
  /// - Returns: What a report of it says, and what an adviser would be given.
  func examine(_ told: Failure, trying: Bool) async throws -> (report: Report, bundle: ContextBundle) {
    let history = await branches.fixes
    var diagnosis = await investigate(told, history: history)
    let decision = StateDecision.decision(for: diagnosis.failure, evidence: diagnosis.evidence, mayRetry: false)
    var ranked = candidates(of: diagnosis, history: history)
    var canVerify = false
    if trying, decision == nil {
      let notes: [String]
      (ranked, notes, canVerify) = try await weigh(&diagnosis, history: history, asking: false)
      diagnosis.notes += notes
    }
    let trust = Confidence(outcomes: await branches.outcomes)
    var chosen = decision == nil ? Ranking.chosen(from: ranked, canVerify: canVerify) : nil
    if let passed = chosen {
      let (reaching, remarks) = await reaching(passed, diagnosis, history: history)
      chosen = reaching
      diagnosis.notes += remarks
    }
    let report = Report(
      failure: diagnosis.failure, evidence: diagnosis.evidence, ranked: ranked,
      outcome: .examined(decision: decision), chosen: chosen,
      confidence: chosen.map {
        trust.value(of: $0.candidate, errorType: diagnosis.failure.error.type, verdict: $0.verdict)
      } ?? 0, run: runID, values: values, notes: diagnosis.notes)
    let bundle = ContextBundle(
      failure: diagnosis.failure, evidence: diagnosis.evidence, candidates: ranked.filter(\.isOpen).map(\.candidate),
      urlStatus: await state()[diagnosis.failure.urlKey]?.status.rawValue ?? URLStatus.pending.rawValue,
      places: configuration.execution.adviser.map { _ in places(of: diagnosis) }, values: values)
    return (report, bundle)
  }

  /// Gathers the facts about a failure, with the names that the manifest has for what the error names.
  func investigate(_ told: Failure, history: [FixRecord]) async -> MendingCase {
    let manifest = load(told.manifestPath)
    var failure = told
    if let entry = entry(of: told, in: manifest) { failure.error = entry.named(told.error) }
    var diagnosis = MendingCase(failure: failure, key: key(of: failure))
    diagnosis.manifest = manifest
    diagnosis.publications = load(configuration.files["publications"])
    diagnosis.mapped = mappedFiles()
    diagnosis.notes += [diagnosis.mapped.gap(for: failure)].compactMap(\.self)
    diagnosis.evidence = await gatherer.gather(
      failure, manifest: manifest, key: diagnosis.key, state: await state()[failure.urlKey], history: history)
    return diagnosis
  }

  private func key(of failure: Failure) -> URLKey? {
    guard let publication = configuration.publications[failure.publication],
      let period = publication.urls.first(where: { $0.period == failure.period })
    else { return nil }
    return URLKey(publication: publication, period: period)
  }

  func entry(of failure: Failure, in manifest: YAMLFile?) -> SourceEntry? {
    guard let source = failure.source, let root = manifest?.root else { return nil }
    return SourceEntry(identity: source, in: root)
  }

  /// The files that the manifest map names; more than a few hundred are no manifests.
  private func mappedFiles() -> MappedManifest {
    let map = configuration.pipeline.manifestMap
    let paths = Set(map.places.flatMap { PathGlob.matches(of: $0.files, in: workspace.root) }).sorted().prefix(500)
    return MappedManifest(map: map, files: paths.compactMap { load($0) })
  }

  /// A file of the workspace as it stands, named by its relative path.
  func load(_ path: String?) -> YAMLFile? {
    guard let path, let absolute = try? workspace.absolute(path),
      let data = FileManager.default.contents(atPath: absolute)
    else { return nil }
    return try? YAMLFile([UInt8](data), name: path)
  }

  /// Tries the candidates in their order until one passes, and the next best for comparison. Where none passes that keeps
  /// all columns, the adviser is asked.
  func weigh(
    _ diagnosis: inout MendingCase, history: [FixRecord], asking: Bool = true
  ) async throws -> (ranked: [Ranked], notes: [String], canVerify: Bool) {
    let failure = diagnosis.failure
    var ranked = candidates(of: diagnosis, history: history)
    let mayAsk = asking && adviser != nil && attempts < configuration.constraints.maxFixAttempts
    guard mayAsk || ranked.contains(where: \.isOpen), let key = diagnosis.key else { return (ranked, [], false) }
    attempts += 1
    if let goal = configuration.goals.recovery(covering: failure) { recoveryAttempts[goal.name, default: 0] += 1 }
    let entry = entry(of: failure, in: diagnosis.manifest)
    guard let bench = try await verifier.open(failure, key: key, entry: entry) else { return (ranked, [], false) }
    defer { bench.close() }
    let base = diagnosis
    var passed = false
    for index in ranked.indices where ranked[index].isOpen {
      ranked[index] = try await tried(ranked[index], at: bench, base, history: history)
      if passed {
        // A trial that was cut short says nothing, and another one has passed already.
        if let verdict = ranked[index].verdict, VerdictRules.isInconclusive(verdict.treatment) {
          ranked[index].verdict = nil
        }
        break
      }
      // The next best is tried too: what both do to the data is told side by side.
      if ranked[index].isOpen, ranked[index].verdict?.passed == true {
        guard hasRunnerUp(after: index, in: ranked) else { break }
        passed = true
      }
      if bench.control.trial.error == nil { break }
    }
    var notes = bench.notes
    if mayAsk, bench.controlFailsAlike, Self.isWorthAsking(ranked) {
      let advice = try await advise(base, at: bench, history: history)
      ranked += advice.ranked
      notes += advice.notes
    }
    return (ranked, notes, true)
  }

  /// Tries one candidate on the bench.
  func tried(
    _ entry: Ranked, at bench: Verifier.Bench, _ base: MendingCase, history: [FixRecord]
  ) async throws -> Ranked {
    try Task.checkCancellation()
    var entry = entry
    do {
      let tried = try await bench.treat(entry.candidate) { error, edited in
        await self.further(error, edited, base)
      }
      entry.candidate = tried.candidate
      entry.verdict = tried.verdict
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      // Trouble of Errata's own on the way, such as a killed DuckDB or a full disk, is none of the edit's.
      let kind = (error as? DataFileError)?.kind ?? .unknown
      let trial = Trial(exitCode: nil, error: EventError(kind, "\(error)"))
      entry.verdict = Verdict(
        control: bench.control.trial, treatment: trial, passed: false,
        reason: "The edit could not be tried: \(error)",
        capturedInput: false)
    }
    // Joined edits are another fix, which may have been turned down, or be forbidden, as well.
    let standing = standing(entry.candidate, of: base, attempts: 0, history: history)
    (entry.blocked, entry.refusal) = (standing.blocked, standing.refusal)
    return entry
  }

  /// Whether the candidate after one that passed is worth a trial: one that gives up a column or the source is not.
  private func hasRunnerUp(after index: Int, in ranked: [Ranked]) -> Bool {
    ranked[(index + 1)...].first(where: \.isOpen).map { $0.candidate.loss.kind <= .arithmetic } ?? false
  }

  /// The best edit for an error that came up behind the first, in the files as they are edited so far.
  private func further(_ error: EventError, _ edited: [String: [UInt8]], _ base: MendingCase) async -> Candidate? {
    var failure = base.failure
    failure.error = error
    func reread(_ path: String?, _ before: YAMLFile?) -> YAMLFile? {
      guard let path, let bytes = edited[path] else { return before }
      return try? YAMLFile(bytes, name: path)
    }
    let manifest = reread(failure.manifestPath, base.manifest)
    var evidence = await gatherer.gather(failure, manifest: manifest, key: base.key, state: nil, history: [])
    evidence.upstreamNames = base.evidence.upstreamNames
    let constraints = configuration.constraints.check
    return Candidates.all(
      for: failure, evidence: evidence, manifest: manifest,
      publications: reread(configuration.files["publications"], base.publications),
      mapped: MappedManifest(map: base.mapped.map, files: base.mapped.files.compactMap { reread($0.name, $0) })
    ).first { constraints.check($0, for: failure) == nil && $0.action != .disableSource }
  }

  /// The candidates of a failure, each with the rule or the earlier decision that stands against it.
  private func candidates(of diagnosis: MendingCase, history: [FixRecord]) -> [Ranked] {
    Candidates.all(
      for: diagnosis.failure, evidence: diagnosis.evidence, manifest: diagnosis.manifest,
      publications: diagnosis.publications, mapped: diagnosis.mapped
    ).map { candidate in
      var entry = standing(
        candidate.following(diagnosis.rolledBack), of: diagnosis, attempts: attempts, history: history)
      entry.blocked = entry.blocked ?? spent(on: diagnosis.failure)
      return entry
    }
  }

  /// Why a recovery goal keeps more of its failures from being tried in this run; nil where it does not.
  private func spent(on failure: Failure) -> Blocked? {
    guard let goal = configuration.goals.recovery(covering: failure), let most = goal.maxFixAttempts,
      recoveryAttempts[goal.name, default: 0] >= most
    else { return nil }
    return Blocked(
      rule: "recoveries", place: configuration.goals.places[goal.name],
      reason: "the recovery '\(goal.name)' has used its \(Numbers.counted(most, "attempt")) of this run")
  }

  /// A candidate with the rule or the earlier decision that stands against it.
  ///
  /// - Parameter attempts: How many failures the run has tried to mend before this one.
  func standing(
    _ candidate: Candidate, of diagnosis: MendingCase, attempts: Int = 0, history: [FixRecord]
  ) -> Ranked {
    let failure = diagnosis.failure
    return Ranked(
      candidate, blocked: blocked(candidate, attempts: attempts, in: diagnosis),
      refusal: FixIdentity.refusal(
        of: FixIdentity.id(of: candidate, for: failure),
        evidenceHash: FixIdentity.evidenceHash(of: failure, evidence: diagnosis.evidence), in: history))
  }

  /// The rule that a candidate breaks, by itself or by what it makes of the stages' commands.
  func blocked(_ candidate: Candidate, attempts: Int = 0, in diagnosis: MendingCase) -> Blocked? {
    let commands = diagnosis.key.map { key in
      CommandChanges.of(
        candidate, key: key, source: diagnosis.failure.source, workspace: workspace, configuration: configuration)
    }
    return configuration.constraints.check.check(
      candidate, attempts: attempts, commands: commands ?? [], for: diagnosis.failure)
  }
}

/// A failure with everything that its diagnosis rests on.
struct MendingCase: Sendable {
  let failure: Failure
  let key: URLKey?
  var manifest: YAMLFile?
  var publications: YAMLFile?
  var mapped = MappedManifest()
  var evidence = Evidence()
  var notes: [String] = []
  /// What earlier fixes changed in vain and is put back first; `manifest` is what it is then.
  var rolledBack: [FixEdit] = []
  /// The drift that it is a part of.
  var incident: MendingIncident?

  init(failure: Failure, key: URLKey?) {
    self.failure = failure
    self.key = key
  }

  var context: EventContext {
    EventContext(
      publication: failure.publication, period: failure.period, url: failure.url, sourceCode: failure.source,
      stage: failure.stage)
  }
}
