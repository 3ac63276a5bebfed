internal import DataFiles

/// Periods in names: `nov25`, `2025-11`, `November 2025`.
enum PeriodMonth {
  /// The period as manifests write it: `2025-11` where a month can be told from the key, the address or the page's name,
  /// else the key itself, cut to the ten characters that a manifest allows.
  static func iso(key: String, hints: [String]) -> String {
    for text in [key] + hints {
      if let month = months(in: text).first { return month }
    }
    return String(key.prefix(10))
  }

  /// The months that a text names, in its order, as `yyyy-mm`.
  static func months(in text: String) -> [String] {
    let words = words(of: text)
    var found: [String] = []
    var index = 0
    while index < words.count {
      if let (month, count) = month(words[index...]) {
        found.append(month)
        index += count
      } else {
        index += 1
      }
    }
    return found
  }

  /// The words of a name, without those that tell a period, a version or a state of publication.
  static func wordsWithoutPeriod(_ text: String) -> [String] {
    let words = words(of: text)
    var kept: [String] = []
    var index = 0
    while index < words.count {
      if let (_, count) = month(words[index...]) {
        index += count
      } else {
        let word = words[index]
        // The 1 of `v1.1`.
        let isVersionTail = index > 0 && isVersionNumber(words[index - 1]) && word.allSatisfy(\.isNumber)
        let isMonth = DateWords.month(word) != nil && word != "may"
        if !isMonth && !isYear(word) && !isQuarter(word) && !isVersion(word) && !isVersionTail && !isLongNumber(word) {
          kept.append(word)
        }
        index += 1
      }
    }
    return kept
  }

  /// Lower-case words and numbers; `NovTwo` stays one word, `Nov25` one too.
  static func words(of text: String) -> [String] {
    text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.map(String.init)
  }

  /// A month at the start of some words, and how many of them it takes.
  private static func month(_ words: ArraySlice<String>) -> (String, Int)? {
    guard let first = words.first else { return nil }
    let letters = first.prefix(while: \.isLetter)
    let digits = first.dropFirst(letters.count)
    if let month = DateWords.month(letters), let year = year(digits) { return ("\(year)-\(padded(month))", 1) }
    if letters.isEmpty, digits.count == 6, let year = year(digits.prefix(4)), let month = monthNumber(digits.suffix(2))
    {
      return ("\(year)-\(padded(month))", 1)
    }
    guard words.count > 1 else { return nil }
    let second = words[words.startIndex + 1]
    if let month = DateWords.month(first), let year = year(second[...]) { return ("\(year)-\(padded(month))", 2) }
    if first.count == 4, let year = year(first[...]) {
      if let month = monthNumber(second[...]) ?? DateWords.month(second) { return ("\(year)-\(padded(month))", 2) }
    }
    return nil
  }

  private static func year(_ digits: Substring) -> Int? {
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits) else { return nil }
    if digits.count == 2 { return 2000 + number }
    return digits.count == 4 && (1990...2099).contains(number) ? number : nil
  }

  private static func monthNumber(_ digits: Substring) -> Int? {
    guard digits.count == 2, let number = Int(digits), (1...12).contains(number) else { return nil }
    return number
  }

  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func isYear(_ word: String) -> Bool { word.count == 4 && year(word[...]) != nil }

  private static func isQuarter(_ word: String) -> Bool {
    word.count == 2 && word.first == "q" && word.last.map { "1234".contains($0) } == true
  }

  private static func isVersion(_ word: String) -> Bool {
    isVersionNumber(word) || ["final", "revised", "provisional", "updated"].contains(word)
  }

  private static func isVersionNumber(_ word: String) -> Bool {
    word.first == "v" && word.count > 1 && word.dropFirst().allSatisfy(\.isNumber)
  }

  private static func isLongNumber(_ word: String) -> Bool { word.allSatisfy(\.isNumber) && word.count >= 4 }
}
