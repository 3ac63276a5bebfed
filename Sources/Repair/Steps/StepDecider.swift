public import Journal

/// All that a decision may rest on (S1-1): nothing else is known, so nothing else can be invented.
public struct StepSituation: Codable, Hashable, Sendable {
  /// How the step ended.
  public var result: StepResult
  /// What its checks found.
  public var report: ValidationReport
  /// Where the pipeline stands.
  public var state: PipelineMachine
  /// The step's error, when it told one or its output was classified.
  public var error: EventError?

  /// Creates a situation.
  public init(result: StepResult, report: ValidationReport, state: PipelineMachine, error: EventError? = nil) {
    self.result = result
    self.report = report
    self.state = state
    self.error = error
  }
}

/// Decides what follows a step. A value, so that rules, a model and a test's fixed answer are the same thing to the caller.
public struct StepDecider: Sendable {
  /// The decider's name in the journal.
  public let name: String
  /// Decides.
  public let decide: @Sendable (StepSituation) async -> SupervisorDecision

  /// Creates a decider.
  public init(name: String, decide: @escaping @Sendable (StepSituation) async -> SupervisorDecision) {
    self.name = name
    self.decide = decide
  }

  /// Always proceeds: for trying out the plumbing.
  public static let alwaysProceed = StepDecider(name: "always_proceed") { _ in
    SupervisorDecision(.proceed, reason: "The decider always proceeds.")
  }

  /// The cautious operator's rules.
  public static let rules = StepDecider(name: "rules") { decision(for: $0) }

  /// What the rules say: proceed on success, halt on an outage, retry what may heal, else ask a person.
  public static func decision(for situation: StepSituation) -> SupervisorDecision {
    let result = situation.result
    let failures = situation.report.failures
    if result.exitCode == 0, failures.isEmpty, situation.error == nil {
      return SupervisorDecision(.proceed, reason: "\(result.stepID) ended well and its checks passed.")
    }
    // The exit status alone speaks against it: the error would say what else does.
    if failures.isEmpty, situation.error == nil, result.sources?.areAllWell == true {
      return SupervisorDecision(
        .proceed,
        reason: "\(result.stepID) exited with \(result.exitCode), but its results tell that all of it is loaded.")
    }
    let why = cause(of: situation)
    let kind = situation.error?.kind ?? .unknown
    if Transience.isOutage(kind) { return SupervisorDecision(.halt, reason: why) }
    let transient = situation.error?.transient ?? (result.timedOut || Transience.isTransient(kind))
    if transient {
      return situation.state.mayRetry
        ? SupervisorDecision(.retry, reason: why)
        : SupervisorDecision(.escalate, reason: "Tried \(situation.state.attempts) times. \(why)")
    }
    return SupervisorDecision(.escalate, reason: why)
  }

  private static func cause(of situation: StepSituation) -> String {
    let result = situation.result
    if let error = situation.error { return "\(result.stepID) failed with \(error.type): \(error.message)" }
    if result.timedOut { return "\(result.stepID) ran out of time." }
    if let signal = result.signal { return "\(result.stepID) was ended by signal \(signal)." }
    if result.exitCode != 0 { return "\(result.stepID) exited with \(result.exitCode)." }
    let found = situation.report.failures.map(\.detail).joined(separator: "; ")
    return "\(result.stepID) exited with 0 but its checks failed: \(found)"
  }
}
