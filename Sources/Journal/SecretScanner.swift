/// Goes through a text's bytes once and copies all but the secrets.
struct SecretScanner {
  private let bytes: [UInt8]
  private var position = 0
  private(set) var output: [UInt8] = []
  /// How much of a private key was passed over; 0 outside of one.
  private(set) var keyBytes: Int

  init(_ bytes: [UInt8], keyBytes: Int) {
    self.bytes = bytes
    self.keyBytes = keyBytes
    output.reserveCapacity(bytes.count)
  }

  mutating func run() {
    while position < bytes.count {
      if keyBytes > 0 {
        leaveKey()
      } else if bytes[position].isWord {
        word()
      } else {
        output.append(bytes[position])
        position += 1
      }
    }
  }

  // MARK: Private keys

  /// No private key is longer: text after so much of it is shown again, lest one torn key hides a whole log.
  private static let longestKey = 16_384

  /// At the dashes that open a private key, replaces it.
  private mutating func enterKey() -> Bool {
    guard starts(with: "-----BEGIN", at: position) else { return false }
    let title = bytes[position..<min(bytes.count, position + 80)].prefix { $0 != 10 }
    guard String(decoding: title, as: UTF8.self).contains("PRIVATE KEY") else { return false }
    append(Redaction.mark)
    position += 10
    keyBytes = 1
    return true
  }

  private mutating func leaveKey() {
    while position < bytes.count, keyBytes < Self.longestKey {
      if bytes[position] == 45, starts(with: "-----END", at: position) {
        position += 8
        while position < bytes.count, bytes[position] != 10, bytes[position] != 45 { position += 1 }
        while position < bytes.count, bytes[position] == 45 { position += 1 }
        keyBytes = 0
        return
      }
      position += 1
      keyBytes += 1
    }
    if keyBytes >= Self.longestKey { keyBytes = 0 }
  }

  // MARK: Words

  private mutating func word() {
    let start = position
    var end = start
    while end < bytes.count, bytes[end].isWord { end += 1 }
    if bytes[start] == 45, enterKey() { return }
    position = end
    if end - start >= 20, SecretNames.isToken(String(decoding: bytes[start..<end], as: UTF8.self)) {
      append(Redaction.mark)
      return
    }
    output.append(contentsOf: bytes[start..<end])
    if starts(with: "://", at: end) {
      address(scheme: String(decoding: bytes[start..<end], as: UTF8.self))
    } else if end - start == 6, String(decoding: bytes[start..<end], as: UTF8.self).lowercased() == "bearer" {
      bearer()
    } else if let value = separator(isFlag: starts(with: "--", at: start)) {
      assignment(key: String(decoding: bytes[start..<end].suffix(80), as: UTF8.self), start: start, opening: value)
    }
  }

  private mutating func bearer() {
    let start = skippingBlanks(position)
    var end = start
    while end < bytes.count, bytes[end].isTokenByte { end += 1 }
    guard start > position, looksLikeToken(bytes[start..<end]) else { return }
    output.append(contentsOf: bytes[position..<start])
    append(Redaction.mark)
    position = end
  }

  // MARK: Addresses

  private mutating func address(scheme: String) {
    append("://")
    position += 3
    let start = position
    var end = start
    while end < bytes.count, !bytes[end].endsAuthority { end += 1 }
    var at = bytes[start..<end].lastIndex(of: 64)
    if at == nil, let colon = bytes[start..<end].firstIndex(of: 58), !bytes[(colon + 1)..<end].allSatisfy(\.isDigit) {
      // A password with an unescaped slash: what follows the colon is no port.
      var tail = end
      while tail < min(bytes.count, end + 256), !bytes[tail].endsAddress { tail += 1 }
      at = bytes[start..<tail].lastIndex(of: 64)
    }
    guard let at else { return }
    let named = !bytes[start..<at].contains(58) && scheme.lowercased().hasSuffix("ssh")
    if !named {
      append(Redaction.mark)
      position = at
    }
  }

