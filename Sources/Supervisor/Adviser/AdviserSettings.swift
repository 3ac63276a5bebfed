public import Repair

/// `adviser:` of `execution_mode.yaml`: the model that is asked where the rules find no fix that holds.
public struct AdviserSettings: Hashable, Sendable {
  /// Whose interface is spoken.
  public enum Provider: String, CaseIterable, Decodable, Hashable, Sendable {
    /// Anthropic's messages.
    case anthropic
    /// Google's Gemini.
    case gemini
    /// OpenAI's chat completions, which many other servers speak, local ones too.
    case openai
  }

  /// Whose interface is spoken.
  public var provider: Provider
  /// The model's name as the provider writes it.
  public var model: String
  /// The variable of the environment that holds the key; nil for a server that wants none.
  public var keyVariable: String?
  /// The interface's address without a slash at the end; nil for the provider's public one.
  public var baseURL: String?
  /// How long one call may take, in seconds.
  public var timeLimitSeconds: Double
  /// The most tokens of one reply.
  public var maxTokens: Int
  /// What one run may spend.
  public var budget: Budget
  /// What tokens cost; nil where nobody said.
  public var prices: Prices?
  /// The template's file, relative to the workspace; nil for the built-in one.
  public var promptPath: String?
  /// The template.
  public var template: PromptTemplate

  /// What one run may spend.
  public struct Budget: Hashable, Sendable {
    /// Calls, repeated ones too.
    public var calls: Int
    /// Tokens, of questions and replies together.
    public var tokens: Int
    /// Dollars; nil for no limit of that kind.
    public var dollars: Double?

    /// Creates a budget.
    public init(calls: Int = 10, tokens: Int = 200_000, dollars: Double? = nil) {
      self.calls = calls
      self.tokens = tokens
      self.dollars = dollars
    }
  }

  /// What tokens cost.
  public struct Prices: Hashable, Sendable {
    /// Dollars for a million tokens of questions.
    public var input: Double
    /// Dollars for a million tokens of replies.
    public var output: Double

    /// Creates prices.
    public init(input: Double, output: Double) {
      self.input = input
      self.output = output
    }
  }

  /// Creates settings.
  public init(
    provider: Provider, model: String, keyVariable: String? = nil, baseURL: String? = nil,
    timeLimitSeconds: Double = 60, maxTokens: Int = 2000, budget: Budget = Budget(), prices: Prices? = nil,
    promptPath: String? = nil, template: PromptTemplate = .standard
  ) {
    self.provider = provider
    self.model = model
    self.keyVariable = keyVariable
    self.baseURL = baseURL.map { address in String(address.reversed().drop { $0 == "/" }.reversed()) }
    self.timeLimitSeconds = timeLimitSeconds
    self.maxTokens = maxTokens
    self.budget = budget
    self.prices = prices
    self.promptPath = promptPath
    self.template = template
  }

  /// What people call it: provider and model.
  var name: String { "\(provider.rawValue) \(model)" }

  /// What a call cost, in dollars; 0 where prices are not known.
  func cost(input: Int, output: Int) -> Double {
    guard let prices else { return 0 }
    return (Double(input) * prices.input + Double(output) * prices.output) / 1_000_000
  }
}
