internal import Foundation

#if canImport(FoundationNetworking)
  internal import FoundationNetworking
#endif

/// A forge on a free port of this machine, as `forge.py` beside this file plays it for one project, `acme/stats`.
public final class TestForge: Sendable {
  /// The address for `api:`.
  public let api: String
  private let address: String
  private let process: Process
  /// The server ends when this closes, which it does even when the tests crash.
  private let lifeline = Pipe()

  /// Starts a forge.
  ///
  /// - Parameters:
  ///   - dialect: `github`, `gitlab` or `gitea`.
  ///   - repository: A bare repository whose branches it knows; without one it takes every branch for there.
  public init(_ dialect: String, token: String, repository: String? = nil) throws {
    let program = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("forge.py").path
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-u", program, dialect, token] + (repository.map { [$0] } ?? [])
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = lifeline
    try process.run()
    let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    address = "http://127.0.0.1:" + port.trimmingCharacters(in: .whitespacesAndNewlines)
    api = address + (["gitlab": "/api/v4", "gitea": "/api/v1"][dialect] ?? "")
  }

  deinit {
    // A child started from a pool's thread has SIGTERM blocked.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// A pull request as it stands there.
  public struct Pull: Decodable, Sendable {
    /// Its number.
    public let number: Int
    /// `open`, `closed` or `merged`.
    public let state: String
    /// What people read.
    public let title, body: String
    /// The branch, and the one that it is for.
    public let head, base: String
    /// What it is labelled with, and what was said below it.
    public let labels, comments: [String]
  }

  /// A request that came in.
  public struct Request: Decodable, Sendable {
    /// `GET`, `POST`, …
    public let method: String
    /// The path without what is asked.
    public let path: String
    /// What is asked, and the headers by their lower-case names.
    public let query, headers: [String: String]
  }

  /// An answer to give instead of the right one.
  public struct Fault: Codable, Sendable {
    /// A part of the method and path that it answers.
    public var on: String
    var times: Int?
    var status: Int?
    var body: String?
    var headers: [String: String]?
    /// Seconds before the answer.
    public let sleep: Double?
    var drop: Bool?
    var lost: Bool?
    /// It sends a byte now and then.
    public let trickle: Bool?

    /// Describes a fault.
    ///
    /// - Parameters:
    ///   - on: A part of the requests' method and path, such as `POST /repos`.
    ///   - times: How often; nil for always.
    ///   - sleep: Seconds before the answer.
    ///   - drop: The connection ends without one.
    ///   - lost: It does what is asked, and the connection ends.
    public init(
      on: String = "", times: Int? = nil, status: Int? = nil, body: String? = nil, headers: [String: String]? = nil,
      sleep: Double? = nil, drop: Bool? = nil, lost: Bool? = nil, trickle: Bool? = nil
    ) {
      self.on = on
      self.times = times
      self.status = status
      self.body = body
      self.headers = headers
      self.sleep = sleep
      self.drop = drop
      self.lost = lost
      self.trickle = trickle
    }
  }

  /// The pull requests by their numbers.
  public func pulls() async throws -> [Pull] { try await ask("pulls") }

  /// Every request so far.
  public func requests() async throws -> [Request] { try await ask("requests") }

  /// Makes the forge answer wrongly from now on; an empty list heals it.
  public func set(_ faults: [Fault]) async throws { let _: [Pull] = try await ask("faults", faults) }

  /// Lets pages of lists hold no more than this.
  public func limitPages(to size: Int) async throws { let _: [Pull] = try await ask("limit", size) }

  /// A person changes a pull request, or makes one of that number.
  public func change(_ number: Int, _ fields: [String: String] = [:], isOwn: Bool = true) async throws {
    struct Change: Encodable {
      let number: Int, fields: [String: String], isOwn: Bool
      struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
      }
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(number, forKey: Key(stringValue: "number"))
        try container.encode(isOwn, forKey: Key(stringValue: "own"))
        for (name, value) in fields { try container.encode(value, forKey: Key(stringValue: name)) }
      }
    }
    let _: [Pull] = try await ask("people", Change(number: number, fields: fields, isOwn: isOwn))
  }

  private func ask<Value: Decodable>(_ name: String, _ body: (any Encodable)? = nil) async throws -> Value {
    guard let url = URL(string: "\(address)/_test/\(name)") else { throw URLError(.badURL) }
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.httpBody = try body.map { try JSONEncoder().encode($0) }
    let (data, _) = try await URLSession.shared.data(for: request)
    return try JSONDecoder().decode(Value.self, from: data)
  }
}
