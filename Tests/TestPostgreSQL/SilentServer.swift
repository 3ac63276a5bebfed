internal import Foundation

/// A port of this machine that takes connections and never says anything.
public final class SilentServer {
  /// The port.
  public let port: Int
  private var listener: Int32

  /// Opens the port.
  public init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &size) == 0
      }
    }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
    guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
  }

  /// Closes the port.
  public func close() {
    if listener >= 0 { Glibc.close(listener) }
    listener = -1
  }

  deinit { close() }
}
