import Foundation
import Journal
import Repair
import Supervisor

/// The drift demo: a producer publishes, `errata run` loads what is new, a person merges what has waited for two runs. What is
/// told comes from the journal; nothing of it is scripted but what the producer publishes.
struct DriftDemo {
  let workspace: Workspace
  let producer: DriftProducer
  let steps: Int
  let verbose: Bool

  /// For how many runs a fix waits before the demo's user merges it.
  private static let patience = 2

  /// Goes through all steps.
  ///
  /// - Returns: Whether everything is loaded and nothing waits in the end.
  func go() async throws -> Bool {
    var options = RunOptions()
    options.usesRunningServices = true
    Terminal.say(Terminal.bold(DriftTimeline.header))
    var seen: [String: Int] = [:]
    var done: [DriftStep] = []
    for step in 1...steps {
      try await review(step, seen)
      try producer.publish(step)
      let session = try await Session.begin(workspace: workspace, config: "config")
      let outcome: RunOutcome
      do {
        outcome = try await session.run(options, progress: .silent)
        session.end()
      } catch {
        session.end()
        throw error
      }
      if outcome.interrupted { throw CommandFailure(.usage, "the demo was interrupted at step \(step)") }
      if let outage = outcome.outage { throw CommandFailure(.usage, "the demo's run was halted: \(outage.message)") }
      let events = try JournalReader.events(in: workspace.logs)
      let told = DriftStep(step, run: outcome.runID, events: events, known: Set(seen.keys))
      for fix in told.proposals.flatMap(\.fixes) { seen[fix.id] = step }
      for line in DriftTimeline.text(of: told, verbose: verbose) { Terminal.say(line) }
      if verbose { try await sayMore(of: told) }
      done.append(told)
    }
    return try await summarise(done)
  }

  /// What a person does who looks at the fixes now and then: merges the branches that have waited long enough.
  private func review(_ step: Int, _ seen: [String: Int]) async throws {
    let open = FixBook(replaying: try JournalReader.events(in: workspace.logs)).open
    let due = open.filter { fix in !fix.branch.isEmpty && (seen[fix.id].map { $0 + Self.patience < step } ?? false) }
    var merged: Set<String> = []
    for fix in due where merged.insert(fix.branch).inserted {
      try await git(["merge", "--quiet", "--no-edit", fix.branch])
      for line in DriftTimeline.merged(fix.branch, fixes: due.count { $0.branch == fix.branch }) { Terminal.say(line) }
    }
  }

  private func sayMore(of step: DriftStep) async throws {
    if let evaluation = step.evaluation { Terminal.say("     " + EvaluationText.line(evaluation)) }
    for (branch, _) in step.proposals {
      let shown = try await git(["log", "-1", "--format=%B", branch])
      let diff = try await git(["diff", "main...\(branch)"])
      for line in (shown + diff).split(separator: "\n", omittingEmptySubsequences: false) {
        Terminal.say(line.isEmpty ? "" : "     \(line)")
      }
    }
  }

  private func summarise(_ done: [DriftStep]) async throws -> Bool {
    let events = try JournalReader.events(in: workspace.logs)
    let book = FixBook(replaying: events)
    if verbose { try await sayHistory(events) }
    let summary = DriftSummary(done, drifts: DriftBook(replaying: events), fixes: book)
    Terminal.say("\n" + summary.text.map { FixText.wrapped($0, indent: 2) }.joined(separator: "\n"))
    return summary.isRecovered
  }

  /// How scores, goals and constraints went (S3-10).
  private func sayHistory(_ events: [Event]) async throws {
    Terminal.say("\n" + Terminal.bold("The latest runs"))
    Terminal.say(EvaluationText.table(HealthFold(now: Date(), replaying: events).report.evaluations))
    Terminal.say("\n" + Terminal.bold("Goals and constraints"))
    Terminal.say(
      try await git([
        "log", "--reverse", "--no-merges", "--format=  %h %s", "--", "config/goals.yaml", "config/constraints.yaml",
      ]).trimmingCharacters(in: .newlines))
  }

  @discardableResult
  private func git(_ arguments: [String]) async throws -> String {
    try await ToolCommand.run("git", ["-c", "core.pager=cat"] + arguments, in: workspace.root)
  }
}
