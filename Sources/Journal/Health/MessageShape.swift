/// A message without what varies from one occurrence to the next, so that the same failure is known again.
///
/// Quoted texts become `'…'`, numbers `#`, addresses `<url>`, absolute paths `<path>` and hexadecimal names `<id>`; blanks are one.
public enum MessageShape {
  /// No more of a message than this many bytes tells failures apart.
  static let longest = 400

  /// The shape of a message; the same text gives the same shape everywhere.
  public static func of(_ message: String) -> String {
    var scan = Scan(bytes: Array(message.utf8.prefix(longest)))
    return scan.shape()
  }
}

private struct Scan {
  let bytes: [UInt8]
  private var at = 0
  private var out: [UInt8] = []

  init(bytes: [UInt8]) {
    self.bytes = bytes
    out.reserveCapacity(bytes.count)
  }

  mutating func shape() -> String {
    while at < bytes.count {
      let byte = bytes[at]
      if byte.isBlank {
        if let last = out.last, !last.isBlank { out.append(UInt8(ascii: " ")) }
        at += 1
      } else if byte.isQuote, let close = closing(byte) {
        out += [byte] + Array("…".utf8) + [byte]
        at = close + 1
      } else if byte.isWord {
        word()
      } else {
        out.append(byte)
        at += 1
      }
    }
    while out.last?.isBlank == true { out.removeLast() }
    return String(decoding: out, as: UTF8.self)
  }

  /// Where the quote that begins here ends; an apostrophe within a word begins none.
  private func closing(_ quote: UInt8) -> Int? {
    if at > 0, bytes[at - 1].isLetterOrDigit { return nil }
    var index = at + 1
    while index < bytes.count {
      if bytes[index] == quote, index + 1 == bytes.count || !bytes[index + 1].isLetterOrDigit { return index }
      index += 1
    }
    return nil
  }

  private mutating func word() {
    let start = at
    while at < bytes.count, bytes[at].isWord { at += 1 }
    let word = bytes[start..<at]
    if Self.isAddress(word) {
      // An address has marks in it that end other words.
      while at < bytes.count, !bytes[at].isBlank, !bytes[at].isQuote, bytes[at] != UInt8(ascii: ")") { at += 1 }
      out += Array("<url>".utf8)
    } else if word.first == UInt8(ascii: "/"), word.dropFirst().contains(UInt8(ascii: "/")) {
      out += Array("<path>".utf8)
    } else if Self.isName(word) {
      out += Array("<id>".utf8)
    } else {
      numbered(word)
    }
  }

  private mutating func numbered(_ word: ArraySlice<UInt8>) {
    var index = word.startIndex
    while index < word.endIndex {
      guard word[index].isDigit else {
        out.append(word[index])
        index += 1
        continue
      }
      out.append(UInt8(ascii: "#"))
      while index < word.endIndex {
        let goesOn = word[index].isNumberMark && index + 1 < word.endIndex && word[index + 1].isDigit
        guard word[index].isDigit || goesOn else { break }
        index += 1
      }
    }
  }

  private static func isAddress(_ word: ArraySlice<UInt8>) -> Bool {
    guard let colon = word.firstIndex(of: UInt8(ascii: ":")), colon > word.startIndex else { return false }
    return word[colon...].starts(with: "://".utf8)
  }

  /// A hash, a commit or a UUID.
  private static func isName(_ word: ArraySlice<UInt8>) -> Bool {
    word.count >= 8 && word.allSatisfy(\.isHexOrDash) && word.contains(where: \.isDigit)
      && word.contains { !$0.isDigit && $0 != UInt8(ascii: "-") }
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == 32 || (9...13).contains(self) }
  fileprivate var isDigit: Bool { (48...57).contains(self) }
  fileprivate var isLetterOrDigit: Bool {
    isDigit || (65...90).contains(self) || (97...122).contains(self) || self >= 128
  }
  fileprivate var isQuote: Bool { self == 34 || self == 39 || self == 96 }
  /// `.`, `,`, `:` and `-` between digits belong to the number: 1,204.5, 10:30, 2026-01-12.
  fileprivate var isNumberMark: Bool { self == 46 || self == 44 || self == 58 || self == 45 }
  fileprivate var isHexOrDash: Bool { isDigit || (97...102).contains(self) || (65...70).contains(self) || self == 45 }
  /// Letters, digits, and the marks that hold paths, addresses and numbers together.
  fileprivate var isWord: Bool { isLetterOrDigit || self == 47 || self == 95 || isNumberMark }
}
