internal import Journal

/// What was said so far: the standing instructions, then question and answer in turn, the question first.
struct ModelDialogue: Sendable {
  let system: String
  /// What each side said, the asking side first.
  private(set) var turns: [String]

  init(system: String, question: String) {
    self.system = system
    turns = [question]
  }

  mutating func add(reply: String, answer: String) { turns += [reply, answer] }

  /// How often a reply was not taken.
  var corrections: Int { turns.count / 2 }

  /// What the question comes to, in tokens, where the provider does not say: rather too many than too few.
  var tokens: Int { (system.utf8.count + turns.reduce(0) { $0 + $1.utf8.count }) / 3 + 50 }
}

/// What a model answered.
struct ModelAnswer: Hashable, Sendable {
  var text: String
  /// It stopped at the most tokens that a reply may have.
  var isCutOff = false
  /// As the provider counts; nil where it does not say.
  var inputTokens: Int?
  var outputTokens: Int?
}

/// What differs between the providers' interfaces. Everything else is `ModelClient`.
struct ModelDialect: Sendable {
  /// The interface's public address.
  var address: String
  /// Where questions go, below the address.
  var path: @Sendable (_ model: String) -> String
  /// The header that carries the key, and those that say which version of the interface is meant.
  var headers: @Sendable (_ key: String?) -> [String: String]
  var body: @Sendable (AdviserSettings, ModelDialogue) -> JSONValue
  /// Reads an answer; nil when it is not one of this interface.
  var read: @Sendable (JSONValue) -> ModelAnswer?

  static func of(_ provider: AdviserSettings.Provider) -> ModelDialect {
    switch provider {
    case .anthropic: anthropic
    case .gemini: gemini
    case .openai: openAI
    }
  }

  /// Roles taken in turn.
  private static func messages(_ turns: [String], answering role: String, _ content: (String) -> [String: JSONValue])
    -> JSONValue
  {
    .array(
      turns.enumerated().map { index, text in
        .object(content(text).merging(["role": .string(index.isMultiple(of: 2) ? "user" : role)]) { $1 })
      })
  }

  /// https://docs.anthropic.com/en/api/messages, version 2023-06-01.
  private static var anthropic: ModelDialect {
    ModelDialect(
      address: "https://api.anthropic.com", path: { _ in "/v1/messages" },
      headers: { key in
        ["anthropic-version": "2023-06-01"].merging(key.map { ["x-api-key": $0] } ?? [:]) { $1 }
      },
      body: { settings, dialogue in
        [
          "model": .string(settings.model), "max_tokens": .int(settings.maxTokens), "system": .string(dialogue.system),
          "messages": messages(dialogue.turns, answering: "assistant") { ["content": .string($0)] },
        ]
      },
      read: { answer in
        guard let parts = answer["content"]?.array else { return nil }
        let usage = answer["usage"]
        let cached = ["cache_creation_input_tokens", "cache_read_input_tokens"].compactMap { usage?[$0]?.int }
        return ModelAnswer(
          text: parts.filter { $0["type"] == "text" }.compactMap { $0["text"]?.string }.joined(),
          isCutOff: answer["stop_reason"] == "max_tokens",
          inputTokens: usage?["input_tokens"]?.int.map { $0 + cached.reduce(0, +) },
          outputTokens: usage?["output_tokens"]?.int)
      })
  }

  /// https://ai.google.dev/api/generate-content, version v1beta.
  private static var gemini: ModelDialect {
    ModelDialect(
      address: "https://generativelanguage.googleapis.com",
      path: { model in
        "/v1beta/models/\(model.hasPrefix("models/") ? String(model.dropFirst(7)) : model):generateContent"
      },
      headers: { key in key.map { ["x-goog-api-key": $0] } ?? [:] },
      body: { settings, dialogue in
        [
          "systemInstruction": ["parts": [["text": .string(dialogue.system)]]],
          "contents": messages(dialogue.turns, answering: "model") { ["parts": [["text": .string($0)]]] },
          "generationConfig": [
            "maxOutputTokens": .int(settings.maxTokens), "responseMimeType": "application/json",
          ],
        ]
      },
      read: { answer in
        let candidate = answer["candidates"]?.array?.first
        guard candidate != nil || answer["promptFeedback"] != nil else { return nil }
        let usage = answer["usageMetadata"]
        let parts = candidate?["content"]?["parts"]?.array ?? []
        let output = ["candidatesTokenCount", "thoughtsTokenCount"].compactMap { usage?[$0]?.int }
        return ModelAnswer(
          text: parts.filter { $0["thought"]?.bool != true }.compactMap { $0["text"]?.string }.joined(),
          isCutOff: candidate?["finishReason"] == "MAX_TOKENS", inputTokens: usage?["promptTokenCount"]?.int,
          outputTokens: output.isEmpty ? Optional.none : output.reduce(0, +))
      })
  }

  /// https://platform.openai.com/docs/api-reference/chat, as other servers speak it too.
  private static var openAI: ModelDialect {
    ModelDialect(
      address: "https://api.openai.com/v1", path: { _ in "/chat/completions" },
      headers: { key in key.map { ["Authorization": "Bearer \($0)"] } ?? [:] },
      body: { settings, dialogue in
        var turns = [JSONValue.object(["role": "system", "content": .string(dialogue.system)])]
        turns += messages(dialogue.turns, answering: "assistant") { ["content": .string($0)] }.array ?? []
        // OpenAI's own newer models refuse the old name, which is the one that other servers know.
        let limit = settings.baseURL == nil ? "max_completion_tokens" : "max_tokens"
        return .object([
          "model": .string(settings.model), "messages": .array(turns), limit: .int(settings.maxTokens),
        ])
      },
      read: { answer in
        guard let choice = answer["choices"]?.array?.first, let message = choice["message"] else { return nil }
        return ModelAnswer(
          text: message["content"]?.string ?? "", isCutOff: choice["finish_reason"] == "length",
          inputTokens: answer["usage"]?["prompt_tokens"]?.int,
          outputTokens: answer["usage"]?["completion_tokens"]?.int)
      })
  }
}
