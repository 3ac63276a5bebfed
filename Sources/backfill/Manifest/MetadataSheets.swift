internal import DataFiles

/// Sheets that speak about the data instead of holding it.
enum MetadataSheets {
  /// Why a sheet or file holds no data of its own; nil for one that does.
  static func reason(sheet: String?, fileName: String) -> String? {
    if let sheet, let word = match(sheet) { return "Metadata (\(word) sheet), switched off: it holds no data rows" }
    guard let word = match(fileName), documents.contains(word) else { return nil }
    return "Metadata (\(word) file), switched off: it holds no data rows"
  }

  /// What makes a whole file metadata, whatever its sheets are called.
  private static let documents: Set<String> = [
    "data dictionary", "metadata", "data quality statement", "read me", "readme",
  ]

  private static let names = [
    "title page", "title sheet", "title", "contents", "table of contents", "content", "index", "cover", "cover sheet",
    "cover page", "notes", "note", "footnotes", "explanatory notes", "notes and definitions", "data dictionary",
    "dictionary", "metadata", "definitions", "glossary", "guidance", "introduction", "information", "about",
    "read me", "readme", "methodology", "data quality statement", "disclaimer", "field definitions",
    "version control", "change log",
  ]

  private static func match(_ name: String) -> String? {
    let stem =
      DataFileKind(fileName: name) == .unknown ? name : String(name[..<(name.lastIndex(of: ".") ?? name.endIndex)])
    let words = PeriodMonth.wordsWithoutPeriod(stem).filter { !$0.allSatisfy(\.isNumber) }
    let text = words.joined(separator: " ")
    if names.contains(text) { return text }
    return documents.sorted().first { text.contains($0) }
  }
}
