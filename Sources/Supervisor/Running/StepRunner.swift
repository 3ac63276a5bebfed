import Foundation
import Journal
import Operations
import Repair

/// Brings one step to its end: attempts, checks, decisions, retries, and every line of it in the journal.
struct StepRunner: Sendable {
  /// How a step ended, for what follows it.
  enum End: Sendable {
    /// It succeeded, or the decider goes on regardless.
    case proceeded
    /// It failed for good.
    case failed
    /// An interrupt or an outage stopped it; it is as if it had not been tried.
    case stopped
  }

  let execution: StageExecution
  let keeper: ProductKeeper
  let recorder: RunRecorder
  let control: RunControl
  let queues: ExclusiveQueues
  let services: ServiceGroup
  let decider: StepDecider
  let retryRules: RetryRules
  let progress: ProgressDisplay

  /// Runs the step until it proceeds, fails or is stopped.
  func run(_ step: StageStep) async throws -> End {
    let rules = step.stage.retry ?? retryRules
    let policy = RetryPolicy(
      maxRetries: rules.maxRetries, baseDelaySeconds: rules.baseDelaySeconds,
      backoffMultiplier: rules.backoffMultiplier, maxDelaySeconds: rules.maxDelaySeconds)
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(step.stage.timeoutSeconds)
    let state = step.stage.state.flatMap(PipelineMachine.State.init(rawValue:)) ?? .ingest
    var machine = PipelineMachine(steps: [state], maxRetries: rules.maxRetries)
    var action = machine.start()
    while case .run(_, let attempt) = action {
      let exclusive = step.stage.exclusive.map { execution.values(for: step).fill($0) }
      let report = try await queues.using(exclusive) { try await self.attempt(step, number: attempt) }
      guard let report else { return .stopped }
      if report.outcome.cancelled { return try await stop(report) }
      if let down = await services.failure, report.error != nil { return try await open(down, report, nil) }
      let situation = StepSituation(
        result: report.result, report: report.validation, state: machine, error: report.error)
      let decision = await decider.decide(situation)
      action = machine.apply(decision)
      switch action {
      case .finish: return try await finish(report, decision)
      case .run:
        let remaining = deadline - clock.now
        guard
          let delay = policy.delay(
            beforeRetry: report.attempt, chance: execution.tools.chance(), remaining: max(.zero, remaining))
        else {
          let late = SupervisorDecision(.escalate, reason: "no time is left for another try. \(decision.reason)")
          return try await fail(report, late)
        }
        try await wait(delay, report, decision)
        if control.isStopping || Task.isCancelled { return .stopped }
      case .stop(let final):
        return try await fail(report, final)
      }
    }
    return .stopped
  }

  /// One attempt with the stage's exclusive place in hand; nil when the run is being stopped.
  private func attempt(_ step: StageStep, number: Int) async throws -> StageReport? {
    if control.isStopping || Task.isCancelled { return nil }
    if let down = await services.failure {
      if control.open(down) { try await recorder.record([Event(.circuitOpened, context: step.context, error: down)]) }
      return nil
    }
    let products = execution.products(of: step)
    try keeper.prepare(products)
    var inputs: [String: JSONValue] = [:]
    if let manifest = step.manifest { inputs["manifest"] = .string(manifest) }
    let sources = step.listed.filter(\.enabled).map(\.identity).sorted()
    if step.source == nil, step.stage.loadsSources(in: execution.pipeline), !sources.isEmpty {
      inputs["sources"] = .array(sources.map { .string($0) })
    }
    if let left = step.left { inputs["sources"] = .array(left.map { .string($0) }) }
    try await recorder.record([
      Event(
        .stageStarted, context: step.context,
        data: ["stage_name": .string(step.stage.name), "inputs": .object(inputs), "attempt": .int(number)])
    ])
    progress.report(.stepStarted(step.label, attempt: number))
    let identity = Held<ProcessIdentity>()
    let recorder = recorder
    let report = await execution.attempt(step, number: number) { started in
      identity.set(started)
      try? await recorder.record([.processStarted(started, command: step.stage.command, label: step.label)])
    }
    if let started = identity.value { try await recorder.record([.processEnded(started, context: step.context)]) }
    return report
  }

  /// The step succeeded: facts, files and its end reach the journal as one.
  private func finish(_ report: StageReport, _ decision: SupervisorDecision) async throws -> End {
    let products = report.result.artefacts
    execution.remember(report.step)
    guard report.error == nil else {
      // A decider that goes on regardless does not make a failure a success.
      keeper.restore(products)
      try await recorder.record(
        await facts(report) + [.stepDecided(report, decision), .stageFailed(report, inputHash: report.step.inputHash)])
      EventFile.remove(report)
      return .proceeded
    }
    let written: [Event]
    do {
      written = try await keeper.keep(products, context: report.step.context)
    } catch {
      keeper.restore(products)
      var failed = report
      failed.error = EventError(.diskFull, "what \(report.step.id) wrote could not be kept: \(error)")
      return try await fail(failed, SupervisorDecision(.escalate, reason: "\(error)"))
    }
    let facts = await facts(report)
    try await recorder.record(
      facts + written + [.stepDecided(report, decision), .stageCompleted(report, inputHash: report.step.inputHash)])
    keeper.forget(products)
    EventFile.remove(report)
    progress.report(.stepEnded(report.step.label, rows: rows(facts), error: nil))
    return .proceeded
  }

