/// Names a period in the manner of others: `dec25` beside `nov25`, `2025-12` beside `2025-11`.
enum PeriodNaming {
  /// The name of a month in the manner of an example; nil where the example does not name a month and a year in a way that
  /// can be copied.
  static func name(month: Int, year: Int, like example: String) -> String? {
    guard let own = PeriodWords(example), let ownMonth = own.month, let ownYear = own.year,
      written(month: ownMonth, year: ownYear, like: example) == example
    else { return nil }
    return written(month: month, year: year, like: example)
  }

  private static func written(month: Int, year: Int, like example: String) -> String? {
    let runs = runs(of: example)
    let hasMonthName = runs.contains { PeriodWords.month(named: $0.lowercased()) != nil }
    var seenYear = false
    var result = ""
    for run in runs {
      if PeriodWords.month(named: run.lowercased()) != nil {
        result += cased(spelled(month, like: run.lowercased()), like: run)
      } else if run.allSatisfy(\.isNumber) {
        switch run.count {
        case 4:
          result += "\(year)"
          seenYear = true
        case 6: result += "\(year)\(padded(month))"
        case 2 where hasMonthName: result += padded(year % 100)
        case 2 where seenYear: result += padded(month)
        default: result += run
        }
      } else {
        result += run
      }
    }
    return result
  }

  private static func spelled(_ month: Int, like word: String) -> String {
    let name = DateShape.months[month - 1]
    // "may" is a whole name and a short one; the short one is the commoner.
    return word.count == 3 || word == "sept" ? String(name.prefix(3)) : name
  }

  private static func cased(_ name: String, like word: String) -> String {
    if word.allSatisfy(\.isUppercase) { return name.uppercased() }
    guard word.first?.isUppercase == true else { return name }
    return name.prefix(1).uppercased() + name.dropFirst()
  }

  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// Letters, digits and what is between them, each run by itself.
  private static func runs(of text: String) -> [String] {
    func kind(_ character: Character) -> Int { character.isLetter ? 0 : character.isNumber ? 1 : 2 }
    var result: [String] = []
    for character in text {
      if let last = result.last?.last, kind(last) == kind(character) {
        result[result.count - 1].append(character)
      } else {
        result.append(String(character))
      }
    }
    return result
  }
}
