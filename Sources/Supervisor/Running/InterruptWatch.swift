import Dispatch
import Glibc

/// Hears SIGINT and SIGTERM while it lives, in place of the system's own answer to them.
public final class InterruptWatch {
  private let sources: [any DispatchSourceSignal]

  /// Starts to listen. The second signal of a kind ends errata at once, as if nobody listened.
  public init(_ heard: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      // Children get the system's own answers back when they are started.
      _ = signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        _ = signal(number, SIG_DFL)
        heard()
      }
      source.resume()
      return source
    }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { _ = signal(number, SIG_DFL) }
  }
}
