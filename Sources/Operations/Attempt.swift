/// The door: does something that touches disk, network, a process, a database, git or a model.
///
/// A transient failure is tried again by the operation's policy: after a pause that grows, with jitter, or after the one that
/// the other side asks for where that is no longer than the policy's longest; never when the pause would end past `limit`, and
/// never once the task is cancelled. What came of it is noted in ``OperationLog/current``. A try itself is ended by its
/// own time limit, which the work brings along.
///
/// - Parameters:
///   - limit: How long all tries may take together; nil for any time.
///   - sleep: Waits; tests give another one.
///   - chance: A number in 0..<1, for the jitter.
///   - describe: How a failure is to be taken; nil for an error that says nothing about the operation, such as a cancellation,
///     which is passed on and not noted.
///   - fallback: What is done in place of the work when it failed for good.
///   - work: One try.
/// - Throws: What the last try threw.
public func attempt<Value, Failure: Error>(
  _ operation: ExternalOperation, within limit: Duration? = nil, isolation: isolated (any Actor)? = #isolation,
  sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
  chance: @Sendable () -> Double = { .random(in: 0..<1) },
  describe: (Failure) -> OperationFailure?,
  fallback: ((Failure) async throws(Failure) -> Value)? = nil,
  _ work: () async throws(Failure) -> Value
) async throws(Failure) -> Value {
  let log = OperationLog.current
  let start = ContinuousClock.now
  var retries = 0
  var met: OperationFailure?
  while true {
    let thrown: Failure
    do throws(Failure) {
      let value = try await work()
      log.note(operation, retries: retries, failure: met)
      return value
    } catch {
      thrown = error
    }
    guard let failure = describe(thrown) else { throw thrown }
    met = failure
    let remaining = limit.map { $0 - (ContinuousClock.now - start) }
    if let pause = operation.pause(after: failure, retry: retries + 1, chance: chance(), remaining: remaining),
      !Task.isCancelled
    {
      try? await sleep(pause)
      if !Task.isCancelled {
        retries += 1
        continue
      }
    }
    guard let fallback else {
      log.note(operation, retries: retries, failure: failure, final: true)
      throw thrown
    }
    log.note(operation, retries: retries, failure: failure, final: true, fallback: true)
    return try await fallback(thrown)
  }
}

/// The door for errors that describe themselves.
public func attempt<Value, Failure: OperationError>(
  _ operation: ExternalOperation, within limit: Duration? = nil, isolation: isolated (any Actor)? = #isolation,
  _ work: () async throws(Failure) -> Value
) async throws(Failure) -> Value {
  try await attempt(operation, within: limit, describe: { $0.operationFailure }, work)
}

/// The door for work that cannot wait: one try, noted.
public func attempt<Value, Failure: Error>(
  once operation: ExternalOperation, describe: (Failure) -> OperationFailure, _ work: () throws(Failure) -> Value
) throws(Failure) -> Value {
  do throws(Failure) {
    let value = try work()
    OperationLog.current.note(operation)
    return value
  } catch {
    OperationLog.current.note(operation, failure: describe(error), final: true)
    throw error
  }
}

extension ExternalOperation {
  /// How long to wait before another try; nil for none.
  func pause(after failure: OperationFailure, retry number: Int, chance: Double, remaining: Duration?) -> Duration? {
    guard failure.kind == .transient else { return nil }
    guard let asked = failure.pause else {
      return retry.delay(beforeRetry: number, chance: chance, remaining: remaining)
    }
    guard number <= retry.maxRetries, asked <= .seconds(retry.maxDelaySeconds) else { return nil }
    if let remaining, asked >= remaining { return nil }
    return asked
  }
}
