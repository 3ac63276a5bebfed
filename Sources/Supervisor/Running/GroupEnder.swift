import Glibc
import Synchronization

/// Ends a child's whole process group: TERM first, KILL after a grace.
///
/// The group's number is only signalled while the child is unreaped (between `begin` and `finish`), so it can never belong to
/// somebody else.
final class GroupEnder: Sendable {
  /// Why a group was ended before its own end.
  enum Reason: Sendable {
    case timeout, cancelled
  }

  private struct State {
    var group: Int32?
    var reason: Reason?
    var finished = false
  }

  private let state = Mutex(State())
  private let grace: Duration

  init(grace: Duration) { self.grace = grace }

  /// Why the group was told to end; nil when it ended by itself.
  var reason: Reason? { state.withLock { $0.reason } }

  /// The child exists; a request to end it that came before takes effect now.
  func begin(_ group: Int32) {
    let wasAsked = state.withLock { state in
      state.group = group
      return state.reason != nil
    }
    if wasAsked { terminate() }
  }

  /// Asks the group to end. The first reason stays.
  func end(_ reason: Reason) {
    let isFirst = state.withLock { state in
      guard state.reason == nil, !state.finished else { return false }
      state.reason = reason
      return state.group != nil
    }
    if isFirst { terminate() }
  }

  /// The child has ended but is not reaped yet: what it left in its group is ended too.
  func finish() {
    state.withLock { state in
      if let group = state.group, !state.finished { _ = kill(-group, SIGKILL) }
      state.finished = true
    }
  }

  private func terminate() {
    signal(SIGTERM)
    // A stopped process does not hear TERM before it continues.
    signal(SIGCONT)
    Task {
      try? await Task.sleep(for: grace)
      signal(SIGKILL)
    }
  }

  private func signal(_ number: Int32) {
    state.withLock { state in
      guard let group = state.group, !state.finished else { return }
      _ = kill(-group, number)
    }
  }
}
