public import Foundation
public import Journal
import Repair

/// One run of the backfill: what is left to do, stage by stage, until nothing is left or something stops it.
///
/// Decisions are `ResumePlanner`'s and the step decider's; this actor performs them, and journals before anything else learns of it.
public actor BackfillRun {
  private let workspace: Workspace
  private let configuration: Configuration
  private let recorder: RunRecorder
  private let options: RunOptions
  private let hooks: RunHooks
  private let tools: RunTools
  private let progress: ProgressDisplay
  private let history: [Event]
  private let control = RunControl()
  private var targetIsSound = false

  /// Prepares a run. The caller holds the workspace's lock for as long as it goes on.
  ///
  /// - Parameters:
  ///   - history: Every event of the journal, read after the lock was taken.
  ///   - recorder: The run's journal; what the hooks do must be journalled through it too.
  public init(
    workspace: Workspace, configuration: Configuration, history: [Event], recorder: RunRecorder, options: RunOptions,
    hooks: RunHooks, tools: RunTools, progress: ProgressDisplay = .silent
  ) {
    self.workspace = workspace
    self.configuration = configuration
    self.history = history
    self.recorder = recorder
    self.options = options
    self.hooks = hooks
    self.tools = tools
    self.progress = progress
  }

  /// Asks the run to end: children are ended, the checkpoint is written, and `run` returns soon.
  public nonisolated func interrupt() { control.interrupt() }

  /// Runs what is left. A cancellation of the calling task is an interrupt.
  public func run() async throws -> RunOutcome {
    let start = tools.now()
    let keys = Self.keys(configuration, options)
    try await recorder.record([
      Event(
        .runStarted,
        data: [
          "config_file": .string(configuration.files["publications"] ?? "config/publications.yaml"),
          "total_urls": .int(keys.count),
        ])
    ])
    try await takeOver()
    try await recover()
    let services = ServiceGroup(
      workspace: workspace, tools: tools, runID: recorder.runID, record: { [recorder] in try await recorder.record($0) }
    )
    // A task of its own, so that an interrupt ends the work but not the bookkeeping after it.
    let work = Task { try await self.attend(keys, services) }
    control.begin(work)
    let result = await withTaskCancellationHandler {
      await work.result
    } onCancel: {
      control.interrupt()
    }
    await services.stop()
    var gitProblem: String?
    do {
      gitProblem = try result.get()
    } catch is CancellationError where control.isInterrupted {
      // Told by the outcome.
    }
    return try await finish(keys, since: start, gitProblem: gitProblem)
  }

  /// Services first, then what people did with fixes, then the stages.
  private func attend(_ keys: [URLKey], _ services: ServiceGroup) async throws -> String? {
    let values = StageValues(workspace: workspace, pipeline: configuration.pipeline)
    if let error = await services.start(
      configuration.pipeline.services, values: values, usingOthers: options.usesRunningServices)
    {
      if !control.isInterrupted { try await halt(error) }
      return nil
    }
    var problem: String?
    do {
      for sentence in try await hooks.reconcile() { progress.report(.note(sentence)) }
    } catch {
      problem = try Self.gitProblem(error)
    }
    for sentence in try await hooks.releases() { progress.report(.note(sentence)) }
    try await checkTarget()
    let later = try await self.work(keys, services)
    return problem ?? later
  }

  /// The journal learns what the target lost, so that a kill after this does not bring the wrong belief back.
  private func checkTarget() async throws {
    let last = history.last { $0.type == .runCompleted && $0.data["target"] != nil }?.data["target"]?.string
    let finding = await targetCheck.find(in: await recorder.state, memory: await recorder.memory, last: last)
    try await recorder.record(finding.events)
    targetIsSound = finding.isSound
    let lost = finding.events.filter { $0.type == .sourceUnloaded }
    if let first = lost.first?.data["reason"]?.string {
      progress.report(.note("\(lost.count) loaded sources are loaded again: \(first)"))
    }
    for event in finding.events where event.type == .warning {
      progress.report(.note(event.data["message"]?.string ?? ""))
    }
  }

  private var targetCheck: TargetCheck {
    TargetCheck(
      workspace: workspace, configuration: configuration, tools: tools, queues: queues, runID: recorder.runID)
  }

  /// Trouble with git does not keep the stages from running; a journal that cannot be written does.
  private static func gitProblem(_ error: any Error) throws -> String {
    if error is JournalError || error is CancellationError { throw error }
    return "\(error)"
  }

  /// What a run would do now, as far as that can be told before it has begun. Nothing is locked, started or written.
  public static func plan(
    workspace: Workspace, configuration: Configuration, history: [Event], options: RunOptions, now: Date = Date()
  ) -> RunPlan {
    let planner = ResumePlanner(
      pipeline: configuration.pipeline, state: BackfillState(replaying: history),
      memory: RunMemory(replaying: history), fixes: FixBook(replaying: history), retryFailed: options.retryFailed,
      today: RunID.day(now))
    return planner.plan(
      keys(configuration, options), inputs: StageInputs(workspace: workspace, pipeline: configuration.pipeline))
  }

  private func plan() async -> RunPlan {
    let planner = ResumePlanner(
      pipeline: configuration.pipeline, state: await recorder.state, memory: await recorder.memory,
      fixes: await recorder.fixes, retryFailed: options.retryFailed, today: RunID.day(tools.now()))
    return planner.plan(
      Self.keys(configuration, options), inputs: StageInputs(workspace: workspace, pipeline: configuration.pipeline))
  }

  /// The URL keys that were asked for, in the order of the publications file; those that are to get well again come first.
  static func keys(_ configuration: Configuration, _ options: RunOptions) -> [URLKey] {
    let keys = configuration.publications.enabledPeriods
      .map { URLKey(publication: $0.publication, period: $0.period) }
      .filter { options.covers(publication: $0.publication.key, period: $0.period.period) }
    func isUrgent(_ key: URLKey) -> Bool { configuration.goals.isUrgent(key.publication.key) }
    return keys.filter(isUrgent) + keys.filter { !isUrgent($0) }
  }

  /// The first run goes on from where a version 1 state stood.
  private func takeOver() async throws {
    guard !history.contains(where: { $0.type == .runStarted }),
      let bytes = FileManager.default.contents(atPath: "\(workspace.root)/\(Workspace.formerState)")
    else { return }
    var news: Event?
    do {
      news = try BackfillState.migration(version1: bytes, file: Workspace.formerState)
    } catch {
      let message =
        "\(Workspace.formerState) is no JSON, so no version 1 state is taken over and every URL key counts as new; "
        + "put it right and remove logs/events to begin again"
      news = Event(.warning, data: ["message": .string(message)])
    }
    guard let news else { return }
    try await recorder.record([news.redacted(tools.redact)])
    progress.report(.note(news.data["message"]?.string ?? ""))
  }

  /// Puts right what a killed run left behind: its children, half-written files, and facts that nobody read.
  private func recover() async throws {
    let folder = workspace.state + "/running"
    let orphans = OrphanEnder(history: history, workspace: workspace.root)
    try await recorder.record(await orphans.end())
    if orphans.hasDeadRuns { HalfWrittenFiles.removeFetched(in: workspace) }
    let known = Set(history.map(\.eventID))
    let memory = await recorder.memory
    let facts = EventFile.leftovers(in: folder, known: known, redact: tools.redact).map {
      StageFactList.told(once: $0, key: $0.context.urlKey ?? "", memory: memory)
    }
    try await recorder.record(facts + facts.compactMap { memory.releases.completion(of: $0) })
    EventFile.removeLeftovers(in: folder)
    let events = keeper.recover(memory: await recorder.memory)
    try await recorder.record(events)
    for event in events { progress.report(.note(event.data["message"]?.string ?? "")) }
  }

  private var keeper: ProductKeeper { ProductKeeper(workspace: workspace, carryOver: hooks.carryOver) }

  /// Works until nothing changes: a fix that was merged in the run is followed by what it lets resume.
  private func work(_ keys: [URLKey], _ services: ServiceGroup) async throws -> String? {
    let stages = configuration.pipeline.stages
    var problem: String?
    progress.report(.runStarted(keys: await plan().keys.filter(\.hasWork).count))
    for round in 0..<10 {
      control.beginRound()
      for segment in Self.segments(stages) {
        guard !control.isStopping, !Task.isCancelled else { break }
        if let whole = segment.first, whole.scope == .run {
          try await runOnce(whole, services, round: round)
        } else {
          try await run(keys, segment, services)
        }
      }
      let ended = control.takeEnded(all: keys.map(\.description))
      try await end(ended, keys)
      if round == 0 { try await endInterrupted(keys) }
      let failures = control.isStopping || Task.isCancelled ? [] : control.takeFailures()
      let summary: MendSummary
      do { summary = try await mend(failures) } catch { return try Self.gitProblem(error) }
      // Only now: a period that looked failed may have turned out to wait for its day.
      for key in ended { progress.report(.keyEnded(key, record: await recorder.state[key])) }
      for note in summary.notes { progress.report(.note(note)) }
      problem = problem ?? summary.gitProblem
      control.note(heldBack: summary.heldBack)
      guard summary.mayResume else { return problem }
    }
    return problem
  }

  private func mend(_ failures: [Failure]) async throws -> MendSummary {
    guard !failures.isEmpty else { return MendSummary() }
    progress.report(.note("looking into \(failures.count) \(failures.count == 1 ? "failure" : "failures") …"))
    return try await hooks.mend(failures)
  }

  /// Stages that run per URL key, cut where a stage runs once for all of them.
  static func segments(_ stages: [Stage]) -> [ArraySlice<Stage>] {
    var result: [ArraySlice<Stage>] = []
    var start = stages.startIndex
    for index in stages.indices where stages[index].scope == .run {
      if start < index { result.append(stages[start..<index]) }
      result.append(stages[index...index])
      start = index + 1
    }
    if start < stages.endIndex { result.append(stages[start...]) }
    return result
  }

  private func run(_ keys: [URLKey], _ stages: ArraySlice<Stage>, _ services: ServiceGroup) async throws {
    let steps = stepRunner(services)
    let inputs = StageInputs(workspace: workspace, pipeline: configuration.pipeline)
    let today = RunID.day(tools.now())
    let runners = keys.map {
      KeyRunner(
        key: $0, stages: stages, inputs: inputs, steps: steps, recorder: recorder, control: control,
        retryFailed: options.retryFailed, today: today)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      var next = runners.makeIterator()
      for _ in 0..<options.jobs { if let runner = next.next() { group.addTask { try await runner.run() } } }
      while try await group.next() != nil {
        if !control.isStopping, let runner = next.next() { group.addTask { try await runner.run() } }
      }
    }
  }

  /// A stage that runs once per run: when it never succeeded, its input changed, or any URL key changed since.
  private func runOnce(_ stage: Stage, _ services: ServiceGroup, round: Int) async throws {
    let inputs = StageInputs(workspace: workspace, pipeline: configuration.pipeline)
    let facts = inputs.facts(for: stage, key: nil)
    let mark = await recorder.memory.success(of: stage.name, urlKey: "")
    let isDone = mark != nil && mark?.inputHash == facts.inputHash && facts.missingProducts.isEmpty
    guard !isDone || !control.worked.isEmpty, round == 0 || !control.worked.isEmpty else { return }
    let number = (configuration.pipeline.stages.firstIndex { $0.name == stage.name } ?? 0) + 1
    var step = StageStep(stage: stage, number: number)
    step.inputHash = facts.inputHash
    if case .failed = try await stepRunner(services).run(step) { control.noteRunStageFailure() }
  }

  private func stepRunner(_ services: ServiceGroup) -> StepRunner {
    StepRunner(
      execution: StageExecution(
        workspace: workspace, pipeline: configuration.pipeline, tools: tools, runID: recorder.runID),
      keeper: keeper, recorder: recorder, control: control, queues: queues, services: services,
      decider: configuration.execution.stepDecider == .alwaysProceed ? .alwaysProceed : .rules,
      retryRules: configuration.execution.retry, progress: progress)
  }

  private let queues = ExclusiveQueues()

  /// What the run did with URL keys is over: their numbers.
  private func end(_ names: [String], _ keys: [URLKey]) async throws {
    let state = await recorder.state
    let known = Dictionary(keys.map { ($0.description, $0) }, uniquingKeysWith: { first, _ in first })
    try await recorder.record(
      names.compactMap { name in
        guard let key = known[name], let record = state[name] else { return nil }
        return end(of: key, record)
      })
  }

  private func end(of key: URLKey, _ record: URLRecord) -> Event? {
    let context = EventContext(publication: key.publication.key, period: key.period.period, url: key.period.url)
    let loaded = record.sources(.loaded).count
    let stageError = record.stages.values.compactMap { $0.failure?.error }.first
    if loaded == 0, let error = stageError ?? record.sources.values.compactMap({ $0.failure?.error }).first {
      return Event(
        .urlFailed, context: context,
        data: ["partial_state": .object(record.stages.mapValues { .string($0.status.rawValue) })], error: error)
    }
    guard !control.isStopping else { return nil }
    return Event(
      .urlCompleted, context: context,
      data: [
        "sources_loaded": .int(loaded), "sources_failed": .int(record.sources(.failed).count),
        "sources_pending": .int(record.sources(.pending).count), "rows_loaded": .int(record.rowsLoaded),
      ])
  }

  /// A run that was killed between a URL key's last stage and its last line left nothing to do but that line.
  private func endInterrupted(_ keys: [URLKey]) async throws {
    let state = await recorder.state
    let names = keys.map(\.description).filter { name in
      guard !control.worked.contains(name), let record = state[name] else { return false }
      return record.status != .completed && record.pendingUntil == nil && !record.stages.isEmpty
        && record.stages.values.allSatisfy(\.isSettled)
        && record.enabledSources.values.allSatisfy { $0.status == .loaded }
    }
    try await end(names, keys)
  }

  private func halt(_ error: EventError) async throws {
    guard control.open(error) else { return }
    try await recorder.record([Event(.circuitOpened, error: error)])
    progress.report(.outage(error))
  }

  /// How well the run did, for the journal. What an outage or an interrupt left undone is nobody's failure.
  private func evaluate(_ keys: [URLKey]) async throws -> RunReview {
    let halted = control.outage.map { _ in "an outage halted the run" }
    let names = keys.map(\.description)
    let evaluator = RunEvaluator(
      await recorder.written, after: history, state: await recorder.state, today: RunID.day(tools.now()))
    var evaluation = evaluator.evaluation(
      of: names, unjudged: control.isInterrupted ? "the run was interrupted" : halted)
    let failures = evaluator.failures(of: names)
    let goals = configuration.goals.recoveries
    if evaluation.score != nil, !goals.isEmpty {
      evaluation.recoveries = evaluator.progress(of: goals, failures: failures)
    }
    try await recorder.record([try evaluation.event()])
    return RunReview(evaluation: evaluation, failures: failures)
  }

  /// What the run means for the rules; trouble with git is told and ends nothing.
  private func revise(_ review: RunReview) async throws -> String? {
    guard review.evaluation.score != nil else { return nil }
    do {
      for sentence in try await hooks.revise(review) { progress.report(.note(sentence)) }
      return nil
    } catch { return try Self.gitProblem(error) }
  }

  /// The checkpoint: numbers, the last event, the snapshot.
  private func finish(_ keys: [URLKey], since start: Date, gitProblem: String?) async throws -> RunOutcome {
    if Task.isCancelled { control.interrupt() }
    let review = try await evaluate(keys)
    let trouble = try await revise(review)
    let tally = RunTally(
      state: await recorder.state, fixes: await recorder.fixes, written: await recorder.written,
      keys: keys.map(\.description), today: RunID.day(tools.now()))
    var outcome = tally.outcome(runID: recorder.runID)
    outcome.interrupted = control.isInterrupted
    outcome.outage = control.outage
    outcome.unfixed += control.runStageFailures
    outcome.heldBack = control.heldBack
    outcome.gitProblem = gitProblem ?? trouble
    outcome.evaluation = review.evaluation
    outcome.stats.durationMilliseconds = max(0, Int(tools.now().timeIntervalSince(start) * 1000))
    let status = outcome.interrupted ? "interrupted" : outcome.outage != nil ? "halted" : nil
    var data: [String: JSONValue] = [
      "stats": try JSONValue(encoding: outcome.stats), "exit_code": .int(Int(outcome.exitCode())),
    ]
    if let status { data["status"] = .string(status) }
    if targetIsSound, let target = targetCheck.fingerprint() { data["target"] = .string(target) }
    try await recorder.record([Event(.runCompleted, data: data)])
    try StateSnapshot.write(await recorder.state, to: workspace.snapshot)
    try DayFiles.write(
      from: RunID.day(of: recorder.runID) ?? RunID.day(start), through: RunID.day(tools.now()),
      events: [history, await recorder.written].joined(), logs: workspace.logs)
    progress.end()
    return outcome
  }
}
