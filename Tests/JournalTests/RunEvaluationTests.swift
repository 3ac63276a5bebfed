import Foundation
import TestSeeds
import Testing

@testable import Journal

@Suite("Evaluation of a run")
struct RunEvaluationTests {
  private let today = "2026-01-12"

  private func evaluated(
    _ events: [Event], after history: [Event] = [], keys: [String] = ["adhd/nov25"], unjudged: String? = nil
  ) -> RunEvaluation {
    RunEvaluator(events, after: history, state: BackfillState(replaying: history + events), today: today).evaluation(
      of: keys, unjudged: unjudged)
  }

  private func failed(_ source: String, run: String = secondRun) -> Event {
    event(
      .sourceFailed, run: run, source: source, stage: "load", error: EventError(.missingColumn, "no column 'n'"))
  }

  private func loaded(_ source: String, rows: Int? = 100, run: String = secondRun) -> Event {
    event(.sourceLoaded, run: run, source: source, stage: "load", data: rows.map { ["rows": .int($0)] } ?? [:])
  }

  @Test(
    "half health, a third of the errors' part, a fifth of throughput",
    arguments: [
      // well, places, failed, outcomes, rows, expected, score
      (8, 8, 0, 10, 800, 800, 1.0),
      (4, 8, 4, 8, 400, 800, -0.3),
      (3, 8, 5, 10, 300, 800, -0.475),
      (0, 8, 8, 8, 0, 800, -1.0),
      (8, 8, 0, 10, 8000, 800, 1.0),
      (8, 8, 1, 20, 800, 800, 0.7),
    ])
  func formula(well: Int, places: Int, failed: Int, outcomes: Int, rows: Int, expected: Int, score: Double) {
    let found = RunEvaluation(
      well: well, of: places, failed: failed, of: outcomes, rows: rows, expected: expected)
    #expect(found.score == score)
    #expect(found.asksForRevision == (score <= -0.3))
  }

  @Test("it stays within its bounds, and nothing that goes better makes it lower", arguments: [1, 2, 3, 4])
  func bounds(seed: UInt64) {
    var random = SplitMix(state: seed)
    for _ in 0..<500 {
      let (places, outcomes, expected) = (random.upTo(40), random.upTo(60), random.upTo(4) * 250)
      let (well, failed, rows) = (random.upTo(places + 1), random.upTo(outcomes + 1), random.upTo(1200))
      func score(_ well: Int, _ failed: Int, _ rows: Int) -> Double? {
        RunEvaluation(well: well, of: places, failed: failed, of: outcomes, rows: rows, expected: expected).score
      }
      guard let found = score(well, failed, rows) else {
        #expect(places == 0 && outcomes == 0 && expected == 0, "seed \(seed)")
        continue
      }
      #expect((-1...1).contains(found), "seed \(seed)")
      for better in [
        score(min(places, well + 1), failed, rows), score(well, max(0, failed - 1), rows),
        score(well, failed, rows + 9),
      ] {
        #expect((better ?? -2) >= found, "seed \(seed): \(well)/\(places) \(failed)/\(outcomes) \(rows)/\(expected)")
      }
    }
  }

  @Test("what a run worked on counts, and what it loaded long ago in other periods does not")
  func drift() {
    let tables = (1...8).map { "t\($0)" }
    let before = tables.map {
      event(.sourceLoaded, run: firstRun, source: $0, stage: "load", data: ["rows": 100], key: ("adhd", "oct25"))
    }
    let events = tables.prefix(5).map { failed($0) } + tables.suffix(3).map { loaded($0) }
    let found = evaluated(events, after: before, keys: ["adhd/oct25", "adhd/nov25"])
    #expect(found.well == 3 && found.places == 8 && found.failed == 5 && found.outcomes == 8)
    #expect(found.rows == 300 && found.rowsExpected == 800)
    #expect(found.score == -0.475 && found.asksForRevision)
  }

