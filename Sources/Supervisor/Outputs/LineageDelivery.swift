internal import DataFiles
internal import Foundation
internal import Journal
public import Operations

/// Where OpenLineage's run events go.
public enum LineageTarget: Hashable, Sendable {
  /// A file that gets a line of JSON for each.
  case file(path: String)
  /// A server that takes each as a POST, such as Marquez's `/api/v1/lineage`.
  case http(address: String, key: String?)

  /// What a person wrote: an address, or a path.
  public init(_ text: String) {
    self = text.hasPrefix("http://") || text.hasPrefix("https://") ? .http(address: text, key: nil) : .file(path: text)
  }

  /// What the journal calls it by: nothing of the address can be read from it.
  var name: String {
    switch self {
    case .file(let path): String(Digest.sha256(path).prefix(16))
    case .http(let address, _): String(Digest.sha256(address).prefix(16))
    }
  }
}

/// Why run events were not sent, in words that end a sentence. It never fails a run: the next one sends them.
public struct LineageError: Error, Hashable, Sendable, CustomStringConvertible, OperationError {
  /// The reason.
  public let description: String
  /// How the door takes it.
  public let operationFailure: OperationFailure

  init(_ type: ErrorType, _ description: String, kind: ErrorClass) {
    self.description = description
    operationFailure = OperationFailure(type: type.rawValue, message: description, kind: kind)
  }
}

/// Brings run events to a receiver.
struct LineageDelivery: Sendable {
  let workspace: Workspace
  let target: LineageTarget
  let deadline: ContinuousClock.Instant
  let redact: @Sendable (String) -> String

  /// Sends documents in their order, and says how many arrived.
  func send(_ documents: [JSONValue], arrived: inout Int) async throws(LineageError) {
    try await attempt(.sendLineage) { () async throws(LineageError) in
      switch target {
      case .file(let path): try append(documents, to: path, &arrived)
      case .http(let address, let key):
        for document in documents {
          try await post(document, to: address, key: key)
          arrived += 1
        }
      }
    }
  }

  private func append(_ documents: [JSONValue], to path: String, _ arrived: inout Int) throws(LineageError) {
    let path = path.hasPrefix("/") ? path : workspace.root + "/" + path
    do {
      let manager = FileManager.default
      if !manager.fileExists(atPath: path) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
      }
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      defer { try? file.close() }
      let length = try file.seekToEnd()
      do {
        try file.write(contentsOf: Data(documents.map { $0.storableText + "\n" }.joined().utf8))
        try file.synchronize()
      } catch {
        try? file.truncate(atOffset: length)
        throw error
      }
      arrived += documents.count
    } catch {
      throw LineageError(.permissionDenied, "\(path) could not be written: \(error.localizedDescription)", kind: .data)
    }
  }

  private func post(_ document: JSONValue, to address: String, key: String?) async throws(LineageError) {
    let left = (deadline - .now) / .seconds(1)
    guard left > 0 else { throw LineageError(.timeout, "the time for it was over", kind: .transient) }
    let fetcher = Fetcher(idleTimeout: left, totalTimeout: left, maximumBytes: 1 << 20)
    var request = HTTPRequest(
      "POST", headers: ["Content-Type": "application/json", "User-Agent": "errata"],
      body: Array(document.storableText.utf8))
    if let key { request.headers["Authorization"] = "Bearer \(key)" }
    let response: HTTPResponse
    do throws(DataFileError) {
      response = try await fetcher.send(request, to: address)
    } catch {
      throw LineageError(
        error.kind, redact(error.description), kind: error.event.isTransient ? .transient : .data)
    }
    guard !(200..<300).contains(response.status) else { return }
    let isBusy = response.status == 429 || response.status >= 500
    throw LineageError(
      isBusy ? .serverError : .accessDenied, "the receiver answered with HTTP status \(response.status)",
      kind: isBusy ? .transient : .data)
  }
}
