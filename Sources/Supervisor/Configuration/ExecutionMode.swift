public import Repair

/// `execution_mode.yaml`: how much Errata does by itself (S2-26).
public struct ExecutionMode: Hashable, Sendable {
  /// Who decides about fixes.
  public enum Mode: String, CaseIterable, Decodable, Hashable, Sendable {
    /// A person merges.
    case humanInLoop = "human-in-loop"
    /// Verified safe fixes at or above the bar are merged.
    case autonomous
  }

  /// Where generated files are committed before fixes are built on them.
  public enum Baseline: String, CaseIterable, Decodable, Hashable, Sendable {
    /// Onto the base.
    case commit
    /// Onto `errata-baseline`.
    case branch
    /// Nowhere.
    case never
  }

  /// When an open branch is built anew.
  public enum Rebuild: String, CaseIterable, Decodable, Hashable, Sendable {
    /// When it no longer merges cleanly.
    case conflicted
    /// When the base has moved on.
    case behind
    /// Never.
    case never
  }

  /// How autonomous mode brings a fix into the base.
  public enum Merge: String, CaseIterable, Decodable, Hashable, Sendable {
    /// By a merge commit.
    case commit
    /// By moving the base to the fix, as `git merge --ff-only` does; by a merge commit where that cannot be.
    case fastForward = "fast-forward"
  }

  /// What becomes of periods that a landing page links and the publications do not have.
  public enum NewPeriodsRule: String, CaseIterable, Decodable, Hashable, Sendable {
    /// A fix that adds them.
    case propose
    /// Nothing: landing pages are not looked at.
    case ignore
  }

  /// What becomes of loaded files that have other bytes at their addresses by now.
  public enum RevisionsRule: String, CaseIterable, Decodable, Hashable, Sendable {
    /// Their sources are loaded again.
    case reload
    /// They are told of.
    case report
    /// Nothing: the addresses are not asked.
    case ignore
  }

  /// How much of the data's values reports and commits show.
  public enum ReportValues: String, CaseIterable, Decodable, Hashable, Sendable {
    /// The values.
    case full
    /// How many values, in which rows.
    case counts
    /// Nothing but markers.
    case none
  }

  /// Who weighs a step's result.
  public enum StepDeciderName: String, CaseIterable, Decodable, Hashable, Sendable {
    /// The rules.
    case rules
    /// A fixed answer, for tests of the plumbing.
    case alwaysProceed = "always_proceed"
  }

  /// Who decides about fixes.
  public var mode: Mode
  /// When and how often a transient failure is tried again.
  public var retry: RetryRules
  /// What autonomous mode may merge.
  public var autonomous: AutonomousRules
  /// The branch that fixes are for; nil for HEAD's.
  public var base: String?
  /// Where generated files are committed.
  public var baseline: Baseline
  /// When an open branch is built anew.
  public var rebuild: Rebuild
  /// How autonomous mode brings a fix into the base.
  public var merge: Merge
  /// What becomes of periods that a landing page links and the publications do not have.
  public var newPeriods: NewPeriodsRule = .propose
  /// What becomes of loaded files that have other bytes at their addresses by now.
  public var revisions: RevisionsRule = .report
  /// From when on failures are one change of columns upstream.
  public var schemaDrift = DriftRule()
  /// Where fixes are shared; nil keeps them in this repository.
  public var remote: RemoteSettings?
  /// Where pull requests are opened for what was pushed to the remote; nil opens none.
  public var forge: ForgeSettings?
  /// The model that is asked where the rules find no fix that holds; nil asks nobody.
  public var adviser: AdviserSettings?
  /// Who commits.
  public var author: Author
  /// How much of the data's values reports and commits show.
  public var reportValues: ReportValues
  /// Who weighs a step's result.
  public var stepDecider: StepDeciderName

  /// Creates an execution mode; the defaults are those of an absent file.
  public init(
    mode: Mode = .humanInLoop, retry: RetryRules = RetryRules(), autonomous: AutonomousRules = AutonomousRules(),
    base: String? = nil, baseline: Baseline = .commit, rebuild: Rebuild = .conflicted, merge: Merge = .commit,
    remote: RemoteSettings? = nil, forge: ForgeSettings? = nil, adviser: AdviserSettings? = nil,
    author: Author = Author(), reportValues: ReportValues = .counts, stepDecider: StepDeciderName = .rules
  ) {
    self.mode = mode
    self.retry = retry
    self.autonomous = autonomous
    self.base = base
    self.baseline = baseline
    self.rebuild = rebuild
    self.merge = merge
    self.remote = remote
    self.forge = forge
    self.adviser = adviser
    self.author = author
    self.reportValues = reportValues
    self.stepDecider = stepDecider
  }
}

extension ExecutionMode {
  /// The variables of the environment that hold tokens and keys.
  private var secretVariables: [String] {
    [remote?.tokenVariable, forge?.tokenVariable, adviser?.keyVariable].compactMap(\.self)
  }

  /// The tokens and keys that an environment holds: no output may show them.
  func secrets(in environment: [String: String]) -> [String] { secretVariables.compactMap { environment[$0] } }
}

/// When and how often a transient failure is tried again.
public struct RetryRules: Hashable, Sendable {
  /// Tries after the first.
  public var maxRetries: Int
  /// The pause before the first of them.
  public var baseDelaySeconds: Double
  /// What each further pause is multiplied by.
  public var backoffMultiplier: Double
  /// The longest pause.
  public var maxDelaySeconds: Double

  /// Creates rules.
  public init(
    maxRetries: Int = 3, baseDelaySeconds: Double = 5, backoffMultiplier: Double = 2, maxDelaySeconds: Double = 300
  ) {
    self.maxRetries = maxRetries
    self.baseDelaySeconds = baseDelaySeconds
    self.backoffMultiplier = backoffMultiplier
    self.maxDelaySeconds = maxDelaySeconds
  }
}

/// What autonomous mode may merge.
public struct AutonomousRules: Hashable, Sendable {
  /// The confidence that a fix needs.
  public var minConfidence: Double
  /// Kept from the seeds; a backup is a git commit.
  public var createBackups: Bool

  /// Creates rules.
  public init(minConfidence: Double = 0.8, createBackups: Bool = true) {
    self.minConfidence = minConfidence
    self.createBackups = createBackups
  }
}

/// Who commits fixes.
public struct Author: Hashable, Sendable {
  /// The name in commits.
  public var name: String
  /// The address in commits.
  public var email: String

  /// Creates an author.
  public init(name: String = "Errata", email: String = "errata@localhost") {
    self.name = name
    self.email = email
  }
}
