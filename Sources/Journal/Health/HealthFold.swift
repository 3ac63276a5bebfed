public import Foundation

/// Folds a journal into what it says about how well everything does, one event at a time: memory grows with the sources, fixes
/// and patterns of failures, not with the events.
public struct HealthFold: Sendable {
  /// What the last days say about success is in the score; what is older is history.
  public static let scoreDays = 30

  /// The event types that it looks at.
  private static let types: Set<EventType> = [
    .stageCompleted, .stageFailed, .sourceLoaded, .sourceFailed, .sourceSkipped, .retryScheduled, .circuitOpened,
    .markedPending, .fixIntended, .fixPublished, .fixStatus, .reconciled,
    .operationFailed, .operationsCounted, .runEvaluated,
  ]

  private let now: Date
  private var reader = OutcomeReader()
  private var patterns = FailurePatterns()
  private var recurrence = Recurrence()
  private var experiences = FixExperiences()
  private var stages: [String: WorkTally] = [:]
  private var publications: [String: WorkTally] = [:]
  private var sources: [String: WorkTally] = [:]
  /// Whether the last outcome at a place was a failure.
  private var places: [WorkPlace: Bool] = [:]
  private var lately = OutcomeCount()
  private var budgets: [BudgetFold]
  private var operations = OperationFold()
  private var evaluations = EvaluationFold()
  private var reporting: [String: StageReporting] = [:]
  private var outages = 0
  private var events = 0
  /// The fixes.
  public private(set) var fixes = FixBook()
  private var setbacks = FixSetbacks()

  /// Starts a fold.
  ///
  /// - Parameters:
  ///   - now: The moment that windows end at.
  ///   - objectives: What share of the work must succeed.
  public init(now: Date, objectives: [ServiceObjective] = []) {
    self.now = now
    budgets = objectives.map { BudgetFold($0, now: now) }
  }

  /// Folds the events in the order given.
  public init(now: Date, objectives: [ServiceObjective] = [], replaying events: some Sequence<Event>) {
    self.init(now: now, objectives: objectives)
    for event in events { apply(event) }
  }

  /// Takes one event in.
  public mutating func apply(_ event: Event) {
    guard Self.types.contains(event.type) else { return }
    events += 1
    if let outcome = reader.read(event) { take(outcome) }
    switch event.type {
    case .fixIntended, .fixPublished, .fixStatus, .reconciled:
      experiences.note(event, standing: patterns.standing)
      fixes.apply(event)
      setbacks.apply(event)
    case .sourceFailed, .stageFailed: setbacks.apply(event)
    case .operationFailed, .operationsCounted: operations.apply(event)
    case .runEvaluated: evaluations.apply(event)
    default: break
    }
  }

  private mutating func take(_ outcome: Outcome) {
    let fingerprint = patterns.take(outcome)
    recurrence.take(outcome, fingerprint: fingerprint)
    if outcome.kind == .outage { outages += 1 }
    let place = outcome.place
    if !place.stage.isEmpty {
      stages[place.stage, default: WorkTally()].take(outcome)
      reporting[place.stage, default: StageReporting(stage: place.stage)].take(outcome)
    }
    if let publication = outcome.publication { publications[publication, default: WorkTally()].take(outcome) }
    if !place.source.isEmpty { sources[place.name, default: WorkTally()].take(outcome) }
    switch outcome.kind {
    case .success, .failure:
      places[place] = outcome.kind == .failure
      let age = now.timeIntervalSince(outcome.at)
      guard age >= 0, age < Double(Self.scoreDays) * 86_400 else { break }
      lately.total += 1
      if outcome.kind == .failure { lately.failed += 1 }
    case .settled: places[place] = nil
    case .retried, .outage: break
    }
    for index in budgets.indices { budgets[index].take(outcome) }
  }

  /// What became of the fixes.
  public var fixOutcomes: [FixOutcome] {
    fixes.fixes.filter { !$0.isRevision }.map { FixOutcome($0, setbacks: setbacks) }
  }

  /// What the events so far say.
  public var report: HealthReport {
    let patterns = patterns.result
    let recurring = recurrence.result { self.patterns.type(of: $0) }
    let outcomes = fixOutcomes
    let (byPattern, byType) = experiences.result(outcomes)
    let advice = Advice(byPattern: byPattern, byType: byType, open: fixes.open, recurring: recurring)
    let budgets = budgets.map(\.result)
    return HealthReport(
      asOf: now, score: score(outcomes, budgets, operations.result), evaluations: evaluations.latest,
      patterns: patterns, recurring: recurring, stages: Self.named(stages), publications: Self.named(publications),
      sources: worst, sourcesTotal: sources.count, operations: operations.result,
      reporting: reporting.values.sorted { $0.stage < $1.stage }, budgets: budgets,
      recommendations: advice.recommendations(for: patterns), outages: outages, events: events)
  }

  private static func named(_ tallies: [String: WorkTally]) -> [NamedTally] {
    tallies.sorted { $0.key < $1.key }.map { NamedTally($0.key, $0.value) }
  }

  private var worst: [NamedTally] {
    sources.filter { $0.value.failures > 0 }.map { NamedTally($0.key, $0.value) }.sorted {
      ($1.tally.failuresInARow, $1.tally.failures, $0.name) < ($0.tally.failuresInARow, $0.tally.failures, $1.name)
    }
  }

  private func score(
    _ outcomes: [FixOutcome], _ budgets: [ErrorBudget], _ operations: [OperationHealth]
  ) -> HealthScore {
    let calls = operations.reduce(0) { $0 + $1.calls }
    let lost = operations.reduce(0) { $0 + $1.failed }
    let failing = places.values.count { $0 }
    let decided = outcomes.compactMap(\.wasRight)
    let judged = budgets.compactMap(\.left)
    func part(_ name: String, _ good: Int, of all: Int, weight: Int, _ what: String) -> HealthScore.Part {
      HealthScore.Part(
        name: name, value: all == 0 ? nil : Double(good) / Double(all), weight: weight,
        basis: all == 0 ? "nothing yet" : "\(good) of \(all) \(what)")
    }
    return HealthScore([
      part(
        "work succeeds", lately.total - lately.failed, of: lately.total, weight: 35,
        "outcomes of the last \(Self.scoreDays) days"),
      part("nothing stands failed", places.count - failing, of: places.count, weight: 30, "places work"),
      part(
        "failures stay away", recurrence.mended - recurrence.returned, of: recurrence.mended, weight: 10,
        "mended failures stayed away"),
      part("fixes work", decided.count { $0 }, of: decided.count, weight: 15, "decided fixes"),
      part("operations succeed", calls - lost, of: calls, weight: 10, "calls of Errata itself"),
      part("objectives hold", judged.count { $0 >= 0 }, of: judged.count, weight: 10, "error budgets not overdrawn"),
    ])
  }
}
