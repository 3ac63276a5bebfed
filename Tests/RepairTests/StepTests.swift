import Foundation
import Journal
import Testing

@testable import Repair

@Suite struct StepTests {
  @Test("Contracts read and write the seeds' JSON")
  func contracts() throws {
    let json = #"{"step_id":"load","exit_code":0,"artefacts":{"enriched":"a.yaml"}}"#
    let result = try JSONDecoder().decode(StepResult.self, from: Data(json.utf8))
    #expect(result == StepResult(stepID: "load", exitCode: 0, artefacts: ["enriched": "a.yaml"]))
    let report = ValidationReport(checks: [
      .init("file_exists", .pass, detail: "a"), .init("file_count", .fail, detail: "b"),
    ])
    #expect(report.status == .fail)
    #expect(report.failures.map(\.check) == ["file_count"])
    let decision = try JSONDecoder().decode(
      SupervisorDecision.self, from: Data(#"{"action":"escalate","reason":"r"}"#.utf8))
    #expect(decision == SupervisorDecision(.escalate, reason: "r"))
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(SupervisorDecision.self, from: Data(#"{"action":"delete","reason":"r"}"#.utf8))
    }
  }

  @Test("Proceed advances, retry counts attempts up to the limit, and nothing follows the end")
  func machine() {
    var machine = PipelineMachine(maxRetries: 2)
    let proceed = SupervisorDecision(.proceed, reason: "")
    let retry = SupervisorDecision(.retry, reason: "503")
    #expect(machine.start() == .run(step: 0, attempt: 1))
    #expect(machine.state == .extract)
    #expect(machine.apply(retry) == .run(step: 0, attempt: 2))
    #expect(machine.apply(proceed) == .run(step: 1, attempt: 1))
    #expect(machine.state == .enrich)
    #expect(machine.apply(retry) == .run(step: 1, attempt: 2))
    #expect(machine.apply(retry) == .run(step: 1, attempt: 3))
    guard case .stop(let decision) = machine.apply(retry) else {
      Issue.record("a fourth attempt was allowed")
      return
    }
    #expect(decision.action == .escalate)
    #expect(machine.state == .halted)
    guard case .stop = machine.apply(proceed) else {
      Issue.record("a halted machine went on")
      return
    }
  }

  @Test("A decider that always proceeds takes every state to its end")
  func alwaysProceed() async {
    var machine = PipelineMachine()
    var action = machine.start()
    var seen: [PipelineMachine.State] = []
    while case .run = action {
      seen.append(machine.state)
      let situation = StepSituation(
        result: StepResult(stepID: "x", exitCode: 0), report: ValidationReport(checks: []), state: machine)
      action = machine.apply(await StepDecider.alwaysProceed.decide(situation))
    }
    #expect(seen == [.extract, .enrich, .ingest, .publish])
    #expect(machine.state == .complete)
  }

  @Test("The rules: a corrupted download is retried, an outage halts, a data error asks")
  func rules() {
    func decide(_ type: ErrorType?, exit: Int = 1, checks: [ValidationReport.Check] = []) -> SupervisorDecision.Action {
      var machine = PipelineMachine()
      _ = machine.start()
      return StepDecider.decision(
        for: StepSituation(
          result: StepResult(stepID: "load", exitCode: exit), report: ValidationReport(checks: checks), state: machine,
          error: type.map { EventError($0, "m") })
      ).action
    }
    #expect(decide(nil, exit: 0) == .proceed)
    #expect(decide(.corruptFile) == .retry)
    #expect(decide(.serverError) == .retry)
    #expect(decide(.databaseUnavailable) == .halt)
    #expect(decide(.diskFull) == .halt)
    #expect(decide(.typeMismatch) == .escalate)
    #expect(decide(nil, exit: 0, checks: [.init("file_exists", .fail, detail: "gone")]) == .escalate)
  }

  @Test("Pending, retry and escalation come before any edit")
  func stateDecisions() {
    var evidence = Evidence()
    let upcoming = Samples.failure(.upcomingPublication) { $0.expectedDate = "2026-01-29" }
    #expect(
      StateDecision.decision(for: upcoming, evidence: evidence, mayRetry: true) == .markPending(until: "2026-01-29"))
    let slow = Samples.failure(.timeout)
    #expect(StateDecision.decision(for: slow, evidence: evidence, mayRetry: true)?.name == "retry")
    #expect(StateDecision.decision(for: slow, evidence: evidence, mayRetry: false)?.name == "escalate_to_human")
    #expect(StateDecision.decision(for: Samples.failure(.typeMismatch), evidence: evidence, mayRetry: true) == nil)
    evidence.page = Evidence.Page(url: "p", status: 200, upcomingDate: "2026-01-29")
    #expect(
      StateDecision.decision(for: Samples.failure(.noFilesFound), evidence: evidence, mayRetry: true)
        == .markPending(until: "2026-01-29"))
    evidence.page?.links = [Evidence.Link(url: "https://example.org/data.csv")]
    #expect(StateDecision.decision(for: Samples.failure(.notFound), evidence: evidence, mayRetry: true) == nil)
  }
}
