import Foundation
import Journal

/// A trace for people: a paragraph a run, a line a step.
enum TraceText {
  static func page(_ trace: Trace) -> String {
    trace.runs.map { run in
      let day = run.steps.first.map { String(EventText.minute($0.time).prefix(10)) } ?? ""
      var table = TextTable([day, "WHAT", "HOW", "TOOK", "ABOUT"])
      for step in run.steps {
        table.add(
          String(Event.text(from: step.time).dropFirst(11).prefix(8)), what(step), how(step),
          step.durationMS.map(duration) ?? "", about(step))
      }
      return "\(run.run)\n\(table.text)"
    }.joined(separator: "\n\n")
  }

  private static func what(_ step: TraceStep) -> String {
    let attempt = step.attempt ?? 1
    return step.what.replacing("_", with: " ") + (attempt > 1 ? " (try \(attempt))" : "")
  }

  private static func how(_ step: TraceStep) -> String {
    var parts = [step.outcome, step.rows.map { "\($0) rows" }].compactMap(\.self)
    if let added = step.rowsAdded, let removed = step.rowsRemoved { parts.append("+\(added) -\(removed)") }
    return parts.joined(separator: ", ")
  }

  private static func about(_ step: TraceStep) -> String {
    let names = [step.source, step.fix, step.commit.map { String($0.prefix(8)) }].compactMap(\.self)
    let detail = step.error.map { error in "\(error): \(step.detail ?? "")" } ?? step.detail ?? ""
    return [names.joined(separator: " "), detail].filter { !$0.isEmpty }.joined(separator: ": ")
      .replacing("\n", with: " ")
  }

  /// `240 ms`, `1.2 s`, `3 min 5 s`.
  static func duration(_ milliseconds: Int) -> String {
    switch milliseconds {
    case ..<1000: "\(milliseconds) ms"
    case ..<60_000: String(format: "%.1f s", Double(milliseconds) / 1000)
    default: "\(milliseconds / 60_000) min \(milliseconds % 60_000 / 1000) s"
    }
  }
}
