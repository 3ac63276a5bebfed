internal import Foundation
internal import Synchronization

/// Lets a thread of its own make pieces, in order and a few ahead of the one that takes them, so that reading and what is made of it
/// use two cores.
final class ReadAhead<Piece: Sendable>: Sendable {
  private enum Step: Sendable {
    case piece(Piece)
    case end
    case failure(any Error)
  }

  private let steps = Mutex<[Step]>([])
  /// Pieces that were taken: the thread that made them frees them, which costs another one more.
  private let taken = Mutex<[Piece]>([])
  private let made = DispatchSemaphore(value: 0)
  private let room = DispatchSemaphore(value: 0)
  private let isLeft = Mutex(false)

  private init() {}

  /// Makes pieces on one thread and takes them on this one.
  ///
  /// - Parameters:
  ///   - make: Gives pieces; ends early when a piece is no longer wanted.
  ///   - take: Takes them in order.
  static func run(
    make: @escaping @Sendable (_ give: (Piece) -> Bool) throws -> Void, take: (Piece) throws -> Void
  ) throws {
    let ahead = ReadAhead()
    for _ in 0..<8 { ahead.room.signal() }
    Thread { ahead.work(make) }.start()
    // One that waits for room finds out that it is left.
    defer {
      ahead.isLeft.withLock { $0 = true }
      ahead.room.signal()
    }
    while true {
      ahead.made.wait()
      switch ahead.steps.withLock({ $0.removeFirst() }) {
      case .piece(let piece):
        try take(piece)
        ahead.taken.withLock { $0.append(piece) }
      case .end: return
      case .failure(let error): throw error
      }
      ahead.room.signal()
    }
  }

  private func work(_ make: (_ give: (Piece) -> Bool) throws -> Void) {
    do {
      try make { piece in
        room.wait()
        // Freed when the lock is free again.
        _ = taken.withLock { exchange(&$0, with: []) }
        guard !isLeft.withLock({ $0 }) else { return false }
        hand(.piece(piece))
        return true
      }
      hand(.end)
    } catch {
      hand(.failure(error))
    }
  }

  private func hand(_ step: Step) {
    steps.withLock { $0.append(step) }
    made.signal()
  }
}
