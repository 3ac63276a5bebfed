/// The names that a file's columns go by in a manifest's `original_name`: one rule for what writes them and what reads them.
public enum HeaderNames {
  /// Names for a header row's cells, left to right.
  ///
  /// A cell's exact text is the name. A blank cell is `column_<n>` with its 1-based position. A name that an earlier
  /// column has already gets `_2`, `_3` …, the first number that is still free; so the names are always different.
  public static func names(for cells: [String?]) -> [String] {
    let own = Set(cells.compactMap { $0 }.filter { !isBlank($0) })
    var taken: Set<String> = []
    var names: [String] = []
    for (index, cell) in cells.enumerated() {
      let text = cell ?? ""
      let base = isBlank(text) ? "column_\(index + 1)" : text
      var name = base
      var number = 2
      // A made-up name must not take the place of a header that really says so further on.
      while taken.contains(name) || (name != text && own.contains(name)) {
        name = "\(base)_\(number)"
        number += 1
      }
      taken.insert(name)
      names.append(name)
    }
    return names
  }

  /// Joins the parts of a header that spans several rows, top first: `Q1 2025` over `Count` is `Q1 2025 Count`.
  ///
  /// Only used for naming things; `original_name` is always the text of the header row itself.
  public static func joined(_ parts: [String]) -> String {
    parts.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
      .filter { !$0.isEmpty }
      .joined(separator: " ")
  }

  static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
}
