public import Journal

/// How a run ended, as far as its exit code and its last words need it.
public struct RunOutcome: Sendable {
  /// The run's name.
  public var runID = ""
  /// Fixes that were put forward in this run.
  public var newFixes = 0
  /// Revisions of goals and constraints that were put forward in this run.
  public var newRevisions = 0
  /// Failures for which a fix waits for a person.
  public var waiting = 0
  /// Failures without a fix, and what an outage kept from running.
  public var unfixed = 0
  /// Failures that somebody acknowledged; they count nowhere else.
  public var acknowledged = 0
  /// Failures without a fix because enough fixes wait already (`max_open_fixes`).
  public var heldBack = 0
  /// URL keys that wait for their day.
  public var pending = 0
  /// An interrupt ended the run.
  public var interrupted = false
  /// Git or credentials failed, or git had no place for a fix as a branch; the sentence.
  public var gitProblem: String?
  /// What people should know beyond that; it changes no exit code.
  public var notes: [String] = []
  /// Revised releases that the run found or loaded; they change no exit code.
  public var revised: [RevisedRelease] = []
  /// The outage that halted the run.
  public var outage: EventError?
  /// The run's numbers (S0-34).
  public var stats = RunStats()
  /// How well it did; nil where nothing was run.
  public var evaluation: RunEvaluation?

  /// Creates an outcome in which nothing happened.
  public init() {}

  /// From which seriousness on a run ends with an exit code other than zero (`--fail-on`).
  public enum FailOn: String, CaseIterable, Sendable {
    /// Already when fixes are new: the default.
    case new
    /// When failures wait for review, or have no fix.
    case waiting
    /// Only when failures have no fix.
    case unfixed
    /// Never, but for an interrupt or trouble with git.
    case none
  }

  /// The exit code: 130 interrupted, 50 git, 10 new fixes, 30 failures without a fix, 20 failures that wait, 0 all done.
  public func exitCode(failOn: FailOn = .new) -> Int32 {
    if interrupted { return 130 }
    if gitProblem != nil { return 50 }
    if newFixes + newRevisions > 0, failOn == .new { return 10 }
    if unfixed > 0 || outage != nil, failOn != .none { return 30 }
    if waiting > 0, failOn == .new || failOn == .waiting { return 20 }
    return 0
  }
}
