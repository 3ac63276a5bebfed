internal import Foundation

#if canImport(FoundationNetworking)
  internal import FoundationNetworking
#endif

/// A model on a free port of this machine, as `model.py` beside this file plays it.
public final class TestModel: Sendable {
  /// The address for `base_url:`.
  public let address: String
  private let root: String
  private let process: Process
  /// The server ends when this closes, which it does even when the tests crash.
  private let lifeline = Pipe()

  /// Starts a model.
  ///
  /// - Parameters:
  ///   - provider: `anthropic`, `gemini` or `openai`.
  ///   - key: What it wants to be shown; empty for nothing.
  public init(_ provider: String, key: String = "") throws {
    let program = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("model.py").path
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-u", program, provider, key]
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = lifeline
    try process.run()
    let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    root = "http://127.0.0.1:" + port.trimmingCharacters(in: .whitespacesAndNewlines)
    address = root + (provider == "openai" ? "/v1" : "")
  }

  deinit {
    // A child started from a pool's thread has SIGTERM blocked.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// What it does with one call: says a text, or answers as no model should.
  public struct Turn: Codable, Sendable {
    var text: String?
    var status: Int?
    var body: String?
    var headers: [String: String]?
    var sleep: Double?
    var huge: Bool?
    var drop: Bool?
    var trickle: Bool?
    var stop: String?
    var usage: Bool?

    /// Describes a turn.
    ///
    /// - Parameters:
    ///   - text: What the model says; nil for an answer of `status` and `body`.
    ///   - sleep: Seconds before the answer.
    ///   - huge: Bytes without end.
    ///   - drop: The connection ends without an answer.
    ///   - trickle: A byte now and then.
    ///   - stop: Why it stopped, in the provider's words.
    ///   - usage: Whether it tells the tokens.
    public init(
      _ text: String? = nil, status: Int? = nil, body: String? = nil, headers: [String: String]? = nil,
      sleep: Double? = nil, huge: Bool? = nil, drop: Bool? = nil, trickle: Bool? = nil, stop: String? = nil,
      usage: Bool? = nil
    ) {
      self.text = text
      self.status = status
      self.body = body
      self.headers = headers
      self.sleep = sleep
      self.huge = huge
      self.drop = drop
      self.trickle = trickle
      self.stop = stop
      self.usage = usage
    }
  }

  /// A call that came in.
  public struct Call: Decodable, Sendable {
    /// The path.
    public let path: String
    /// What was said in turn, the question first; empty for a call that was refused.
    public let turns: [String]
    /// The most tokens of the reply.
    public let tokens: Int
  }

  /// What it does from now on, a turn a call, the last one for ever.
  public func says(_ turns: [Turn]) async throws {
    let _: [Call] = try await ask("script", turns)
  }

  /// Every call so far.
  public func calls() async throws -> [Call] { try await ask("requests") }

  private func ask<Value: Decodable>(_ name: String, _ body: (any Encodable)? = nil) async throws -> Value {
    guard let url = URL(string: "\(root)/_test/\(name)") else { throw URLError(.badURL) }
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.httpBody = try body.map { try JSONEncoder().encode($0) }
    let (data, _) = try await URLSession.shared.data(for: request)
    return try JSONDecoder().decode(Value.self, from: data)
  }
}
