public import Journal

/// What the planner has to know about the world for one stage: gathered by the run, given by tests.
public struct StageFacts: Equatable, Sendable {
  /// The hash of what the stage would be run with now.
  public var inputHash: String?
  /// Its products that do not stand in the work tree.
  public var missingProducts: [String]
  /// The manifest that it reads.
  public var manifest: ManifestReading
  /// Whether the target still exists: what was loaded into a database that is gone is not loaded.
  public var targetStands: Bool
  /// The digests of the files that it reads besides.
  public var reads: [String: String] = [:]
  /// Which of these changed since it was last tried; nil where that is not known, so that all of it has to run.
  public var changedFiles: Set<String>?

  /// Gathers facts.
  public init(
    inputHash: String? = nil, missingProducts: [String] = [], manifest: ManifestReading = .absent,
    targetStands: Bool = true
  ) {
    self.inputHash = inputHash
    self.missingProducts = missingProducts
    self.manifest = manifest
    self.targetStands = targetStands
  }
}

/// Decides what is left to do: exactly what failed, changed or never ran. Pure: the same journal and files give the same plan.
public struct ResumePlanner: Sendable {
  let pipeline: Pipeline
  let state: BackfillState
  let memory: RunMemory
  let fixes: FixBook
  let retryFailed: Bool
  let today: String
  let thisRun: String?

  /// Creates a planner.
  ///
  /// - Parameters:
  ///   - retryFailed: Whether failures are tried again though a fix waits or their day has not come.
  ///   - today: `yyyy-mm-dd`.
  ///   - thisRun: The run under way: what failed in it is not tried again in it, unless its input has changed since.
  public init(
    pipeline: Pipeline, state: BackfillState, memory: RunMemory, fixes: FixBook, retryFailed: Bool = false,
    today: String,
    thisRun: String? = nil
  ) {
    self.pipeline = pipeline
    self.state = state
    self.memory = memory
    self.fixes = fixes
    self.retryFailed = retryFailed
    self.today = today
    self.thisRun = thisRun
  }

  /// The day before which the URL key is left alone; nil when it may run.
  public func pendingUntil(_ key: String) -> String? {
    guard !retryFailed, let day = state[key]?.pendingUntil, day > today else { return nil }
    return day
  }

  /// Whether a version 1 state says that the URL key is completed, and nothing more is known of it: none of its stages is due.
  public func isTakenOver(_ key: String) -> Bool {
    guard let record = state[key] else { return false }
    return record.status == .completed && record.stages.isEmpty && record.sources.isEmpty
  }

  /// What to do with a stage of a URL key, everything before it being done.
  public func action(for stage: Stage, key: String, facts: StageFacts) -> StageAction {
    let record = state[key]
    if stage.scope != .source, isAfterLoad(stage), let waiting = unloaded(record) { return .skip(reason: waiting) }
    if stage.scope == .source {
      if case .invalid(let error) = facts.manifest { return .invalid(error) }
      if case .absent = facts.manifest { return .invalid(Self.noManifest) }
      return sources(stage, key, record, facts)
    }
    // A stage is on record as pending from the moment its URL key is begun; what tells that it began itself is its run.
    guard let stageRecord = record?.stage(stage.name), stageRecord.status != .pending || stageRecord.lastRun != nil
    else {
      let stands = !stage.produces.isEmpty && facts.missingProducts.isEmpty
      return stage.existing == .keep && stands ? .reuse : .run(reason: "never ran")
    }
    switch stageRecord.status {
    case .completed: return whatChanged(stage, key, record, facts).map { .run(reason: $0) } ?? .done
    case .failed, .partial: return failed(stage, key, record, stageRecord, facts)
    case .pending, .inProgress: return .run(reason: "did not end")
    case .skipped: return .run(reason: "was skipped")
    }
  }

  /// The sources that are left of a stage that runs for all of them, the others being loaded and untouched; nil when all of it has
  /// to run: its last attempt told nothing of them, or something changed that is not these sources' own.
  public func left(of stage: Stage, key: String, facts: StageFacts) -> [String]? {
    guard stage.resume != nil, stage.scope == .url, facts.targetStands, let changed = facts.changedFiles,
      let record = state[key], let stageRecord = record.stage(stage.name),
      stageRecord.status == .failed || stageRecord.status == .partial
    else { return nil }
    let own = record.sources.filter { $0.value.stage == stage.name && $0.value.status != .disabled }
    let left = own.filter { $0.value.status != .loaded }
    guard !left.isEmpty, left.count < own.count, own.values.contains(where: { $0.lastRun == stageRecord.lastRun })
    else { return nil }
    // Names of runs sort as their times do.
    let last = stageRecord.lastRun ?? ""
    for earlier in pipeline.stages.prefix(while: { $0.name != stage.name }) {
      if (record.stage(earlier.name)?.lastRun ?? "") > last { return nil }
    }
    let mended = fixes.fixes.filter { $0.urlKey == key && $0.source.map { left[$0] != nil } == true }.flatMap(\.files)
    let places = Set(left.values.compactMap { $0.failure?.error.file } + mended)
    return changed.isSubset(of: places) ? left.keys.sorted() : nil
  }

