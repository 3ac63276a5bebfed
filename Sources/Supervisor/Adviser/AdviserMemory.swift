internal import Journal

/// What became of earlier questions: the same one is not paid for twice.
struct AdviserMemory: Sendable {
  /// How a question ended.
  enum Outcome: String, Sendable {
    /// An edit held.
    case suggested
    /// The adviser says that no edit helps.
    case declined
    /// What it suggested did not hold.
    case refused
    /// There was no answer; such a question may be asked again.
    case unavailable
  }

  /// An earlier question that was answered.
  struct Answer: Hashable, Sendable {
    /// The reply whose edit held; nil when none did.
    var reply: String?
    /// When, as a day.
    var day: String
  }

  private var answers: [String: Answer] = [:]

  /// Folds the events in the order given.
  init(replaying events: some Sequence<Event> = []) { for event in events { apply(event) } }

  mutating func apply(_ event: Event) {
    guard event.type == .adviserAdvised, let question = event.data["question"]?.string,
      let outcome = event.data["outcome"]?.string.flatMap(Outcome.init), outcome != .unavailable
    else { return }
    answers[question] = Answer(reply: event.data["reply"]?.string, day: RunID.day(event.timestamp))
  }

  subscript(question: String) -> Answer? { answers[question] }
}
