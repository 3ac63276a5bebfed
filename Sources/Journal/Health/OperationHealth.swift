public import Foundation
internal import Operations

/// One operation of Errata or its reference pipeline: how it is tried, and what it met.
public struct OperationHealth: Codable, Hashable, Sendable {
  /// What it is called.
  public let name: String
  /// What it touches: `disk`, `network`, `process`, `database`, `git` or `model`.
  public let resource: String
  /// How often it is tried again after a transient failure.
  public let maxRetries: Int
  /// How long one try may take, in words.
  public let limit: String
  /// Why it is tried as it is.
  public let reason: String
  /// Whether each call is counted, or only a failure told, where it happens.
  public let counted: Bool
  /// How often it was asked for.
  public internal(set) var calls = 0
  /// How often it failed for good.
  public internal(set) var failed = 0
  /// How often it was tried again.
  public internal(set) var retries = 0
  /// How often it succeeded only after another try.
  public internal(set) var recovered = 0
  /// When it failed last.
  public internal(set) var lastFailure: Date?
  /// What it failed with.
  public internal(set) var lastError: String?

  enum CodingKeys: String, CodingKey {
    case name, resource, limit, reason, counted, calls, failed, retries, recovered
    case maxRetries = "max_retries"
    case lastFailure = "last_failure"
    case lastError = "last_error"
  }
}

/// Folds what was done at the door.
struct OperationFold: Sendable {
  private var counts: [String: OperationCount] = [:]
  private var last: [String: (at: Date, error: String)] = [:]

  mutating func apply(_ event: Event) {
    if event.type == .operationFailed, let name = event.data["operation"]?.string {
      last[name] = (event.timestamp, event.error?.message ?? "")
    }
    guard event.type == .operationsCounted else { return }
    for (name, value) in event.data["operations"]?.object ?? [:] {
      guard let count = try? value.decode(OperationCount.self) else { continue }
      counts[name, default: OperationCount()].add(count)
    }
  }

  /// Every operation that there is, in the order of the catalogue; others' are behind it.
  var result: [OperationHealth] {
    let known = ExternalOperation.all.map { operation in
      OperationHealth(
        name: operation.name, resource: operation.resource.rawValue, maxRetries: operation.retry.maxRetries,
        limit: operation.limit, reason: operation.reason, counted: operation.recording == .each)
    }
    let names = Set(known.map(\.name))
    let others = counts.keys.filter { !names.contains($0) }.sorted().map {
      OperationHealth(name: $0, resource: "", maxRetries: 0, limit: "", reason: "another version's", counted: true)
    }
    return (known + others).map { operation in
      var operation = operation
      let count = counts[operation.name] ?? OperationCount()
      (operation.calls, operation.failed) = (count.calls, count.failed)
      (operation.retries, operation.recovered) = (count.retries, count.recovered)
      (operation.lastFailure, operation.lastError) = (last[operation.name]?.at, last[operation.name]?.error)
      return operation
    }
  }
}
