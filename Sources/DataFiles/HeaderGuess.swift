/// Where a table's header and data lie among the title rows above and the footnotes below.
public struct HeaderGuess: Hashable, Sendable {
  /// The header row, 1-based as `header_row` in a manifest counts.
  public let row: Int
  /// The texts above each column, the header row's own last; upper rows only where a header spans several.
  public let parts: [[String]]

  /// Finds the header in a table's first rows.
  ///
  /// The header is the first row that is nearly as full as the fullest one and holds no plain numbers but years. Sparser
  /// rows right above it are upper header rows: each of their texts reaches to the right until the next one, or as far as
  /// its merged cells say. Where merged cells say that the header goes on below that row, its last row counts.
  /// - Parameters:
  ///   - head: the first rows, every row as wide as the table; a blank cell is nil or blank text.
  ///   - merged: the sheet's merged cells.
  public init?(head: [[String?]], merged: [CellRange] = []) {
    let filled = head.map { row in row.count { !HeaderGuess.isBlank($0) } }
    guard let widest = filled.max(), widest > 0 else { return nil }
    let enough = widest <= 2 ? widest : max(2, (widest * 3 + 4) / 5)
    let full = head.indices.filter { filled[$0] >= enough }
    guard let first = full.first(where: { HeaderGuess.isHeader(head[$0]) }) ?? full.first else { return nil }
    let header = HeaderGuess.lastRow(of: first, in: head, merged: merged)
    row = header + 1
    parts = HeaderGuess.parts(head, header: header, merged: merged)
  }

  /// How many rows at the end of a table are footnotes, counted in the table's last rows.
  ///
  /// Footnotes fill the first cell only and stand below a blank row, or right below the data when they begin as notes do.
  public static func footnotes(tail: [[String?]]) -> Int {
    guard (tail.map(\.count).max() ?? 0) >= 2 else { return 0 }
    let block = tail.reversed().prefix { row in row.dropFirst().allSatisfy(isBlank) }.reversed()
    let rows = Array(block)
    let start = rows.firstIndex { row in
      guard let text = row.first ?? nil, !HeaderNames.isBlank(text) else { return true }
      return looksLikeNote(text)
    }
    guard let start, rows[start...].contains(where: { $0.contains { !isBlank($0) } }) else { return 0 }
    return rows.count - start
  }

  private static func looksLikeNote(_ text: String) -> Bool {
    let lowered = text.drop(while: \.isWhitespace).lowercased()
    return ["note", "footnote", "source", "copyright", "©", "*", "[", "(", "1."].contains { lowered.hasPrefix($0) }
  }

  private static func isHeader(_ row: [String?]) -> Bool {
    let texts = row.compactMap { $0 }.filter { !HeaderNames.isBlank($0) }
    let numbers = texts.count { isNumber($0) && !isYear($0) }
    return numbers * 5 <= texts.count
  }

  /// The last row of a header that begins in `header`: a text over two columns has the columns' own texts below it, beside
  /// cells that reach down to them or are blank there.
  private static func lastRow(of header: Int, in head: [[String?]], merged: [CellRange]) -> Int {
    let own = merged.filter { $0.firstRow == header + 1 && $0.firstColumn <= head[header].count }
    let reach = own.map { $0.lastRow - 1 }.max() ?? header
    let below = max(reach, header + 1)
    guard !own.isEmpty, below < head.count, isHeader(head[below]) else { return header }
    let spanned = Set(own.filter { $0.lastColumn > $0.firstColumn }.flatMap { $0.firstColumn...$0.lastColumn })
    let filled = Set(head[below].indices.filter { !isBlank(head[below][$0]) }.map { $0 + 1 })
    return !filled.isEmpty && filled.isSubset(of: spanned) ? below : header
  }

  private static func parts(_ head: [[String?]], header: Int, merged: [CellRange]) -> [[String]] {
    let width = head[header].count
    var parts = [[String]](repeating: [], count: width)
    var upper: [Int] = []
    var above = header - 1
    // A title is one cell at the left; an upper header row has a text somewhere to its right.
    while above >= 0, header - above <= 3, head[above].dropFirst().contains(where: { !isBlank($0) }) {
      upper.insert(above, at: 0)
      above -= 1
    }
    for row in upper {
      var current: String?
      var reach = width
      for column in 0..<width {
        if let text = head[row][column], !HeaderNames.isBlank(text) {
          current = text
          let span = merged.first { $0.firstRow == row + 1 && $0.firstColumn == column + 1 }
          reach = span.map { $0.lastColumn } ?? (merged.isEmpty ? width : column + 1)
        }
        if let current, column < reach { parts[column].append(current) }
      }
    }
    for column in 0..<width {
      if let text = head[header][column], !HeaderNames.isBlank(text) { parts[column].append(text) }
    }
    return parts
  }

  static func isBlank(_ text: String?) -> Bool { text.map(HeaderNames.isBlank) ?? true }

  static func isNumber(_ text: String) -> Bool {
    let tidy = text.filter { $0 != "," && $0 != "%" && !$0.isWhitespace }
    return Double(tidy) != nil
  }

  private static func isYear(_ text: String) -> Bool {
    guard text.count == 4, let year = Int(text) else { return false }
    return (1900...2100).contains(year)
  }
}
