internal import DataFiles
internal import Foundation
internal import Operations

/// Why a model gave no answer, in one sentence. It never fails a run: the failure is a person's, as without a model.
struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
  enum Kind: Hashable, Sendable {
    /// Another question would fare no better in this run: down, not let in, another interface.
    case lasting
    /// This question only.
    case single
    /// It asks for a pause of so many seconds; nil where it does not say.
    case busy(seconds: Int?)
  }

  let kind: Kind
  let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// There was no answer.
  init(_ error: DataFileError, adviser: String) {
    self.init(.lasting, "The adviser \(adviser) cannot be used now (\(error.description)).")
  }

  /// The answer was no success.
  ///
  /// - Parameter redact: Takes out the key, which a server may repeat.
  init(_ response: HTTPResponse, settings: AdviserSettings, now: Date, redact: (String) -> String) {
    let words = redact(response.words)
    let told = "HTTP status \(response.status)" + (words.isEmpty ? "" : ": \(words)")
    let adviser = "The adviser \(settings.name)"
    let key = settings.keyVariable.map { "the key in \($0)" } ?? "a request without a key"
    switch response.status {
    case 401, 403: self.init(.lasting, "\(adviser) does not accept \(key) (\(told)): give it a valid one.")
    case 404, 410:
      self.init(.lasting, "\(adviser) is not there (\(told)): correct `model` or `base_url` of `adviser:`.")
    case 429, 503, 529:
      self.init(
        .busy(seconds: Self.pause(response, now: now)), "\(adviser) was asked too often or is overloaded (\(told)).")
    case 300..<400:
      self.init(.lasting, "\(adviser) sends elsewhere (\(told)), where the key is not taken: correct `base_url`.")
    case 500...: self.init(.lasting, "\(adviser) has trouble of its own (\(told)).")
    default: self.init(.single, "\(adviser) refuses the question (\(told)).")
    }
  }

  /// `Retry-After` in seconds or as a date.
  private static func pause(_ response: HTTPResponse, now: Date) -> Int? {
    guard let text = response.headers["retry-after"]?.trimmingCharacters(in: .whitespaces) else { return nil }
    if let seconds = Int(text) { return max(0, seconds) }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return format.date(from: text).map { Int(max(0, min($0.timeIntervalSince(now), 86_400)).rounded(.up)) }
  }
}

extension ModelError: OperationError {
  /// Only the pause that a server asks for is waited.
  var operationFailure: OperationFailure {
    switch kind {
    case .busy(let seconds?):
      OperationFailure(type: "llm_error", message: description, kind: .transient, pause: .seconds(seconds))
    case .busy, .lasting: OperationFailure(type: "llm_error", message: description, kind: .logic)
    case .single: OperationFailure(type: "llm_error", message: description, kind: .data)
    }
  }
}
