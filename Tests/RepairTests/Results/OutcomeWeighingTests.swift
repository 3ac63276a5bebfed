import Testing

@testable import Repair

@Suite struct OutcomeWeighingTests {
  private func weigh(
    _ readings: [ResultReading], told: [SourceOutcome] = [], silence: OutcomeWeighing.Silence? = nil,
    source: String? = nil, expected: [String] = ["a", "b"], known: Set<String>? = ["a", "b", "off"], exit: Bool = true
  ) -> OutcomeWeighing {
    OutcomeWeighing(
      readings.map { ($0, silence) }, told: told,
      step: OutcomeWeighing.Step(
        name: "load", source: source, expected: expected, known: known, manifest: "m.yaml", exitedWell: exit))
  }

  @Test("Of two readers that disagree, the one that tells of a failure is believed")
  func failureWins() {
    let weighed = weigh([
      ResultReading(outcomes: [SourceOutcome("a", .success, rows: 5), SourceOutcome("b", .failed, message: "x")]),
      ResultReading(outcomes: [SourceOutcome("a", .failed, message: "y"), SourceOutcome("b", .success)]),
    ])
    #expect(weighed.outcomes.map(\.status) == [.failed, .failed])
    #expect(weighed.outcomes.map(\.message) == ["y", "x"])
    #expect(weighed.tally.failed == 2 && !weighed.tally.areAllWell)
  }

  @Test("All is well only if every source that there was to do is told to be in")
  func allWell() {
    let whole = ResultReading(outcomes: [SourceOutcome("a", .success), SourceOutcome("b", .alreadyLoaded)])
    #expect(weigh([whole], exit: false).tally.areAllWell)
    let half = ResultReading(outcomes: [SourceOutcome("a", .success)])
    let weighed = weigh([half], exit: false)
    #expect(weighed.tally.untold == 1 && !weighed.tally.areAllWell && weighed.outcomes.count == 1)
    #expect(!weigh([whole], expected: [], known: nil, exit: false).tally.areAllWell)
  }

  @Test(
    "Who tells of others and not of one source says that it failed; who tells of nobody leaves it to the exit status")
  func silence() {
    let half = weigh([ResultReading(outcomes: [SourceOutcome("a", .success)])])
    #expect(half.outcomes.map(\.status) == [.success, .failed])
    #expect(
      half.outcomes.last?.message
        == "load exited with 0, but its results say nothing of b: they tell of 1 others")
    let mute = weigh([ResultReading(problem: "out.json is not there")])
    #expect(mute.outcomes.isEmpty && mute.tally.untold == 2)
    #expect(
      mute.notes.first
        == "the results of load say nothing of a, so its exit status 0 is believed: out.json is not there")
    #expect(mute.notes.count == 2)
    let strict = weigh([ResultReading(problem: "out.json is not there")], silence: .failed)
    #expect(strict.outcomes.map(\.status) == [.failed, .failed])
    let trusting = weigh([ResultReading(outcomes: [SourceOutcome("b", .failed)])], silence: .success)
    #expect(trusting.outcomes.map(\.status) == [.failed, .success])
    #expect(weigh([ResultReading(problem: "x")], exit: false).outcomes.isEmpty)
  }

  @Test("Sources that the manifest does not have are told and left out")
  func strangers() {
    let reading = ResultReading(outcomes: ["a", "b", "q", "off"].map { SourceOutcome($0, .success) })
    let weighed = weigh([reading])
    #expect(weighed.outcomes.map(\.source) == ["a", "b", "off"])
    #expect(
      weighed.notes == ["the results of load tell of 'q', which m.yaml does not have; that was left out"])
    let many = ResultReading(outcomes: (0..<9).map { SourceOutcome("s\($0)", .failed) })
    #expect(weigh([many], exit: false).notes.first?.contains("'s4' and 4 more, which") == true)
  }

  @Test("A step that runs for one source takes its own outcome out of everybody's")
  func ownSource() {
    let reading = ResultReading(outcomes: [SourceOutcome("a", .failed), SourceOutcome("b", .success, rows: 3)])
    let weighed = weigh([reading], source: "b", expected: ["b"])
    #expect(weighed.outcomes == [SourceOutcome("b", .success, rows: 3)])
    #expect(weighed.notes.isEmpty && weighed.tally.areAllWell)
  }

  @Test("A code that stands twice is each of its entries, unless the tool tells them apart")
  func repeatedCode() {
    let both = weigh(
      [ResultReading(outcomes: [SourceOutcome("a", .success)])], expected: ["a", "a#2"], known: ["a", "a#2"])
    #expect(both.outcomes.map(\.source) == ["a", "a#2"])
    let apart = weigh(
      [ResultReading(outcomes: [SourceOutcome("a", .failed), SourceOutcome("a#2", .success)])],
      expected: ["a", "a#2"], known: ["a", "a#2"])
    #expect(apart.outcomes.map(\.status) == [.failed, .success])
  }

  @Test("What a stage told by its own events is weighed with the rest")
  func events() {
    let weighed = weigh(
      [ResultReading(outcomes: [SourceOutcome("a", .failed, message: "rolled back")])],
      told: [SourceOutcome("a", .success), SourceOutcome("b", .success)])
    #expect(weighed.outcomes.map(\.status) == [.failed, .success])
  }

  @Test(
    "Numbers are read as tools write them",
    arguments: [
      ("1,234", 1234), ("1 234", 1234), ("12.0", 12), ("-3", -3), ("1e3", 1000), ("x", nil), ("1.5", nil), ("", nil),
    ])
  func numbers(text: String, number: Int?) { #expect(SourceOutcome.number(text) == number) }
}
