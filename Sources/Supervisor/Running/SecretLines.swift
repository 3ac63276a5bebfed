internal import Journal

/// Keeps a copy of somebody's text without the secrets in it, and makes the text of the copy again.
enum SecretLines {
  /// The text without its secrets.
  static func hidden(_ bytes: [UInt8]) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    let redacted = Redaction.redact(text)
    return redacted == text ? bytes : Array(redacted.utf8)
  }

  /// The text of a copy: each line with a secret as it is in a text that has the same line, whatever the secret there.
  static func restored(_ bytes: [UInt8], from other: [UInt8]) -> [UInt8] {
    let mark = Array(Redaction.mark.utf8)
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.contains(where: { $0.contains(mark) }) else { return bytes }
    var known: [ArraySlice<UInt8>: ArraySlice<UInt8>] = [:]
    for line in other.split(separator: UInt8(ascii: "\n")) {
      let shown = hidden(Array(line))[...]
      if shown.contains(mark), known[shown] == nil { known[shown] = line }
    }
    return Array(lines.map { known[$0] ?? $0 }.joined(separator: [UInt8(ascii: "\n")]))
  }
}
