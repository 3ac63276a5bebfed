import Journal
import Testing

@testable import Supervisor

@Suite("When a run asks for other goals")
struct RuleReviserTests {
  private func evaluation(well: Int, of places: Int, failed: Int) -> RunEvaluation {
    RunEvaluation(well: well, of: places, failed: failed, of: places)
  }

  /// The evaluations of runs in their order, the last of them the one that is looked at.
  private func asks(_ runs: RunEvaluation...) throws -> Bool {
    let events = try runs.enumerated().map { index, run in
      var event = try run.event()
      event.runID = "run_\(index)"
      return event
    }
    return RuleReviser.asksForGoals(try #require(runs.last), EvaluationFold(replaying: events))
  }

  @Test("one that does badly after one that did well asks, one that does well never does")
  func news() throws {
    let good = evaluation(well: 8, of: 8, failed: 0)
    let bad = evaluation(well: 1, of: 8, failed: 7)
    #expect(!good.asksForRevision && bad.asksForRevision)
    #expect(try asks(good, bad))
    #expect(try !asks(good, good) && !asks(bad, good))
  }

  @Test("where no run ever did well the third in a row asks, not the first")
  func patience() throws {
    let bad = evaluation(well: 1, of: 8, failed: 7)
    #expect(try !asks(bad))
    #expect(try !asks(bad, bad))
    #expect(try asks(bad, bad, bad))
  }

  @Test("what stands failed since earlier runs is no news where nothing failed in this one, nor is one failure alone")
  func standing() throws {
    let good = evaluation(well: 8, of: 8, failed: 0)
    for failed in [0, 1] {
      let standing = RunEvaluation(well: 0, of: 8, failed: failed, of: failed)
      #expect(standing.asksForRevision)
      #expect(try !asks(good, standing))
    }
  }
}
