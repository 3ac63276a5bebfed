public import Foundation
public import Journal

/// How a run ended, as Markdown for the page that a CI service shows of a job. Pure: values in, text out.
public struct StepSummary: Sendable {
  /// Longer lists are cut, and say so.
  private static let longestList = 50

  private var lines: [String] = []

  /// The summary of a run.
  ///
  /// - Parameters:
  ///   - headline: The run's last words.
  ///   - exitCode: What the command ends with.
  ///   - findings: What stands failed.
  ///   - now: For how long fixes have waited.
  public init(headline: String, outcome: RunOutcome, exitCode: Int32, findings: [CIFinding], book: FixBook, now: Date) {
    lines = ["## Errata", "", "**\(Self.escaped(headline))** (exit code \(exitCode))"]
    let rows = outcome.stats.rowsLoaded
    if rows > 0 { lines += ["", "\(rows) rows were loaded."] }
    for trouble in [outcome.outage.map { "Halted: \($0.message)" }, outcome.gitProblem.map { "Git: \($0)" }] {
      if let trouble { lines += ["", "> " + Self.escaped(trouble)] }
    }
    fixes(book, now)
    table(
      "Revised releases", ["Where", "File", "Sources", "What", "Rows"],
      outcome.revised.map { [$0.key, $0.name, $0.sources.joined(separator: ", "), $0.outcome.rawValue, $0.counts] })
    let unfixed = findings.filter { $0.level == .error }
    table(
      "Without a fix", ["Where", "What", "File"],
      unfixed.map { finding in
        [finding.title, finding.message, "\(finding.file)\(finding.line.map { ":\($0)" } ?? "")"]
      })
  }

  /// The summary of a command that could not do its work.
  public init(failure sentence: String, findings: [CIFinding], exitCode: Int32) {
    lines = ["## Errata", "", "**Not done** (exit code \(exitCode))"]
    guard !findings.isEmpty else {
      lines += ["", "> " + Self.escaped(sentence)]
      return
    }
    table(
      "What is wrong", ["File", "Line", "What"],
      findings.map { finding in
        [finding.file, finding.line.map(String.init) ?? "", finding.message]
      })
  }

  /// The text, ended by a line end.
  public var markdown: String { lines.joined(separator: "\n") + "\n" }

  private mutating func fixes(_ book: FixBook, _ now: Date) {
    let open = book.open
    guard open.count > 20 else {
      return table(
        "Fixes that wait for review", ["Fix", "Where", "What", "Verified", "Branch"],
        open.map { fix in
          [
            fix.id, "\(fix.urlKey)/\(fix.source ?? "")", fix.summary, fix.verified ? "yes" : "no",
            fix.branch.isEmpty ? fix.patch ?? "" : fix.branch,
          ]
        })
    }
    let groups = FixDigest(open) { book.waitingSince($0.id) }.groups
    table(
      "\(open.count) fixes wait for review", ["Publication", "Cause", "Fixes", "Verified", "Days", "To merge them"],
      groups.map { group in
        let days = group.since.map { "\(max(0, Int(now.timeIntervalSince($0) / 86_400)))" } ?? ""
        return [
          group.publication, "\(group.errorType) → \(group.action)", "\(group.fixes.count)", "\(group.verified)",
          days, "errata approve --where \"\(group.selection)\"",
        ]
      })
  }

  private mutating func table(_ title: String, _ heads: [String], _ rows: [[String]]) {
    guard !rows.isEmpty else { return }
    lines += ["", "### " + title, "", Self.row(heads), Self.row(heads.map { _ in "---" }, escaping: false)]
    lines += rows.prefix(Self.longestList).map { Self.row($0) }
    if rows.count > Self.longestList {
      lines += ["", "… and \(rows.count - Self.longestList) more: `errata status` and `errata fixes` list all."]
    }
  }

  private static func row(_ cells: [String], escaping: Bool = true) -> String {
    "| " + cells.map { escaping ? escaped($0) : $0 }.joined(separator: " | ") + " |"
  }

  /// Text of manifests and programs as nothing but text: no markup, no link, no HTML, no end of a table's cell or row.
  static func escaped(_ text: String) -> String {
    var result = ""
    // By scalars: with an accent after it, a mark is another character for Swift and the same one for Markdown.
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "|", "\\", "`", "*", "_", "[", "]", "(", ")", "#", "!", "~", "$": result += "\\\(scalar)"
      // A service may make an address or a name out of these.
      case "@": result += "&#64;"
      case ":" where result.hasSuffix("http") || result.hasSuffix("https"): result += "&#58;"
      default:
        result += scalar.properties.isWhitespace || scalar.properties.generalCategory == .control ? " " : String(scalar)
      }
    }
    return result
  }
}
