/// Columns of text for a terminal of 80 columns: cells are cut to fit, the last column takes what is left.
struct TextTable {
  private let header: [String]
  private var rows: [[String]] = []
  private let width: Int

  init(_ header: [String], width: Int = 80) {
    self.header = header
    self.width = width
  }

  mutating func add(_ cells: String...) { rows.append(cells) }

  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// A line of its own among the rows, cut to fit.
  mutating func add(line: String) { rows.append([line]) }

  /// The lines, two spaces between columns, no blanks at the ends.
  var text: String {
    let all = [header] + rows
    var widths = header.indices.map { column in
      all.filter { $0.count == header.count }.map { $0[column].count }.max() ?? 0
    }
    // Only the last column is cut: the ones before it are what a person copies.
    let taken = widths.dropLast().reduce(0) { $0 + $1 + 2 }
    if let last = widths.last { widths[widths.count - 1] = min(last, max(width - taken, 12)) }
    return all.map { cells in
      if cells.count != header.count, let whole = cells.first {
        return whole.count > self.width ? whole.prefix(self.width - 1) + "…" : whole
      }
      var line = ""
      for (cell, width) in zip(cells, widths) {
        let fitted = cell.count > width ? cell.prefix(max(width - 1, 1)) + "…" : Substring(cell)
        line += fitted + String(repeating: " ", count: width - fitted.count + 2)
      }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
