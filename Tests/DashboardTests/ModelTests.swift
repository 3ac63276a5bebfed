import Dashboard
import Foundation
import Journal
import TestJournal
import Testing

struct ModelTests {
  static let now = "2026-01-03T12:00:00Z"

  static func fold(
    _ events: [Event], now: String = now, objectives: [ServiceObjective] = []
  ) throws -> DashboardFold {
    let moment = try #require(Event.date(from: now))
    return DashboardFold(
      replaying: events, DashboardSettings(workspace: "w", now: moment, objectives: objectives))
  }

  @Test("Every number of the model is the one that a short script counts", arguments: [1, 2, 3])
  func numbers(seed: UInt64) throws {
    let logs = NSTemporaryDirectory() + "errata-dashboard-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: logs) }
    let journal = RandomJournal(seed: seed, runs: 8, publications: 4, sources: 5)
    try journal.write(to: logs)
    let model = try Self.fold(try JournalReader.events(in: logs)).model
    #expect(model.days.map(\.period).suffix(4) == ["2025-12-31", "2026-01-01", "2026-01-02", "2026-01-03"])
    #expect(model.days.count == 30 && model.today == model.days.last?.period)
    var failures = 0
    for day in model.days.suffix(4) {
      let counted = try CountedDay(logs: logs, day: day.period)
      let outcomes = counted.table("outcomes")
      #expect(day.pipeline.runs == counted["runs"])
      #expect(day.pipeline.urlsSucceeded == outcomes["succeeded", default: 0])
      #expect(day.pipeline.urlsPartial == outcomes["partial", default: 0])
      #expect(day.pipeline.urlsFailed == outcomes["failed", default: 0])
      #expect(day.stages.mapValues(\.attempts) == counted.table("attempts"))
      #expect(day.stages.mapValues(\.success).filter { $0.value > 0 } == counted.table("success"))
      #expect(day.errors.byType == counted.table("by_type"))
      #expect(day.data.rowsLoaded == counted["rows"])
      #expect(day.data.tablesUpdated == counted["tables"])
      #expect(day.data.parquetFilesCreated == counted["parquet"])
      #expect(day.llm.tokensUsed == counted["tokens"])
      let shown = model.failures.filter { RunID.day(Date(timeIntervalSince1970: Double($0.time) / 1000)) == day.period }
      #expect(shown.count == counted["failures"])
      let cells = model.publications.flatMap(\.cells).filter {
        RunID.day(of: model.runs[$0[0]].name) == day.period
      }
      #expect(cells.map { $0[1] }.reduce(0, +) == outcomes["succeeded", default: 0])
      #expect(cells.map { $0[2] }.reduce(0, +) == outcomes["partial", default: 0])
      #expect(cells.map { $0[3] }.reduce(0, +) == outcomes["failed", default: 0])
      failures += counted["failures"] ?? 0
    }
    #expect(model.failuresTotal == failures)
    #expect(model.runs.map(\.failures).reduce(0, +) == failures)
    #expect(model.events == journal.events.count)
    for stage in model.durations {
      let mine = journal.events.filter {
        ($0.type == .stageCompleted || $0.type == .stageFailed) && $0.context.stage == stage.stage
          && $0.data["reused"] == nil
      }.compactMap { $0.data["duration_ms"]?.int }.sorted()
      #expect(stage.count == mine.count && stage.longest == mine.last && stage.median == mine[mine.count / 2])
    }
  }

  @Test("A source's history is what its events say, run for run")
  func histories() throws {
    let events = RandomJournal(seed: 5, runs: 6, publications: 3, sources: 4).events
    let fold = try Self.fold(events)
    #expect(fold.histories.sources.count == fold.model.sources.count && !fold.model.sources.isEmpty)
    for (source, history) in zip(fold.model.sources, fold.histories.sources) {
      let key = fold.model.keys[source.key].name
      let mine = events.filter {
        $0.context.urlKey == key && $0.context.sourceCode == source.name
          && ($0.type == .sourceLoaded || $0.type == .sourceFailed)
      }
      #expect(history.runs.map { fold.model.runs[$0].name } == mine.map(\.runID))
      #expect(Array(history.outcomes) == mine.map { $0.type == .sourceLoaded ? "L" : "F" })
      #expect(history.rows == mine.map { $0.data["rows"]?.int ?? 0 })
      #expect(history.errors.map { fold.model.strings[$0] } == mine.compactMap { $0.error?.type })
    }
  }

  @Test("The same events and the same moment give the same bytes, and another moment other ages only")
  func deterministic() throws {
    let events = RandomJournal(seed: 6, runs: 3, publications: 2, sources: 3).events
    let page = try DashboardPage.html(of: try Self.fold(events))
    #expect(try DashboardPage.html(of: try Self.fold(events)) == page)
    #expect(try DashboardPage.html(of: try Self.fold(events, now: "2026-01-03T12:00:01Z")) != page)
  }

  @Test("Of many runs and failures the latest are shown, and how many there are is said")
  func latest() throws {
    var settings = DashboardSettings(workspace: "w", now: try #require(Event.date(from: Self.now)))
    settings.runs = 2
    settings.failures = 1
    let events = RandomJournal(seed: 7, runs: 6, publications: 3, sources: 5).events
    let fold = DashboardFold(replaying: events, settings)
    let whole = try Self.fold(events).model
    #expect(fold.model.runs.map(\.name) == whole.runs.suffix(2).map(\.name) && fold.model.runsTotal == 6)
    #expect(fold.model.failures.count == 1 && fold.model.failuresTotal == whole.failures.count)
    #expect(fold.histories.sources.flatMap(\.runs).allSatisfy { (0..<2).contains($0) })
    #expect(fold.model.publications.flatMap(\.cells).allSatisfy { (0..<2).contains($0[0]) })
  }

  @Test("An objective's error budget is the one that health tells")
  func budgets() throws {
    let now = try #require(Event.date(from: Self.now))
    let objective = ServiceObjective(name: "loads", stage: "load", objective: 0.9)
    let events = RandomJournal(seed: 7, runs: 6, publications: 3, sources: 5).events
    let model = DashboardFold(
      replaying: events, DashboardSettings(workspace: "w", now: now, objectives: [objective])
    ).model
    #expect(model.budgets.count == 1)
    #expect(model.budgets == HealthFold(now: now, objectives: [objective], replaying: events).report.budgets)
  }

  @Test("A sentence of megabytes is cut, and control characters become blanks")
  func sentences() throws {
    let context = EventContext(publication: "p", period: "q", sourceCode: "s", stage: "load")
    let started = Event(.runStarted, runID: "run_20260103_110000")
    let long = Event(
      .sourceFailed, runID: "run_20260103_110000", context: context,
      error: EventError(.timeout, "a\u{1B}[31m\nb" + String(repeating: "e\u{301}", count: 5_000_000)))
    let page = try DashboardPage.html(of: try Self.fold([started, long]))
    #expect(page.utf8.count < 200_000 && page.contains("a [31m b"))
  }
}
