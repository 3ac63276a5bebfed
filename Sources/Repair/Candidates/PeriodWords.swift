/// The month and year that a text names: `nov25`, `November 2025`, `2025-11`, `PCN_Nov-25.xlsx`.
struct PeriodWords: Hashable {
  var month: Int?
  var year: Int?

  /// What a text says of a period; nil when it names neither month nor year.
  init?(_ text: String) {
    let pieces = PeriodWords.pieces(of: text)
    let hasLongYear = pieces.contains { PeriodWords.isYear($0) }
    for (index, piece) in pieces.enumerated() {
      if let found = PeriodWords.month(named: piece) {
        month = month ?? found
        // Two digits are a year only beside a month's name, and a day where the year is written out.
        guard !hasLongYear else { continue }
        let neighbours = [index + 1, index - 1].filter(pieces.indices.contains).map { pieces[$0] }
        if let short = neighbours.first(where: { $0.count == 2 }).flatMap(Int.init) { year = year ?? 2000 + short }
      } else if PeriodWords.isYear(piece) {
        year = year ?? Int(piece)
        let next = index + 1
        if month == nil, pieces.indices.contains(next), pieces[next].count == 2, let number = Int(pieces[next]),
          (1...12).contains(number)
        {
          month = number
        }
      } else if piece.count == 6, let number = Int(piece), (1990...2099).contains(number / 100),
        (1...12).contains(number % 100)
      {
        (year, month) = (year ?? number / 100, month ?? number % 100)
      }
    }
    if month == nil, year == nil { return nil }
  }

  /// Whether both name the same, as far as both say; false when they contradict each other.
  func agrees(with other: PeriodWords) -> Bool {
    let months = month == nil || other.month == nil || month == other.month
    let years = year == nil || other.year == nil || year == other.year
    return months && years && (month == other.month || year == other.year)
  }

  /// Digits and letters, parted where one turns into the other.
  static func pieces(of text: String) -> [String] {
    var result: [String] = []
    var current = ""
    for character in text.lowercased() {
      guard character.isLetter || character.isNumber else {
        if !current.isEmpty { result.append(current) }
        current = ""
        continue
      }
      if let last = current.last, last.isNumber != character.isNumber {
        result.append(current)
        current = ""
      }
      current.append(character)
    }
    if !current.isEmpty { result.append(current) }
    return result
  }

  private static func isYear(_ piece: String) -> Bool {
    piece.count == 4 && Int(piece).map { (1990...2099).contains($0) } ?? false
  }

  static func month(named word: String) -> Int? {
    if word == "sept" { return 9 }
    guard word.count >= 3 else { return nil }
    return DateShape.months.firstIndex { $0 == word || (word.count == 3 && $0.hasPrefix(word)) }.map { $0 + 1 }
  }

  /// Whether a piece of a name belongs to its period rather than to its subject.
  static func isPeriod(_ piece: String) -> Bool { month(named: piece) != nil || Int(piece) != nil }
}
