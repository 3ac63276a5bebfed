import Journal
import Repair
import Supervisor

/// One fix on a page: what became of it, its report, its diff.
enum FixPage {
  static func text(of details: FixDetails, pull: PullRequestRecord?) -> String {
    let fix = details.record
    let place = fix.branch.isEmpty ? fix.patch ?? "commit \(fix.commit?.prefix(12) ?? "")" : fix.branch
    var lines = ["fix \(fix.id) (\(fix.status.rawValue)) on \(place)"]
    if let pull { lines.append("\(pull.url) (\(pull.state.rawValue))") }
    if let reason = fix.statusReason { lines += wrapped(reason) }
    lines.append("")
    for line in (details.message ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
      lines += line.isEmpty ? [""] : line.count + 4 <= 80 ? ["    " + line] : wrapped("    " + line)
    }
    return (lines + [details.diff]).joined(separator: "\n")
  }

  /// A line broken at blanks for a terminal of 80 columns, what follows a little further in. A last word that alone is too
  /// long for it stays: paths and commands are copied.
  private static func wrapped(_ line: String, width: Int = 80) -> [String] {
    let indent = String(line.prefix { $0 == " " })
    let words = line.split(separator: " ")
    var lines: [String] = []
    var current = indent + (words.first ?? "")
    for (index, word) in words.enumerated().dropFirst() {
      if current.count + 1 + word.count > width, index < words.count - 1 || indent.count + 2 + word.count <= width / 2 {
        lines.append(current)
        current = indent + "  " + word
      } else {
        current += " " + word
      }
    }
    return lines + [current]
  }

  /// `errata show ID --json`.
  struct Document: Encodable {
    let fix: FixDocument
    let message: String?
    let diff: String

    init(_ details: FixDetails, pull: PullRequestRecord?) {
      fix = FixDocument(fix: details.record, pullRequest: pull)
      message = details.message
      diff = details.diff
    }
  }
}

/// What repeating a verification showed, for people.
enum RepetitionText {
  static func text(of outcome: Repetition.Outcome) -> String {
    let recorded = outcome.recorded
    let column = recorded.control.column.map { " in \($0)" } ?? ""
    let rows = outcome.verdict.treatment.rows.map { " and loads \(Numbers.counted($0, "row"))" } ?? ""
    var lines = [
      "Fix \(outcome.fix), from commit \(outcome.commit.prefix(12)) and its parent \(outcome.base.prefix(12)).", "",
      "  stage         \(recorded.stage)",
      "  without edit  \(outcome.verdict.control.error.map { "fails with \($0.type)\(column)" } ?? "passes")",
      "  with edit     \(outcome.verdict.treatment.succeeded ? "passes\(rows)" : "does not pass")",
    ]
    for (name, nulls) in outcome.verdict.treatment.nullCounts.sorted(by: { $0.key < $1.key })
    where recorded.treatment.nulls[name] != nil {
      lines.append("                \(name) is null in \(Numbers.counted(nulls, "row"))")
    }
    lines += [""] + outcome.notes
    lines.append(outcome.same ? "The same verdict came out." : "Another verdict came out:")
    return (lines + outcome.differences.map { "- \($0)" }).joined(separator: "\n")
  }
}
