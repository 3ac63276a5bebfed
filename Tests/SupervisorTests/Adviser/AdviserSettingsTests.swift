import Foundation
import Repair
import Testing

@testable import Supervisor

@Suite("The adviser in the configuration")
struct AdviserSettingsTests {
  private static let prompt =
    "{{error_event}}{{pipeline_context}}{{state_context}}{{investigation_data}}{{available_actions}}"

  private func folder(_ mode: String, prompt: String = Self.prompt) throws -> ConfiguredFolder {
    try ConfiguredFolder([
      "publications.yaml": "publications:\n  adhd:\n    urls: [{period: a, url: \"https://e.org\"}]\n",
      "pipeline.yaml": "stages:\n- {name: a, command: [x]}\n", "execution_mode.yaml": mode, "ask.md": prompt,
    ])
  }

  private func adviser(_ mode: String) throws -> AdviserSettings? {
    let folder = try folder(mode)
    return try Configuration.load(folder.workspace).execution.adviser
  }

  @Test("is off by default, read with its defaults, and with everything set")
  func reads() throws {
    #expect(try adviser("execution: {mode: autonomous}\n") == nil)
    let short = try adviser("adviser: {provider: anthropic, model: claude-x, key_env: KEY}\n")
    #expect(short == AdviserSettings(provider: .anthropic, model: "claude-x", keyVariable: "KEY"))
    #expect(short?.budget == .init(calls: 10, tokens: 200_000) && short?.template == .standard)
    let long = try #require(
      try adviser(
        """
        adviser:
          provider: openai
          model: qwen2.5-coder:7b
          base_url: http://models.local:11434/v1/
          timeout_seconds: 5
          max_tokens: 900
          budget: {calls: 3, tokens: 5000, cost_usd: 0.5}
          prices: {input_per_million: 3, output_per_million: 15}
          prompt: config/ask.md
        """))
    #expect(long.baseURL == "http://models.local:11434/v1" && long.keyVariable == nil && long.maxTokens == 900)
    #expect(long.budget == .init(calls: 3, tokens: 5000, dollars: 0.5) && long.timeLimitSeconds == 5)
    #expect(abs(long.cost(input: 1_000_000, output: 100_000) - 4.5) < 1e-9)
    #expect(long.template.filled(with: ["error_event": "e"]) == "e")
  }

  @Test(
    "what is wrong with it is told with its place",
    arguments: [
      ("{provider: claude, model: m, key_env: K}", "must be one of anthropic, gemini, openai"),
      ("{provider: anthropic, key_env: K}", "has no 'model'"),
      ("{provider: anthropic, model: m}", "has no 'key_env'"),
      ("{provider: anthropic, model: m, key_env: sk-ant-0123}", "the name of a variable"),
      ("{provider: anthropic, model: m, key_env: K, api_key: x}", "unknown key 'api_key'"),
      ("{provider: gemini, model: '../../v1/x', key_env: K}", "a model's name"),
      ("{provider: gemini, model: 'm?key=1', key_env: K}", "a model's name"),
      ("{provider: openai, model: m, base_url: 'http://u:p@e.org/v1'}", "without a user, password or query"),
      ("{provider: openai, model: m, base_url: 'file:///etc'}", "an http or https address"),
      ("{provider: openai, model: m, key_env: K, base_url: 'http://e.org/v1'}", "would send its key unencrypted"),
      ("{provider: openai, model: m, key_env: K, timeout_seconds: 0}", "a number from 1.0"),
      ("{provider: openai, model: m, key_env: K, max_tokens: 5}", "a whole number from 100"),
      ("{provider: openai, model: m, key_env: K, budget: {calls: -1}}", "a whole number from 0"),
      ("{provider: openai, model: m, key_env: K, budget: {cost_usd: 1}}", "no 'prices'"),
      ("{provider: openai, model: m, key_env: K, prices: {input_per_million: 1}}", "has no 'output_per_million'"),
      ("{provider: openai, model: m, key_env: K, prompt: config/none.md}", "there is no text file 'config/none.md'"),
      ("{provider: openai, model: m, key_env: K, prompt: ../ask.md}", "a path within the workspace"),
    ])
  func refuses(_ adviser: String, _ message: String) throws {
    let errors = try folder("adviser: \(adviser)\n").errors()
    #expect(errors.count == 1 && errors[0].hasPrefix("config/execution_mode.yaml:1:"), "\(errors)")
    #expect(errors.allSatisfy { $0.contains(message) }, "\(errors)")
  }

  @Test("a template that lacks a placeholder is told where the configuration names it")
  func template() throws {
    let mode = "adviser: {provider: openai, model: m, key_env: K, prompt: config/ask.md}\n"
    let errors = try folder(mode, prompt: "Help: {{error_event}}").errors()
    #expect(errors.count == 1 && errors[0].hasPrefix("config/execution_mode.yaml:1:"), "\(errors)")
    #expect(errors[0].contains("'config/ask.md'") && errors[0].contains("{{pipeline_context}}"), "\(errors)")
  }
}
