/// Names that only one may use at a time, such as a database with one writer; the others wait in their order.
public actor ExclusiveQueues {
  private var busy: Set<String> = []
  private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

  /// Creates queues in which nobody waits.
  public init() {}

  /// Runs the body with the name to itself; without a name at once.
  public func using<Value: Sendable>(_ name: String?, _ body: @Sendable () async throws -> Value) async rethrows
    -> Value
  {
    guard let name else { return try await body() }
    await enter(name)
    do {
      let value = try await body()
      leave(name)
      return value
    } catch {
      leave(name)
      throw error
    }
  }

  private func enter(_ name: String) async {
    guard !busy.insert(name).inserted else { return }
    await withCheckedContinuation { waiting[name, default: []].append($0) }
  }

  /// The name goes straight to the next one who waits, so that nobody can cut in.
  private func leave(_ name: String) {
    guard var queue = waiting[name], !queue.isEmpty else {
      busy.remove(name)
      return
    }
    let next = queue.removeFirst()
    waiting[name] = queue
    next.resume()
  }
}
