internal import Foundation
internal import ManifestYAML
internal import Repair

/// `adviser:` as it is written.
struct AdviserDocument: Decodable {
  let settings: AdviserSettings

  private enum CodingKeys: String, CodingKey {
    case provider, model, budget, prices, prompt
    case keyVariable = "key_env"
    case baseURL = "base_url"
    case timeoutSeconds = "timeout_seconds"
    case maxTokens = "max_tokens"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let provider = try container.decode(AdviserSettings.Provider.self, forKey: .provider)
    let budget = try container.decodeIfPresent(BudgetDocument.self, forKey: .budget)
    let prices = try container.decodeIfPresent(PricesDocument.self, forKey: .prices)
    var settings = AdviserSettings(
      provider: provider, model: try container.decode(Text<ModelName>.self, forKey: .model).value,
      keyVariable: try container.decodeIfPresent(Text<VariableName>.self, forKey: .keyVariable)?.value,
      baseURL: try container.decodeIfPresent(Text<ServerAddress>.self, forKey: .baseURL)?.value,
      prices: prices.map { AdviserSettings.Prices(input: $0.input.value, output: $0.output.value) },
      promptPath: try container.decodeIfPresent(Text<InnerPath>.self, forKey: .prompt)?.value)
    if let seconds = try container.decodeIfPresent(Number<RequestSeconds>.self, forKey: .timeoutSeconds) {
      settings.timeLimitSeconds = seconds.value
    }
    if let tokens = try container.decodeIfPresent(WholeNumber<ReplyTokens>.self, forKey: .maxTokens) {
      settings.maxTokens = tokens.value
    }
    settings.budget = AdviserSettings.Budget(
      calls: budget?.calls?.value ?? settings.budget.calls, tokens: budget?.tokens?.value ?? settings.budget.tokens,
      dollars: budget?.dollars?.value)
    self.settings = settings
    guard !decoder.isIncomplete else { return }
    // A value that is wrong has been told already.
    if !container.contains(.keyVariable), !container.contains(.baseURL) {
      throw decoder.fault(
        "has no 'key_env'; name the variable that holds the key, or the 'base_url' of a server that wants none")
    }
    if let problem = settings.problem { throw decoder.fault(problem) }
  }

  private struct BudgetDocument: Decodable {
    let calls: WholeNumber<Attempts>?
    let tokens: WholeNumber<RunTokens>?
    let dollars: Number<Dollars>?

    enum CodingKeys: String, CodingKey {
      case calls, tokens
      case dollars = "cost_usd"
    }
  }

  private struct PricesDocument: Decodable {
    let input, output: Number<Dollars>

    enum CodingKeys: String, CodingKey {
      case input = "input_per_million"
      case output = "output_per_million"
    }
  }
}

extension AdviserDocument: YAMLDescribed {
  static let examples = ["provider": "anthropic", "model": "the model's name", "key_env": "ADVISER_KEY"]
}

extension AdviserSettings {
  /// What the values say together that cannot be, as the end of a sentence about `adviser`.
  fileprivate var problem: String? {
    if let baseURL, keyVariable != nil, !RemoteCredentials.mayCarryToken(baseURL) {
      return "would send its key unencrypted; use an https 'base_url', or take 'key_env' out for a server without keys"
    }
    if budget.dollars != nil, prices == nil {
      return "has a budget in dollars and no 'prices'; add {input_per_million: …, output_per_million: …}"
    }
    return nil
  }
}

extension ExecutionMode {
  /// Reads the adviser's template; what is wrong with it is noted at its place in the file.
  mutating func readPrompt(_ file: ConfigurationFile, in workspace: Workspace) {
    guard let path = adviser?.promptPath else { return }
    let node = file.root["adviser"]?["prompt"]
    guard let absolute = try? workspace.absolute(path), let data = FileManager.default.contents(atPath: absolute),
      let text = String(validating: data, as: UTF8.self)
    else {
      return file.note(
        "'prompt' of 'adviser': there is no text file '\(path)'; write it, or take the key out", at: node)
    }
    do throws(AdviserFault) {
      adviser?.template = try PromptTemplate(text)
    } catch {
      file.note("'prompt' of 'adviser' ('\(path)'): \(error)", at: node)
    }
  }
}

enum ReplyTokens: NumberRange { static let range = 100.0...100_000.0 }
enum RunTokens: NumberRange { static let range = 0.0...1_000_000_000.0 }
enum Dollars: NumberRange { static let range = 0.0...1_000_000.0 }

/// A model's name, which is a part of an address for some providers.
enum ModelName: TextKind {
  static let expectation = "a model's name of letters, digits and '.', '_', '-', ':', '/', '@'"

  static func accepts(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 200 && !text.contains("..") && !text.hasPrefix("/") && !text.hasSuffix("/")
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-:/@".contains($0)) }
  }
}

/// The address of a server that may want no key.
enum ServerAddress: TextKind {
  static let expectation = "an http or https address without a user, password or query"

  static func accepts(_ text: String) -> Bool {
    guard let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme?.lowercased()),
      parts.host?.isEmpty == false, parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
    else { return false }
    return true
  }
}
