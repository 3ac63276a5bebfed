import Foundation
import Journal
import Repair

/// The drift demo's timeline: a line for each step and what is to be told of it below, in 80 columns.
struct DriftTimeline {
  private static let widths = [4, 6, 6, 7, 7]

  static var header: String { line(["STEP", "LOADED", "ROWS", "ERRORS", "SCORE"], "WHAT HAPPENED") }

  /// A step's line, and what it found and did.
  ///
  /// - Parameter verbose: Whether all is told of the plan's steps, or a sentence of each.
  static func text(of step: DriftStep, verbose: Bool) -> [String] {
    let evaluation = step.evaluation
    let cells = [
      "\(step.number)", "\(step.loaded)/\(step.tables)", "\(step.rows)",
      evaluation?.errorRate.map(FixText.percent) ?? "-", evaluation?.score.map(EvaluationText.signed) ?? "-",
    ]
    var lines = [coloured(line(cells, headline(step)), step)]
    for drift in step.drifts {
      lines += told("drift", drift.data["message"]?.string ?? "")
      for part in drift.data["plan"]?.array ?? [] {
        let done = part["done"]?.string ?? ""
        let shown = verbose ? done : first(of: done)
        lines += told("  " + (part["step"]?.string ?? "").replacing("_", with: " "), shown)
      }
    }
    for (branch, fixes) in step.proposals {
      let what = fixes.count == 1 ? fixes[0].summary : "\(fixes.count) fixes, one for each table"
      lines += told("proposed", "\(what), on \(branch)")
    }
    return lines
  }

  /// What the demo's user does before a step.
  static func merged(_ branch: String, fixes: Int) -> [String] {
    told("a person", "merges \(branch)\(fixes > 1 ? " with its \(fixes) fixes" : "")")
  }

  private static func headline(_ step: DriftStep) -> String {
    var parts: [String] = []
    if !step.approved.isEmpty {
      parts.append("\(step.approved.count == 1 ? "1 fix" : "\(step.approved.count) fixes") approved")
    }
    if !step.loads.isEmpty { parts.append("\(few(step.loads)) loaded") }
    if !step.failures.isEmpty { parts.append("\(few(step.failures.map(\.table))) failed") }
    return parts.isEmpty ? "nothing new" : parts.joined(separator: "; ")
  }

  private static func first(of text: String) -> String {
    text.firstRange(of: ". ").map { String(text[..<$0.lowerBound]) + "." } ?? text
  }

  private static func few(_ names: [String]) -> String {
    names.count <= 2 ? names.joined(separator: ", ") : "\(names.count) tables"
  }

  private static func line(_ cells: [String], _ last: String) -> String {
    let padded = zip(cells, widths).map { cell, width in
      String(repeating: " ", count: max(0, width - cell.count)) + cell
    }
    return padded.joined(separator: " ") + "  " + last
  }

  /// A remark below a step's line, wrapped.
  private static func told(_ word: String, _ text: String) -> [String] {
    let head = String(repeating: " ", count: 5) + word + String(repeating: " ", count: max(1, 12 - word.count))
    // Breaking lines drops the blanks at their beginning, but not what only looks like them.
    return FixText.wrapped(head.replacing(" ", with: "\u{A0}") + Redaction.redact(text), indent: 17)
      .replacing("\u{A0}", with: " ").split(separator: "\n").map(String.init)
  }

  private static func coloured(_ line: String, _ step: DriftStep) -> String {
    guard Terminal.hasColour else { return line }
    if step.isBad { return "\u{1B}[31m\(line)\u{1B}[0m" }
    return step.loaded == step.tables ? "\u{1B}[32m\(line)\u{1B}[0m" : "\u{1B}[33m\(line)\u{1B}[0m"
  }
}
