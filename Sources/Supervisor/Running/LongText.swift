/// Keeps a text that somebody else wrote from filling the journal, reports and pages, each of which repeats it.
enum LongText {
  /// The longest text that is taken in whole, in bytes of UTF-8.
  static let limit = 16_384
  private static let head = 12_288
  private static let tail = 3_072

  /// The text, or its beginning and its end with how much is left out between them.
  static func cut(_ text: String) -> String {
    let bytes = text.utf8
    guard bytes.count > limit else { return text }
    // A character that is cut through becomes U+FFFD.
    let first = String(decoding: bytes.prefix(head), as: UTF8.self)
    let last = String(decoding: bytes.suffix(tail), as: UTF8.self)
    return "\(first) … (\(bytes.count - head - tail) of \(bytes.count) bytes are left out here) … \(last)"
  }
}
