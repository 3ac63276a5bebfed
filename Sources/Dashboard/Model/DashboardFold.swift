public import Foundation
public import Journal

/// What the dashboard is made of besides the journal.
public struct DashboardSettings: Sendable {
  /// The workspace's name.
  public var workspace: String
  /// The moment that ages are counted from, and whose day is today.
  public var now: Date
  /// An error's sentence as it may be shown.
  public var shown: @Sendable (EventError) -> String
  /// The diffs of open fixes by id.
  public var diffs: [String: String]
  /// What share of the work must succeed: each has an error budget.
  public var objectives: [ServiceObjective]
  /// How many runs are shown: the latest.
  public var runs = 250
  /// How many failures are told with their sentence: the latest.
  public var failures = 2000

  /// Settings without fixes' diffs and goals.
  public init(
    workspace: String, now: Date, shown: @escaping @Sendable (EventError) -> String = \.message,
    diffs: [String: String] = [:], objectives: [ServiceObjective] = []
  ) {
    self.workspace = workspace
    self.now = now
    self.shown = shown
    self.diffs = diffs
    self.objectives = objectives
  }
}

/// The journal as the dashboard shows it: the same events and the same moment give the same.
public struct DashboardFold {
  /// What the page shows at once.
  public private(set) var model: DashboardModel
  /// What it shows of one run or source.
  public private(set) var histories = SourceHistories()

