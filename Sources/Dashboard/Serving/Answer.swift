internal import Foundation

/// What a browser gets.
struct Answer {
  private let status: String
  private let type: String
  private let body: Data
  private let version: String?

  /// Decides on a request.
  ///
  /// The host that the browser means must be this machine's own: a name of the outside that was made to resolve to it (DNS
  /// rebinding) is told nothing.
  ///
  /// - Parameters:
  ///   - head: The request; nil where it could not be read.
  ///   - port: The port that is served.
  ///   - page: What is served.
  init(to head: RequestHead?, port: Int, page: ServedPage) {
    guard let head else {
      self.init("400 Bad Request", text: "This is no request that can be read.")
      return
    }
    guard Self.hosts(port).contains(head["host"]?.lowercased() ?? "") else {
      self.init("421 Misdirected Request", text: "Only this machine itself is served: use http://127.0.0.1:\(port)/.")
      return
    }
    guard head.method == "GET" else {
      self.init("405 Method Not Allowed", text: "There is nothing here but to read.")
      return
    }
    switch head.path {
    case "/": self.init("200 OK", "text/html; charset=utf-8", page.html)
    case "/model.json" where head["if-none-match"] == Self.tag(page.version):
      self.init("304 Not Modified", "application/json", Data(), version: page.version)
    case "/model.json": self.init("200 OK", "application/json", page.news, version: page.version)
    default: self.init("404 Not Found", text: "There is only the dashboard here.")
    }
  }

  /// An answer to a request that a page could not be drawn for.
  init(failure: any Error) {
    self.init("500 Internal Server Error", text: "The journal cannot be shown: \(failure)")
  }

  private init(_ status: String, text: String) {
    self.init(status, "text/plain; charset=utf-8", Data((text + "\n").utf8))
  }

  private init(_ status: String, _ type: String, _ body: Data, version: String? = nil) {
    self.status = status
    self.type = type
    self.body = body
    self.version = version
  }

  /// The answer as it goes over the wire.
  var bytes: Data {
    var head = [
      "HTTP/1.1 \(status)", "Content-Type: \(type)", "Content-Length: \(body.count)", "Connection: close",
      "Cache-Control: no-store", "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer",
      "Cross-Origin-Resource-Policy: same-origin", "Content-Security-Policy: frame-ancestors 'none'",
    ]
    if let version { head.append("ETag: \(Self.tag(version))") }
    return Data((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
  }

  private static func tag(_ version: String) -> String { "\"\(version)\"" }

  private static func hosts(_ port: Int) -> Set<String> { ["127.0.0.1:\(port)", "localhost:\(port)"] }
}