  // MARK: Keys and values

  private mutating func assignment(key: String, start: Int, opening: Int) {
    let inAddress = start > 0 && (bytes[start - 1] == 63 || bytes[start - 1] == 38)
    let certain = SecretNames.isSecret(key)
    guard certain || SecretNames.mayBeSecret(key, inAddress: inAddress) else { return }
    var first = opening
    var quote: UInt8?
    if first < bytes.count, bytes[first].isQuote {
      quote = bytes[first]
      first += 1
    }
    let end = valueEnd(first, quote: quote, inAddress: inAddress, wholeLine: SecretNames.isHeader(key))
    let value = bytes[first..<end]
    // A private key is taken out whole by its own rule.
    guard !value.isEmpty, !isHarmless(value, key: key), !starts(with: "-----BEGIN", at: first) else { return }
    guard certain || inAddress || looksLikeToken(value) else { return }
    output.append(contentsOf: bytes[position..<first])
    append(Redaction.mark)
    position = end
  }

  /// The first byte of the value after the key at `position`; nil when no value follows.
  private func separator(isFlag: Bool) -> Int? {
    var next = position
    if next < bytes.count, bytes[next].isQuote { next += 1 }
    next = skippingBlanks(next)
    guard next < bytes.count else { return nil }
    if bytes[next] == 61 || bytes[next] == 58 {
      next += 1
      if next < bytes.count, bytes[next] == 62 { next += 1 }
      return skippingBlanks(next)
    }
    return isFlag && next > position && bytes[next] != 45 ? next : nil
  }

  private func valueEnd(_ start: Int, quote: UInt8?, inAddress: Bool, wholeLine: Bool) -> Int {
    var end = start
    while end < bytes.count {
      let byte = bytes[end]
      if byte == 10 || byte == 13 { break }
      if let quote {
        if byte == quote { break }
        if byte == 92, end + 1 < bytes.count { end += 1 }
      } else if byte.isQuote || !wholeLine && (byte.isBlank || byte == 59 || inAddress && (byte == 38 || byte == 35)) {
        break
      }
      end += 1
    }
    return min(end, bytes.count)
  }

  private func isHarmless(_ value: ArraySlice<UInt8>, key: String) -> Bool {
    let text = String(decoding: value.prefix(8), as: UTF8.self).lowercased()
    // A shell's PWD is a folder.
    return ["null", "none", "nil", "true", "false"].contains(text) || key == "PWD" && value.first == 47
  }

  private func looksLikeToken(_ value: ArraySlice<UInt8>) -> Bool {
    value.count >= 20 || value.count >= 8 && value.contains(where: \.isDigit)
  }

  // MARK: Bytes

  private func skippingBlanks(_ start: Int) -> Int {
    var next = start
    while next < bytes.count, bytes[next].isBlank, next - start < 8 { next += 1 }
    return next
  }

  private func starts(with text: StaticString, at index: Int) -> Bool {
    let wanted = Array(text.description.utf8)
    return index + wanted.count <= bytes.count && bytes[index..<(index + wanted.count)].elementsEqual(wanted)
  }

  private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self >= 48 && self <= 57 }
  fileprivate var isBlank: Bool { self == 32 || self == 9 }
  fileprivate var isQuote: Bool { self == 34 || self == 39 || self == 96 }
  private var isLetter: Bool { (self | 32) >= 97 && (self | 32) <= 122 }
  fileprivate var isWord: Bool { isLetter || isDigit || self == 95 || self == 45 || self == 46 }
  fileprivate var isTokenByte: Bool { isWord || self == 43 || self == 47 || self == 61 || self == 126 }
  fileprivate var endsAddress: Bool { self <= 32 || isQuote || self == 60 || self == 62 }
  fileprivate var endsAuthority: Bool { endsAddress || self == 47 || self == 63 || self == 35 || self == 92 }
}
