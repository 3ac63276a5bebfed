/// How a step ended.
public struct StepResult: Codable, Hashable, Sendable {
  /// The step.
  public var stepID: String
  /// The exit status. A signal counts as its negative number, a program that could not be started as 127.
  public var exitCode: Int
  /// Product name to path.
  public var artefacts: [String: String]
  /// How long it took.
  public var durationMS: Int?
  /// Where its whole output is.
  public var log: String?
  /// The signal that ended it.
  public var signal: Int?
  /// Whether its time ran out.
  public var timedOut: Bool
  /// What its results tell of its sources; nil where it declares none.
  public var sources: SourceTally?

  /// Creates a result.
  public init(
    stepID: String, exitCode: Int, artefacts: [String: String] = [:], durationMS: Int? = nil, log: String? = nil,
    signal: Int? = nil, timedOut: Bool = false, sources: SourceTally? = nil
  ) {
    self.stepID = stepID
    self.exitCode = exitCode
    self.artefacts = artefacts
    self.durationMS = durationMS
    self.log = log
    self.signal = signal
    self.timedOut = timedOut
    self.sources = sources
  }

  enum CodingKeys: String, CodingKey {
    case artefacts, log, signal, sources
    case stepID = "step_id"
    case exitCode = "exit_code"
    case durationMS = "duration_ms"
    case timedOut = "timed_out"
  }

  /// Reads a result; what the seeds' contract does not have may be missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    stepID = try container.decode(String.self, forKey: .stepID)
    exitCode = try container.decode(Int.self, forKey: .exitCode)
    artefacts = try container.decode([String: String].self, forKey: .artefacts)
    durationMS = try container.decodeIfPresent(Int.self, forKey: .durationMS)
    log = try container.decodeIfPresent(String.self, forKey: .log)
    signal = try container.decodeIfPresent(Int.self, forKey: .signal)
    timedOut = try container.decodeIfPresent(Bool.self, forKey: .timedOut) ?? false
    sources = try container.decodeIfPresent(SourceTally.self, forKey: .sources)
  }
}

/// What the deterministic checks of a step found.
public struct ValidationReport: Codable, Hashable, Sendable {
  /// Pass or fail; there is nothing between.
  public enum Status: String, Codable, Sendable { case pass, fail }

  /// One check.
  public struct Check: Codable, Hashable, Sendable {
    /// The check's name: `file_exists`, `log_regex_absent` …
    public var check: String
    /// How it went.
    public var status: Status
    /// What was found, in one sentence.
    public var detail: String

    /// Creates a check's result.
    public init(_ check: String, _ status: Status, detail: String) {
      self.check = check
      self.status = status
      self.detail = detail
    }
  }

  /// `fail` as soon as one check fails.
  public var status: Status
  /// The checks in their order.
  public var checks: [Check]

  /// Sums up checks.
  public init(checks: [Check]) {
    self.checks = checks
    status = checks.contains { $0.status == .fail } ? .fail : .pass
  }

  /// The checks that failed.
  public var failures: [Check] { checks.filter { $0.status == .fail } }
}

/// What follows from a step's result and report.
public struct SupervisorDecision: Codable, Hashable, Sendable {
  /// The four decisions.
  public enum Action: String, Codable, CaseIterable, Sendable { case proceed, retry, halt, escalate }

  /// What to do.
  public var action: Action
  /// Why.
  public var reason: String

  /// Creates a decision.
  public init(_ action: Action, reason: String) {
    self.action = action
    self.reason = reason
  }
}
