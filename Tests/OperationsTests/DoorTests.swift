import Foundation
import Operations
import Synchronization
import Testing

private struct Trouble: OperationError, Equatable {
  var kind = ErrorClass.transient
  var pause: Duration?
  var operationFailure: OperationFailure {
    OperationFailure(type: "timeout", message: "silent", kind: kind, pause: pause)
  }
}

private final class Counter: Sendable {
  private let storage = Mutex((calls: 0, pauses: [Duration]()))
  var calls: Int { storage.withLock { $0.calls } }
  var pauses: [Duration] { storage.withLock { $0.pauses } }
  func call() -> Int {
    storage.withLock {
      $0.calls += 1; return $0.calls
    }
  }
  func pause(_ duration: Duration) { storage.withLock { $0.pauses.append(duration) } }
}

@Suite("The door")
struct DoorTests {
  /// Does what fails so many times, and says what came of it.
  private func door(
    _ operation: ExternalOperation, failing times: Int, with trouble: Trouble = Trouble(),
    within limit: Duration? = nil,
    fallback: ((Trouble) async throws(Trouble) -> String)? = nil
  ) async -> (result: Result<String, Trouble>, counter: Counter, log: OperationLog) {
    let (counter, log) = (Counter(), OperationLog())
    let result = await OperationLog.$current.withValue(log) { () -> Result<String, Trouble> in
      do throws(Trouble) {
        return .success(
          try await attempt(
            operation, within: limit, sleep: { counter.pause($0) }, chance: { 0 }, describe: { $0.operationFailure },
            fallback: fallback
          ) { () async throws(Trouble) -> String in
            if counter.call() <= times { throw trouble }
            return "done"
          })
      } catch {
        return .failure(error)
      }
    }
    return (result, counter, log)
  }

  @Test("a transient failure is tried again after growing pauses, and noted as recovered")
  func recovers() async {
    let (result, counter, log) = await door(.queryDatabase, failing: 2)
    #expect(result == .success("done") && counter.pauses == [.seconds(0.1), .seconds(0.2)])
    let taken = log.take()
    #expect(taken.counts.map(\.operation) == [.queryDatabase])
    #expect(taken.counts.first?.count.calls == 1 && taken.counts.first?.count.recovered == 1)
    #expect(taken.counts.first?.count.retries == 2 && taken.counts.first?.count.failed == 0)
    #expect(taken.episodes.map(\.finalFailure) == [false] && taken.episodes.first?.retryAttempts == 2)
    #expect(log.take().counts.isEmpty)
  }

  @Test("retries end with the policy, and then the failure is final")
  func final() async {
    let (result, counter, log) = await door(.queryDatabase, failing: 9)
    #expect(result == .failure(Trouble()) && counter.calls == 3)
    let taken = log.take()
    #expect(taken.counts.first?.count.failed == 1 && taken.episodes.first?.finalFailure == true)
  }

  @Test("data and logic are not tried again", arguments: [ErrorClass.data, .logic])
  func lasting(_ kind: ErrorClass) async {
    let (result, counter, _) = await door(.queryDatabase, failing: 1, with: Trouble(kind: kind))
    #expect(result == .failure(Trouble(kind: kind)) && counter.calls == 1 && counter.pauses.isEmpty)
  }

  @Test("a pause that the other side asks for is kept, unless it is longer than the policy's longest")
  func asked() async {
    let short = await door(.askModel, failing: 1, with: Trouble(pause: .seconds(7)))
    #expect(short.result == .success("done") && short.counter.pauses == [.seconds(7)])
    let long = await door(.askModel, failing: 1, with: Trouble(pause: .seconds(21)))
    #expect(long.counter.calls == 1 && long.counter.pauses.isEmpty)
  }

  @Test("no pause reaches past the time that all tries may take")
  func deadline() async {
    let (_, counter, _) = await door(.queryDatabase, failing: 9, within: .milliseconds(50))
    #expect(counter.calls == 1)
  }

  @Test("a fallback takes the place of what failed for good, which is noted all the same")
  func fallback() async {
    let (result, _, log) = await door(.callForge, failing: 1) { (_) async throws(Trouble) -> String in "instead" }
    #expect(result == .success("instead"))
    let count = log.take().counts.first?.count
    #expect(count?.failed == 1 && count?.fallbacks == 1)
  }

  @Test("an error that says nothing about the operation is passed on and not noted")
  func passedOn() async {
    let log = OperationLog()
    await OperationLog.$current.withValue(log) {
      await #expect(throws: CancellationError.self) {
        try await attempt(.queryDatabase, describe: { ($0 as? Trouble)?.operationFailure }) {
          throw CancellationError()
        }
      }
    }
    #expect(log.take().counts.isEmpty)
  }

  @Test("a cancelled task waits for no other try")
  func cancelled() async {
    let (counter, log) = (Counter(), OperationLog())
    let task = Task {
      try await OperationLog.$current.withValue(log) {
        try await attempt(.queryDatabase) { () async throws(Trouble) -> Void in
          _ = counter.call()
          try? await Task.sleep(for: .seconds(30))
          throw Trouble()
        }
      }
    }
    task.cancel()
    let result = await task.result
    #expect(throws: Trouble.self) { try result.get() }
    #expect(counter.calls == 1 && log.take().episodes.map(\.finalFailure) == [true])
  }

  @Test("a thousand failures are counted, and the first of them kept")
  func bounded() {
    let log = OperationLog()
    for _ in 0..<1000 { log.note(.fetchPage, failure: Trouble().operationFailure, final: true) }
    let taken = log.take()
    #expect(taken.counts.first?.count.failed == 1000 && taken.episodes.count == OperationLog.mostEpisodes)
  }

  @Test("every operation has a name of its own, and is found by it")
  func catalogue() {
    #expect(Set(ExternalOperation.all.map(\.name)).count == ExternalOperation.all.count)
    for operation in ExternalOperation.all { #expect(ExternalOperation.named(operation.name) == operation) }
    #expect(ExternalOperation.named("no such") == nil)
  }

  @Test("Waits grow, are capped, never reach past the deadline and end with the retries")
  func retryPolicy() {
    let policy = RetryPolicy(maxRetries: 3, baseDelaySeconds: 5, backoffMultiplier: 2, maxDelaySeconds: 12, jitter: 0.2)
    #expect((1...3).map { policy.delay(beforeRetry: $0, chance: 0) } == [.seconds(5), .seconds(10), .seconds(12)])
    #expect(policy.delay(beforeRetry: 4, chance: 0) == nil)
    #expect(policy.delay(beforeRetry: 1, chance: 1) == .seconds(4))
    #expect(policy.delay(beforeRetry: 2, chance: 0, remaining: .seconds(10)) == nil)
  }
}
