import Foundation
import Testing

@testable import Journal

/// A journal in the making: each line a run later than the one before.
private struct Story {
  var events: [Event] = []
  private(set) var now: Date
  private var run = 0

  init(start: Date) { now = start }

  mutating func nextRun(after hours: Double = 24) {
    run += 1
    now += hours * 3600
  }

  mutating func add(
    _ type: EventType, _ source: String? = nil, publication: String = "adhd", stage: String = "load",
    error: EventError? = nil, data: [String: JSONValue] = [:], after seconds: Double = 1
  ) {
    now += seconds
    events.append(
      Event(
        type, runID: "run_\(run)",
        context: EventContext(publication: publication, period: "nov25", sourceCode: source, stage: stage), data: data,
        error: error, timestamp: now))
  }

  func report(_ objectives: [ServiceObjective] = []) -> HealthReport {
    HealthFold(now: now, objectives: objectives, replaying: events).report
  }
}

@Suite("Health of the backfill")
struct HealthTests {
  private let start = Date(timeIntervalSince1970: 1_768_213_800)
  private let mismatch = EventError(.typeMismatch, "'*' in column 'n' row 12 is no integer")

  @Test(
    "a message's shape has no values, numbers, addresses, paths or names in it",
    arguments: [
      ("value '*' in row 1,204 of 2025-11-01 10:30", "value '…' in row # of # #"),
      ("GET https://a.example/x?y=1&z=(2 failed (HTTP 503)", "GET <url> failed (HTTP #)"),
      ("cannot read /tmp b/c: gone", "cannot read /tmp b/c: gone"),
      ("cannot read /tmp/a/b.csv now", "cannot read <path> now"),
      ("commit 3f9a1c20aa is not deadbeef", "commit <id> is not deadbeef"),
      ("it doesn't  say\twhy", "it doesn't say why"),
      ("table adhd_2025_11 in \"x\" ends with ”é”", "table adhd_#_# in \"…\" ends with ”é”"),
      ("", ""), ("'", "'"), ("   ", ""),
    ])
  func shapes(_ message: String, _ shape: String) { #expect(MessageShape.of(message) == shape) }

  @Test("one catastrophe, many small ones, a stubborn place and a single failure are told apart")
  func spread() {
    var story = Story(start: start)
    story.nextRun()
    for source in ["a", "b", "c", "d"] {
      story.add(.sourceFailed, source, error: EventError(.sheetNotFound, "no sheet '\(source)' in 'x.xlsx'"))
    }
    story.add(.stageFailed, error: EventError(.sheetNotFound, "no sheet 'd' in 'x.xlsx'"))
    for source in ["a", "b", "c"] {
      story.nextRun()
      story.add(.sourceFailed, source, error: EventError(.timeout, "silent for \(source.count + 59) s"))
      story.add(.sourceFailed, "z", error: mismatch)
    }
    story.add(.stageFailed, stage: "manifest", error: EventError(.notFound, "HTTP status 404"))
    let report = story.report()
    let found = Dictionary(uniqueKeysWithValues: report.patterns.map { ($0.type, $0) })
    #expect(found["sheet_not_found"]?.spread == .burst && found["sheet_not_found"]?.count == 4)
    #expect(found["timeout"]?.spread == .scattered && found["timeout"]?.runs == 3)
    #expect(found["type_mismatch"]?.spread == .stubborn && found["type_mismatch"]?.standing == ["adhd/nov25/z"])
    #expect(found["404_not_found"]?.spread == .once)
    // What failed in another way since does not stand with the first any more.
    #expect(found["sheet_not_found"]?.standing == ["adhd/nov25/d"])
    #expect(found["timeout"]?.untried == 3 && found["timeout"]?.transient == true)
  }

  @Test("a stage that tells of its sources is counted by them, another one by its own ends")
  func unit() {
    var story = Story(start: start)
    story.nextRun()
    story.add(.stageCompleted, stage: "manifest")
    story.add(.retryScheduled, "a", error: EventError(.lockConflict, "locked"))
    story.add(.sourceLoaded, "a")
    story.add(.stageCompleted, "a")
    story.add(.sourceFailed, "b", error: mismatch)
    story.add(.stageFailed, "b", error: mismatch)
    story.add(.sourceSkipped, "c", data: ["reason": "disabled"])
    story.nextRun()
    story.add(.stageCompleted, stage: "manifest", data: ["reused": true])
    story.add(.stageFailed, error: EventError(.codeError, "it crashed"))
    story.add(.circuitOpened, error: EventError(.databaseUnavailable, "gone"))
    let report = story.report()
    let stages = Dictionary(uniqueKeysWithValues: report.stages.map { ($0.name, $0.tally) })
    #expect(stages["manifest"]?.successes == 1 && stages["manifest"]?.failures == 0)
    #expect(stages["load"]?.successes == 1 && stages["load"]?.failures == 2)
    #expect(stages["load"]?.retries == 1 && stages["load"]?.recovered == 1)
    #expect(report.sourcesTotal == 3 && report.sources.map(\.name) == ["adhd/nov25/b"])
    #expect(report.outages == 1)
    #expect(report.publications.first?.tally.outcomes == 4)
  }

  @Test("a failure that comes back after a success is told, one that only goes on is not")
  func recurrence() {
    var story = Story(start: start)
    for type in [EventType.sourceFailed, .sourceFailed, .sourceLoaded, .sourceFailed, .sourceLoaded, .sourceFailed] {
      story.nextRun()
      story.add(type, "a", error: type == .sourceFailed ? mismatch : nil)
      story.add(.sourceFailed, "b", error: mismatch)
    }
    let report = story.report()
    #expect(report.recurring.map(\.place) == ["adhd/nov25/a"])
    #expect(report.recurring.first?.returns == 2 && report.recurring.first?.standing == true)
    #expect(report.recommendations.first?.text.contains("errata trace adhd/nov25/a") == true)
  }

  @Test("what worked against the same pattern is recommended, with the fix, and what waits before that")
  func recommendations() throws {
    var story = Story(start: start)
    func fixEvents(_ id: String, _ source: String, status: String?) throws {
      var record = fix(id, source: source)
      (record.period, record.action) = ("nov25", "add_null_values")
      story.add(.fixPublished, source, data: ["place": "local", "fix": try JSONValue(encoding: record)])
      if let status {
        story.add(.fixStatus, source, data: ["fix_id": .string(id), "status": .string(status)])
        story.add(.sourceLoaded, source)
      }
    }
    story.nextRun()
    story.add(.sourceFailed, "a", error: mismatch)
    try fixEvents("11111111", "a", status: "approved")
    story.nextRun()
    story.add(.sourceFailed, "b", error: mismatch)
    let known = try #require(story.report().recommendations.first)
    #expect(known.basis == .pattern && known.experience?.fixes == ["11111111"])
    #expect(known.text == "add_null_values worked against it 1 of 1 times (the last was 11111111).")
    try fixEvents("22222222", "b", status: nil)
    let waiting = try #require(story.report().recommendations.first)
    #expect(waiting.basis == .openFix && waiting.fixes == ["22222222"])
    story.add(.sourceFailed, "c", stage: "export", error: EventError(.typeMismatch, "something else"))
    #expect(story.report().recommendations.contains { $0.basis == .type && $0.stage == "export" })
  }

  @Test("the score is the weighted mean of the parts that are known, and nothing is known of nothing")
  func score() {
    #expect(HealthFold(now: start).report.score.score == nil)
    var story = Story(start: start)
    story.nextRun()
    for source in ["a", "b", "c"] { story.add(.sourceLoaded, source) }
    story.add(.sourceFailed, "d", error: mismatch)
    let score = story.report([ServiceObjective(name: "x", objective: 0.5)]).score
    let known = score.parts.filter { $0.value != nil }
    #expect(known.map(\.name) == ["work succeeds", "nothing stands failed", "objectives hold"])
    #expect(abs((score.score ?? 0) - (0.75 * 35 + 0.75 * 30 + 10) / 75) < 1e-9)
    #expect(score.weakest?.name == "work succeeds")
  }

  @Test("an error budget is counted by its stage, publication and window, and outages use none of it up")
  func budget() throws {
    var story = Story(start: start)
    story.nextRun()
    story.add(.sourceFailed, "old", error: mismatch)
    story.nextRun(after: 24 * 8)
    for index in 0..<19 { story.add(.sourceLoaded, "s\(index)") }
    story.add(.sourceFailed, "t", error: mismatch)
    story.add(.sourceFailed, "u", publication: "other", error: mismatch)
    story.add(.stageFailed, stage: "export", error: mismatch)
    story.add(.circuitOpened, error: EventError(.diskFull, "full"))
    let objective = ServiceObjective(
      name: "x", stage: "load", publication: "adhd", objective: 0.9, windowDays: 7)
    let budget = try #require(story.report([objective]).budgets.first)
    #expect(budget.outcomes == OutcomeCount(total: 20, failed: 1))
    #expect(budget.rate == 0.95 && abs((budget.left ?? 0) - 0.5) < 1e-9 && budget.isMet == true)
  }

  @Test(
    "a budget burns too fast over an hour at 14.4, six hours at 6 and three days at 1, if it still does",
    arguments: [
      // Failures of 100, how many hours ago, the windows that burn too fast at an objective of 0.99.
      (16, 0.01, [true, true, true]), (14, 0.01, [false, true, true]), (7, 0.2, [false, true, true]),
      (3, 0.2, [false, false, true]), (16, 0.6, [false, false, true]), (3, 10, [false, false, false]),
      (2, 0.01, [false, false, false]),
    ])
  func burnRates(_ failures: Int, _ hours: Double, _ expected: [Bool]) throws {
    let events = (0..<100).map { index in
      Event(
        index < failures ? .sourceFailed : .sourceLoaded, runID: "r",
        context: EventContext(publication: "a", period: "b", sourceCode: "s\(index)", stage: "load"),
        error: index < failures ? mismatch : nil, timestamp: start.addingTimeInterval(-hours * 3600))
    }
    let objective = ServiceObjective(name: "x", objective: 0.99)
    let fold = HealthFold(now: start, objectives: [objective], replaying: events)
    #expect(try #require(fold.report.budgets.first).burns.map(\.isTooFast) == expected)
  }

  @Test("where even the failure of everything burns less fast than the limit, that is too fast")
  func generousObjective() throws {
    let events = (0..<3).map { index in
      Event(
        .sourceFailed, runID: "r",
        context: EventContext(publication: "a", period: "b", sourceCode: "s\(index)", stage: "load"),
        error: mismatch, timestamp: start)
    }
    let fold = HealthFold(now: start, objectives: [ServiceObjective(name: "x", objective: 0.5)], replaying: events)
    #expect(try #require(fold.report.budgets.first).burns.map(\.isTooFast) == [true, true, true])
  }

  @Test("outcomes of another machine and of the future are not counted")
  func strangers() {
    var story = Story(start: start)
    story.nextRun()
    story.add(.sourceFailed, "a", error: mismatch, data: ["ledger": true])
    story.add(.sourceLoaded, "b")
    let report = HealthFold(
      now: story.now - 10, objectives: [ServiceObjective(name: "x", objective: 0.5)], replaying: story.events
    ).report
    #expect(report.patterns.isEmpty && report.budgets.first?.outcomes.total == 0)
    #expect(report.score.parts.first?.value == nil)
  }

  @Test("what other programs wrote counts, what says nothing about health does not")
  func scan() async throws {
    let folder = try TemporaryFolder()
    let writer = try JournalWriter(directory: folder.path, runID: firstRun)
    var story = Story(start: start)
    for index in 0..<20 {
      story.nextRun()
      story.add(.info, data: ["message": .string("\"event_type\":\"source_failed\" \(index)")])
      story.add(index % 3 == 0 ? .sourceFailed : .sourceLoaded, "s\(index % 4)", error: index % 3 == 0 ? mismatch : nil)
      story.add(.processStarted)
    }
    try await writer.append(story.events)
    let path = writer.path
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    // Another program's way of writing, a repeated line, garbage, and a torn end.
    let foreign =
      "{ \"event_type\" : \"source_loaded\", \"event_id\": \"evt_x\", \"context\": {\"source_code\": \"q\"}}\n"
    try handle.write(contentsOf: Data((foreign + foreign + "{]\n{\"event_ty").utf8))
    var fold = HealthFold(now: story.now)
    let warnings = try JournalReader.scan(in: folder.path) { fold.apply($0) }.warnings
    let whole = try JournalReader.read(in: folder.path)
    let wanted = HealthFold(
      now: story.now, replaying: whole.events.filter { ![.info, .processStarted].contains($0.type) })
    #expect(fold.report == wanted.report && fold.report.events == 21)
    #expect(warnings == whole.warnings)
  }
}
