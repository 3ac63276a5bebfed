internal import DataFiles
internal import ManifestYAML

/// One table of a draft manifest: a file, a sheet of a workbook, or a member of an archive.
struct SourceDraft: Sendable {
  var link: Link
  /// The file's own name: the member's in an archive.
  var fileName: String
  var kind: DataFileKind
  var extract: String?
  var sheet: String?
  var head: TableHead?

  /// The code that its names ask for.
  func code(publication: String) -> String {
    SourceNames.code(fileName: fileName, sheet: sheet, publication: publication)
  }

  /// The source's entry in the manifest.
  func entry(code: String, publicationName: String, period: String) -> YAMLValue {
    var file: [YAMLValue.Entry] = [
      .init(key: "url", value: .string(link.url)),
      .init(key: "period", value: .string(period)),
      .init(key: "mode", value: "replace"),
    ]
    if let extract { file.append(.init(key: "extract", value: .string(extract))) }
    if let sheet { file.append(.init(key: "sheet", value: .string(sheet))) }
    if let head { file += place(head) }
    let title = SourceNames.title(
      publication: publicationName, linkText: link.text, fileName: fileName, sheet: sheet)
    return [
      "code": .string(code),
      "name": .string(title),
      "table": .string(SourceNames.table(code: code)),
      "enabled": true,
      "files": [.mapping(file)],
    ]
  }

  /// Where the table lies, as far as it is not where every reader would look.
  private func place(_ head: TableHead) -> [YAMLValue.Entry] {
    var entries: [YAMLValue.Entry] = []
    if head.headerRow != 1 { entries.append(.init(key: "header_row", value: .int(head.headerRow))) }
    if let range = head.range { entries.append(.init(key: "range", value: .string(range.description))) }
    if let encoding = head.encoding, encoding != "utf-8" {
      entries.append(.init(key: "encoding", value: .string(encoding)))
    }
    if let delimiter = head.delimiter, delimiter != "," {
      entries.append(.init(key: "delimiter", value: .string(delimiter)))
    }
    let rows = [head.names.map(Optional.some)] + head.sample.prefix(3)
    let preview = rows.map { String(SourceDraft.line($0).prefix(300)) }.joined(separator: "\n")
    return entries + [.init(key: "preview", value: .string(preview))]
  }

  /// A row as a line of CSV, line breaks inside cells made spaces.
  private static func line(_ row: [String?]) -> String {
    row.map { cell in
      let text = (cell ?? "").split(whereSeparator: \.isNewline).joined(separator: " ")
      let tidy = text.trimming(while: \.isWhitespace)
      return tidy.contains(",") || tidy.contains("\"") ? "\"\(tidy.replacing("\"", with: "\"\""))\"" : tidy
    }.joined(separator: ",")
  }
}

extension String {
  /// The text without such characters at its ends.
  fileprivate func trimming(while belongs: (Character) -> Bool) -> String {
    String(drop(while: belongs).reversed().drop(while: belongs).reversed())
  }
}
