internal import Foundation
internal import Journal
internal import Synchronization
internal import SystemPackage

#if canImport(FoundationNetworking)
  internal import FoundationNetworking
#endif

/// One HTTP exchange, its body written to a file as it comes.
final class Transfer: NSObject, URLSessionDataDelegate {
  private struct State: Sendable {
    var answer: Answer
    var expected: Int64 = -1
    var received: Int64 = 0
    var redirect: URL?
    var failure: DataFileError?
    var waiting: CheckedContinuation<Result<Outcome, DataFileError>, Never>?
  }

  private enum Outcome: Sendable {
    case answered(Answer)
    case redirected(URL)
  }

  private let request: HTTPRequest
  private let address: Address
  private let file: FileDescriptor
  private let limits: Fetcher
  private let state: Mutex<State>

  private init(_ request: HTTPRequest, _ address: Address, at target: URL, file: FileDescriptor, limits: Fetcher) {
    self.request = request
    self.address = address
    self.file = file
    self.limits = limits
    state = Mutex(State(answer: Answer(finalURL: Address.shown(target.absoluteString))))
  }

  static func run(
    _ request: HTTPRequest, _ address: Address, to path: String, limits: Fetcher
  ) async throws(DataFileError) -> Answer {
    let file: FileDescriptor
    do {
      file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw Fetcher.storage("write", path, "\(error)")
    }
    defer { try? file.close() }
    var target = address.url
    let end = ContinuousClock.now + .seconds(limits.totalTimeout)
    for _ in 0...limits.maximumRedirects {
      let transfer = Transfer(request, address, at: target, file: file, limits: limits)
      switch try await transfer.exchange(target, until: end) {
      case .answered(let answer): return answer
      case .redirected(let next):
        guard ["http", "https"].contains(next.scheme?.lowercased() ?? "") else {
          let shown = Address.shown(next.absoluteString)
          throw transfer.failure(
            .accessDenied, "it redirects to '\(shown)', which is neither http nor https", transient: false)
        }
        target = next
      }
    }
    throw Transfer(request, address, at: target, file: file, limits: limits)
      .failure(.connectionFailed, "more than \(limits.maximumRedirects) redirects", transient: false)
  }