  /// A completed stage runs again when something that it rests on is newer or gone.
  private func whatChanged(_ stage: Stage, _ key: String, _ record: URLRecord?, _ facts: StageFacts) -> String? {
    if let missing = facts.missingProducts.first { return "\(missing) is gone" }
    if let changed = changedSources(stage, record, facts).first { return "the entry of \(changed) has changed" }
    if stage.loadsSources(in: pipeline), !facts.targetStands { return "the database is gone" }
    guard let mark = memory.success(of: stage.name, urlKey: key) else { return nil }
    if let before = mark.inputHash, let now = facts.inputHash, before != now { return "its input has changed" }
    for earlier in pipeline.stages.prefix(while: { $0.name != stage.name }) where earlier.scope == .url {
      if let other = memory.success(of: earlier.name, urlKey: key), other.order > mark.order {
        return "\(earlier.name) ran again"
      }
    }
    if isAfterLoad(stage), memory.lastChange(urlKey: key) > mark.order { return "sources were loaded since" }
    return nil
  }

  /// Sources that a stage of a whole URL key loaded or failed with another entry than they have now.
  private func changedSources(_ stage: Stage, _ record: URLRecord?, _ facts: StageFacts) -> [String] {
    guard let record, stage.loadsSources(in: pipeline) else { return [] }
    return facts.manifest.list.filter { source in
      guard source.enabled, let known = record.sources[source.identity], let hash = known.entryHash else {
        return false
      }
      return hash != source.entryHash
    }.map(\.identity)
  }

  private func failed(
    _ stage: Stage, _ key: String, _ record: URLRecord?, _ stageRecord: StageRecord, _ facts: StageFacts
  ) -> StageAction {
    let isFresh = stageRecord.failure.map { $0.run == thisRun } ?? false
    if retryFailed, !isFresh { return .run(reason: "failed") }
    let own = (record?.sources ?? [:]).filter { $0.value.stage == stage.name && $0.value.status != .disabled }
    let open = own.filter { $0.value.status != .loaded }
    if !open.isEmpty {
      if !changedSources(stage, record, facts).isEmpty { return .run(reason: "a source's entry has changed") }
      if isFresh { return .waiting(fixes: []) }
      let waiting = open.keys.sorted().map { fixes.open(urlKey: key, source: $0).map(\.id) }
      guard waiting.allSatisfy({ !$0.isEmpty }) else { return .run(reason: "sources failed") }
      return .waiting(fixes: waiting.flatMap(\.self))
    }
    let waiting = fixes.open(urlKey: key).filter { $0.source == nil && $0.stage == stage.name }.map(\.id)
    if let before = stageRecord.failure?.inputHash, let now = facts.inputHash, before != now {
      return .run(reason: "its input has changed")
    }
    return waiting.isEmpty && !isFresh ? .run(reason: "failed") : .waiting(fixes: waiting)
  }

  private func sources(_ stage: Stage, _ key: String, _ record: URLRecord?, _ facts: StageFacts) -> StageAction {
    let listed = facts.manifest.list
    var plan = SourcePlan()
    for source in listed {
      let known = record?.sources[source.identity]
      guard source.enabled else {
        if known?.status != .disabled { plan.disabled.append(source.identity) }
        continue
      }
      switch standing(of: source, known, stage, key, facts) {
      case .done: plan.done.append(source.identity)
      case .waiting: plan.waiting.append(source.identity)
      case .pending: plan.pending.append(source.identity)
      case .due: plan.run.append(source)
      }
    }
    let names = Set(listed.map(\.identity))
    plan.removed = (record?.sources.keys.filter { !names.contains($0) } ?? []).sorted()
    let nothing = plan.run.isEmpty && plan.waiting.isEmpty && plan.pending.isEmpty
    if nothing, plan.disabled.isEmpty, plan.removed.isEmpty {
      if !plan.done.isEmpty { return .done }
      return record?.stage(stage.name)?.isSettled == true ? .done : .skip(reason: "no enabled sources")
    }
    return .sources(plan)
  }

  private enum Standing { case done, due, waiting, pending }

  private func standing(
    of source: ManifestSource, _ known: SourceRecord?, _ stage: Stage, _ key: String, _ facts: StageFacts
  ) -> Standing {
    guard stage.loadsSources(in: pipeline) else {
      let mark = memory.success(of: stage.name, urlKey: key, source: source.identity)
      return mark != nil && mark?.inputHash == source.entryHash ? .done : .due
    }
    guard let known else { return .due }
    let isSame = known.entryHash == nil || known.entryHash == source.entryHash
    switch known.status {
    case .loaded: return isSame && facts.targetStands ? .done : .due
    case .failed:
      guard isSame else { return .due }
      if let thisRun, known.failure?.run == thisRun { return .waiting }
      if retryFailed { return .due }
      return fixes.open(urlKey: key, source: source.identity).isEmpty ? .due : .waiting
    case .pending:
      guard let day = known.pendingUntil, day > today, !retryFailed else { return .due }
      return .pending
    case .disabled, .reverted: return .due
    }
  }

  /// Whether the stage works on what an earlier stage loaded.
  private func isAfterLoad(_ stage: Stage) -> Bool {
    guard let load = pipeline.stages.firstIndex(where: { $0.loadsSources(in: pipeline) }),
      let own = pipeline.stages.firstIndex(where: { $0.name == stage.name })
    else { return false }
    return own > load
  }

  private func unloaded(_ record: URLRecord?) -> String? {
    let enabled = record?.enabledSources.values ?? [:].values
    return enabled.contains { $0.status != .loaded } ? "load incomplete" : nil
  }

  private static let noManifest = EventError(
    .manifestInvalid, "there is no manifest to read sources from; an earlier stage of the pipeline has to produce one")
}

extension Stage {
  /// Whether the stage brings sources into the target: `INGEST`, or where no stage says so, one that runs per source.
  func loadsSources(in pipeline: Pipeline) -> Bool {
    if state == "INGEST" { return true }
    return scope == .source && !pipeline.stages.contains { $0.state == "INGEST" }
  }
}
