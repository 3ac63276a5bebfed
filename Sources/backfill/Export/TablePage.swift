internal import DataFiles
internal import Foundation
internal import Journal
internal import ManifestYAML

/// The Markdown page about an exported table: what its columns are and what they hold.
struct TablePage {
  let table: TableName
  let rows: Int
  /// DuckDB's `SUMMARIZE`: one row for each column.
  let summary: [DuckDB.Row]
  let sources: [SourcePlan]

  /// A table's name as a file name.
  static func fileName(_ table: TableName) -> String {
    let name = String(table.shown.map { $0.isLetter || $0.isNumber || "_-.".contains($0) ? $0 : "_" })
    return name.hasPrefix(".") ? "_" + name.dropFirst() : name
  }

  /// The page; the same for the same table and manifest.
  var markdown: String {
    get throws(LoadError) {
      var known: [String: (ColumnPlan, YAMLNode)] = [:]
      for source in sources {
        for item in source.node["columns"]?.items ?? [] {
          let column = try ColumnPlan(item, source: source)
          if known[column.name.lowercased()] == nil { known[column.name.lowercased()] = (column, item) }
        }
      }
      var lines = ["# \(TablePage.cell(table.shown))", ""]
      let description = sources.lazy.compactMap { $0.node["description"]?.text }.first { !$0.isEmpty }
      if let description { lines += [TablePage.cell(description), ""] }
      lines += ["\(rows) rows in \(summary.count) columns.", "", "Sources:", ""]
      for source in sources {
        let name = source.node["name"]?.text ?? ""
        lines.append("- `\(TablePage.cell(source.identity))`\(name.isEmpty ? "" : ": " + TablePage.cell(name))")
      }
      lines += [
        "", "| Column | Type | Empty | In the file | Role | Description |", "| --- | --- | ---: | --- | --- | --- |",
      ]
      lines += summary.map { row in line(row, known: known) }
      return lines.joined(separator: "\n") + "\n"
    }
  }

  private func line(_ row: DuckDB.Row, known: [String: (ColumnPlan, YAMLNode)]) -> String {
    let name = row["column_name"]?.string ?? ""
    let percentage = row["null_percentage"]?.string ?? row["null_percentage"]?.double.map { "\($0)" } ?? "0"
    var cells = [name, row["column_type"]?.string ?? "", "\(percentage)%"]
    if let (column, item) = known[name.lowercased()] {
      let isDimension = item["is_dimension"]?.value == .bool(true)
      let isMeasure = item["is_measure"]?.value == .bool(true)
      cells += [
        column.originalName, isMeasure ? "measure" : isDimension ? "dimension" : "", item["description"]?.text ?? "",
      ]
    } else {
      cells += ["", "", TablePage.lineage[name] ?? ""]
    }
    return "| " + cells.map(TablePage.cell).joined(separator: " | ") + " |"
  }

  private static let lineage = [
    "_source_code": "The manifest's source that the row comes from.", "_period": "The row's period.",
    "_file": "The address of the file, with its sheet or member.", "_row": "The row in the file, counted from 1.",
  ]

  /// A text in one line of a table.
  private static func cell(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing("|", with: "\\|")
  }
}
