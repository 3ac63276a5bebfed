internal import Journal
internal import ManifestYAML
internal import Repair

/// What an adviser added to a diagnosis.
struct Advice: Sendable {
  /// Its edits, each with what stands against it or with how trying it went.
  var ranked: [Ranked] = []
  /// What the report says of it.
  var notes: [String] = []
}

extension Mender {
  /// Whether the rules leave something to ask: no edit of theirs passed, or only one that gives up a column or the source.
  static func isWorthAsking(_ ranked: [Ranked]) -> Bool {
    !ranked.contains { $0.isOpen && $0.verdict?.passed == true && $0.candidate.loss.kind < .column }
  }

  /// What an adviser may edit of the files that concern a failure.
  func places(of diagnosis: MendingCase) -> AdvisedPlaces {
    AdvisedPlaces(
      failure: diagnosis.failure, manifest: diagnosis.manifest, publications: diagnosis.publications,
      forbidden: Set(configuration.constraints.forbiddenActions))
  }

  /// Asks the adviser for an edit, which is checked and tried like any other; it has one chance to correct itself.
  ///
  /// - Parameter bench: Where the failed stage has failed alike.
  func advise(_ base: MendingCase, at bench: Verifier.Bench, history: [FixRecord]) async throws -> Advice {
    let places = places(of: base)
    guard let adviser, !places.actions.isEmpty else { return Advice() }
    let bundle = ContextBundle(
      failure: base.failure, evidence: base.evidence, candidates: [],
      urlStatus: await state()[base.failure.urlKey]?.status.rawValue ?? URLStatus.pending.rawValue, places: places,
      values: values)
    var talk = AdviserTalk(
      bundle, base, places: places, settings: adviser.settings, values: values, redact: tools.redact)
    var advice = Advice()
    if let known = await adviser.remembered(talk.question) {
      guard let reply = known.reply else {
        advice.notes = [
          "The adviser \(adviser.settings.name) was asked this on \(known.day) and had no edit that holds; it is asked "
            + "again once something about the failure has changed."
        ]
        return advice
      }
      let judgement = try await judge(reply, talk, base, bench, history)
      advice.ranked += judgement.tried
      guard case .faulty(let reason) = judgement.ending else { return advice }
      talk.object(to: reply, because: reason)
    }
    while true {
      let asked = try await adviser.ask(talk.dialogue, about: base.context)
      talk.take(asked)
      guard let answer = asked.answer else {
        advice.notes = [asked.problem]
        try await adviser.conclude(talk.question, .unavailable, reason: asked.problem, reply: nil, base.context)
        return advice
      }
      let judgement = try await judge(answer.text, talk, base, bench, history)
      advice.ranked += judgement.tried
      let outcome: AdviserMemory.Outcome
      var reason = ""
      var reply: String?
      switch judgement.ending {
      case .held(let record): (outcome, reason, reply) = (.suggested, "and its edit held when it was tried.", record)
      case .declined: (outcome, reason) = (.declined, "and says that no edit of these files helps.")
      case .undecided: (outcome, reason) = (.unavailable, "and its edit could not be tried to the end.")
      case .faulty(let fault):
        let told = answer.isCutOff ? "\(fault); it ended at `max_tokens`, \(adviser.settings.maxTokens)" : fault
        talk.object(to: answer.text, because: told)
        guard talk.isOver else { continue }
        (outcome, reason) = (.refused, "and suggested no edit that holds: \(talk.shown(told)).")
      }
      try await adviser.conclude(talk.question, outcome, reason: reason, reply: reply, base.context)
      advice.notes = [talk.sentence(reason)]
      return advice
    }
  }

  /// How a reply ends the talk, or why it does not.
  private enum Ending {
    /// Its edit passed; what of the reply is kept.
    case held(String)
    case declined
    /// The trial was cut short.
    case undecided
    /// Why it was not taken.
    case faulty(String)
  }

  /// Reads a reply, checks its edit against files and rules, and tries it.
  private func judge(
    _ text: String, _ talk: AdviserTalk, _ base: MendingCase, _ bench: Verifier.Bench, _ history: [FixRecord]
  ) async throws -> (ending: Ending, tried: [Ranked]) {
    let reply: AdviserReply
    let candidate: Candidate
    do throws(AdviserFault) {
      reply = try AdviserReply(text)
      guard let suggested = try talk.candidate(from: reply) else { return (.declined, []) }
      candidate = suggested
    } catch {
      return (.faulty(error.description), [])
    }
    var entry = standing(candidate, of: base, history: history)
    if entry.isOpen { entry = try await tried(entry, at: bench, base, history: history) }
    guard entry.isOpen else { return (.faulty("the edit is \(entry.standing)"), [entry]) }
    guard let verdict = entry.verdict else { return (.undecided, [entry]) }
    if verdict.passed { return (.held(reply.record(saying: talk.shown(reply.rootCause))), [entry]) }
    if VerdictRules.isInconclusive(verdict.treatment) { return (.undecided, [entry]) }
    return (.faulty("the edit was tried: \(verdict.reason)"), [entry])
  }
}
