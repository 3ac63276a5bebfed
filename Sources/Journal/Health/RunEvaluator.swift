/// Evaluates a run out of its events and where everything stands after it.
public struct RunEvaluator: Sendable {
  private let state: BackfillState
  private let usual: UsualRows
  private let today: String
  /// The last outcome at each place.
  private var outcomes: [WorkPlace: Outcome] = [:]
  private var rows: [WorkPlace: Int] = [:]

  /// Reads a run.
  ///
  /// - Parameters:
  ///   - events: What the run wrote.
  ///   - history: Everything before it.
  ///   - state: Where everything stands after it.
  ///   - today: `yyyy-mm-dd`; failures that are acknowledged up to a later day do not count.
  public init(
    _ events: some Sequence<Event>, after history: some Sequence<Event>, state: BackfillState, today: String
  ) {
    self.state = state
    self.today = today
    usual = UsualRows(replaying: history)
    var reader = OutcomeReader()
    for event in events {
      guard let outcome = reader.read(event) else { continue }
      switch outcome.kind {
      case .success, .failure:
        outcomes[outcome.place] = outcome
        rows[outcome.place] = event.type == .sourceLoaded ? event.data["rows"]?.int : nil
      case .settled: outcomes[outcome.place] = nil
      case .retried, .outage: break
      }
    }
    outcomes = outcomes.filter { !isAcknowledged($0.value) }
  }

  /// The evaluation.
  ///
  /// - Parameters:
  ///   - keys: The URL keys that the run covers.
  ///   - unjudged: Why the run is not to be judged: an outage, an interrupt.
  public func evaluation(of keys: some Sequence<String>, unjudged: String? = nil) -> RunEvaluation {
    let worked = Set(outcomes.keys.map(\.key))
    var (well, places) = (0, 0)
    for key in keys {
      guard let record = state[key] else { continue }
      let standing = record.standingFailures.filter { state.acknowledgement(of: $0, in: key, on: today) == nil }
      guard worked.contains(key) || !standing.isEmpty else { continue }
      let count = count(record, key)
      well += count.well
      places += count.places
    }
    let expected = outcomes.values.compactMap { outcome -> (place: WorkPlace, rows: Int)? in
      guard !outcome.place.source.isEmpty, let publication = outcome.publication,
        // A loader that does not tell its rows is not slow.
        outcome.kind == .failure || rows[outcome.place] != nil
      else { return nil }
      return usual.rows(of: outcome.place.source, in: publication).map { (outcome.place, $0) }
    }
    return RunEvaluation(
      well: well, of: places, failed: outcomes.values.count { $0.kind == .failure }, of: outcomes.count,
      rows: expected.reduce(0) { $0 + (rows[$1.place] ?? 0) }, expected: expected.reduce(0) { $0 + $1.rows },
      unjudged: unjudged)
  }

  /// What fails, in its order: in the run, and what stands failed in the URL keys that it covers. Acknowledged failures are left out.
  public func failures(of keys: some Sequence<String>) -> [FailingPlace] {
    var failures: [WorkPlace: FailingPlace] = [:]
    for key in keys {
      for failure in state[key]?.standingFailures ?? []
      where state.acknowledgement(of: failure, in: key, on: today) == nil {
        let place = WorkPlace(key: key, source: failure.source ?? "", stage: failure.stage ?? "")
        let publication = key.prefix { $0 != "/" }
        failures[place] = FailingPlace(place, publication: String(publication), errorType: failure.errorType)
      }
    }
    for outcome in outcomes.values where outcome.kind == .failure {
      failures[outcome.place] = FailingPlace(
        outcome.place, publication: outcome.publication,
        errorType: outcome.error?.type ?? ErrorType.unknown.rawValue)
    }
    return failures.values.sorted()
  }

  /// How far recovery goals have come.
  ///
  /// - Parameter failures: What fails, as ``failures(of:)`` gives it.
  public func progress(of goals: [RecoveryGoal], failures: [FailingPlace]) -> [RecoveryProgress] {
    goals.map { goal in
      let own = outcomes.values.filter { goal.isAbout(publication: $0.publication, stage: $0.place.stage) }
      let failing = failures.filter {
        goal.covers(publication: $0.publication, stage: $0.place.stage, errorType: $0.errorType)
      }
      return RecoveryProgress(
        goal, failing: failing.count, of: Set(own.map(\.place)).union(failing.map(\.place)).count,
        worked: own.contains { $0.kind == .success }, today: today)
    }
  }

  private func count(_ record: URLRecord, _ key: String) -> (well: Int, places: Int) {
    if record.pendingUntil != nil, record.status == .pending { return (0, 0) }
    func isKnown(_ source: String?, _ stage: String?, _ type: String?) -> Bool {
      guard let type else { return false }
      let failure = StandingFailure(source: source, stage: stage, errorType: type)
      return state.acknowledgement(of: failure, in: key, on: today) != nil
    }
    let sources = record.enabledSources.filter { code, source in
      source.pendingUntil == nil && !(source.status != .loaded && isKnown(code, source.stage, source.error))
    }
    guard record.enabledSources.isEmpty else {
      let failing = record.standingFailures.count { $0.source == nil && !isKnown(nil, $0.stage, $0.errorType) }
      return (sources.values.count { $0.status == .loaded }, sources.count + failing)
    }
    let stages = record.stages.filter { name, stage in
      // What was never reached tells nothing that the stage before it has not told.
      (stage.status == .completed || stage.failure != nil) && !isKnown(nil, name, stage.failure?.error.type)
    }
    return (stages.values.count { $0.status == .completed }, stages.count)
  }

  private func isAcknowledged(_ outcome: Outcome) -> Bool {
    guard outcome.kind == .failure else { return false }
    let place = outcome.place
    let failure = StandingFailure(
      source: place.source.isEmpty ? nil : place.source, stage: place.stage.isEmpty ? nil : place.stage,
      errorType: outcome.error?.type ?? ErrorType.unknown.rawValue)
    return state.acknowledgement(of: failure, in: place.key, on: today) != nil
  }
}

/// The evaluations of the latest runs, as a fold over `run_evaluated`.
public struct EvaluationFold: Sendable {
  /// An evaluation with its run.
  public struct Entry: Codable, Hashable, Sendable {
    /// The run.
    public let run: String
    /// How it did.
    public let evaluation: RunEvaluation

    /// Names the run of an evaluation.
    public init(run: String, evaluation: RunEvaluation) {
      self.run = run
      self.evaluation = evaluation
    }
  }

  /// How many are remembered.
  public static let remembered = 30
  /// The latest, the oldest first.
  public private(set) var latest: [Entry] = []
  /// How many runs of this machine were evaluated in all.
  public private(set) var count = 0

  /// No run was evaluated.
  public init() {}

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event>) { for event in events { apply(event) } }

  /// Takes one event in.
  public mutating func apply(_ event: Event) {
    guard !event.isLearned, let evaluation = RunEvaluation(event) else { return }
    count += 1
    if latest.count == Self.remembered { latest.removeFirst() }
    latest.append(Entry(run: event.runID, evaluation: evaluation))
  }

  /// The latest one that has a score.
  public var judged: Entry? { latest.last { $0.evaluation.score != nil } }
}
