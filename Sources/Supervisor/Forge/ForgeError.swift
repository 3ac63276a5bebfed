internal import DataFiles
internal import Foundation
internal import Journal
internal import Operations

/// Why a forge did not do what was asked, in one sentence. It never fails a run: the next one tries again.
struct ForgeError: Error, Hashable, Sendable, CustomStringConvertible {
  enum Kind: Hashable, Sendable {
    /// Nothing else will work either now: down, not let in, asked too often.
    case whole
    /// This pull request only.
    case single
    /// There is none such, or none that the token may see.
    case notFound
    /// It is there already.
    case exists
  }

  let kind: Kind
  let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// There was no answer.
  init(_ error: DataFileError, forge: String) {
    self.init(.whole, "\(forge) cannot be used now (\(error.description)).")
  }

  /// The answer was no success.
  ///
  /// - Parameters:
  ///   - action: What was asked for, such as `open a pull request`.
  ///   - redact: Takes out the token, which a server may repeat.
  init(
    _ response: HTTPResponse, doing action: String, forge: String, settings: ForgeSettings, redact: (String) -> String
  ) {
    let words = redact(response.words)
    let told = "HTTP status \(response.status)" + (words.isEmpty ? "" : ": \(words)")
    let token = "the token in \(settings.tokenVariable)"
    switch response.status {
    case 401: self.init(.whole, "\(forge) does not accept \(token) (\(told)): give it a valid one.")
    case 403 where Self.isLimit(response, words), 429:
      self.init(
        .whole, "\(forge) was asked too often (\(told)) and wants to be asked again \(redact(Self.pause(response))).")
    case 403: self.init(.whole, "\(forge) does not let \(token) \(action) (\(told)): give it that right.")
    case 404, 410:
      self.init(
        .notFound,
        "\(forge) has no '\(settings.project)' to \(action) in that \(token) may see (\(told)): correct `project:`, or "
          + "give the token that right.")
    case 409: self.init(.exists, "\(forge) refuses to \(action) (\(told)).")
    case 400, 405, 422: self.init(.single, "\(forge) refuses to \(action) (\(told)).")
    case 300..<400:
      self.init(
        .whole, "\(forge) sends elsewhere (\(told)), where the token is not taken: correct `api:` or `project:`.")
    case 500...: self.init(.whole, "\(forge) has trouble of its own (\(told)).")
    default: self.init(.whole, "\(forge) answers a request to \(action) with \(told).")
    }
  }

  /// GitHub says 403 to those who ask too often.
  private static func isLimit(_ response: HTTPResponse, _ words: String) -> Bool {
    response.headers["x-ratelimit-remaining"] == "0" || response.headers["retry-after"] != nil
      || words.lowercased().contains("rate limit")
  }

  private static func pause(_ response: HTTPResponse) -> String {
    guard let pause = response.headers["retry-after"] else { return "later" }
    return Int(pause) == nil ? "after \(pause.prefix(40))" : "in \(pause) s"
  }
}

extension ForgeError: OperationError {
  var operationFailure: OperationFailure {
    switch kind {
    case .whole: OperationFailure(type: "connection_failed", message: description, kind: .transient)
    case .notFound: OperationFailure(type: "404_not_found", message: description, kind: .data)
    case .single, .exists: OperationFailure(type: "access_denied", message: description, kind: .data)
    }
  }
}
