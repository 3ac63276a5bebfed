/// How alike two names are: sheets, columns and files that were renamed.
public enum Likeness {
  /// Between 0 (nothing in common) and 1 (the same but for case, blanks and punctuation).
  ///
  /// Words that both have count most; letters that differ count as misspelling; other numbers speak against it and the same ones for it:
  /// "Table 2" and "Table 3" are alike in spelling and nothing else.
  public static func between(_ left: String, _ right: String) -> Double {
    let a = words(left)
    let b = words(right)
    guard !a.isEmpty, !b.isEmpty else { return 0 }
    let joinedA = a.joined()
    let joinedB = b.joined()
    if joinedA == joinedB { return 1 }
    let spelling = 1 - Double(distance(joinedA, joinedB)) / Double(max(joinedA.count, joinedB.count))
    let wordsA = a.filter { !isNumber($0) }
    let wordsB = b.filter { !isNumber($0) }
    let overlap = overlap(wordsA, wordsB)
    var score = max(0.5 * spelling + 0.5 * overlap, 0.9 * overlap)
    // A name that is wholly contained in the other was lengthened or shortened.
    if isContained(a, in: b) || isContained(b, in: a) { score = max(score, 0.8) }
    let numbersA = Set(a.filter(isNumber))
    let numbersB = Set(b.filter(isNumber))
    if !numbersA.isEmpty, !numbersB.isEmpty, numbersA.isDisjoint(with: numbersB) { score *= 0.6 }
    if !numbersA.isEmpty, numbersA == numbersB { score += 0.3 * (1 - score) }
    return score
  }

  /// The names most like one, best first, those below the bar left out.
  public static func ranked(
    _ name: String, among names: [String], atLeast bar: Double
  ) -> [(name: String, likeness: Double)] {
    names.map { ($0, between(name, $0)) }.filter { $0.1 >= bar }
      .enumerated().sorted { ($0.element.1, -$0.offset) > ($1.element.1, -$1.offset) }
      .map { (name: $0.element.0, likeness: $0.element.1) }
  }

  /// Lower-case words and numbers of a name: letters and digits are parted, everything else separates.
  ///
  /// `Table 2b` is `table`, `2b`: a number keeps the letter that numbers it further.
  static func words(_ name: String) -> [String] {
    var result: [String] = []
    var current = ""
    for character in name.lowercased() {
      guard character.isLetter || character.isNumber else {
        if !current.isEmpty { result.append(current) }
        current = ""
        continue
      }
      if character.isNumber, let last = current.last, last.isLetter, current.count > 1 {
        result.append(current)
        current = ""
      }
      current.append(character)
    }
    if !current.isEmpty { result.append(current) }
    return result
  }

  private static func isNumber(_ word: String) -> Bool { word.first?.isNumber ?? false }

  private static func overlap(_ left: [String], _ right: [String]) -> Double {
    guard !left.isEmpty, !right.isEmpty else { return 0 }
    let common = left.filter { word in right.contains { $0 == word || isStem(word, of: $0) } }.count
    return Double(2 * common) / Double(left.count + max(right.count, common))
  }

  /// Plurals and abbreviations: one word begins the other.
  private static func isStem(_ left: String, of right: String) -> Bool {
    let length = min(left.count, right.count)
    return length >= 3 && left.prefix(length) == right.prefix(length)
  }

  private static func isContained(_ small: [String], in large: [String]) -> Bool {
    small.count < large.count && small.allSatisfy(large.contains)
  }

  /// How many letters have to be changed, added or removed. Names are cut at 200 letters.
  static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.prefix(200))
    let b = Array(right.prefix(200))
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
        diagonal = above
      }
    }
    return row[b.count]
  }
}
