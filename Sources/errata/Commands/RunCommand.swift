import Foundation
import Journal
import Supervisor

/// A run from the command line: what `run`, `retry` and `demo` share.
enum RunCommand {
  /// Runs the backfill and tells how it ended: to people on standard error, with `json` to programs on standard output.
  @discardableResult
  static func perform(
    workspace: Workspace, config: String, options: RunOptions, failOn: RunOutcome.FailOn = .new, json: Bool = false
  ) async throws -> RunOutcome {
    // Before anything is locked or journalled: a slip of the pen is no run.
    let configuration = try Configuration.load(workspace, directory: config, toleratingGoals: true)
    try check(options, against: configuration)
    let session = try await Session.begin(workspace: workspace, configuration: configuration)
    defer { session.end() }
    for warning in session.configuration.warnings { Terminal.say("errata: \(warning)") }
    for warning in session.warnings where !warning.torn { Terminal.say("errata: \(warning)") }
    let outcome = try await session.run(options, isTerminal: Terminal.isTerminal)
    try tell(outcome, fixes: await session.fixes(), failOn: failOn, json: json)
    return outcome
  }

  /// Refuses publications and periods that the configuration does not have.
  static func check(_ options: RunOptions, against configuration: Configuration) throws {
    if let sentence = options.misplaced(in: configuration) { throw CommandFailure(.usage, sentence) }
  }

  /// The last words of a run.
  static func tell(_ outcome: RunOutcome, fixes book: FixBook, failOn: RunOutcome.FailOn, json: Bool) throws {
    if json { try JSONOutput.write(RunSummary(outcome, exitCode: outcome.exitCode(failOn: failOn))) }
    let open = book.open
    Terminal.say()
    if let outage = outcome.outage { Terminal.say("Halted: \(outage.message)") }
    if let problem = outcome.gitProblem { Terminal.say("Git: \(problem)") }
    for note in outcome.notes { Terminal.say(note) }
    if !outcome.revised.isEmpty { Terminal.say(ReleaseText.page(outcome.revised)) }
    if outcome.heldBack > 0 { Terminal.say(FixText.wrapped(heldBack(outcome, open: open.count), indent: 0)) }
    Terminal.say(Terminal.bold(FixText.wrapped(headline(outcome), indent: 0)))
    if let evaluation = outcome.evaluation, evaluation.score != nil {
      Terminal.say(FixText.wrapped(EvaluationText.line(evaluation), indent: 0))
      for recovery in evaluation.recoveries ?? [] {
        Terminal.say(FixText.wrapped(EvaluationText.line(recovery), indent: 2))
      }
    }
    guard !open.isEmpty else { return }
    Terminal.say("\n" + (open.count == 1 ? "A fix waits for review:" : "\(open.count) fixes wait for review:"))
    guard open.count > longestList else { return Terminal.say(FixText.list(open)) }
    Terminal.say(DigestText.table(of: FixDigest(open) { book.waitingSince($0.id) }, now: Date()))
  }

  /// More fixes than these are told by cause: nobody reads a list of hundreds.
  private static let longestList = 8

  private static func heldBack(_ outcome: RunOutcome, open: Int) -> String {
    let what = outcome.heldBack == 1 ? "The fix of a failure is" : "The fixes of \(outcome.heldBack) failures are"
    return "\(what) held back, since \(open) wait and max_open_fixes allows no more: decide on some and run again; "
      + "`errata report` shows the candidates."
  }

  /// How a run ended, in one sentence.
  static func headline(_ outcome: RunOutcome) -> String {
    if outcome.interrupted { return "Interrupted: `errata run` resumes where it stopped." }
    if outcome.outage != nil { return "Not all done: what is left stays pending, and `errata run` resumes there." }
    let parts = [
      (outcome.newFixes, "newly proposed"), (outcome.waiting - outcome.newFixes, "waiting for review"),
      (outcome.unfixed, "without a fix"), (outcome.acknowledged, "acknowledged"),
      (outcome.pending, "not published yet"),
      (
        outcome.newRevisions,
        outcome.newRevisions == 1 ? "revision of the rules proposed" : "revisions of the rules proposed"
      ),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return parts.isEmpty ? "All done." : "Not all done: " + parts.joined(separator: ", ") + "."
  }
}

/// How a run ended, for programs.
struct RunSummary: Encodable {
  let runID: String
  let exitCode: Int32
  let newFixes, newRevisions, waiting, unfixed, pending, acknowledged, heldBack: Int
  let interrupted: Bool
  let gitProblem: String?
  let outage: EventError?
  let revised: [RevisedRelease]
  let stats: RunStats
  let evaluation: RunEvaluation?

  /// - Parameter exitCode: What the command ends with.
  init(_ outcome: RunOutcome, exitCode: Int32) {
    runID = outcome.runID
    self.exitCode = exitCode
    newFixes = outcome.newFixes
    newRevisions = outcome.newRevisions
    waiting = outcome.waiting
    unfixed = outcome.unfixed
    pending = outcome.pending
    acknowledged = outcome.acknowledged
    heldBack = outcome.heldBack
    interrupted = outcome.interrupted
    gitProblem = outcome.gitProblem
    outage = outcome.outage
    revised = outcome.revised
    stats = outcome.stats
    evaluation = outcome.evaluation
  }

  enum CodingKeys: String, CodingKey {
    case waiting, unfixed, pending, acknowledged, interrupted, outage, revised, stats, evaluation
    case runID = "run_id"
    case exitCode = "exit_code"
    case newFixes = "new_fixes"
    case newRevisions = "new_revisions"
    case heldBack = "held_back"
    case gitProblem = "git_problem"
  }
}
