internal import Journal

/// Fills a template in. Values are filled in once and never read for placeholders; in a message each is one line.
extension Report {
  enum Form { case markdown, message }

  /// The filled pieces that are not empty. How a fix is decided on, and how its verification is repeated, is added where a
  /// template leaves it out.
  func rendered(_ template: ReportTemplate, _ form: Form) -> [String] {
    let has = Set(template.pieces.compactMap { if case .block(let name) = $0 { name } else { nil } })
    let added = ["repeat", "decide"].filter { !has.contains($0) }.map(ReportTemplate.Piece.block)
    var result: [String] = []
    // The least level of a heading that may be left out, seen from the end: what follows it holds nothing.
    var emptyFrom: Int? = 0
    for piece in (template.pieces + added).reversed() {
      if case .heading(let level, let text) = piece {
        if let emptyFrom, level >= emptyFrom { continue }
        emptyFrom = level
        guard level > 1 || form == .markdown else { continue }
        result.append(heading(level, text, form))
      } else {
        let text = self.text(of: piece, form)
        guard !text.isEmpty else { continue }
        emptyFrom = nil
        result.append(text)
      }
    }
    return result.reversed()
  }

  private func heading(_ level: Int, _ text: String, _ form: Form) -> String {
    let filled = filled(text, form) ?? ""
    switch form {
    case .markdown: return "\(String(repeating: "#", count: level)) \(filled)"
    case .message:
      return TextLayout.heading(TextLayout.safe(TextLayout.flattened(filled, longest: TextLayout.width - 2)))
    }
  }

  private func text(of piece: ReportTemplate.Piece, _ form: Form) -> String {
    switch (piece, form) {
    case (.heading, _): ""
    case (.block(let name), .markdown): markdownBlock(name)
    case (.block(let name), .message): messageBlock(name)
    case (.paragraph(let text), .markdown): filled(text, form) ?? ""
    case (.paragraph(let text), .message): filled(text, form).map { TextLayout.paragraph($0) } ?? ""
    case (.items(let items), .markdown):
      items.compactMap { filled($0, form) }.map { "- \($0)" }.joined(separator: "\n")
    case (.items(let items), .message):
      items.compactMap { filled($0, form) }.map { TextLayout.paragraph("* \($0)", hanging: "  ") }
        .joined(separator: "\n")
    case (.verbatim(let lines), .markdown):
      lines.compactMap { line in filled(line, .message).map { line.hasPrefix("|") ? $0 : "    \($0)" } }
        .joined(separator: "\n")
    case (.verbatim(let lines), .message): TextLayout.quoted(lines.compactMap { filled($0, form) })
    }
  }

  /// A text with its values; nil where it has placeholders and none of them has a value.
  private func filled(_ text: String, _ form: Form) -> String? {
    let values = words
    var result = ""
    var hasPlaceholder = false
    var hasValue = false
    for part in TextPart.parts(of: text) {
      switch part {
      case .text(let text): result += text
      case .placeholder(let name):
        hasPlaceholder = true
        guard let value = values[name] ?? nil, !value.isEmpty else { continue }
        hasValue = true
        result += form == .markdown ? TextLayout.markdown(value) : TextLayout.flattened(value)
      }
    }
    return hasPlaceholder && !hasValue ? nil : result
  }

  /// The values of the placeholders that stand for a few words.
  private var words: [String: String?] {
    let error = failure.error
    return [
      "place": failure.place, "what": failure.source.map { "Source \($0) of \(failure.urlKey)" } ?? failure.urlKey,
      "publication": failure.publication, "period": failure.period, "source": failure.source, "stage": failure.stage,
      "error_type": error.type, "meaning": Advice.meaning(of: error.kind), "message": shownText(error.message),
      "column": error.column, "value": error.value.map(values.shown), "declared_type": error.expectedType,
      "file": error.file, "sheet": error.sheet, "row": values == .none ? nil : error.row.map(String.init),
      "table": error.table, "address": error.url, "status": error.status.map(String.init),
      "expected_on": error.expectedDate, "manifest": failure.manifestPath, "run": run,
      "confidence": chosen.map { _ in Numbers.decimal(confidence) },
    ]
  }

  /// Blocks with a blank line between them, empty ones left out.
  func joined(_ blocks: [String]) -> String { blocks.filter { !$0.isEmpty }.joined(separator: "\n\n") }

  func joined(_ blocks: String...) -> String { joined(blocks) }

  /// What a reader has to know besides.
  var remarks: [String] { (notes + evidence.notes).map(shownText) }

  /// What the Markdown report says besides: the commit's message has a part of its own for the incident.
  var markdownRemarks: [String] { [incident?.pointer].compactMap(\.self) + remarks }
}