  /// The step failed for good, or an outage did.
  private func fail(_ report: StageReport, _ decision: SupervisorDecision) async throws -> End {
    let error = report.error ?? EventError(.unknown, decision.reason)
    if isOutage(error.kind, of: report.step.stage) {
      return try await open(error, report, decision)
    }
    keeper.restore(report.result.artefacts)
    execution.remember(report.step)
    var facts = await facts(report)
    if let source = report.step.source, report.step.stage.loadsSources(in: execution.pipeline),
      !facts.contains(where: { $0.type == .sourceFailed && $0.context.sourceCode == source })
    {
      facts.append(.sourceFailed(report, source: source))
    }
    let failures = self.failures(report, facts, error)
    try await recorder.record(
      facts + [.stepDecided(report, decision), .stageFailed(report, inputHash: report.step.inputHash)])
    EventFile.remove(report)
    for failure in failures { control.note(failure) }
    progress.report(.stepEnded(report.step.label, rows: nil, error: error))
    return .failed
  }

  /// Whether the failure is the target's rather than a source's: a lock that outlasts every retry is, and a refused permission
  /// where the stage writes to the target.
  private func isOutage(_ kind: ErrorType, of stage: Stage) -> Bool {
    switch kind {
    case .lockConflict: stage.exclusive != nil
    case .permissionDenied: stage.exclusive != nil || stage.loadsSources(in: execution.pipeline)
    default: Transience.isOutage(kind)
    }
  }

  /// An outage: one incident, no failure of anybody's, and what was loaded before it stays loaded.
  private func open(_ error: EventError, _ report: StageReport, _ decision: SupervisorDecision?) async throws -> End {
    keeper.restore(report.result.artefacts)
    var events = await facts(report).filter { $0.type != .sourceFailed }
    if let decision { events.append(.stepDecided(report, decision)) }
    if control.open(error) {
      events.append(
        Event(
          .circuitOpened, context: report.step.context, data: ["log": .string(report.result.log ?? "")], error: error))
      progress.report(.outage(error))
    }
    try await recorder.record(events)
    EventFile.remove(report)
    return .stopped
  }

  private func stop(_ report: StageReport) async throws -> End {
    keeper.restore(report.result.artefacts)
    try await recorder.record(await facts(report).filter { $0.type != .sourceFailed })
    EventFile.remove(report)
    return .stopped
  }

  private func wait(_ delay: Duration, _ report: StageReport, _ decision: SupervisorDecision) async throws {
    keeper.restore(report.result.artefacts)
    let events = await facts(report).filter { $0.type != .sourceFailed }
    try await recorder.record(
      events + [
        .stepDecided(report, decision),
        Event(
          .retryScheduled, context: report.step.context,
          data: [
            "attempt": .int(report.attempt + 1), "delay_ms": .int(delay.milliseconds),
            "reason": .string(decision.reason), "log": .string(report.result.log ?? ""),
            "retry_attempts": .int(report.attempt - 1), "final_failure": false,
            "is_transient": .bool(report.error?.isTransient ?? true),
          ], error: report.error),
      ])
    EventFile.remove(report)
    progress.report(.retry(report.step.label, delay: delay, error: report.error))
    try? await execution.tools.sleep(delay)
  }

  private func rows(_ events: [Event]) -> Int? {
    let loaded = events.filter { $0.type == .sourceLoaded }.compactMap { $0.data["rows"]?.int }
    return loaded.isEmpty ? nil : loaded.reduce(0, +)
  }

  /// What the stage told, made whole: a load that only the target knew of is told once, and a program that tells nothing of
  /// its sources is believed by its exit.
  private func facts(_ report: StageReport) async -> [Event] {
    let memory = await recorder.memory
    let facts = StageFactList(
      report: report, memory: memory, loads: report.step.stage.loadsSources(in: execution.pipeline)
    ).events
    return facts + (await removed(report))
  }

  /// Sources that the stage had and its program no longer knows: what is gone cannot stand as failed.
  private func removed(_ report: StageReport) async -> [Event] {
    guard let listed = report.listed, let key = report.step.key?.description, let record = await recorder.state[key]
    else { return [] }
    let stage = report.step.stage.name
    return record.sources.filter { $0.value.stage == stage && !listed.contains($0.key) }.keys.sorted().map { source in
      var context = report.step.context
      context.sourceCode = source
      return Event(
        .sourceSkipped, context: context, data: ["source_code": .string(source), "reason": "removed"])
    }
  }

  /// The failures to look into: the sources', or the stage's own.
  private func failures(_ report: StageReport, _ facts: [Event], _ error: EventError) -> [Failure] {
    guard var whole = failure(of: report.step, error: error) else { return [] }
    whole.exitCode = report.outcome.exitCode
    whole.signal = report.outcome.signal
    whole.log = report.result.log
    whole.logTail = String(report.outcome.tail.suffix(StageError.longestTail))
    let sources = facts.filter { $0.type == .sourceFailed }
    guard !sources.isEmpty else { return [whole] }
    return sources.map { event in
      var failure = whole
      failure.source = event.context.sourceCode
      failure.error = event.error ?? error
      failure.inputHash = event.data["input_hash"]?.string
      return failure
    }
  }

  /// A step's failure; nil for a stage that runs once per run, which has no manifest that a fix could mend.
  func failure(of step: StageStep, error: EventError) -> Failure? {
    step.key.map { key in
      Failure(
        publication: key.publication.key, period: key.period.period, url: key.period.url, source: step.source,
        stage: step.stage.name, error: error, manifestPath: step.manifest)
    }
  }
}
