internal import DataFiles
internal import Foundation
internal import Journal
internal import Operations
internal import Repair

/// Asks one model about failures, within the run's budget. Every call is in the journal with what it cost.
actor Adviser {
  /// What came of asking.
  struct Asked: Sendable {
    /// The answer; nil where there is none.
    var answer: ModelAnswer?
    /// Why there is none, in a sentence.
    var problem = ""
    var spending = AdviserSpending()
    /// How often the server was called.
    var calls = 0
  }

  nonisolated let settings: AdviserSettings
  private let client: ModelClient
  private let runID: String
  private let journal: @Sendable ([Event]) async throws -> Void
  private let sleep: @Sendable (Duration) async throws -> Void
  private let now: @Sendable () -> Date
  private var purse = AdviserPurse()
  private var memory: AdviserMemory
  /// Why nobody is asked any more in this run.
  private var silence: String?

  /// - Parameters:
  ///   - inherited: The environment that errata runs in, which holds the key.
  ///   - history: The journal so far.
  ///   - journal: Appends events, durable when it returns.
  ///   - send: Sends requests; nil for the network.
  init(
    _ settings: AdviserSettings, inherited: [String: String], history: [Event], runID: String, tools: RunTools,
    journal: @escaping @Sendable ([Event]) async throws -> Void, send: ModelClient.Send? = nil
  ) {
    self.settings = settings
    let key = settings.keyVariable.flatMap { inherited[$0] }
    client = ModelClient(settings, key: key, send: send)
    self.runID = runID
    self.journal = journal
    sleep = tools.sleep
    now = tools.now
    memory = AdviserMemory(replaying: history)
    if let variable = settings.keyVariable, key?.isEmpty ?? true {
      silence =
        "No adviser is asked, since the variable \(variable), which `key_env` of `adviser:` names, is not set: give it the key."
    }
  }

  /// What an earlier question of that name was answered.
  func remembered(_ question: String) -> AdviserMemory.Answer? { memory[question] }

  /// Asks, and once more when the server asks for a short pause; never beyond the budget.
  func ask(_ dialogue: ModelDialogue, about context: EventContext) async throws -> Asked {
    var asked = Asked()
    if silence == nil { silence = objection(to: dialogue) }
    if let silence {
      asked.problem = silence
      return asked
    }
    do {
      asked.answer = try await attempt(
        .askModel, sleep: sleep, describe: { ($0 as? ModelError)?.operationFailure }
      ) {
        try await call(dialogue, context, &asked)
      }
    } catch let error as ModelError {
      try Task.checkCancellation()
      if error.kind != .single { silence = error.description }
      asked.problem = error.description
    }
    return asked
  }

  private func objection(to dialogue: ModelDialogue) -> String? {
    purse.objection(to: dialogue, settings).map { "The adviser \(settings.name) is not asked: \($0)." }
  }

  /// One call, in the journal with what it cost.
  private func call(
    _ dialogue: ModelDialogue, _ context: EventContext, _ asked: inout Asked
  ) async throws -> ModelAnswer {
    if asked.calls > 0, let objection = objection(to: dialogue) { throw ModelError(.lasting, objection) }
    let start = now()
    asked.calls += 1
    let result: Result<ModelAnswer, ModelError>
    do throws(ModelError) {
      let answer = try await client.answer(to: dialogue, now: start)
      asked.spending = AdviserSpending(answer, to: dialogue, settings)
      result = .success(answer)
    } catch {
      result = .failure(error)
    }
    var problem: ModelError?
    if case .failure(let error) = result { problem = error }
    try await take(asked.spending, since: start, problem: problem, context)
    return try result.get()
  }

  private func take(
    _ spending: AdviserSpending, since start: Date, problem: ModelError?, _ context: EventContext
  ) async throws {
    purse.spend(spending)
    var data: [String: JSONValue] = [
      "provider": .string(settings.provider.rawValue), "model": .string(settings.model),
      "outcome": problem == nil ? "answered" : "failed", "input_tokens": .int(spending.inputTokens),
      "output_tokens": .int(spending.outputTokens), "tokens_used": .int(spending.tokens),
      "estimated_cost_usd": .double(spending.dollars),
      "duration_ms": .int(Int(max(0, now().timeIntervalSince(start)) * 1000)),
    ]
    if let problem { data["reason"] = .string(Redaction.redact(problem.description)) }
    try await journal([Event(.adviserAsked, runID: runID, context: context, data: data)])
  }

  /// Notes how a question ended.
  func conclude(
    _ question: String, _ outcome: AdviserMemory.Outcome, reason: String, reply: String?, _ context: EventContext
  ) async throws {
    var data: [String: JSONValue] = [
      "question": .string(question), "adviser": .string(settings.name), "outcome": .string(outcome.rawValue),
      "reason": .string(Redaction.redact(reason)),
    ]
    if let reply { data["reply"] = .string(reply) }
    let event = Event(.adviserAdvised, runID: runID, context: context, data: data)
    try await journal([event])
    memory.apply(event)
  }
}
