internal import DataFiles
internal import Foundation
internal import Journal
internal import Repair

extension Session {
  /// Runs the backfill: what is left to do, then fixes for what failed. SIGINT and SIGTERM end it with a checkpoint.
  public func run(_ options: RunOptions, isTerminal: Bool) async throws -> RunOutcome {
    let run = BackfillRun(
      workspace: workspace, configuration: configuration, history: history, recorder: running.recorder,
      options: options,
      hooks: hooks(autoFix: options.autoFix), tools: tools, progress: .standardError(isTerminal: isTerminal))
    let watch = InterruptWatch { run.interrupt() }
    defer { withExtendedLifetime(watch) {} }
    return try await run.run()
  }

  /// Diagnoses failures that happened elsewhere, and puts fixes forward.
  public func mend(_ foreign: ForeignFailures) async throws -> RunOutcome {
    try await running.recorder.append(foreign.events)
    await branches.observe(foreign.events)
    _ = try await branches.reconcile()
    var outcome = RunOutcome()
    outcome.runID = running.runID
    for result in try await mender().mend(foreign.failures) {
      switch result {
      case .proposed: outcome.newFixes += 1
      case .waiting: outcome.waiting += 1
      case .pending: outcome.pending += 1
      case .escalated, .retry: outcome.unfixed += 1
      }
    }
    outcome.gitProblem = await branches.problems().first
    try await saveSnapshot()
    return outcome
  }

  private func mender() -> Mender {
    Mender(
      workspace: workspace, configuration: configuration, branches: branches, tools: tools, queues: queues,
      duckDB: try? DuckDB.locate(), runID: running.runID,
      journal: { [recorder = running.recorder] in try await recorder.record($0) },
      state: { [recorder = running.recorder] in await recorder.state })
  }

  private func hooks(autoFix: Bool) -> RunHooks {
    let mender = mender()
    return RunHooks(
      reconcile: { [branches] in
        let problems = await branches.problems()
        return problems + (try await branches.reconcile()).map(\.sentence)
      },
      carryOver: { [branches] in try await branches.carryOver($0) },
      mend: { [self] failures in
        let outcomes = try await mender.mend(failures)
        guard autoFix || configuration.execution.mode == .autonomous else { return MendSummary() }
        return MendSummary(mayResume: try await mergeSafeFixes(outcomes))
      })
  }

  /// Merges what autonomous mode may merge: verified, safe, and at or above the confidence bar.
  private func mergeSafeFixes(_ outcomes: [MendOutcome]) async throws -> Bool {
    var merged = false
    for case .proposed(let fix, mayMerge: true) in outcomes {
      merged = try await branches.approve([fix.id]).contains(where: \.done) || merged
    }
    return merged
  }
}
