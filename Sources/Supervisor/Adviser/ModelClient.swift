internal import DataFiles
internal import Foundation
internal import Journal

/// One model, spoken to in its provider's dialect. The key is in a header of the request and nowhere else.
struct ModelClient: Sendable {
  /// Sends a request to an address.
  typealias Send = @Sendable (HTTPRequest, String) async throws(DataFileError) -> HTTPResponse

  let settings: AdviserSettings
  private let key: String?
  private let dialect: ModelDialect
  private let send: Send

  /// The largest answer that is taken, in bytes.
  static let largestAnswer = 1 << 20

  init(_ settings: AdviserSettings, key: String?, send: Send? = nil) {
    self.settings = settings
    self.key = key
    dialect = ModelDialect.of(settings.provider)
    if let send { self.send = send } else { self.send = Self.network(settings) }
  }

  private static func network(_ settings: AdviserSettings) -> Send {
    let fetcher = Fetcher(
      idleTimeout: settings.timeLimitSeconds, totalTimeout: settings.timeLimitSeconds, maximumBytes: largestAnswer)
    return { (request: HTTPRequest, url: String) async throws(DataFileError) -> HTTPResponse in
      try await fetcher.send(request, to: url)
    }
  }

  /// Asks once.
  func answer(to dialogue: ModelDialogue, now: Date) async throws(ModelError) -> ModelAnswer {
    var request = HTTPRequest("POST", headers: dialect.headers(key))
    request.headers["Content-Type"] = "application/json"
    request.headers["User-Agent"] = "errata"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and numbers, which always encode.
    request.body = (try? encoder.encode(dialect.body(settings, dialogue))).map { Array($0) }
    let response: HTTPResponse
    do throws(DataFileError) {
      response = try await send(request, (settings.baseURL ?? dialect.address) + dialect.path(settings.model))
    } catch {
      throw ModelError(error, adviser: settings.name)
    }
    guard (200..<300).contains(response.status) else {
      throw ModelError(response, settings: settings, now: now, redact: withoutKey)
    }
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(response.body)),
      var answer = dialect.read(value)
    else {
      throw ModelError(
        .lasting,
        "The adviser \(settings.name) answers with what is not its interface's: correct `base_url` or `provider`.")
    }
    answer.text = withoutKey(answer.text)
    return answer
  }

  private func withoutKey(_ text: String) -> String {
    guard let key, !key.isEmpty else { return text }
    return text.replacingOccurrences(of: key, with: Redaction.mark)
  }
}