  @Test("a run with nothing to do, one that was halted and one that was interrupted have no score")
  func unjudged() {
    let quiet = evaluated([], after: [loaded("a", run: firstRun)])
    #expect(quiet.score == nil && quiet.unjudged == "nothing was due, and nothing stands failed")
    let halted = evaluated([failed("a")], unjudged: "an outage halted the run")
    #expect(halted.score == nil && halted.unjudged == "an outage halted the run" && halted.failed == 1)
    #expect(!halted.asksForRevision && evaluated([]).score == nil)
  }

  @Test("what stands failed is not well in a run that does nothing about it")
  func standing() {
    let found = evaluated([], after: [loaded("a", run: firstRun), failed("b", run: firstRun)])
    #expect(found.health == 0.5 && found.errorRate == nil && found.throughput == nil && found.score == 0)
  }

  @Test("disabled sources, acknowledged failures and periods that wait for their day count nowhere")
  func leftOut() {
    var known = event(
      .failureAcknowledged, run: firstRun, data: ["until": "2026-02-01", "failures": ["b": "missing_column"]])
    known.context.stage = nil
    let events = [
      loaded("a"), failed("b"),
      event(.sourceSkipped, run: secondRun, source: "c", stage: "load", data: ["reason": "disabled"]),
      event(
        .markedPending, run: secondRun,
        data: ["pending_until": "2026-02-01", "reason": "upcoming_publication"], key: ("pcn", "dec25")),
    ]
    let found = evaluated(events, after: [failed("b", run: firstRun), known], keys: ["adhd/nov25", "pcn/dec25"])
    #expect(found.well == 1 && found.places == 1 && found.failed == 0 && found.outcomes == 1 && found.score == 1)
  }

  @Test("of a place that was tried twice the last outcome counts, and a loader that tells no rows is not slow")
  func lastOutcome() {
    let found = evaluated([failed("a"), loaded("a", rows: nil)], after: [loaded("a", run: firstRun)])
    #expect(found.failed == 0 && found.outcomes == 1 && found.throughput == nil && found.score == 1)
  }

  @Test("a stage that fails without any source counts, in a period with sources and in one without")
  func stages() {
    let error = EventError(.notFound, "404")
    let without = evaluated([event(.stageFailed, run: secondRun, stage: "manifest", error: error)])
    #expect(without.well == 0 && without.places == 1 && without.score == -1)
    let with = evaluated([loaded("a"), event(.stageFailed, run: secondRun, stage: "export", error: error)])
    #expect(with.well == 1 && with.places == 2 && with.failed == 1 && with.outcomes == 2)
  }

  @Test("a source's usual rows are the median of its last loads, and a new source's those of its publication")
  func usual() {
    let usual = UsualRows(replaying: [9000, 1, 2, 3, 4, 500].map { loaded("a", rows: $0) } + [loaded("b", rows: 40)])
    #expect(usual.rows(of: "a", in: "adhd") == 3 && usual.rows(of: "b", in: "adhd") == 40)
    #expect(usual.rows(of: "new", in: "adhd") == 3 && usual.rows(of: "a", in: "pcn") == nil)
  }

  @Test("the event says all of it, and a replay puts it into the state")
  func told() throws {
    let found = evaluated([loaded("a"), failed("b")], after: [loaded("a", run: firstRun)])
    var said = try found.event()
    said.runID = secondRun
    #expect(said.data["score"]?.double == found.score && said.data["well"] == 1 && said.data["unjudged"] == nil)
    let read = try JSONDecoder().decode(Event.self, from: said.line())
    #expect(RunEvaluation(read) == found)
    let state = BackfillState(replaying: [runStarted(secondRun), read])
    #expect(state.runs[secondRun]?.evaluation == found)
    let fold = EvaluationFold(replaying: Array(repeating: read, count: 40))
    #expect(fold.count == 40 && fold.latest.count == 30 && fold.judged?.run == secondRun)
    let health = HealthFold(now: Date(), replaying: [read]).report
    #expect(health.evaluations.map(\.evaluation) == [found])
    #expect(PrometheusMetrics.text(replaying: [runStarted(secondRun), read]).contains("errata_last_run_score"))
  }
}
