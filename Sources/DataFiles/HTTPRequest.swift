/// A request to a program's interface.
public struct HTTPRequest: Hashable, Sendable {
  /// `GET`, `POST`, `PUT`, `PATCH`, `DELETE`.
  public var method: String
  /// The headers, beside those that every request has.
  public var headers: [String: String]
  /// What is sent; nil for nothing.
  public var body: [UInt8]?
  /// Whether every answer is one, or only a 2xx after redirects.
  var takesAnyStatus = true

  /// Creates a request.
  public init(_ method: String, headers: [String: String] = [:], body: [UInt8]? = nil) {
    self.method = method
    self.headers = headers
    self.body = body
  }

  /// A plain download: redirects are followed, and only success is an answer; or 304, where that was asked for.
  static func get(unless known: Validators) -> HTTPRequest {
    var request = HTTPRequest("GET", headers: known.conditions)
    request.takesAnyStatus = false
    return request
  }

  /// Whether a status is an answer to it.
  func takes(_ status: Int) -> Bool {
    if takesAnyStatus || (200..<300).contains(status) { return true }
    return status == 304 && (headers["If-None-Match"] != nil || headers["If-Modified-Since"] != nil)
  }
}

/// What a server answered.
public struct HTTPResponse: Hashable, Sendable {
  /// The status, such as 200.
  public var status: Int
  /// The headers by their lower-case names.
  public var headers: [String: String]
  /// The body.
  public var body: [UInt8]

  /// Creates an answer.
  public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}
