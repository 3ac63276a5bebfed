internal import Journal

/// The commit message of a fix that adds periods: nothing has failed, so it says what there is and what trying it showed.
public enum NewPeriodMessage {
  /// The error type of such fixes: there was none.
  public static let errorType = "none"

  /// Writes the message.
  ///
  /// - Parameters:
  ///   - landing: The page that links the periods.
  ///   - verified: Whether a manifest could be made of them in a scratch place; nil when that could not be tried.
  public static func text(
    _ candidate: Candidate, id: String, branch: String, urlKey: String, landing: String, confidence: Double,
    verified: Bool?, run: String
  ) -> String {
    let tried =
      verified == nil
      ? "Not verified: the stage that makes manifests has no verify command."
      : "The stage that makes manifests ran on it in a scratch place, and passed."
    var edits: [String] = []
    for edit in candidate.edits {
      edits += [edit.file, "  \(edit.selectorText)", "    now \(edit.new.map(ValueText.plain) ?? "removed")"]
    }
    let commands = [("approve", "git merge \(branch)"), ("reject", "errata reject \(id) --reason TEXT")]
    let trailers = [
      ("Errata-Fix", id), ("Errata-Source", urlKey), ("Errata-Error", errorType),
      ("Errata-Action", candidate.action.rawValue), ("Errata-Reach", candidate.reach.rawValue),
      ("Errata-Confidence", Numbers.decimal(confidence)), ("Errata-Verified", verified == true ? "yes" : "no"),
      ("Errata-Run", run),
    ]
    let blocks = [
      TextLayout.subject("fix(\(urlKey)): \(candidate.summary)"), TextLayout.paragraph(candidate.reason),
      TextLayout.quoted(["landing page: \(landing)"]), TextLayout.paragraph("The edit:"),
      edits.map { "    \(String($0.prefix { $0 == " " }))\(TextLayout.flattened($0, longest: 500))" }
        .joined(separator: "\n"),
      TextLayout.heading("What trying it showed"), TextLayout.paragraph(tried), TextLayout.heading("How to decide"),
      commands.map { "    \($0.0): \($0.1)" }.joined(separator: "\n"),
      trailers.map { "\($0.0): \(TextLayout.flattened($0.1))" }.joined(separator: "\n"),
    ]
    return blocks.joined(separator: "\n\n") + "\n"
  }
}
