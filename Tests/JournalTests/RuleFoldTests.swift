import Foundation
import TestSeeds
import Testing

@testable import Journal

@Suite("What goals and constraints evolve from")
struct RuleFoldTests {
  private func failing(_ source: String, _ type: String, stage: String = "load", in key: String = "adhd/nov25")
    -> FailingPlace
  {
    FailingPlace(
      WorkPlace(key: key, source: source, stage: stage), publication: String(key.prefix { $0 != "/" }), errorType: type)
  }

  @Test("The stage in which most fails is what a goal is about, with its type and publication where one prevails")
  func cluster() throws {
    let cluster = try #require(
      FailureCluster([
        failing("a", "missing_column"), failing("b", "missing_column"), failing("c", "timeout"),
        failing("", "no_files_found", stage: "manifest"),
      ]))
    #expect(cluster.stage == "load" && cluster.errorType == "missing_column" && cluster.publication == "adhd")
    #expect(cluster.failures.map(\.place.source) == ["a", "b"])
    let mixed = try #require(
      FailureCluster([failing("a", "timeout"), failing("b", "missing_column", in: "pcn/dec25")]))
    #expect(mixed.errorType == nil && mixed.publication == nil && mixed.failures.count == 2)
    #expect(FailureCluster([failing("a", "timeout"), failing("b", "timeout", stage: "export")]) == nil)
    #expect(FailureCluster([]) == nil)
  }

  @Test("A cluster does not depend on the order in which failures are told", arguments: [1, 2, 3])
  func order(seed: UInt64) {
    var random = SplitMix(state: seed)
    for _ in 0..<50 {
      let failures = (0..<random.upTo(12)).map { number in
        failing(
          "s\(number)", random.pick(["timeout", "missing_column"]), stage: random.pick(["load", "export"]),
          in: random.pick(["adhd/nov25", "pcn/dec25"]))
      }
      #expect(FailureCluster(failures) == FailureCluster(failures.shuffled(using: &random)), "seed \(seed)")
    }
  }

  @Test("A recovery is met by a run that did some of its work well and in which no more fails than may")
  func progress() {
    let goal = RecoveryGoal(
      name: "g", publication: "adhd", stage: "load", errorType: "missing_column", maxErrorRate: 0.5, by: "2026-01-10")
    func found(_ events: [Event], today: String = "2026-01-09") -> RecoveryProgress? {
      let evaluator = RunEvaluator(events, after: [], state: BackfillState(replaying: events), today: today)
      return evaluator.progress(of: [goal], failures: evaluator.failures(of: ["adhd/nov25"])).first
    }
    func failed(_ source: String, _ type: ErrorType = .missingColumn) -> Event {
      event(.sourceFailed, source: source, stage: "load", error: EventError(type, "x"))
    }
    func loaded(_ source: String) -> Event { event(.sourceLoaded, source: source, stage: "load", data: ["rows": 1]) }
    let half = found([failed("a"), loaded("b")])
    #expect(half?.failing == 1 && half?.places == 2 && half?.met == true)
    let more = found([failed("a"), failed("c"), loaded("b")], today: "2026-01-11")
    #expect(more?.met == false && more?.overdue == true)
    #expect(found([failed("a", .timeout), loaded("b")])?.failing == 0)
    #expect(found([])?.met == false && found([])?.overdue == false, "nothing was done")
  }

  @Test("Refusals are counted by what the fixes were for, revisions left out; edits that a rule kept back once a run")
  func violations() throws {
    func fix(_ id: String, action: String = "disable_source") throws -> Event {
      let record = FixRecord(
        id: id, branch: "errata/x-\(id)", publication: "adhd", period: "nov25", source: "a", stage: "load",
        errorType: "missing_column", action: action, confidence: 0.5, verified: false, files: [], changes: [],
        run: firstRun, summary: "x")
      return event(.fixPublished, data: ["place": "local", "fix": try JSONValue(encoding: record)])
    }
    func decided(_ id: String, _ status: String) -> Event {
      event(.fixStatus, data: ["fix_id": .string(id), "status": .string(status)])
    }
    func kept(_ run: String) -> Event {
      event(
        .failureDiagnosed, run: run, source: "a", stage: "load",
        data: ["blocked": [["rule": "max_fix_attempts", "action": "add_column", "error_type": "timeout"]]])
    }
    let violations = RuleViolations(replaying: [
      try fix("1"), try fix("2"), try fix("3"), try fix("4", action: "revise_goal"), decided("1", "rejected"),
      decided("2", "reverted"), decided("3", "approved"), decided("4", "rejected"), kept(firstRun), kept(firstRun),
      kept(secondRun),
    ])
    let found = violations.decided
    #expect(found.count == 1 && found.values.first?.refused.map(\.id) == ["1", "2"])
    #expect(found.values.first?.taken.map(\.id) == ["3"])
    #expect(violations.exhausted == [firstRun, secondRun])
  }
}