  private func exchange(_ target: URL, until end: ContinuousClock.Instant) async throws(DataFileError) -> Outcome {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = limits.idleTimeout
    configuration.httpCookieAcceptPolicy = .never
    configuration.urlCache = nil
    let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    defer { session.finishTasksAndInvalidate() }
    var sent = URLRequest(url: target)
    sent.httpMethod = request.method
    sent.httpBody = request.body.map { Data($0) }
    sent.timeoutInterval = limits.idleTimeout
    sent.setValue("backfill/1 (+errata)", forHTTPHeaderField: "User-Agent")
    // A compressed body could not be held against its Content-Length.
    sent.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    for (name, value) in request.headers { sent.setValue(value, forHTTPHeaderField: name) }
    let task = session.dataTask(with: sent)
    // Foundation's own limit on a whole transfer does nothing on Linux: a server that sends a byte now and then would never end.
    let limit = Task {
      try await Task.sleep(until: end, clock: .continuous)
      let late = failure(.timeout, "the transfer took longer than \(Int(limits.totalTimeout)) s")
      state.withLock { $0.failure = $0.failure ?? late }
      task.cancel()
    }
    defer { limit.cancel() }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        state.withLock { $0.waiting = continuation }
        task.resume()
      }
    } onCancel: {
      task.cancel()
    }
    return try result.get()
  }

  /// Redirects are followed one exchange at a time: cancelling one inside its own callback ends the process.
  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    guard !self.request.takesAnyStatus else { return completionHandler(nil) }
    // Foundation's own request turns a redirect to `file:` into one to the same host: the header says what was meant.
    let location = response.value(forHTTPHeaderField: "Location")
    let target = location.flatMap { URL(string: $0, relativeTo: response.url)?.absoluteURL } ?? request.url
    state.withLock { $0.redirect = target }
    completionHandler(nil)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    let goesOn = state.withLock { state -> Bool in
      guard state.failure == nil else { return false }
      // The body of a redirect is let through unread.
      guard state.redirect == nil, let response = response as? HTTPURLResponse else { return true }
      state.answer.status = response.statusCode
      state.answer.contentType = response.value(forHTTPHeaderField: "Content-Type")
      state.expected = response.value(forHTTPHeaderField: "Content-Length").flatMap { Int64($0) } ?? -1
      for case (let name as String, let value as String) in response.allHeaderFields {
        state.answer.headers[name.lowercased()] = value
      }
      if !request.takes(response.statusCode) {
        state.failure = statusFailure(response.statusCode)
      } else if response.statusCode != 304, state.expected > Int64(limits.maximumBytes) {
        state.failure = tooLarge(state.expected)
      }
      return state.failure == nil
    }
    completionHandler(goesOn ? .allow : .cancel)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let goesOn = state.withLock { state -> Bool in
      guard state.failure == nil else { return false }
      guard state.redirect == nil else { return true }
      state.received += Int64(data.count)
      if state.received > Int64(limits.maximumBytes) {
        state.failure = tooLarge(state.received)
      } else {
        do {
          _ = try file.writeAll(data)
        } catch {
          state.failure = Fetcher.storage("write", "the download of \(address)", "\(error)")
        }
      }
      return state.failure == nil
    }
    if !goesOn { dataTask.cancel() }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    let (waiting, result) = state.withLock { state in
      let waiting = state.waiting
      state.waiting = nil
      return (waiting, outcome(state, error))
    }
    waiting?.resume(returning: result)
  }

  private func outcome(_ state: State, _ error: (any Error)?) -> Result<Outcome, DataFileError> {
    if let redirect = state.redirect { return .success(.redirected(redirect)) }
    if let failure = state.failure { return .failure(failure) }
    // The body of a redirect is nobody's.
    let isRedirect = (300..<400).contains(state.answer.status ?? 0)
    let endedEarly = state.expected >= 0 && state.received < state.expected && !isRedirect
    if let error {
      let code = (error as? URLError)?.code ?? .unknown
      if code == .timedOut || code == .cancelled { return .failure(connectionFailure(code, error)) }
      if state.answer.status != nil, !endedEarly {
        return .failure(failure(.connectionFailed, "the connection broke after \(state.received) bytes"))
      }
      if !endedEarly { return .failure(connectionFailure(code, error)) }
    }
    guard !endedEarly else {
      return .failure(
        failure(
          .connectionFailed, "the download was truncated: \(state.received) of \(state.expected) bytes arrived"))
    }
    guard state.answer.status != nil else { return .failure(failure(.connectionFailed, "the server did not answer")) }
    return .success(.answered(state.answer))
  }
}

extension Transfer {
  private func failure(
    _ type: ErrorType, _ reason: String, status: Int? = nil, transient: Bool = true
  ) -> DataFileError {
    DataFileError(
      type, "\(address): \(reason)", url: address.description, file: address.fileName, status: status,
      transient: transient)
  }

  private func tooLarge(_ bytes: Int64) -> DataFileError {
    failure(
      .corruptFile, "\(bytes) bytes are more than the \(limits.maximumBytes) that are accepted", transient: false)
  }

  private func statusFailure(_ status: Int) -> DataFileError {
    let phrase = "HTTP status \(status) (\(HTTPURLResponse.localizedString(forStatusCode: status)))"
    switch status {
    case 404, 410: return failure(.notFound, phrase, status: status, transient: false)
    case 401, 403, 407, 451: return failure(.accessDenied, phrase, status: status, transient: false)
    case 408: return failure(.timeout, phrase, status: status)
    case 429: return failure(.rateLimited, phrase, status: status)
    case 500...599: return failure(.serverError, phrase, status: status)
    default: return failure(.unknown, phrase, status: status, transient: false)
    }
  }

  private func connectionFailure(_ code: URLError.Code, _ error: any Error) -> DataFileError {
    switch code {
    case .timedOut:
      return failure(.timeout, "the server was silent for \(Int(limits.idleTimeout)) s")
    case .cancelled: return failure(.connectionFailed, "the fetch was cancelled")
    case .cannotFindHost, .dnsLookupFailed:
      return failure(.connectionFailed, "the host name '\(address.url.host ?? "")' does not resolve")
    case .cannotConnectToHost: return failure(.connectionFailed, "the server refused the connection")
    case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
      .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected:
      return failure(.tlsError, "no secure connection: \(error.localizedDescription)", transient: false)
    default: return failure(.connectionFailed, "the connection failed: \(error.localizedDescription)")
    }
  }
}
