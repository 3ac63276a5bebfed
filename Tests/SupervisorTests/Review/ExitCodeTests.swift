import Foundation
import Journal
import Testing

@testable import Supervisor

/// What a run's end means for its exit code: "130, 50, 10, 30, 20", and what `--fail-on` leaves of it.
@Suite("Exit codes") struct ExitCodeTests {
  /// One combination of what can hold at the same time.
  private struct Case: CustomStringConvertible {
    var interrupted, git, new, unfixed, outage, waiting: Bool
    var description: String { "\((interrupted, git, new, unfixed, outage, waiting))" }

    var outcome: RunOutcome {
      var outcome = RunOutcome()
      outcome.interrupted = interrupted
      outcome.gitProblem = git ? "no repository" : nil
      outcome.newFixes = new ? 2 : 0
      // A new fix waits too.
      outcome.waiting = (waiting ? 1 : 0) + outcome.newFixes
      outcome.unfixed = unfixed ? 3 : 0
      outcome.outage = outage ? EventError(.databaseUnavailable, "gone") : nil
      outcome.acknowledged = 5
      outcome.heldBack = unfixed ? 1 : 0
      outcome.pending = 1
      return outcome
    }

    static let all = (0..<64).map { bits in
      Case(
        interrupted: bits & 1 > 0, git: bits & 2 > 0, new: bits & 4 > 0, unfixed: bits & 8 > 0, outage: bits & 16 > 0,
        waiting: bits & 32 > 0)
    }
  }

  /// The codes that `--fail-on` lets through, in the order in which they win.
  private static let order: [RunOutcome.FailOn: [Int32]] = [
    .new: [130, 50, 10, 30, 20], .waiting: [130, 50, 30, 20], .unfixed: [130, 50, 30], .none: [130, 50],
  ]

  @Test("the first that holds in the order 130, 50, 10, 30, 20 wins", arguments: RunOutcome.FailOn.allCases)
  func precedence(_ failOn: RunOutcome.FailOn) throws {
    for one in Case.all {
      let holds: [Int32: Bool] = [
        130: one.interrupted, 50: one.git, 10: one.new, 30: one.unfixed || one.outage, 20: one.waiting || one.new,
      ]
      let expected = try #require(Self.order[failOn]).first { holds[$0] == true } ?? 0
      #expect(one.outcome.exitCode(failOn: failOn) == expected, "\(one) \(failOn)")
    }
  }
}

@Suite("Acknowledged failures") struct AcknowledgeTests {
  private static let place = EventContext(publication: "adhd", period: "nov25", sourceCode: "waits", stage: "load")

  private func failed(_ source: String = "waits", _ type: ErrorType = .typeMismatch) -> Event {
    var place = Self.place
    place.sourceCode = source
    return Event(.sourceFailed, runID: "run_20260112_103000", context: place, error: EventError(type, "no"))
  }

  private func tally(_ events: [Event], today: String) -> RunOutcome {
    RunTally(
      state: BackfillState(replaying: events), fixes: FixBook(replaying: events), written: events,
      keys: ["adhd/nov25"], today: today
    ).outcome(runID: "run_20260112_103000")
  }

  private func acknowledged(_ place: String, _ events: [Event]) throws -> [Event] {
    let request = AcknowledgeRequest(
      place: place, until: "2026-02-01", reason: "The publisher knows; token=hunter2hunter2")
    return events + [try request.event(in: BackfillState(replaying: events), today: "2026-01-12")]
  }

  @Test("do not count before the day, and count from it on", arguments: ["adhd/nov25", "adhd/nov25/waits"])
  func untilTheDay(place: String) throws {
    let events = try acknowledged(place, [failed()])
    let before = tally(events, today: "2026-01-31")
    #expect(before.acknowledged == 1 && before.unfixed == 0 && before.exitCode() == 0)
    let after = tally(events, today: "2026-02-01")
    #expect(after.acknowledged == 0 && after.unfixed == 1 && after.exitCode() == 30)
  }

  @Test("another error, and another source, count as ever")
  func othersCount() throws {
    let events = try acknowledged("adhd/nov25", [failed()])
    #expect(tally(events + [failed("staff")], today: "2026-01-13").exitCode() == 30)
    #expect(tally(events + [failed("waits", .dateFormat)], today: "2026-01-13").exitCode() == 30)
    #expect(tally(events + [failed()], today: "2026-01-13").exitCode() == 0)
  }

  @Test("a fix for an acknowledged failure is neither new nor waiting")
  func fixes() throws {
    let fix = FixRecord(
      id: "aa", branch: "errata/x", publication: "adhd", period: "nov25", source: "waits", stage: "load",
      errorType: "type_mismatch", action: "add_null_values", confidence: 0.9, verified: true, files: [], changes: [],
      run: "run_20260112_103000", summary: "x")
    let published = Event(
      .fixPublished, runID: fix.run, context: Self.place, data: ["fix": try JSONValue(encoding: fix)])
    #expect(tally([failed(), published], today: "2026-01-13").exitCode() == 10)
    let known = tally(try acknowledged("adhd/nov25/waits", [failed(), published]), today: "2026-01-13")
    #expect(known.newFixes == 0 && known.waiting == 0 && known.exitCode() == 0)
  }

  @Test("can be taken back, and survive the state's snapshot")
  func withdrawn() throws {
    let events = try acknowledged("adhd/nov25", [failed()])
    let state = BackfillState(replaying: events)
    #expect(try JSONDecoder().decode(BackfillState.self, from: state.json()) == state)
    #expect(state.acknowledgements["adhd/nov25"]?.reason.contains("hunter2") == false)
    let back = try AcknowledgeRequest(place: "adhd/nov25", until: nil).event(in: state, today: "2026-01-13")
    #expect(tally(events + [back], today: "2026-01-13").exitCode() == 30)
  }

  @Test(
    "slips are refused in one sentence",
    arguments: [
      ("adhd", "2026-02-01", "names no period"), ("adhd/", "2026-02-01", "names no period"),
      ("adhd/dec25", "2026-02-01", "nothing fails at adhd/dec25; failures stand in adhd/nov25"),
      ("adhd/nov25/none", "2026-02-01", "nothing fails"), ("adhd/nov25", "2026-01-12", "not after today"),
      ("adhd/nov25", "2020-01-01", "not after today"), ("adhd/nov25", "2026-02-30", "is no day"),
      ("adhd/nov25", "tomorrow", "is no day"), ("adhd/nov25", "2026-2-1", "is no day"),
      ("adhd/dec25", nil, "nothing is acknowledged at adhd/dec25"),
    ] as [(String, String?, String)])
  func slips(_ place: String, _ until: String?, _ words: String) {
    let state = BackfillState(replaying: [failed()])
    #expect {
      try AcknowledgeRequest(place: place, until: until, reason: "x").event(in: state, today: "2026-01-12")
    } throws: {
      "\($0)".contains(words)
    }
  }
}
