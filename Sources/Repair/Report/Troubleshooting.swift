internal import Journal

extension Report {
  /// The report as Markdown, for `logs/reports/<date>/`.
  public func troubleshooting() -> String {
    var blocks = ["# Troubleshooting \(TextLayout.markdown(failure.place))", TextLayout.markdown(whatHappened)]
    blocks.append(outcomeText)
    blocks.append("## What worked")
    blocks.append(TextLayout.markdown(whatWorked, longest: 2000))
    blocks.append("## What failed")
    blocks.append(table(["What", "Value"], facts.map { [$0.0, $0.1] }))
    if let also = whatElseFailed { blocks.append(TextLayout.markdown(also, longest: 2000)) }
    blocks.append("## Why")
    blocks.append(why)
    blocks += evidenceBlocks
    if !ranked.isEmpty {
      blocks.append("## What was considered")
      blocks.append(candidateTable)
    }
    blocks.append("## What is recommended")
    blocks += recommendation
    let remarks = notes + evidence.notes
    if !remarks.isEmpty {
      blocks.append("## To bear in mind")
      blocks.append(remarks.map { "- \(TextLayout.markdown(shownText($0)))" }.joined(separator: "\n"))
    }
    if !failure.logTail.isEmpty {
      blocks.append("## The end of the output")
      let tail = failure.logTail.split(separator: "\n").suffix(15).map { shownText(String($0)) }
      blocks.append(TextLayout.quoted(tail))
    }
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
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

  private var recommendation: [String] {
    guard chosen != nil else { return [Advice.nextStep(for: failure.error.kind)] }
    var blocks = [TextLayout.quoted(editLines.map { $0 }), TextLayout.markdown(verification, longest: 2000)]
    blocks[0] = editLines.map { "    " + $0 }.joined(separator: "\n")
    blocks.append("Confidence: \(Numbers.decimal(confidence)).")
    if let repetition, let id = proposedID {
      blocks.append("### \(VerificationRecord.heading)")
      blocks.append("`errata show \(id) --verify` repeats it from the fix's commit and the commit's parent alone.")
      blocks.append(repetition.lines.map { "    " + $0 }.joined(separator: "\n"))
    }
    if let diff {
      blocks.append(
        diff.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(separator: "\n"))
    }
    switch outcome {
    case .proposed(let id, let branch), .waiting(let id, let branch):
      blocks.append(table(["To", "Type"], commands(id: id, branch: branch).map { [$0.0, $0.1] }))
    case .pending, .retry, .heldBack, .escalated, .examined: break
    }
    return blocks
  }

  private func table(_ header: [String], _ rows: [[String]]) -> String {
    let lines =
      [header.joined(separator: " | "), header.map { _ in "---" }.joined(separator: " | ")]
      + rows.map { row in row.map { TextLayout.markdown($0) }.joined(separator: " | ") }
    return lines.map { "| \($0) |" }.joined(separator: "\n")
  }
}
