import Journal
import TestSeeds
import Testing

@testable import Repair

@Suite("Calibration") struct CalibrationTests {
  private func outcome(_ confidence: Double, _ ending: FixOutcome.Ending) -> FixOutcome {
    FixOutcome(fix: "f", errorType: "e", action: "a", verified: true, confidence: confidence, ending: ending)
  }

  @Test("The table says what was predicted, what came, and how far the two are apart")
  func table() throws {
    let outcomes = [
      outcome(0.9, .worked), outcome(0.9, .worked), outcome(0.95, .failed), outcome(0.7, .rejected),
      outcome(0.2, .undecided), outcome(1, .worked),
    ]
    let found = Calibration(outcomes)
    #expect(found.count == 5 && found.undecided == 1)
    #expect(found.bins.map(\.count) == [1, 4])
    #expect(found.bins.map(\.from).map { ($0 * 10).rounded() } == [7, 9])
    #expect(abs((found.bins.last?.predicted ?? 0) - 0.9375) < 1e-9)
    #expect(found.bins.last?.real == 0.75)
    #expect(abs((found.error ?? 0) - (0.7 * 1 + 0.1875 * 4) / 5) < 1e-9)
    #expect(abs((found.brier ?? 0) - (0.49 + 0.01 + 0.01 + 0.9025) / 5) < 1e-9)
    let none = Calibration([outcome(0.5, .undecided)])
    #expect(none.error == nil && none.brier == nil && none.bins.isEmpty)
  }

  @Test("Every hundredth is in the bin that its digits say")
  func bins() {
    for hundredths in 0...100 {
      #expect(Calibration.bin(of: Double(hundredths) / 100) == min(hundredths / 10, 9))
    }
  }

  /// What a workspace of a kind proposes, and how often its person takes it.
  struct Kind {
    let error: String
    let action: FixAction
    let prior: Double
    let accepts: Double
  }

  /// The rules' families with their priors.
  private static let families: [(String, FixAction, Double)] = [
    ("type_mismatch", .addNullValues, 0.92), ("value_out_of_range", .fixManifestType, 0.9),
    ("type_mismatch", .fixManifestType, 0.55), ("date_format", .fixDateFormat, 0.9),
    ("date_format", .addNullValues, 0.65), ("404_not_found", .fixManifestURL, 0.85),
    ("no_files_found", .fixManifestURL, 0.6), ("sheet_not_found", .fixSheetName, 0.75),
    ("missing_column", .fixColumnName, 0.7), ("missing_column", .markColumnOptional, 0.4),
    ("missing_column", .fixHeaderRow, 0.9), ("encoding_error", .fixEncoding, 0.7),
  ]

  /// Two years of a workspace, each month learning from the ones before; what was predicted and what came.
  private func history(_ random: inout SplitMix, accepts: (Double, inout SplitMix) -> Double) -> [FixOutcome] {
    let kinds = Self.families.map { error, action, prior in
      Kind(error: error, action: action, prior: prior, accepts: accepts(prior, &random))
    }
    var outcomes: [FixOutcome] = []
    for _ in 0..<24 {
      let confidence = Confidence(outcomes: outcomes)
      var month: [FixOutcome] = []
      for _ in 0..<60 {
        let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
        let candidate = Candidate(
          action: kind.action, edits: [], loss: Loss(.nothing), summary: "", reason: "", prior: kind.prior)
        let draw = Double.random(in: 0..<1, using: &random)
        let verdict = draw < 0.1 ? nil : Self.passed(captured: draw < 0.9)
        // Persons take an edit that nobody has seen work less often.
        let share = kind.accepts * (verdict == nil ? 0.7 : 1)
        let isTaken = Double.random(in: 0..<1, using: &random) < share
        let turnedDown: FixOutcome.Ending = Bool.random(using: &random) ? .rejected : .failed
        month.append(
          FixOutcome(
            fix: "\(outcomes.count + month.count)", errorType: kind.error, action: kind.action.rawValue,
            verified: verdict != nil, prior: Confidence.prior(of: candidate, verdict: verdict),
            confidence: confidence.value(of: candidate, errorType: kind.error, verdict: verdict),
            ending: isTaken ? .worked : turnedDown))
      }
      outcomes += month
    }
    return outcomes
  }

  private static func passed(captured: Bool) -> Verdict {
    Verdict(
      control: Trial(exitCode: 1), treatment: Trial(exitCode: 0), passed: true, reason: "", capturedInput: captured)
  }

  @Test(
    "Over two years the confidences come true within 0.05, whether persons think like the rules or are stricter",
    arguments: ["as the rules believe", "stricter and of their own mind"])
  func simulated(persons: String) {
    let seeds = (0..<8).map { _ in UInt64.random(in: .min ... .max) }
    var all: [FixOutcome] = []
    for seed in seeds {
      var random = SplitMix(state: seed)
      let outcomes = history(&random) { prior, random in
        let belief = prior / (1 - prior) * 10 / (1 + prior / (1 - prior) * 10)
        return persons.hasPrefix("as")
          ? min(max(belief + Double.random(in: -0.1...0.1, using: &random), 0.02), 0.99)
          : Double.random(in: 0.5...1, using: &random)
      }
      let calibration = Calibration(outcomes)
      print("calibration, persons \(persons), seed \(seed): ECE \(calibration.error ?? 1)")
      #expect((calibration.error ?? 1) <= 0.1, "seed \(seed)")
      all += outcomes
    }
    let calibration = Calibration(all)
    print("calibration, persons \(persons), all: ECE \(calibration.error ?? 1), Brier \(calibration.brier ?? 1)")
    #expect((calibration.error ?? 1) <= 0.05, "seeds \(seeds)")
  }
}
