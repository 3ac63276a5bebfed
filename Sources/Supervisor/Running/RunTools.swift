public import Foundation
public import Repair

/// What a run acts with: everything that is not decided by its inputs.
public struct RunTools: Sendable {
  /// Runs programs.
  public var runner: ProcessRunner
  /// Takes secrets out of a text.
  public var redact: @Sendable (String) -> String
  /// Says what kind of failure a program's output tells of.
  public var classify: @Sendable (_ text: String, _ stage: String?, _ exitCode: Int?, _ signal: Int?) -> Classification
  /// Variables that every stage gets, such as where DuckDB is.
  public var environment: [String: String]
  /// Waits.
  public var sleep: @Sendable (Duration) async throws -> Void
  /// A number in 0..<1, for the jitter of retries.
  public var chance: @Sendable () -> Double
  /// The time.
  public var now: @Sendable () -> Date

  /// Gathers the tools; clock and chance are the real ones unless a test gives others.
  public init(
    runner: ProcessRunner, redact: @escaping @Sendable (String) -> String,
    classify: @escaping @Sendable (String, String?, Int?, Int?) -> Classification, environment: [String: String] = [:],
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    chance: @escaping @Sendable () -> Double = { .random(in: 0..<1) }, now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.runner = runner
    self.redact = redact
    self.classify = classify
    self.environment = environment
    self.sleep = sleep
    self.chance = chance
    self.now = now
  }
}
