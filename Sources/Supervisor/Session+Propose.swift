internal import Foundation
internal import Journal
internal import Repair

extension Session {
  /// Diagnoses failures that happened elsewhere, and puts fixes forward. SIGINT and SIGTERM end it; what is proposed stays.
  ///
  /// - Parameter note: Takes what people should know on the way, a sentence at a time.
  public func mend(_ foreign: ForeignFailures, note: @escaping @Sendable (String) -> Void) async throws -> RunOutcome {
    let control = RunControl()
    let watch = InterruptWatch { control.interrupt() }
    defer { withExtendedLifetime(watch) {} }
    try await running.recorder.record(await OrphanEnder(history: history, workspace: workspace.root).end())
    try await running.recorder.record(foreign.events)
    try await branches.adopt(foreign.events)
    let (findings, notes) = try await reconcile()
    for sentence in notes + (await branches.problems()) + findings.map(\.sentence) { note(sentence) }

    var outcome = RunOutcome()
    outcome.runID = running.runID
    outcome.unfixed = foreign.misplaced
    if !foreign.failures.isEmpty {
      let services = ServiceGroup(
        workspace: workspace, tools: tools, runID: running.runID,
        record: { [running] in try await running.recorder.record($0) })
      let work = Task { try await count(foreign.failures, services, note: note) }
      control.begin(work)
      let result = await work.result
      await services.stop()
      do {
        outcome.add(try result.get())
      } catch is CancellationError where control.isInterrupted {
        // Told by the outcome.
      }
    }
    outcome.interrupted = control.isInterrupted
    let alerts = outcome.interrupted ? [] : try await settleAlerts()
    for sentence in alerts + (try await finish()) { note(sentence) }
    if !outcome.interrupted { for sentence in try await settleOutputs() { note(sentence) } }
    return outcome
  }

  /// Looks into failures with the services that pages and files come from.
  private func count(
    _ failures: [Failure], _ services: ServiceGroup, note: @escaping @Sendable (String) -> Void
  ) async throws -> RunOutcome {
    var outcome = RunOutcome()
    let values = StageValues(workspace: workspace, pipeline: configuration.pipeline)
    // Where the other backfill ran, its services may run still.
    if let down = await services.start(configuration.pipeline.services, values: values, usingOthers: true) {
      try Task.checkCancellation()
      outcome.outage = down
      outcome.unfixed = failures.count
      return outcome
    }
    let (counted, known) = try await apart(failures)
    outcome.acknowledged = known.count
    let mender = mender()
    let results = try await mender.mend(counted)
    let all = results + (try await mender.mend(known))
    for sentence in await mender.takeSentences() { note(sentence) }
    for sentence in try await share() { note(sentence) }
    outcome.gitProblem = await gitProblem(all)
    outcome.heldBack = Self.heldBack(all)
    for result in results {
      switch result {
      case .proposed, .patched: outcome.newFixes += 1
      case .waiting: outcome.waiting += 1
      case .pending: outcome.pending += 1
      case .escalated, .heldBack, .retry: outcome.unfixed += 1
      }
    }
    // What is newly proposed waits too.
    outcome.waiting += outcome.newFixes
    return outcome
  }

  /// The failures that count, and those that somebody acknowledged.
  private func apart(_ failures: [Failure]) async throws -> (counted: [Failure], known: [Failure]) {
    let state = await running.recorder.state
    let today = RunID.day(tools.now())
    func isKnown(_ failure: Failure) -> Bool {
      let standing = StandingFailure(source: failure.source, stage: failure.stage, errorType: failure.error.type)
      return state.acknowledgement(of: standing, in: failure.urlKey, on: today) != nil
    }
    return (failures.filter { !isKnown($0) }, failures.filter(isKnown))
  }
}

extension RunOutcome {
  fileprivate mutating func add(_ other: RunOutcome) {
    newFixes += other.newFixes
    waiting += other.waiting
    unfixed += other.unfixed
    pending += other.pending
    acknowledged += other.acknowledged
    heldBack += other.heldBack
    outage = other.outage ?? outage
    gitProblem = gitProblem ?? other.gitProblem
  }
}
