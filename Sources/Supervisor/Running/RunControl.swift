import Journal
import Repair
import Synchronization

/// What all parts of a run must know of each other: an outage or an interrupt stops every one of them.
final class RunControl: Sendable {
  private struct State {
    var outage: EventError?
    var interrupted = false
    var cancelWork: (@Sendable () -> Void)?
    var failures: [Failure] = []
    var worked: Set<String> = []
    var ended: Set<String> = []
    var runStageFailures = 0
    var heldBack = 0
  }

  private let state = Mutex(State())

  /// The incident that halts the run.
  var outage: EventError? { state.withLock { $0.outage } }

  /// Whether a person or the system asked the run to end.
  var isInterrupted: Bool { state.withLock { $0.interrupted } }

  /// Whether nothing new may start.
  var isStopping: Bool { state.withLock { $0.interrupted || $0.outage != nil } }

  /// The URL keys of which something was run.
  var worked: Set<String> { state.withLock { $0.worked } }

  /// Failures of the last round whose fix was held back.
  var heldBack: Int { state.withLock { $0.heldBack } }

  /// A later round looks into what is left once more.
  func note(heldBack: Int) { state.withLock { $0.heldBack = heldBack } }

  /// Opens the circuit; true for the first incident, which alone is told.
  func open(_ error: EventError) -> Bool {
    state.withLock { state in
      guard state.outage == nil else { return false }
      state.outage = error
      return true
    }
  }

  /// Stops everything that is under way: children are ended by the cancellation.
  func interrupt() {
    let cancel = state.withLock { state in
      state.interrupted = true
      return state.cancelWork
    }
    cancel?()
  }

  /// The work that an interrupt cancels; one that came before takes effect now.
  func begin(_ work: Task<some Sendable, any Error>) {
    let isLate = state.withLock { state in
      state.cancelWork = { work.cancel() }
      return state.interrupted
    }
    if isLate { work.cancel() }
  }

  func note(_ failure: Failure) { state.withLock { $0.failures.append(failure) } }

  /// True for the first work on the key in this run.
  func noteWork(on key: String) -> Bool { state.withLock { $0.worked.insert(key).inserted } }

  /// Hands the failures over, once.
  func takeFailures() -> [Failure] {
    state.withLock { state in
      defer { state.failures = [] }
      return state.failures
    }
  }

  /// The worked keys whose end was not told yet, in the order of all keys; telling is once per round of work.
  func takeEnded(all keys: [String]) -> [String] {
    state.withLock { state in
      let due = keys.filter { state.worked.contains($0) && !state.ended.contains($0) }
      state.ended.formUnion(due)
      return due
    }
  }

  /// Work begins anew: what is touched again is told again.
  func beginRound() {
    state.withLock { state in
      state.worked = []
      state.ended = []
      state.runStageFailures = 0
    }
  }

  /// A stage that runs once per run failed.
  func noteRunStageFailure() { state.withLock { $0.runStageFailures += 1 } }

  /// How many stages that run once per run failed.
  var runStageFailures: Int { state.withLock { $0.runStageFailures } }
}
