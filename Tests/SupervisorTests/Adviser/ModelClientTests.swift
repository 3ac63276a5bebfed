import DataFiles
import Foundation
import Journal
import Repair
import Synchronization
import TestSite
import Testing

@testable import Supervisor

@Suite("Calls of a model")
struct ModelClientTests {
  private static let key = "open-sesame-4711"
  private static let dialogue: ModelDialogue = {
    var dialogue = ModelDialogue(system: "Be brief.", question: "Why?")
    dialogue.add(reply: "Because.", answer: "No.")
    return dialogue
  }()

  private func settings(_ provider: AdviserSettings.Provider, _ model: TestModel) -> AdviserSettings {
    AdviserSettings(
      provider: provider, model: "m-1", keyVariable: "KEY", baseURL: model.address, timeLimitSeconds: 1,
      maxTokens: 300)
  }

  @Test(
    "go to each provider as its interface says, and the answer is read", arguments: AdviserSettings.Provider.allCases)
  func speaks(_ provider: AdviserSettings.Provider) async throws {
    let model = try TestModel(provider.rawValue, key: Self.key)
    try await model.says([.init("Fine.")])
    let client = ModelClient(settings(provider, model), key: Self.key)
    let answer = try await client.answer(to: Self.dialogue, now: Date())
    #expect(answer == ModelAnswer(text: "Fine.", inputTokens: 1200, outputTokens: 100))
    let call = try #require(try await model.calls().first)
    #expect(call.turns == ["Why?", "Because.", "No."] && call.tokens == 300)

    try await model.says([
      .init(
        "{", stop: ["anthropic": "max_tokens", "gemini": "MAX_TOKENS"][provider.rawValue] ?? "length", usage: false)
    ])
    #expect(try await client.answer(to: Self.dialogue, now: Date()) == ModelAnswer(text: "{", isCutOff: true))

    let locked = ModelClient(settings(provider, model), key: "wrong")
    let error = await #expect(throws: ModelError.self) { try await locked.answer(to: Self.dialogue, now: Date()) }
    #expect(error?.description.contains(provider == .gemini ? "API key not valid" : "the key in KEY") == true)
    #expect(error?.description.contains(Self.key) == false && error?.description.contains("wrong") == false)
  }

  @Test(
    "that go wrong end in one sentence, without the key",
    arguments: [
      (.init(status: 500, body: "<html>down</html>"), .lasting, "has trouble of its own"),
      (.init(status: 429, headers: ["Retry-After": "7"]), .busy(seconds: 7), "asked too often"),
      (.init(status: 529, body: "{}"), .busy(seconds: nil), "overloaded"),
      (
        .init(status: 503, headers: ["Retry-After": "Mon, 12 Jan 2026 10:00:30 GMT"]), .busy(seconds: 30), "overloaded"
      ),
      (.init(status: 302, headers: ["Location": "http://127.0.0.1:9/"]), .lasting, "sends elsewhere"),
      (.init(status: 200, body: "<html><h1>Welcome</h1></html>"), .lasting, "not its interface's"),
      (.init(status: 200, body: "{\"ok\": true}"), .lasting, "not its interface's"),
      (.init(status: 413, body: "{\"error\": {\"message\": \"\(key) is too long\"}}"), .single, "refuses the question"),
      (.init("x", sleep: 3), .lasting, "1 s"), (.init(trickle: true), .lasting, "longer than 1 s"),
      (.init(huge: true), .lasting, "more than the 1048576"), (.init(drop: true), .lasting, "cannot be used now"),
    ] as [(TestModel.Turn, ModelError.Kind, String)])
  func fails(_ turn: TestModel.Turn, _ kind: ModelError.Kind, _ words: String) async throws {
    let model = try TestModel("openai", key: Self.key)
    try await model.says([turn])
    let client = ModelClient(settings(.openai, model), key: Self.key)
    let now = try #require(ISO8601DateFormatter().date(from: "2026-01-12T10:00:00Z"))
    let error = await #expect(throws: ModelError.self) { try await client.answer(to: Self.dialogue, now: now) }
    #expect(error?.kind == kind && error?.description.contains(words) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains(Self.key) == false)
  }

  // MARK: The budget

  private final class Wire: Sendable {
    let sent = Mutex<[HTTPRequest]>([])
    let pauses = Mutex<[Duration]>([])
    let events = Mutex<[Event]>([])
    let answers: Mutex<[HTTPResponse]>

    init(_ answers: [HTTPResponse]) { self.answers = Mutex(answers) }

    static func said(_ text: String, tokens: (Int, Int) = (900, 100)) -> HTTPResponse {
      let body = """
        {"choices": [{"message": {"content": "\(text)"}, "finish_reason": "stop"}],
         "usage": {"prompt_tokens": \(tokens.0), "completion_tokens": \(tokens.1)}}
        """
      return HTTPResponse(status: 200, body: Array(body.utf8))
    }

