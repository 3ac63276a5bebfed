internal import Journal

extension Report {
  /// The fix's commit message: the report in 72 columns with underlined headings, and trailers as the last block.
  public func commitMessage() -> String {
    var blocks = [subject, TextLayout.paragraph(whatHappened)]
    blocks.append(TextLayout.quoted(facts.map { "\($0.0): \($0.1)" }))
    blocks.append(TextLayout.heading("What worked"))
    blocks.append(TextLayout.paragraph([whatWorked, whatElseFailed].compactMap { $0 }.joined(separator: " ")))
    if let chosen {
      blocks.append(TextLayout.heading("Why it failed, and what is recommended"))
      blocks.append(TextLayout.paragraph(shownText(chosen.candidate.reason)))
    }
    for column in evidence.failingColumns {
      let lines = values.lines(for: column)
      guard !lines.isEmpty else { continue }
      let of = column.totalRows > 0 ? " of \(Numbers.grouped(column.totalRows))" : ""
      let rows = values == .none ? "" : " (\(Numbers.grouped(column.failing))\(of) rows)"
      blocks.append(TextLayout.paragraph("Values in \(column.column) that do not fit \(column.expectedType)\(rows):"))
      blocks.append(TextLayout.quoted(lines))
    }
    if chosen != nil {
      blocks.append(TextLayout.paragraph("The edit:"))
      blocks.append(editLines.map { "    " + keepingIndent($0) }.joined(separator: "\n"))
      blocks.append(TextLayout.heading("What trying it showed"))
      blocks.append(TextLayout.paragraph(verification))
    }
    if let repetition, let id = proposedID {
      blocks.append(TextLayout.heading(VerificationRecord.heading))
      blocks.append(
        TextLayout.paragraph(
          "`errata show \(id) --verify` repeats it from this commit alone: the edit is its change, the files and commands are "
            + "its parent's."))
      blocks.append(repetition.lines.map { "    " + $0 }.joined(separator: "\n"))
    }
    if !others.isEmpty {
      blocks.append(TextLayout.heading("What else was considered"))
      blocks.append(
        others.map { other in
          TextLayout.paragraph(
            "* \(shownText(other.candidate.summary)) (\(other.candidate.action.rawValue)): \(other.why).", hanging: "  "
          )
        }.joined(separator: "\n"))
    }
    let remarks = notes + evidence.notes
    if !remarks.isEmpty {
      blocks.append(TextLayout.heading("To bear in mind"))
      blocks.append(remarks.map { TextLayout.paragraph("* \(shownText($0))", hanging: "  ") }.joined(separator: "\n"))
    }
    if case .proposed(let id, let branch) = outcome {
      blocks.append(TextLayout.heading("How to decide"))
      blocks.append(commands(id: id, branch: branch).map { "    \($0.0): \($0.1)" }.joined(separator: "\n"))
      blocks.append(trailers(id: id))
    }
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
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
    if let adviser = chosen?.candidate.suggestedBy { lines.append(("Errata-Adviser", adviser)) }
    return lines.map { "\($0.0): \(TextLayout.flattened($0.1))" }.joined(separator: "\n")
  }

  private func keepingIndent(_ line: String) -> String {
    String(line.prefix { $0 == " " }) + TextLayout.flattened(line, longest: 500)
  }
}
