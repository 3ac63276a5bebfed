import Journal

/// Takes one URL key through the stages that are left for it, in their order.
struct KeyRunner: Sendable {
  let key: URLKey
  let stages: ArraySlice<Stage>
  let inputs: StageInputs
  let steps: StepRunner
  let recorder: RunRecorder
  let control: RunControl
  let retryFailed: Bool
  let today: String

  private var name: String { key.description }
  private var context: EventContext {
    EventContext(publication: key.publication.key, period: key.period.period, url: key.period.url)
  }

  /// Does what is left; whatever happens to this key, the others go on.
  func run() async throws {
    guard await ask({ [name] in $0.pendingUntil(name) == nil && !$0.isTakenOver(name) }) else { return }
    for stage in stages {
      if control.isStopping || Task.isCancelled { return }
      guard try await run(stage) else { return }
    }
  }

  private func ask<Answer: Sendable>(_ question: @escaping @Sendable (ResumePlanner) -> Answer) async -> Answer {
    await recorder.look { [inputs, retryFailed, today, run = recorder.runID] state, memory, fixes in
      question(
        ResumePlanner(
          pipeline: inputs.pipeline, state: state, memory: memory, fixes: fixes, retryFailed: retryFailed, today: today,
          thisRun: run))
    }
  }

  /// Does what is left of one stage; false when the stages after it have nothing to work on.
  private func run(_ stage: Stage) async throws -> Bool {
    let facts = inputs.facts(for: stage, key: key)
    let action = await ask { [name] in $0.action(for: stage, key: name, facts: facts) }
    var stageContext = context
    stageContext.stage = stage.name
    switch action {
    case .done: return true
    case .waiting: return false
    case .skip(let reason):
      let record = await recorder.state[name]?.stage(stage.name)
      guard record?.status != .skipped || record?.reason != reason else { return true }
      try await recorder.record([Event(.stageSkipped, context: stageContext, data: ["reason": .string(reason)])])
      return true
    case .reuse:
      try await begin()
      let outputs = steps.execution.products(of: step(stage, facts)).mapValues { JSONValue.string($0) }
      try await recorder.record([
        Event(
          .stageCompleted, context: stageContext,
          data: ["stage_name": .string(stage.name), "outputs": .object(outputs), "reused": true])
      ])
      return true
    case .invalid(let error):
      try await begin()
      try await reject(stage, stageContext, error)
      return false
    case .run:
      try await begin()
      var step = step(stage, facts)
      step.left = await ask { [name] in $0.left(of: stage, key: name, facts: facts) }
      return try await end(steps.run(step), of: stage)
    case .sources(let plan):
      return try await run(plan, of: stage, facts, stageContext)
    }
  }

  private func run(
    _ plan: SourcePlan, of stage: Stage, _ facts: StageFacts, _ stageContext: EventContext
  ) async throws -> Bool {
    try await announce(plan, stageContext)
    for source in plan.run {
      if control.isStopping || Task.isCancelled { return false }
      try await begin()
      var step = step(stage, facts)
      step.source = source.identity
      step.entryHashes = [source.identity: source.entryHash]
      step.inputHash = source.entryHash
      // One source's failure does not keep the others from being loaded.
      if case .stopped = try await steps.run(step) { return false }
    }
    return true
  }

  /// Sources that the manifest has switched off or dropped are told once; those to come are pending from now on.
  private func announce(_ plan: SourcePlan, _ stageContext: EventContext) async throws {
    func skipped(_ source: String, _ reason: String) -> Event {
      var context = stageContext
      context.sourceCode = source
      return Event(
        .sourceSkipped, context: context, data: ["source_code": .string(source), "reason": .string(reason)])
    }
    var events = plan.disabled.map { skipped($0, "disabled") } + plan.removed.map { skipped($0, "removed") }
    if !plan.run.isEmpty {
      // The stage as a whole begins; each of its sources begins and ends for itself.
      let sources = plan.run.map { JSONValue.string($0.identity) }
      events.append(
        Event(
          .stageStarted, context: stageContext,
          data: ["stage_name": .string(stageContext.stage ?? ""), "inputs": ["sources": .array(sources)]]))
    }
    if !events.isEmpty {
      try await begin()
      try await recorder.record(events)
    }
  }

  /// A stage that failed as a whole ends the key's run, unless it failed by its sources: then what follows says so itself.
  private func end(_ end: StepRunner.End, of stage: Stage) async throws -> Bool {
    switch end {
    case .proceeded: return true
    case .stopped: return false
    case .failed:
      let sources = await recorder.state[name]?.sources.values
      return sources?.contains { $0.stage == stage.name && $0.status != .loaded && $0.status != .disabled } == true
    }
  }

  private func step(_ stage: Stage, _ facts: StageFacts) -> StageStep {
    let number = (inputs.pipeline.stages.firstIndex { $0.name == stage.name } ?? 0) + 1
    var step = StageStep(stage: stage, number: number, key: key)
    step.manifest = inputs.manifestPath(for: stage, key: key)
    step.inputHash = facts.inputHash
    step.listed = facts.manifest.list
    step.reads = facts.reads
    step.entryHashes = Dictionary(
      facts.manifest.list.map { ($0.identity, $0.entryHash) }, uniquingKeysWith: { first, _ in first })
    return step
  }

  /// The manifest is no manifest: the URL key fails with the file's own error, the others go on.
  private func reject(_ stage: Stage, _ stageContext: EventContext, _ error: EventError) async throws {
    let failure = steps.failure(of: step(stage, StageFacts()), error: error)
    try await recorder.record([
      Event(.stageFailed, context: stageContext, data: ["stage_name": .string(stage.name)], error: error)
    ])
    if let failure { control.note(failure) }
    steps.progress.report(.stepEnded("\(name) \(stage.name)", rows: nil, error: error))
  }

  /// The first work on the key in this run is told.
  private func begin() async throws {
    guard control.noteWork(on: name) else { return }
    let names = inputs.pipeline.stages.filter { $0.scope != .run }.map { JSONValue.string($0.name) }
    try await recorder.record([
      Event(
        .urlStarted, context: context,
        data: [
          "url": .string(Redaction.redact(key.period.url)), "publication": .string(key.publication.key),
          "period": .string(key.period.period), "stages": .array(names),
        ])
    ])
    steps.progress.report(.keyStarted(name))
  }
}
