internal import DataFiles
internal import Foundation

/// Codes, tables and names of sources: the same for every period of a publication, as far as its files are named alike.
enum SourceNames {
  /// The code of a file's or sheet's source: their words without period and version.
  static func code(fileName: String, sheet: String?, publication: String) -> String {
    let stem = fileName.split(separator: ".").dropLast().joined(separator: " ")
    var words = PeriodMonth.wordsWithoutPeriod(stem.isEmpty ? fileName : stem)
    if words.isEmpty { words = PeriodMonth.words(of: publication) }
    if let sheet {
      let own = PeriodMonth.wordsWithoutPeriod(sheet).filter { !isFillerSheet($0) }
      words += own.filter { !words.contains($0) }
    }
    if words.count < 2 { words.append("data") }
    if words.first?.first?.isNumber == true { words.insert(contentsOf: PeriodMonth.words(of: publication), at: 0) }
    return shortened(words)
  }

  /// Codes that differ: what comes later takes its sheet's whole name or its file's kind, else a number.
  static func distinct(_ codes: [(code: String, sheet: String?, kind: DataFileKind)]) -> [String] {
    var taken: Set<String> = []
    return codes.map { code, sheet, kind in
      var name = code
      if taken.contains(name) {
        // A sheet whose name is only a period or a number still tells it from its neighbours.
        let words = sheet.map { PeriodMonth.words(of: $0) } ?? [kind.rawValue]
        name = shortened([code] + words)
      }
      var number = 2
      while !taken.insert(name).inserted {
        name = "\(code)_\(number)"
        number += 1
      }
      return name
    }
  }

  /// The table of a code.
  static func table(code: String) -> String { "tbl_\(code)" }

  /// A title for people: the publication, and what the file or sheet is called there.
  static func title(publication: String, linkText: String, fileName: String, sheet: String?) -> String {
    let file = linkText.isEmpty ? fileName : linkText
    return [publication, sheet.map { "\(file), \($0)" } ?? file].filter { !$0.isEmpty }.joined(separator: ": ")
  }

  /// A tidy identifier for a column: lower-case ASCII words joined by `_`.
  static func semantic(_ text: String) -> String {
    let spelled = text.replacing("%", with: " percent ").replacing("&", with: " and ").replacing("£", with: " gbp ")
    var words = spelled.lowercased().folded.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.map(String.init)
    words = words.enumerated().filter { $0.offset == 0 || $0.element != words[$0.offset - 1] }.map(\.element)
    guard let first = words.first else { return "" }
    if first.first?.isNumber == true { words.insert("c", at: 0) }
    return shortened(words)
  }

  private static func shortened(_ words: [String]) -> String {
    var length = 0
    let kept = words.prefix { word in
      length += word.count + 1
      return length <= 60
    }
    return kept.isEmpty ? String(words[0].prefix(60)) : kept.joined(separator: "_")
  }

  /// `Sheet1` says nothing.
  private static func isFillerSheet(_ word: String) -> Bool {
    word.hasPrefix("sheet") && word.dropFirst(5).allSatisfy(\.isNumber)
  }
}

extension String {
  /// Accents taken off.
  fileprivate var folded: String {
    String(
      String.UnicodeScalarView(
        decomposedStringWithCanonicalMapping.unicodeScalars.filter { scalar in
          scalar.isASCII || !scalar.properties.isDiacritic
        }))
  }
}
