import Journal
import Repair

/// How well runs did, as text for people.
enum EvaluationText {
  /// How many runs are listed.
  private static let longest = 8

  /// One line with the score's parts.
  static func line(_ evaluation: RunEvaluation) -> String {
    guard let score = evaluation.score else { return "Not judged: \(evaluation.unjudged ?? "nothing is known")." }
    var parts: [String] = []
    if evaluation.health != nil {
      parts.append("\(evaluation.well) of \(Numbers.counted(evaluation.places, "place")) stand well")
    }
    if evaluation.errorRate != nil {
      parts.append("\(evaluation.failed) of \(Numbers.counted(evaluation.outcomes, "outcome")) failed")
    }
    if evaluation.throughput != nil {
      parts.append(
        "\(Numbers.grouped(evaluation.rows)) of \(Numbers.grouped(evaluation.rowsExpected)) usual rows arrived")
    }
    return "Score \(signed(score)) of −1 to 1: \(parts.joined(separator: ", "))."
  }

  /// One line about a recovery goal.
  static func line(_ recovery: RecoveryProgress) -> String {
    let state = recovery.met ? "met" : recovery.overdue ? "overdue" : "not met yet"
    let places = Numbers.counted(recovery.places, "place")
    return
      "Recovery \(recovery.name): \(recovery.failing) of \(places) \(recovery.failing == 1 ? "fails" : "fail"), \(state)."
  }

  /// The latest runs, the newest first.
  static func table(_ entries: [EvaluationFold.Entry]) -> String {
    var table = TextTable(["RUN", "SCORE", "HEALTH", "ERRORS", "THROUGHPUT", "NOTE"])
    for entry in entries.suffix(longest).reversed() {
      let evaluation = entry.evaluation
      table.add(
        entry.run, evaluation.score.map(signed) ?? "–", evaluation.health.map(FixText.percent) ?? "–",
        evaluation.errorRate.map(FixText.percent) ?? "–", evaluation.throughput.map(FixText.percent) ?? "–",
        evaluation.unjudged ?? "")
    }
    return table.text
  }

  /// A score with its sign and two decimals, which round away from nothing at the limit: −0.30.
  static func signed(_ score: Double) -> String {
    (score < 0 ? "−" : "") + Numbers.decimal(abs(score))
  }
}
