public import Foundation
internal import Journal
public import Operations
internal import Synchronization

#if canImport(FoundationNetworking)
  internal import FoundationNetworking
#endif

/// What a fetch brought.
public struct Fetched: Hashable, Sendable {
  /// Where the bytes are.
  public let path: String
  /// Their SHA-256.
  public let sha256: String
  /// How many they are.
  public let bytes: Int
  /// The address after redirects.
  public let finalURL: String
  /// The HTTP status; nil for a file of this machine.
  public let status: Int?
  /// The `Content-Type` that the server gave.
  public let contentType: String?
  /// By what a later look can ask whether the file has changed.
  public let validators: Validators
}

/// Brings pages and data files from `http`, `https` and `file` addresses to a path, whole or not at all.
public struct Fetcher: Sendable {
  /// Seconds without a byte after which a server counts as silent.
  public var idleTimeout: TimeInterval
  /// Seconds that one fetch may take in all.
  public var totalTimeout: TimeInterval
  /// The largest file that is accepted, in bytes.
  public var maximumBytes: Int
  /// How many redirects are followed.
  public var maximumRedirects: Int
  /// What a fetch is at the door.
  public var operation: ExternalOperation

  /// Creates a fetcher with limits.
  public init(
    idleTimeout: TimeInterval = 60, totalTimeout: TimeInterval = 540, maximumBytes: Int = 2 << 30,
    maximumRedirects: Int = 10, operation: ExternalOperation = .fetchFile
  ) {
    self.idleTimeout = idleTimeout
    self.totalTimeout = totalTimeout
    self.maximumBytes = maximumBytes
    self.maximumRedirects = maximumRedirects
    self.operation = operation
  }

  /// Fetches an address to a path.
  ///
  /// The bytes arrive beside the path under another name and take its place in one step; a failed fetch leaves what was
  /// there.
  /// - Throws: `404_not_found`, `access_denied`, `rate_limited`, `server_error`, `timeout`, `connection_failed` (also for
  ///   a body that ended early), `tls_error`, `disk_full`, `permission_denied`.
  @discardableResult
  public func fetch(_ url: String, to path: String) async throws(DataFileError) -> Fetched {
    try await attempt(operation, within: .seconds(totalTimeout)) { () async throws(DataFileError) -> Fetched in
      try await fetchOnce(url, to: path)
    }
  }

  private func fetchOnce(_ url: String, to path: String) async throws(DataFileError) -> Fetched {
    let address = try Address(url)
    guard let fetched = try await bring(address, to: path, unless: Validators()) else {
      throw DataFileError(
        .unknown, "\(address): HTTP status 304, which was not asked for", url: address.description, status: 304,
        transient: false)
    }
    return fetched
  }

  /// Fetches an address to a path unless it is still what it was; nil when it is, and then nothing is written.
  ///
  /// - Throws: what `fetch` throws.
  public func fetch(_ url: String, to path: String, unless known: Validators) async throws(DataFileError) -> Fetched? {
    try await bring(try Address(url), to: path, unless: known)
  }

  private func bring(
    _ address: Address, to path: String, unless known: Validators
  ) async throws(DataFileError) -> Fetched? {
    let partial = "\(path).part-\(UUID().uuidString.prefix(12).lowercased())"
    try Fetcher.makeFolder(of: path)
    defer { unlink(partial) }
    if address.isFile, !known.isEmpty, Validators(file: address.url.path) == known { return nil }
    let answer =
      address.isFile
      ? try copy(address, to: partial)
      : try await Transfer.run(.get(unless: known), address, to: partial, limits: self)
    if answer.status == 304 { return nil }
    let contents: Data
    do {
      contents = try Data(contentsOf: URL(fileURLWithPath: partial), options: .mappedIfSafe)
    } catch {
      throw Fetcher.storage("read", partial, error.localizedDescription)
    }
    let digest = Digest.sha256(contents)
    try FilePlace.replace(path, with: partial)
    return Fetched(
      path: path, sha256: digest, bytes: contents.count, finalURL: answer.finalURL, status: answer.status,
      contentType: answer.contentType,
      validators: address.isFile ? answer.file : Validators(headers: answer.headers))
  }

  /// Fetches a page or a small file into memory.
  public func bytes(of url: String, in scratch: String = NSTemporaryDirectory()) async throws(DataFileError) -> (
    contents: [UInt8], fetched: Fetched
  ) {
    let path = (scratch as NSString).appendingPathComponent("fetched-\(UUID().uuidString.lowercased())")
    defer { unlink(path) }
    let fetched = try await fetch(url, to: path)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Fetcher.storage("read", path, "it vanished")
    }
    return (Array(data), fetched)
  }

  /// Sends a request and takes whatever the server answers, errors and redirects included: for programs' interfaces, where
  /// a header may hold a token that must not follow a redirect to somewhere else.
  ///
  /// This is one try, and passes no door: only who asks knows which answers are failures, see ``attempt``.
  ///
  /// - Throws: `DataFileError` when there is no answer.
  public func send(
    _ request: HTTPRequest, to url: String, in scratch: String = NSTemporaryDirectory()
  ) async throws(DataFileError) -> HTTPResponse {
    let address = try Address(url)
    guard !address.isFile else {
      throw DataFileError(.connectionFailed, "\(address): only http and https are spoken here", transient: false)
    }
    let path = (scratch as NSString).appendingPathComponent("answer-\(UUID().uuidString.lowercased())")
    defer { unlink(path) }
    let answer = try await Transfer.run(request, address, to: path, limits: self)
    return HTTPResponse(
      status: answer.status ?? 0, headers: answer.headers,
      body: FileManager.default.contents(atPath: path).map { Array($0) } ?? [])
  }

  private func copy(_ address: Address, to partial: String) throws(DataFileError) -> Answer {
    let source = address.url.path
    // Before the bytes are read: what is written meanwhile must look new the next time.
    let look = Validators(file: source)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: source, isDirectory: &isFolder), !isFolder.boolValue else {
      throw DataFileError(
        .notFound, "\(address): there is no such file", url: address.description, transient: false)
    }
    do {
      try FileManager.default.copyItem(atPath: source, toPath: partial)
    } catch {
      guard FileManager.default.isReadableFile(atPath: source) else {
        throw DataFileError(
          .accessDenied, "\(address): the file may not be read", url: address.description, transient: false)
      }
      throw Fetcher.storage("write", partial, error.localizedDescription)
    }
    return Answer(finalURL: address.description, status: nil, contentType: nil, file: look)
  }

  static func makeFolder(of path: String) throws(DataFileError) {
    let folder = (path as NSString).deletingLastPathComponent
    guard !folder.isEmpty else { return }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw storage("make", folder, error.localizedDescription)
    }
  }

  /// An error of this machine's disk rather than of the address.
  static func storage(_ action: String, _ path: String, _ reason: String) -> DataFileError {
    let type: ErrorType =
      reason.contains("No space") || reason.contains("out of space") ? .diskFull : .permissionDenied
    return DataFileError(type, "cannot \(action) \(path): \(reason)", transient: false)
  }
}

/// What a server said about the bytes it sent.
struct Answer: Sendable {
  var finalURL: String
  var status: Int?
  var contentType: String?
  var headers: [String: String] = [:]
  /// How a file of this machine looked.
  var file = Validators()
}
