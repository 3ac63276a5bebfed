internal import Foundation
internal import Glibc

/// Why nothing can be served.
public struct ServingError: Error, CustomStringConvertible, Sendable {
  /// One sentence.
  public let description: String
}

/// Serves one page on 127.0.0.1, to this machine only: no files, no folders, nothing to write.
///
/// A connection has one request, a few seconds for it, and a head of at most `longestHead` bytes; of more connections at once than
/// `most`, the further ones wait.
public final class LoopbackServer: Sendable {
  /// The port that is served.
  public let port: Int
  private let listener: Int32
  private let connections: DispatchQueue
  private let room: DispatchSemaphore

  private static let longestHead = 16_384
  private static let most = 16
  private static let seconds = 5

  /// Takes the port.
  ///
  /// - Parameter port: 0 for any that is free.
  /// - Throws: `ServingError` when the port is taken, or may not be.
  public init(port wanted: Int) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard listener >= 0 else { throw ServingError(description: "no connection can be opened: \(Self.reason)") }
    var on: Int32 = 1
    _ = unsafe setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(clamping: wanted)).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let taken = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(listener, address, size) == 0 && listen(listener, 64) == 0
          && getsockname(listener, address, &size) == 0
      }
    }
    guard taken else {
      let reason = Self.reason
      close(listener)
      throw ServingError(
        description: "port \(wanted) of 127.0.0.1 cannot be served: \(reason); give another with --port, or 0 for any")
    }
    self.listener = listener
    port = Int(in_port_t(bigEndian: address.sin_port))
    connections = DispatchQueue(label: "dashboard", attributes: .concurrent)
    room = DispatchSemaphore(value: Self.most)
  }

  /// Begins to answer, on threads of its own.
  ///
  /// - Parameter page: What is served at the moment; called for every request that may see it.
  public func start(_ page: @escaping @Sendable () async throws -> ServedPage) {
    let thread = Thread { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 {
          // What one connection failed at is no reason to leave the others.
          guard errno == EINVAL else {
            usleep(10_000)
            continue
          }
          // Closed where it is used last, so that its number names nothing else meanwhile.
          close(listener)
          return
        }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        room.wait()
        connections.async { self.serve(connection, page) }
      }
    }
    thread.start()
  }

  /// Ends the listening; connections that are open get their answer.
  public func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func serve(_ connection: Int32, _ page: @escaping @Sendable () async throws -> ServedPage) {
    var limit = timeval(tv_sec: Self.seconds, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      _ = unsafe setsockopt(connection, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    let head = Self.head(from: connection).flatMap(RequestHead.init)
    Task {
      let answer: Answer
      do { answer = Answer(to: head, port: port, page: try await page()) } catch { answer = Answer(failure: error) }
      connections.async { [self] in
        Self.send(answer.bytes, to: connection)
        close(connection)
        room.signal()
      }
    }
  }

  /// The request's head without its empty line; nil when it is too long or does not come in time.
  private static func head(from connection: Int32) -> Data? {
    let end = Data("\r\n\r\n".utf8)
    let deadline = Date().addingTimeInterval(Double(seconds))
    var bytes = Data()
    while bytes.count <= longestHead, Date() < deadline {
      var piece = [UInt8](repeating: 0, count: 4096)
      let count = unsafe recv(connection, &piece, piece.count, 0)
      guard count > 0 else { return nil }
      bytes.append(contentsOf: piece[..<count])
      if let range = bytes.range(of: end) { return bytes[..<range.lowerBound] }
    }
    return nil
  }

  private static func send(_ bytes: Data, to connection: Int32) {
    var rest = [UInt8](bytes)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private static var reason: String { unsafe String(cString: strerror(errno)) }
}
