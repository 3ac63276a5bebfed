public import Foundation
internal import Synchronization

/// How often an operation was done, and what it met.
public struct OperationCount: Codable, Hashable, Sendable {
  /// How often it was asked for.
  public var calls = 0
  /// How often it failed for good.
  public var failed = 0
  /// How often it was tried again.
  public var retries = 0
  /// How often it succeeded only after another try.
  public var recovered = 0
  /// How often something else was done in its place, since it failed for good.
  public var fallbacks = 0

  /// Counts nothing yet.
  public init() {}

  /// How often it succeeded.
  public var succeeded: Int { calls - failed }

  /// Adds another count.
  public mutating func add(_ other: OperationCount) {
    calls += other.calls
    failed += other.failed
    retries += other.retries
    recovered += other.recovered
    fallbacks += other.fallbacks
  }
}

/// An operation that did not succeed at the first try (S4-15).
public struct OperationEpisode: Hashable, Sendable {
  /// The operation.
  public let operation: ExternalOperation
  /// When it ended.
  public let at: Date
  /// The last failure.
  public let failure: OperationFailure
  /// How often it was tried again.
  public let retryAttempts: Int
  /// Whether it failed for good.
  public let finalFailure: Bool
}

/// What a process did at the door since it was last asked: totals of every operation, and each failure.
public final class OperationLog: Sendable {
  private struct State {
    var counts: [ExternalOperation: OperationCount] = [:]
    var episodes: [OperationEpisode] = []
  }

  /// The log that operations are noted in: the process's own, unless a test gives another one.
  @TaskLocal public static var current = OperationLog()

  /// More failures than these are only counted: a remote that is down would fill the journal.
  public static let mostEpisodes = 200

  private let state = Mutex(State())

  /// An empty log.
  public init() {}

  /// Notes a call that has ended.
  ///
  /// - Parameters:
  ///   - failure: The last failure, be it that a later try succeeded; nil for none.
  ///   - final: Whether it failed for good.
  public func note(
    _ operation: ExternalOperation, retries: Int = 0, failure: OperationFailure? = nil, final: Bool = false,
    fallback: Bool = false
  ) {
    state.withLock { state in
      var count = state.counts[operation] ?? OperationCount()
      count.calls += 1
      count.retries += retries
      if final { count.failed += 1 } else if failure != nil { count.recovered += 1 }
      if fallback { count.fallbacks += 1 }
      state.counts[operation] = count
      guard let failure, state.episodes.count < Self.mostEpisodes else { return }
      state.episodes.append(
        OperationEpisode(
          operation: operation, at: Date(), failure: failure, retryAttempts: retries, finalFailure: final))
    }
  }

  /// What was noted since the last time, in the order of the names; it is forgotten here.
  public func take() -> (counts: [(operation: ExternalOperation, count: OperationCount)], episodes: [OperationEpisode])
  {
    state.withLock { state in
      let taken = state
      state = State()
      return (taken.counts.sorted { $0.key.name < $1.key.name }.map { ($0.key, $0.value) }, taken.episodes)
    }
  }
}
