internal import Journal

extension Report {
  /// The fix's commit message: the report in 72 columns with underlined headings, and trailers as the last block.
  public func commitMessage(by template: ReportTemplate = .standard) -> String {
    var blocks = [subject] + rendered(template, .message)
    if let incident { blocks.append(incident.message ?? TextLayout.paragraph(incident.pointer)) }
    if case .proposed(let id, _) = outcome { blocks.append(trailers(id: id)) }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  /// A block of a commit message; empty where there is nothing to say, or the commit says it itself.
  func messageBlock(_ name: String) -> String {
    switch name {
    case "sources":
      let rows = sourceRows.map { "\($0.source): \($0.standing)" }
      return joined(TextLayout.paragraph(whatWorked), TextLayout.quoted(rows))
    case "facts": return TextLayout.quoted(facts.map { "\($0.0): \($0.1)" })
    case "why": return chosen.map { TextLayout.paragraph(shownText($0.candidate.reason)) } ?? ""
    case "evidence": return messageValues
    case "candidates":
      return others.map { other in
        let edit = "* \(shownText(other.candidate.summary)) (\(other.candidate.action.rawValue))"
        return TextLayout.paragraph("\(edit): \(other.why).", hanging: "  ")
      }.joined(separator: "\n")
    case "next_step": return chosen == nil ? TextLayout.paragraph(Advice.nextStep(for: failure.error.kind)) : ""
    case "edit": return editLines.map { "    " + keepingIndent($0) }.joined(separator: "\n")
    case "verification": return TextLayout.paragraph(verification)
    case "repeat":
      guard let repetition, let id = proposedID else { return "" }
      let how =
        "`errata show \(id) --verify` repeats it from this commit alone: the edit is its change, the files and commands are "
        + "its parent's."
      return joined(
        TextLayout.heading(VerificationRecord.heading), TextLayout.paragraph(how),
        repetition.lines.map { "    " + $0 }.joined(separator: "\n"))
    case "decide":
      guard case .proposed(let id, let branch) = outcome else { return "" }
      return commands(id: id, branch: branch).map { "    \($0.0): \($0.1)" }.joined(separator: "\n")
    case "notes":
      return remarks.map { TextLayout.paragraph("* \($0)", hanging: "  ") }.joined(separator: "\n")
    default: return ""
    }
  }

  private var messageValues: String {
    joined(
      evidence.failingColumns.map { column in
        let lines = values.lines(for: column)
        guard !lines.isEmpty else { return "" }
        let of = column.totalRows > 0 ? " of \(Numbers.grouped(column.totalRows))" : ""
        let rows = values == .none ? "" : " (\(Numbers.grouped(column.failing))\(of) rows)"
        let what = "Values in \(column.column) that do not fit \(column.expectedType)\(rows):"
        return joined(TextLayout.paragraph(what), TextLayout.quoted(lines))
      })
  }

  /// The id of the fix that is put forward, or waits.
  var proposedID: String? {
    switch outcome {
    case .proposed(let id, _), .waiting(let id, _): id
    case .pending, .retry, .heldBack, .escalated, .examined: nil
    }
  }

  /// The trailers, each one line.
  func trailers(id: String) -> String {
    let source = failure.source.map { "\(failure.urlKey)/\($0)" } ?? failure.urlKey
    var lines: [(String, String)] = [
      ("Errata-Fix", id), ("Errata-Source", source), ("Errata-Error", failure.error.type),
      ("Errata-Action", chosen?.candidate.action.rawValue ?? "none"),
      ("Errata-Reach", (chosen?.candidate.reach ?? .thisPeriod).rawValue),
      ("Errata-Confidence", Numbers.decimal(confidence)),
      ("Errata-Verified", chosen?.verdict?.passed == true ? "yes" : "no"), ("Errata-Run", run),
    ]
    if let incident { lines.append(("Errata-Incident", incident.id)) }
    if let adviser = chosen?.candidate.suggestedBy { lines.append(("Errata-Adviser", adviser)) }
    return lines.map { "\($0.0): \(TextLayout.flattened($0.1))" }.joined(separator: "\n")
  }

  private func keepingIndent(_ line: String) -> String {
    String(line.prefix { $0 == " " }) + TextLayout.flattened(line, longest: 500)
  }
}
