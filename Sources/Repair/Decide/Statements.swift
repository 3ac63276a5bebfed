/// SQL statements in text that an edit would bring into a manifest or a command.
public enum Statements {
  /// Whether a rule's name is one: words of letters and digits joined by `_`, such as `drop_table` or `truncate`.
  public static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.first != "_" && name.last != "_" && !name.contains("__")
      && name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || isWord($0) }
  }

  /// How often the statement of a name stands in a text: its words, whatever their case, with nothing between them but
  /// blanks and comments. In an address the words may be percent-encoded.
  public static func count(of name: String, in text: String) -> Int {
    let wanted = name.lowercased().split(separator: "_").map(String.init)
    let plain = occurrences(of: wanted, in: tokens(text))
    guard text.contains("%") || text.contains("+") else { return plain }
    return max(plain, occurrences(of: wanted, in: tokens(decoded(text))))
  }

  private static func occurrences(of words: [String], in tokens: [String]) -> Int {
    guard !words.isEmpty, tokens.count >= words.count else { return 0 }
    return (0...tokens.count - words.count).count { Array(tokens[$0..<$0 + words.count]) == words }
  }

  /// Words and single other characters; blanks and comments are left out.
  private static func tokens(_ text: String) -> [String] {
    var result: [String] = []
    var rest = Array(text.lowercased().unicodeScalars)[...]
    while let scalar = rest.first {
      if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
        rest.removeFirst()
      } else if rest.starts(with: "--".unicodeScalars) {
        rest = rest.drop { $0 != "\n" }
      } else if rest.starts(with: "/*".unicodeScalars) {
        rest = rest.dropFirst(2)
        while !rest.isEmpty, !rest.starts(with: "*/".unicodeScalars) { rest.removeFirst() }
        rest = rest.dropFirst(2)
      } else {
        let word = rest.prefix { $0.isASCII && isWord(UInt8($0.value)) || $0 == "_" }
        let length = max(word.count, 1)
        result.append(String(String.UnicodeScalarView(rest.prefix(length))))
        rest = rest.dropFirst(length)
      }
    }
    return result
  }

  private static func decoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...122).contains(byte) || (65...90).contains(byte)
  }
}
