public import Journal
public import Repair

/// What a person asked a run for.
public struct RunOptions: Sendable {
  /// `PUB` or `PUB/PERIOD`; empty for everything.
  public var only: [String]
  /// Try failures again though a fix waits.
  public var retryFailed: Bool
  /// Let autonomous mode merge; for whoever makes the `mend` hook.
  public var autoFix: Bool
  /// Load revised releases again, whatever the configuration says of them.
  public var reload: Bool
  /// How many URL keys run at the same time.
  public var jobs: Int
  /// Use services that answer already as they are, whoever started them.
  public var usesRunningServices = false

  /// Creates options.
  public init(
    only: [String] = [], retryFailed: Bool = false, autoFix: Bool = false, reload: Bool = false, jobs: Int = 1
  ) {
    self.only = only
    self.retryFailed = retryFailed
    self.autoFix = autoFix
    self.reload = reload
    self.jobs = max(1, jobs)
  }

  /// What was asked for and is not there, in one sentence; nil when all of it is.
  public func misplaced(in configuration: Configuration) -> String? {
    let file = configuration.files["publications"] ?? "config/publications.yaml"
    for name in only {
      let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let publication = configuration.publications[parts[0]] else {
        let names = configuration.publications.publications.map(\.key).joined(separator: ", ")
        return "\(file) has no publication '\(parts[0])'; it has \(names)"
      }
      guard parts.count > 1 else { continue }
      guard let period = publication.urls.first(where: { $0.period == parts[1] }) else {
        let names = publication.urls.map(\.period).joined(separator: ", ")
        return "the publication \(parts[0]) has no period '\(parts[1])'; it has \(names)"
      }
      guard period.enabled else { return "\(name) is switched off; set `enabled: true` in \(file) to run it" }
    }
    return nil
  }

  /// Whether the URL key was asked for.
  public func covers(publication: String, period: String) -> Bool {
    only.isEmpty || only.contains(publication) || only.contains("\(publication)/\(period)")
  }
}

/// A tracked file that a stage wrote anew, to be merged three ways.
public struct CarryOver: Sendable {
  /// The file, relative to the workspace.
  public let path: String
  /// The bytes that the stage wrote the last time; nil when that is not known.
  public let generatedBefore: [UInt8]?
  /// The bytes as they stood before the stage ran: with people's edits and approved fixes.
  public let standing: [UInt8]
  /// The bytes that the stage wrote now.
  public let generatedNow: [UInt8]
}

/// What is left in a file after a carry-over.
public enum CarriedOver: Hashable, Sendable {
  /// These bytes replace the file; the notes say which fixes the new text has no place for, or another one.
  case merged([UInt8], notes: [String] = [])
  /// Both sides changed the same place: what stood is kept. The sentence says where.
  case conflict(String)
}

/// What became of failures that were looked into, as far as the run needs to know.
public struct MendSummary: Sendable {
  /// Fixes were merged, so the stages they mend can run at once.
  public var mayResume: Bool
  /// Git or credentials failed; the sentence.
  public var gitProblem: String?
  /// Failures whose fix was held back because enough fixes wait already.
  public var heldBack: Int
  /// What was done with fixes without a person, one sentence each.
  public var notes: [String]

  /// Creates a summary.
  public init(mayResume: Bool = false, gitProblem: String? = nil, heldBack: Int = 0, notes: [String] = []) {
    self.mayResume = mayResume
    self.gitProblem = gitProblem
    self.heldBack = heldBack
    self.notes = notes
  }
}

/// What a run says about the goals and constraints.
public struct RunReview: Sendable {
  /// How well it did.
  public let evaluation: RunEvaluation
  /// What fails in what it covers.
  public let failures: [FailingPlace]
}

/// Where a run hands over to those who know git and repair.
public struct RunHooks: Sendable {
  /// Reads what people did with fixes; gives sentences for people. What it finds it journals itself.
  public var reconcile: @Sendable () async throws -> [String]
  /// Looks whether loaded files have been revised at their addresses; gives sentences for people. What it finds it journals
  /// itself.
  public var releases: @Sendable () async throws -> [String]
  /// Merges a file that a stage wrote anew with what stood there.
  public var carryOver: @Sendable (CarryOver) async throws -> CarriedOver
  /// Revises the goals and constraints after a run that says something about them; gives sentences for people. What it does it
  /// journals itself.
  public var revise: @Sendable (RunReview) async throws -> [String]
  /// Diagnoses failures and puts fixes forward. What it does it journals itself.
  public var mend: @Sendable ([Failure]) async throws -> MendSummary

  /// Creates hooks; without arguments they do nothing, and a carry-over keeps what stood unless nobody changed it.
  public init(
    reconcile: @escaping @Sendable () async throws -> [String] = { [] },
    releases: @escaping @Sendable () async throws -> [String] = { [] },
    carryOver: @escaping @Sendable (CarryOver) async throws -> CarriedOver = { _ in
      .conflict("the file differs from what the stage wrote before")
    },
    mend: @escaping @Sendable ([Failure]) async throws -> MendSummary = { _ in MendSummary() },
    revise: @escaping @Sendable (RunReview) async throws -> [String] = { _ in [] }
  ) {
    self.reconcile = reconcile
    self.releases = releases
    self.carryOver = carryOver
    self.mend = mend
    self.revise = revise
  }
}
