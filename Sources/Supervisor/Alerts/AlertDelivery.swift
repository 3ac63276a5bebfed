internal import DataFiles
internal import Foundation
internal import Journal
internal import Operations

/// Why a receiver was not told, in words that end a sentence. It never fails a run: the next one tries again.
struct AlertError: OperationError, Equatable {
  let description: String
  let kind: ErrorClass

  var operationFailure: OperationFailure {
    OperationFailure(type: kind == .transient ? "connection_failed" : "code_error", message: description, kind: kind)
  }
}

/// Hands messages to receivers.
struct AlertDelivery: Sendable {
  let runner: ProcessRunner
  let folder: String
  /// The environment that errata runs in, which holds addresses and secrets.
  let inherited: [String: String]
  /// Takes these out of whatever a receiver says.
  let redact: @Sendable (String) -> String

  /// Tells a receiver, and again after a failure that may pass.
  func send(_ message: AlertMessage, to receiver: AlertReceiver) async throws(AlertError) {
    try await attempt(.sendAlert, within: .seconds(receiver.timeLimitSeconds * 2)) { () async throws(AlertError) in
      switch receiver.way {
      case .webhook(let address, let secret): try await post(message, to: address, secret: secret, receiver)
      case .command(let command): try await run(command, message.json, receiver)
      case .email(let recipients, let sender, let sendmail):
        try await run(sendmail, message.mail(to: recipients, from: sender), receiver)
      }
    }
  }

  private func post(
    _ message: AlertMessage, to variable: String, secret: String?, _ receiver: AlertReceiver
  ) async throws(AlertError) {
    guard let address = inherited[variable], !address.isEmpty else {
      throw AlertError(description: "the variable \(variable), which holds its address, is not set", kind: .logic)
    }
    let fetcher = Fetcher(
      idleTimeout: receiver.timeLimitSeconds, totalTimeout: receiver.timeLimitSeconds, maximumBytes: 1 << 20)
    let body = message.json
    var request = HTTPRequest(
      "POST", headers: ["Content-Type": "application/json", "User-Agent": "errata"], body: body)
    if let secret {
      guard let key = inherited[secret], !key.isEmpty else {
        throw AlertError(description: "the variable \(secret), which holds its secret, is not set", kind: .logic)
      }
      request.headers["X-Errata-Signature-256"] = "sha256=" + Digest.hmacSHA256(Data(body), key: key)
    }
    let response: HTTPResponse
    do throws(DataFileError) {
      response = try await fetcher.send(request, to: address)
    } catch {
      throw AlertError(
        description: redact(error.description), kind: error.event.isTransient ? .transient : .data)
    }
    guard !(200..<300).contains(response.status) else { return }
    let isBusy = response.status == 429 || response.status >= 500
    throw AlertError(description: "it answered with HTTP status \(response.status)", kind: isBusy ? .transient : .data)
  }

  private func run(_ command: [String], _ input: [UInt8], _ receiver: AlertReceiver) async throws(AlertError) {
    var request = ProcessRequest(
      command: command, workingDirectory: folder, timeout: .seconds(receiver.timeLimitSeconds),
      label: "the receiver \(receiver.name)", operation: nil)
    request.input = input
    let outcome = await runner.run(request)
    guard !outcome.succeeded else { return }
    if outcome.timedOut { throw AlertError(description: "it took longer than its time limit", kind: .transient) }
    if let problem = outcome.problem { throw AlertError(description: problem, kind: .logic) }
    let last = outcome.tail.split(separator: "\n").last.map { ": \($0.prefix(200))" } ?? ""
    throw AlertError(description: "\(command.first ?? "") ended with \(outcome.shellCode)\(last)", kind: .data)
  }
}
