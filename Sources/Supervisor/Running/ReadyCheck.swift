import Foundation
import FoundationNetworking
import Glibc
import Operations
import Synchronization

/// Asks whether a service is up.
struct ReadyCheck: Sendable {
  let runner: ProcessRunner
  let folder: String
  let environment: [String: String]

  /// Whether the service answers now.
  func answers(_ ready: Service.Readiness, values: StageValues) async -> Bool {
    switch ready {
    case .http(let address):
      guard let url = URL(string: values.fill(address)) else { return false }
      return await Self.responds(url)
    case .tcp(let host, let port): return Self.accepts(host: host, port: port)
    case .command(let command):
      let request = ProcessRequest(
        command: values.fill(command), environment: environment, workingDirectory: folder, timeout: .seconds(10),
        label: "the check of a service", operation: .askService)
      return await runner.run(request).succeeded
    }
  }

  private static func responds(_ url: URL) async -> Bool {
    var request = URLRequest(url: url, timeoutInterval: 2)
    request.cachePolicy = .reloadIgnoringLocalCacheData
    guard let (_, response) = try? await URLSession.shared.data(for: request) else { return false }
    guard let status = (response as? HTTPURLResponse)?.statusCode else { return false }
    return status < 500
  }

  /// Whether a connection is taken. Helpers are on this machine, so that an answer comes at once.
  private static func accepts(host: String, port: Int) -> Bool {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, String(port), &hints, &list) == 0 else { return false }
    defer { unsafe freeaddrinfo(list) }
    var next = unsafe list
    while let address = unsafe next {
      let descriptor = unsafe socket(address.pointee.ai_family, address.pointee.ai_socktype | 0o2000000, 0)
      if descriptor >= 0 {
        defer { close(descriptor) }
        if unsafe connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 { return true }
      }
      unsafe next = unsafe address.pointee.ai_next
    }
    return false
  }
}

/// A value that one task sets and another reads.
final class Held<Value: Sendable>: Sendable {
  private let storage = Mutex<Value?>(nil)

  var value: Value? { storage.withLock { $0 } }

  func set(_ value: Value) { storage.withLock { $0 = value } }
}
