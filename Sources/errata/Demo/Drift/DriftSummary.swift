import Journal

/// How a drift demo went, in a few sentences.
struct DriftSummary {
  private let done: [DriftStep]
  private let drifts: DriftBook
  private let fixes: FixBook

  init(_ done: [DriftStep], drifts: DriftBook, fixes: FixBook) {
    self.done = done
    self.drifts = drifts
    self.fixes = fixes
  }

  /// Whether everything is loaded in the end and no fix of theirs waits.
  var isRecovered: Bool {
    guard let last = done.last else { return false }
    return last.loaded == last.tables && last.tables > 0 && waiting.isEmpty
  }

  /// The fixes of tables that wait; what is proposed for goals and constraints keeps no table from loading.
  private var waiting: [FixRecord] {
    fixes.open.filter { !["revise_goal", "add_constraint"].contains($0.action) }
  }

  var text: [String] {
    let loads = done.reduce(0) { $0 + $1.loads.count }
    let alone = fixes.fixes.count { $0.incident == nil && !$0.branch.contains("/_config/") }
    let rules = fixes.fixes.count { $0.branch.contains("/_config/") }
    let shared = fixes.fixes.count { $0.incident != nil }
    return [
      "\(done.count) steps, \(loads) loads, \(fixes.fixes.count) fixes: \(shared) in \(counted(drifts.drifts.count, "incident")), "
        + "\(alone) alone, \(rules) of goals and constraints.",
      scores, ending,
    ]
  }

  private var scores: String {
    let judged = done.compactMap { step in step.evaluation?.score.map { (step: step.number, score: $0) } }
    guard let low = judged.min(by: { $0.score < $1.score }), let last = judged.last else {
      return "No run could be judged."
    }
    let before = judged.last { $0.step < low.step } ?? low
    return
      "Score: \(EvaluationText.signed(before.score)) before, \(EvaluationText.signed(low.score)) at the lowest (step "
      + "\(low.step)), \(EvaluationText.signed(last.score)) at the end."
  }

  private var ending: String {
    guard let last = done.last else { return "Nothing was done." }
    let what = "\(last.loaded) of \(last.tables) tables are loaded"
    if isRecovered { return "All is well: \(what), and no fix of theirs waits." }
    return
      "Not recovered within \(counted(done.count, "step")): \(what), and \(counted(waiting.count, "fix", "fixes")) wait."
  }

  private func counted(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
  }
}
