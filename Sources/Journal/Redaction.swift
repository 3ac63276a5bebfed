/// Takes secrets out of text where it comes in, so that no journal, report, commit or page can hold them.
///
/// Known are credentials in URLs and connection strings, values of keys that are called like secrets, bearer and other
/// authorization headers, cookies, tokens with a known shape, and private keys. The work is linear in the text.
public struct Redaction: Sendable {
  /// What stands in place of a secret.
  public static let mark = "***"
  /// How much of a private key the text so far ended in; 0 outside of one.
  private var keyBytes = 0

  /// Starts a text that comes in pieces; each piece is one line or several.
  public init() {}

  /// The text without its secrets.
  public static func redact(_ text: String) -> String {
    var redaction = Redaction()
    return redaction.next(text)
  }

  /// The next piece of the text without its secrets; a private key may go on over several pieces.
  ///
  /// What is left when a secret was taken out may read as another one: `x://password=a/b;c@d` holds no credentials
  /// before its `/` is gone. So a text that changed is gone through again, which makes redacting twice the same as once.
  public mutating func next(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for pass in 0..<Self.mostPasses {
      var scanner = SecretScanner(bytes, keyBytes: pass == 0 ? keyBytes : 0)
      scanner.run()
      keyBytes = pass == 0 ? scanner.keyBytes : max(keyBytes, scanner.keyBytes)
      if scanner.output == bytes { break }
      bytes = scanner.output
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Each pass needs a text made to need it; this many keep the work linear whoever wrote the text.
  private static let mostPasses = 8
}

extension EventError {
  /// The error with its texts redacted.
  public var redacted: EventError {
    var error = self
    error.message = Redaction.redact(message)
    error.value = value.map(Redaction.redact)
    error.url = url.map(Redaction.redact)
    error.stacktrace = stacktrace.map(Redaction.redact)
    return error
  }
}

extension JSONValue {
  /// The value with all its texts redacted; what a key that is called like a secret holds goes with it.
  public var redacted: JSONValue {
    switch self {
    case .string(let text): .string(Redaction.redact(text))
    case .array(let items): .array(items.map(\.redacted))
    case .object(let members):
      .object(
        Dictionary(
          uniqueKeysWithValues: members.map { key, value in
            (key, SecretNames.isSecret(key) && value.string != nil ? .string(Redaction.mark) : value.redacted)
          }))
    default: self
    }
  }
}

extension Event {
  /// The event with its texts redacted: what another program wrote is taken in like this.
  public var redacted: Event {
    var event = self
    event.context.url = context.url.map(Redaction.redact)
    event.data = EventData(data.members.mapValues(\.redacted))
    for (key, value) in data.members where SecretNames.isSecret(key) && value.string != nil {
      event.data[key] = .string(Redaction.mark)
    }
    event.error = error?.redacted
    return event
  }
}