  private let settings: DashboardSettings
  private var strings = StringTable()
  private var runIndexes: [String: Int] = [:]
  private var runs: [DashboardModel.Run] = []
  private var publications: [String: [Int: [Int]]] = [:]
  private var failures: [Event] = []
  private var history = HistoryFold()
  private var count = FailureCount()

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event>, _ settings: DashboardSettings) {
    self.settings = settings
    let today = RunID.day(settings.now)
    model = DashboardModel(workspace: settings.workspace, now: settings.now.milliseconds, today: today)
    let days = (0..<30).reversed().map { RunID.day(settings.now.addingTimeInterval(Double(-$0) * 86_400)) }
    var metrics = MetricsFold(days: (days.first ?? today)...today)
    var durations = StageDurations(replaying: [])
    var book = FixBook()
    var pulls = PullRequestBook()
    var health = HealthFold(now: settings.now, objectives: settings.objectives)
    for event in events {
      model.events += 1
      metrics.apply(event)
      durations.apply(event)
      book.apply(event)
      pulls.apply(event)
      if !settings.objectives.isEmpty { health.apply(event) }
      apply(event, state: metrics.state)
    }
    model.stages = durations.stages
    model.durations = durations.stages.map { DashboardModel.Duration($0, durations.milliseconds[$0] ?? []) }
    model.days = days.map { day in
      var shown = metrics[day]
      shown.publications = [:]
      shown.data.rowsByRun = [:]
      shown.pipeline.scores = [:]
      return shown
    }
    model.budgets = health.report.budgets
    model.take(book, pulls, diffs: settings.diffs)
    takeRuns(from: metrics.state)
    takeFailures()
    takeSources(of: metrics.state)
    model.strings = strings.strings
  }

  private mutating func apply(_ event: Event, state: BackfillState) {
    guard !event.isLearned else { return }
    if event.type == .runStarted, runIndexes[event.runID] == nil {
      runIndexes[event.runID] = runs.count
      runs.append(
        DashboardModel.Run(
          name: event.runID, start: event.timestamp.milliseconds, status: "in_progress", stats: RunStats()))
    }
    let isFailure = count.isNew(event)
    if isFailure { failures.append(event.kept) }
    guard let run = runIndexes[event.runID] else { return }
    if isFailure { runs[run].failures += 1 }
    if isFailure || event.type != .stageFailed && event.type != .sourceFailed { history.apply(event, run: run) }
    switch event.type {
    case .urlCompleted, .urlFailed: finish(event, run: run, state: state)
    case .stageCompleted, .stageFailed: attempt(event, run: run)
    default: break
    }
  }

  private mutating func finish(_ event: Event, run: Int, state: BackfillState) {
    guard let publication = event.context.publication, let key = event.stateKey else { return }
    let column = [URLStatus.completed, .partial, .failed].firstIndex(of: state[key]?.status ?? .pending) ?? 3
    publications[publication, default: [:]][run, default: [0, 0, 0, 0]][column] += 1
  }

  private mutating func attempt(_ event: Event, run: Int) {
    guard let name = event.stateStage, event.data["reused"]?.bool != true else { return }
    let stage = strings.index(of: name)
    var numbers = runs[run].stages[stage] ?? [0, 0, 0]
    numbers[0] += 1
    if event.type == .stageCompleted { numbers[1] += 1 }
    numbers[2] += event.data["duration_ms"]?.int ?? 0
    runs[run].stages[stage] = numbers
  }

  private var firstRun: Int { max(0, runs.count - settings.runs) }

  private mutating func takeRuns(from state: BackfillState) {
    model.runsTotal = runs.count
    model.runs = runs[firstRun...].map { run in
      var shown = run
      if let record = state.runs[run.name] {
        shown.status = record.status
        shown.exitCode = record.exitCode
        shown.stats = record.stats
        shown.evaluation = record.evaluation
      }
      return shown
    }
    model.publications = publications.sorted { $0.key < $1.key }.map { name, cells in
      let shown = cells.filter { $0.key >= firstRun }.sorted { $0.key < $1.key }
      return DashboardModel.Publication(name: name, cells: shown.map { [$0.key - firstRun] + $0.value })
    }
  }

  private mutating func takeFailures() {
    model.failuresTotal = failures.count
    for event in failures.suffix(settings.failures).reversed() {
      let error = event.error ?? EventError(.unknown, "")
      model.failures.append(
        DashboardModel.Failure(
          time: event.timestamp.milliseconds, run: event.runID, key: event.stateKey, source: event.stateSource,
          stage: event.stateStage, type: strings.index(of: error.type), message: strings.index(of: sentence(error))))
    }
  }

  private mutating func takeSources(of state: BackfillState) {
    for (name, url) in state.urls.sorted(by: { $0.key < $1.key }) {
      let known = url.standingFailures.reduce(into: [String: String]()) { known, failure in
        known[failure.name] = state.acknowledgement(of: failure, in: name, on: model.today)?.until
      }
      model.keys.append(
        DashboardModel.Key(
          name: name, status: url.status, pendingUntil: url.pendingUntil, reason: url.reason.map { shortened($0) },
          stages: url.stages.mapValues(\.status)))
      for (code, source) in url.sources.sorted(by: { $0.key < $1.key }) {
        let error = source.failure?.error
        model.sources.append(
          DashboardModel.Source(
            key: model.keys.count - 1, name: code, status: source.status, rows: source.rows, table: source.table,
            error: source.error.map { strings.index(of: $0) },
            message: error.map { strings.index(of: sentence($0)) }, fix: source.fix, acknowledged: known[code]))
        histories.sources.append(history.history(of: code, in: name, from: firstRun, &strings))
      }
    }
  }

  /// An error's sentence on one line, cut to what a page has room for: the journal has the whole.
  private func sentence(_ error: EventError) -> String {
    var cut = error
    cut.message = shortened(error.message, to: 4000)
    return shortened(settings.shown(cut))
  }

  private func shortened(_ text: String, to limit: Int = 300) -> String {
    // By scalars: a character may be megabytes of accents.
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(limit) {
      result.append(scalar.properties.generalCategory == .control ? " " : scalar)
    }
    let isCut = text.unicodeScalars.dropFirst(limit).first != nil
    return String(result) + (isCut ? "…" : "")
  }
}

extension DashboardModel.Duration {
  fileprivate init(_ stage: String, _ milliseconds: [Int]) {
    let sorted = milliseconds.sorted()
    func at(_ share: Double) -> Int {
      sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.down)))]
    }
    self.init(stage: stage, count: sorted.count, median: at(0.5), slow: at(0.95), longest: sorted.last ?? 0)
  }
}

extension Date {
  /// Milliseconds since 1970.
  var milliseconds: Int { Int((timeIntervalSince1970 * 1000).rounded()) }
}
