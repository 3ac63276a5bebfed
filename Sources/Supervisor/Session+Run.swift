internal import DataFiles
internal import Foundation
internal import Journal
internal import Repair

extension Session {
  /// Runs the backfill: what is left to do, then fixes for what failed. SIGINT and SIGTERM end it with a checkpoint.
  public func run(_ options: RunOptions, isTerminal: Bool) async throws -> RunOutcome {
    try await run(options, progress: .standardError(isTerminal: isTerminal))
  }

  /// The same, with the display that shows how it goes.
  public func run(_ options: RunOptions, progress: ProgressDisplay) async throws -> RunOutcome {
    let run = BackfillRun(
      workspace: workspace, configuration: configuration, history: history, recorder: running.recorder,
      options: options,
      hooks: hooks(options), tools: tools, progress: progress)
    let watch = InterruptWatch { run.interrupt() }
    defer { withExtendedLifetime(watch) {} }
    var outcome = try await run.run()
    ReleaseCopies(workspace: workspace).tidy(await running.recorder.memory.releases)
    // Who interrupts a run wants it to end; the next one tells.
    outcome.notes = outcome.interrupted ? [] : try await settleAlerts()
    outcome.notes += try await shareLedger()
    try await recordOperations()
    if !outcome.interrupted { outcome.notes += try await settleOutputs() }
    return outcome
  }

  func mender() -> Mender {
    let adviser = configuration.execution.adviser.map { settings in
      Adviser(
        settings, inherited: ProcessInfo.processInfo.environment, history: history, runID: running.runID, tools: tools,
        journal: { [recorder = running.recorder] in try await recorder.record($0) })
    }
    return Mender(
      workspace: workspace, configuration: configuration, branches: branches, tools: tools, queues: queues,
      duckDB: try? DuckDB.locate(), adviser: adviser, runID: running.runID,
      journal: { [recorder = running.recorder] in try await recorder.record($0) },
      state: { [recorder = running.recorder] in await recorder.state },
      past: { [recorder = running.recorder] in
        MendingPast(memory: await recorder.memory, drifts: await recorder.drifts)
      })
  }

  private func hooks(_ options: RunOptions) -> RunHooks {
    let mender = mender()
    let autopilot =
      options.autoFix || configuration.execution.mode == .autonomous
      ? Autopilot(branches: branches, merge: configuration.execution.merge) { [self] in try await rerun($0) } : nil
    return RunHooks(
      reconcile: { [self] in
        let (findings, notes) = try await reconcile()
        let news = try await scout(options)
        return notes + (await branches.problems()) + findings.map(\.sentence) + news
      },
      releases: { [self] in try await lookForRevisions(options) },
      carryOver: { [branches] in try await branches.carryOver($0) },
      mend: { [self] failures in
        guard let autopilot else {
          let outcomes = try await mender.mend(failures)
          let told = await mender.takeSentences()
          let shared = try await share()
          return MendSummary(
            gitProblem: await gitProblem(outcomes), heldBack: Self.heldBack(outcomes),
            notes: told + shared)
        }
        let (left, reverts) = try await autopilot.takeBack(failures)
        let outcomes = try await mender.mend(left)
        let told = await mender.takeSentences()
        let (merged, merges) = try await autopilot.merge(outcomes)
        // What was merged needs no branch on the remote any more.
        let shared = try await share()
        return MendSummary(
          mayResume: merged, gitProblem: await gitProblem(outcomes), heldBack: Self.heldBack(outcomes),
          notes: reverts + told + merges + shared)
      },
      revise: { [self] in try await revise($0, options) })
  }

  /// Looks at the rules after a run, and puts forward what is to change of them.
  private func revise(_ review: RunReview, _ options: RunOptions) async throws -> [String] {
    let reviser = RuleReviser(
      workspace: workspace, configuration: configuration, branches: branches, redact: tools.redact,
      runID: running.runID, today: RunID.day(tools.now()))
    let news = try await reviser.revise(after: review, history: await journal(), isWhole: options.only.isEmpty)
    return news.isEmpty ? [] : news + (try await share())
  }

  /// Looks for periods that are new on the landing pages of the publications that the run is about.
  private func scout(_ options: RunOptions) async throws -> [String] {
    let wanted = configuration.publications.publications.filter {
      options.only.isEmpty || options.only.contains($0.key)
    }
    let scout = PeriodScout(
      workspace: workspace, configuration: configuration, branches: branches, tools: tools, runID: running.runID)
    let news = try await scout.look(at: wanted)
    return news.isEmpty ? [] : news + (try await share())
  }

  /// Looks whether the addresses of loaded files have other bytes by now. Trouble with that is told and fails nothing.
  private func lookForRevisions(_ options: RunOptions) async throws -> [String] {
    let rule = configuration.execution.revisions
    guard options.reload || rule != .ignore else { return [] }
    let scout = ReleaseScout(
      workspace: workspace, configuration: configuration, isReload: options.reload || rule == .reload)
    let news = try await scout.look(
      at: BackfillRun.keys(configuration, options), state: await running.recorder.state,
      book: await running.recorder.memory.releases)
    try await running.recorder.record(news.events)
    return news.notes
  }

  /// What kept a fix from being a branch: who looks for branches, as CI does, must learn that there are none.
  func gitProblem(_ outcomes: [MendOutcome]) async -> String? {
    for case .patched(_, let reason) in outcomes { return "Only patches were written. \(reason)" }
    return await branches.unpublished()
  }

  /// How many failures have a fix that was not put forward because enough wait.
  static func heldBack(_ outcomes: [MendOutcome]) -> Int {
    outcomes.count { if case .heldBack = $0 { true } else { false } }
  }

  /// Runs a failed stage for real once more, to see whether its failure is reproduced.
  private func rerun(_ failure: Failure) async throws -> EventError? {
    guard let stage = configuration.pipeline[failure.stage],
      let publication = configuration.publications[failure.publication],
      let period = publication.urls.first(where: { $0.period == failure.period })
    else { return nil }
    let key = URLKey(publication: publication, period: period)
    let values = StageValues(
      workspace: workspace, pipeline: configuration.pipeline, key: key, source: failure.source,
      absolute: stage.workingDirectory != nil)
    let folder = try ScratchPlace(workspace: workspace)
    defer { folder.remove() }
    let trial = StageTrial(
      workspace: workspace, tools: tools, runID: running.runID, stage: stage, key: key, source: failure.source)
    let result = await queues.using(stage.exclusive.map { values.fill($0) }) {
      await trial.run(stage.command, values: values, in: folder.path, name: "again")
    }
    return result.cancelled ? nil : result.trial.error
  }
}
