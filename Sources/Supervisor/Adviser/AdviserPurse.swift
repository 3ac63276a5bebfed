/// What a run has spent on its adviser, and whether another call fits its budget.
struct AdviserPurse: Hashable, Sendable {
  private(set) var calls = 0
  private(set) var tokens = 0
  private(set) var dollars = 0.0

  /// Why one more call does not fit, as the end of a sentence; nil when it does.
  ///
  /// A call counts with all that it may cost, so that no call ends beyond the budget.
  func objection(to dialogue: ModelDialogue, _ settings: AdviserSettings) -> String? {
    let budget = settings.budget
    if calls + 1 > budget.calls { return "the run's budget of \(budget.calls) calls is used up" }
    let asked = dialogue.tokens
    if tokens + asked + settings.maxTokens > budget.tokens {
      return "another call may go beyond the run's budget of \(budget.tokens) tokens, of which \(tokens) are used"
    }
    guard let most = budget.dollars,
      dollars + settings.cost(input: asked, output: settings.maxTokens) > most
    else { return nil }
    return "another call may go beyond the run's budget of \(most) USD"
  }

  /// Takes a call in.
  mutating func spend(_ spent: AdviserSpending) {
    calls += 1
    tokens += spent.tokens
    dollars += spent.dollars
  }
}

/// What one call cost.
struct AdviserSpending: Hashable, Sendable {
  var inputTokens = 0
  var outputTokens = 0
  var dollars = 0.0
  var tokens: Int { inputTokens + outputTokens }

  init() {}

  /// What an answer cost; where its provider does not count, what was sent and came back is counted by its length.
  init(_ answer: ModelAnswer, to dialogue: ModelDialogue, _ settings: AdviserSettings) {
    // A count is another program's word: a negative or absurd one counts for nothing.
    func sane(_ count: Int?) -> Int? { count.flatMap { (0...1_000_000_000).contains($0) ? $0 : nil } }
    inputTokens = sane(answer.inputTokens) ?? dialogue.tokens
    outputTokens = sane(answer.outputTokens) ?? answer.text.utf8.count / 3 + 1
    dollars = settings.cost(input: inputTokens, output: outputTokens)
  }
}