    func adviser(_ budget: AdviserSettings.Budget, inherited: [String: String] = ["KEY": "k"]) -> Adviser {
      let tools = RunTools(
        runner: ProcessRunner(redact: { $0 }), redact: { $0 },
        classify: { _, _, _, _ in .init(type: .unknown, transient: false) },
        sleep: { [self] pause in pauses.withLock { $0.append(pause) } })
      return Adviser(
        AdviserSettings(
          provider: .openai, model: "m", keyVariable: "KEY", maxTokens: 100, budget: budget,
          prices: .init(input: 10, output: 100)),
        inherited: inherited, history: [], runID: "run_20260112_103000", tools: tools,
        journal: { [self] new in events.withLock { $0 += new } },
        send: { [self] (request, _) async throws(DataFileError) in
          sent.withLock { $0.append(request) }
          return answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        })
    }
  }

  @Test("are counted in the journal with tokens and dollars, and never go beyond the run's budget")
  func budget() async throws {
    for (budget, calls) in [
      (AdviserSettings.Budget(calls: 2), 2), (.init(calls: 0), 0), (.init(tokens: 1200), 2), (.init(tokens: 149), 0),
      (.init(tokens: 180), 1), (.init(dollars: 0.0192), 1), (.init(dollars: 0.0392), 2), (.init(dollars: 0.001), 0),
    ] {
      let wire = Wire([Wire.said("x")])
      let adviser = wire.adviser(budget)
      var problems: [String] = []
      for _ in 0..<4 {
        let asked = try await adviser.ask(ModelDialogue(system: "s", question: "q"), about: EventContext())
        if asked.answer == nil { problems.append(asked.problem) }
      }
      #expect(wire.sent.withLock(\.count) == calls, "\(budget)")
      #expect(problems.count == 4 - calls && problems.allSatisfy { $0.contains("budget") }, "\(problems)")
      let events = wire.events.withLock { $0 }
      #expect(events.count == calls)
      for event in events {
        #expect(event.type == .adviserAsked && event.data["tokens_used"] == 1000)
        #expect(abs((event.data["estimated_cost_usd"]?.double ?? 0) - 0.019) < 1e-9)
      }
      let llm = MetricsFold(day: events.first.map { RunID.day($0.timestamp) } ?? "", replaying: events).result.llm
      #expect(llm.adviserCalls == calls && llm.tokensUsed == calls * 1000 && llm.enrichmentCalls == 0)
    }
  }

  @Test("are repeated once after a short pause that the server asks for, and the budget counts both")
  func retries() async throws {
    let busy = HTTPResponse(status: 429, headers: ["retry-after": "3"])
    func ask(_ answers: [HTTPResponse], calls: Int = 10) async throws -> (Adviser.Asked, Wire) {
      let wire = Wire(answers)
      let asked = try await wire.adviser(.init(calls: calls)).ask(
        ModelDialogue(system: "s", question: "q"), about: EventContext())
      return (asked, wire)
    }
    let (healed, wire) = try await ask([busy, Wire.said("x")])
    #expect(healed.answer?.text == "x" && healed.calls == 2 && wire.pauses.withLock { $0 } == [.seconds(3)])
    let (twice, both) = try await ask([busy])
    #expect(twice.answer == nil && twice.calls == 2 && both.sent.withLock(\.count) == 2)
    let (poor, one) = try await ask([busy, Wire.said("x")], calls: 1)
    #expect(poor.answer == nil && one.sent.withLock(\.count) == 1 && poor.problem.contains("budget of 1 call"))
    let (long, none) = try await ask([HTTPResponse(status: 429, headers: ["retry-after": "3600"])])
    #expect(long.answer == nil && none.sent.withLock(\.count) == 1 && none.pauses.withLock(\.isEmpty))
    #expect(one.events.withLock { $0.map { $0.data["outcome"] } } == ["failed"])
  }

  @Test("are not made without the key, nor again once the server is down")
  func silent() async throws {
    let wire = Wire([Wire.said("x")])
    let dialogue = ModelDialogue(system: "s", question: "q")
    let asked = try await wire.adviser(.init(), inherited: [:]).ask(dialogue, about: EventContext())
    #expect(asked.calls == 0 && asked.problem.contains("KEY") && wire.sent.withLock(\.isEmpty))

    let down = Wire([HTTPResponse(status: 500)])
    let adviser = down.adviser(.init())
    for _ in 0..<3 {
      #expect(try await adviser.ask(dialogue, about: EventContext()).problem.contains("trouble of its own"))
    }
    #expect(down.sent.withLock(\.count) == 1)
  }
}
