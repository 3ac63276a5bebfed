public import Journal
internal import ManifestYAML

/// A change of the rules that Errata proposes: of `goals.yaml` or `constraints.yaml`, reviewed like any fix and never merged without a
/// person.
public struct Revision: Hashable, Sendable {
  /// The publication that such fixes are kept under: `errata/_config/…`.
  public static let publication = "_config"

  /// The edit.
  public let candidate: Candidate
  /// What names the branch, such as `goals-adhd-load-missing_column`.
  public let slug: String
  /// The type of error that it is about; `none` where it is about no one type.
  public let errorType: String
  /// What it rests on: while that is the same, one that was turned down is not proposed again.
  public let evidence: [String]
  /// The evidence for people, a line each.
  public let facts: [String]
  /// What it does once it is merged, in a few sentences.
  public let effect: String

  /// `goals` or `constraints`.
  var file: String { candidate.action == .addConstraint ? "constraints" : "goals" }

  /// As what a fix of it is recorded.
  private var failure: Failure {
    Failure(
      publication: Self.publication, period: file, url: nil, stage: file,
      error: EventError(type: errorType, message: ""))
  }

  /// The fix's id: the same edit of the same file has the same on every machine.
  public var id: String { FixIdentity.id(of: candidate, for: failure) }

  /// The branch that is wanted for it.
  public var branch: String { "errata/\(Self.publication)/\(FixIdentity.component(slug, longest: 80))-\(id)" }

  /// A digest of what it rests on.
  public var evidenceHash: String {
    Digest.sha256(([candidate.action.rawValue] + evidence).joined(separator: "\u{1F}"))
  }

  /// Whether a person turned it down on the same evidence.
  public func isRefused(in history: some Sequence<FixRecord>) -> Bool {
    history.contains { $0.status.isRefusal && $0.evidenceHash == evidenceHash }
  }

  /// The fix that it is, before git has said its part.
  public func record(run: String) -> FixRecord {
    FixRecord(
      id: id, branch: branch, publication: Self.publication, period: file, source: nil, stage: file,
      errorType: errorType, action: candidate.action.rawValue, confidence: candidate.prior, verified: false,
      files: candidate.files, changes: [], run: run, evidenceHash: evidenceHash,
      loss: candidate.loss.kind.rawValue, summary: candidate.summary)
  }

  /// The whole commit message.
  public func message(run: String, branch: String) -> String {
    var edits: [String] = []
    for edit in candidate.edits {
      edits += [edit.file, "  \(edit.selector.description)"]
      if let old = edit.old { edits.append("    was \(ValueText.plain(old))") }
      edits.append("    now \(edit.new.map(ValueText.plain) ?? "removed")")
    }
    let commands = ["approve: git merge \(branch)", "reject: errata reject \(id) --reason TEXT"]
    let trailers = [
      ("Errata-Fix", id), ("Errata-Source", "\(Self.publication)/\(file)"), ("Errata-Error", errorType),
      ("Errata-Action", candidate.action.rawValue), ("Errata-Confidence", Numbers.decimal(candidate.prior)),
      ("Errata-Verified", "no"), ("Errata-Run", run),
    ]
    let blocks = [
      TextLayout.subject("fix(\(file)): \(candidate.summary)"), TextLayout.paragraph(candidate.reason),
      TextLayout.quoted(facts), TextLayout.paragraph("The edit:"),
      edits.map { "    \(String($0.prefix { $0 == " " }))\(TextLayout.flattened($0, longest: 500))" }
        .joined(separator: "\n"),
      TextLayout.heading("What it does"), TextLayout.paragraph(effect),
      TextLayout.paragraph("Nothing of this holds before a person merges it, in autonomous mode too."),
      TextLayout.heading("How to decide"), TextLayout.quoted(commands),
      trailers.map { "\($0.0): \(TextLayout.flattened($0.1))" }.joined(separator: "\n"),
    ]
    return blocks.joined(separator: "\n\n") + "\n"
  }
}
