internal import Journal

extension Report {
  /// The report as Markdown, for `logs/reports/<date>/`.
  public func troubleshooting(by template: ReportTemplate = .standard) -> String {
    rendered(template, .markdown).joined(separator: "\n\n") + "\n"
  }

  /// A block of the Markdown report; empty where there is nothing to say.
  func markdownBlock(_ name: String) -> String {
    switch name {
    case "outcome": return outcomeText
    case "sources":
      let rows = sourceRows.map { [$0.source, $0.standing] }
      return joined(
        TextLayout.markdown(whatWorked, longest: 2000), rows.isEmpty ? "" : table(["Source", "How it stands"], rows))
    case "facts": return table(["What", "Value"], facts.map { [$0.0, $0.1] })
    case "why": return why
    case "evidence": return joined(evidenceBlocks)
    case "candidates": return ranked.isEmpty ? "" : candidateTable
    case "next_step": return chosen == nil ? Advice.nextStep(for: failure.error.kind) : ""
    case "edit": return editLines.map { "    " + $0 }.joined(separator: "\n")
    case "diff":
      let lines = diff?.split(separator: "\n", omittingEmptySubsequences: false) ?? []
      return lines.map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n").trimmed.isEmpty
        ? "" : "    " + lines.joined(separator: "\n    ").trimmed
    case "verification":
      guard chosen != nil else { return "" }
      return joined(
        TextLayout.markdown(verification, longest: 2000), "Confidence: \(Numbers.decimal(confidence)).")
    case "repeat":
      guard let repetition, let id = proposedID else { return "" }
      return joined(
        "### \(VerificationRecord.heading)",
        "`errata show \(id) --verify` repeats it from the fix's commit and the commit's parent alone.",
        repetition.lines.map { "    " + $0 }.joined(separator: "\n"))
    case "decide":
      switch outcome {
      case .proposed(let id, let branch), .waiting(let id, let branch):
        return table(["To", "Type"], commands(id: id, branch: branch).map { [$0.0, $0.1] })
      case .pending, .retry, .heldBack, .escalated, .examined: return ""
      }
    case "notes": return markdownRemarks.map { "- \(TextLayout.markdown($0))" }.joined(separator: "\n")
    case "log":
      return TextLayout.quoted(failure.logTail.split(separator: "\n").suffix(15).map { shownText(String($0)) })
    default: return ""
    }
  }

  private var outcomeText: String {
    switch outcome {
    case .proposed(let id, let branch):
      "**A fix is proposed: \(id)**" + (branch.map { ", on the branch `\($0)`." } ?? ", as a patch.")
    case .waiting(let id, let branch):
      "**The fix \(id) waits for a decision already**" + (branch.map { ", on the branch `\($0)`." } ?? ".")
    case .pending(let date): "**Nothing to do: it is tried again \(date.map { "on \($0)" } ?? "later").**"
    case .retry(let reason): "**It is tried again.** \(TextLayout.markdown(reason))"
    case .heldBack(let reason): "**A fix is held back.** \(TextLayout.markdown(reason))"
    case .escalated(let reason): "**A person has to look.** \(TextLayout.markdown(reason))"
    case .examined(let decision):
      "**Looked into on request; nothing was changed.**\(decision.map { " " + Advice.ofARun($0) } ?? "")"
    }
  }

  private var why: String {
    let cause =
      chosen.map { shownText($0.candidate.reason) }
      ?? "The stage failed because \(Advice.meaning(of: failure.error.kind))."
    return TextLayout.markdown(cause, longest: 2000)
  }

  private var evidenceBlocks: [String] {
    var blocks: [String] = []
    for column in evidence.failingColumns {
      blocks.append(
        "Values in `\(TextLayout.flattened(column.column))` that do not fit \(TextLayout.markdown(column.expectedType)):"
      )
      blocks.append(values.lines(for: column).map { "- \(TextLayout.markdown($0))" }.joined(separator: "\n"))
    }
    if failure.error.kind == .sheetNotFound, let sheets = evidence.sheets {
      blocks.append(
        "The workbook's sheets: \(sheets.prefix(30).map { TextLayout.markdown($0) }.joined(separator: " · "))")
    }
    if failure.error.kind == .missingColumn, let headers = evidence.headers {
      blocks.append(
        "The file's headers: \(headers.prefix(60).map { TextLayout.markdown($0) }.joined(separator: " · "))")
    }
    if let page = evidence.page { blocks.append(pageText(page, "The period's page")) }
    if let landing = evidence.landing { blocks.append(pageText(landing, "The landing page")) }
    if let input = evidence.input {
      let kind = input.kind.map { ", by its first bytes \($0)" } ?? ""
      blocks.append("The input is `\(input.path)`\(kind) (sha256 `\(input.sha256.prefix(16))…`).")
    }
    return blocks
  }

  private func pageText(_ page: Evidence.Page, _ name: String) -> String {
    let status = page.status.map { " answered \($0)" } ?? " was read"
    let notice = page.notice.map { " It says: \(TextLayout.markdown($0))." } ?? ""
    return "\(name)\(status) and has \(Numbers.counted(page.links.count, "link")).\(notice)"
  }

  private var isHeldBack: Bool { if case .heldBack = outcome { true } else { false } }

  private var candidateTable: String {
    table(
      ["Edit", "Action", "What it does", "How it went"],
      ranked.map { entry in
        let isChosen = entry.candidate.edits == chosen?.candidate.edits
        return [
          shownText(entry.candidate.summary), entry.candidate.action.rawValue, effect(of: entry),
          isChosen
            ? "\(isHeldBack ? "held back" : "proposed"); \(shownText(entry.standing))"
            : whyNot(entry),
        ]
      })
  }

  private func table(_ header: [String], _ rows: [[String]]) -> String {
    let lines =
      [header.joined(separator: " | "), header.map { _ in "---" }.joined(separator: " | ")]
      + rows.map { row in row.map { TextLayout.markdown($0) }.joined(separator: " | ") }
    return lines.map { "| \($0) |" }.joined(separator: "\n")
  }
}
