/// Where one URL key stands in its pipeline (S1-9): states, attempts, and what may follow what.
///
/// It performs nothing: `apply` says what to do next.
public struct PipelineMachine: Codable, Hashable, Sendable {
  /// The states in their order.
  public enum State: String, Codable, CaseIterable, Sendable {
    case initial = "INIT"
    case extract = "EXTRACT"
    case enrich = "ENRICH"
    case ingest = "INGEST"
    case publish = "PUBLISH"
    case complete = "COMPLETE"
    case halted = "HALTED"
  }

  /// What the one who drives the machine does next.
  public enum Action: Codable, Hashable, Sendable {
    /// Run the step at this index of the pipeline; `attempt` is 1 for the first time.
    case run(step: Int, attempt: Int)
    /// All steps are done.
    case finish
    /// Nothing more runs for this key.
    case stop(SupervisorDecision)
  }

  /// The steps' states, in the order they run. Two stages may share a state.
  public let steps: [State]
  /// How often a step may be tried again after its first time.
  public let maxRetries: Int
  /// The state now.
  public private(set) var state: State
  /// The index of the current step.
  public private(set) var step: Int
  /// How often the current step was started.
  public private(set) var attempts: Int

  /// A machine before its first step.
  public init(steps: [State] = [.extract, .enrich, .ingest, .publish], maxRetries: Int = 3) {
    self.steps = steps
    self.maxRetries = max(0, maxRetries)
    state = .initial
    step = 0
    attempts = 0
  }

  /// Whether the current step may be tried once more.
  public var mayRetry: Bool { !isOver && attempts <= maxRetries }

  /// Whether nothing can follow.
  public var isOver: Bool { state == .complete || state == .halted }

  /// Starts at a step, the ones before it being done: zero for a new key, later for a resumed one.
  public mutating func start(at first: Int = 0) -> Action { enter(first) }

  /// Weighs a decision about the step that just ended. A retry beyond the limit becomes an escalation.
  public mutating func apply(_ decision: SupervisorDecision) -> Action {
    guard state != .initial, !isOver else {
      return .stop(SupervisorDecision(.halt, reason: "No step is under way in state \(state.rawValue)."))
    }
    switch decision.action {
    case .proceed:
      return enter(step + 1)
    case .retry where mayRetry:
      attempts += 1
      return .run(step: step, attempt: attempts)
    case .retry:
      state = .halted
      return .stop(
        SupervisorDecision(.escalate, reason: "Tried \(attempts) times. \(decision.reason)"))
    case .halt, .escalate:
      state = .halted
      return .stop(decision)
    }
  }

  private mutating func enter(_ index: Int) -> Action {
    guard index < steps.count else {
      state = .complete
      return .finish
    }
    step = index
    attempts = 1
    state = steps[index]
    return .run(step: index, attempt: 1)
  }
}
