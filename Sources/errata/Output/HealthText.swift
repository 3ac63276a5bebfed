import Foundation
import Journal
import Repair
import Supervisor

/// What a journal says about how well everything does, as text for people.
enum HealthText {
  /// How many lines of each section are shown; `--json` has all.
  private static let longest = 8

  static func page(_ report: HealthReport, coverage: PipelineCoverage?, fixes: String) -> String {
    var sections: [String] = [score(report.score)]
    if report.evaluations.contains(where: { $0.evaluation.score != nil }) {
      sections.append(section("Runs, from −1 to 1", EvaluationText.table(report.evaluations)))
    }
    if let recoveries = report.evaluations.last?.evaluation.recoveries, !recoveries.isEmpty {
      let lines = recoveries.map { FixText.wrapped(EvaluationText.line($0), indent: 2) }
      sections.append(section("Recovery goals, as the latest run found them", lines.joined(separator: "\n")))
    }
    if !report.budgets.isEmpty { sections.append(section("Goals", budgets(report.budgets))) }
    if !report.patterns.isEmpty {
      sections.append(section("Failures by pattern", patterns(report)))
      if !report.recommendations.isEmpty { sections.append(section("What to do", advice(report.recommendations))) }
    }
    if !report.recurring.isEmpty { sections.append(section("Came back", recurring(report.recurring))) }
    if !report.stages.isEmpty { sections.append(section("Stages", tallies("STAGE", report.stages))) }
    if !report.publications.isEmpty {
      let worst = report.publications.sorted {
        ($0.recentRate ?? 1, $0.name) < ($1.recentRate ?? 1, $1.name)
      }
      sections.append(section("Publications", tallies("PUBLICATION", worst)))
    }
    if report.sourcesTotal > 0 { sections.append(section("Sources", sources(report))) }
    if let coverage { sections.append(section("The pipeline's coverage", covered(coverage))) }
    sections.append(section("Operations of Errata itself", operations(report.operations)))
    sections.append(
      section(
        "Fixes", fixes.split(separator: "\n").map { FixText.wrapped(String($0), indent: 0) }.joined(separator: "\n")))
    return sections.joined(separator: "\n\n")
  }

  private static func section(_ title: String, _ text: String) -> String { "\(title)\n\(text)" }

  private static func score(_ score: HealthScore) -> String {
    var table = TextTable(["PART", "VALUE", "WEIGHT", "WHAT IT IS MADE OF"])
    for part in score.parts {
      table.add(
        part.name, part.value.map(FixText.percent) ?? "unknown", part.value == nil ? "–" : "\(part.weight)", part.basis)
    }
    guard let whole = score.score else {
      return "Health: unknown, since nothing has happened yet.\n\(table.text)"
    }
    let weakest = score.weakest.map { "; weakest: \($0.name)" } ?? ""
    return "Health: \(Int((whole * 100).rounded())) of 100\(weakest)\n\(table.text)"
  }

  private static func budgets(_ budgets: [ErrorBudget]) -> String {
    var table = TextTable(["GOAL", "OBJECTIVE", "REAL", "DAYS", "BUDGET LEFT", "BURN 1 h", "6 h", "3 d"])
    for budget in budgets {
      let burns = budget.burns.map { $0.outcomes.total == 0 ? "–" : "\(tenths($0.rate))×\($0.isTooFast ? "!" : "")" }
      table.add(
        [
          budget.objective.name, percents(budget.objective.objective), budget.rate.map(percents) ?? "–",
          "\(budget.objective.windowDays)", budget.left.map(FixText.percent) ?? "–",
        ] + burns)
    }
    return table.text
  }

  private static func patterns(_ report: HealthReport) -> String {
    var table = TextTable(["PATTERN", "TIMES", "PLACES", "STANDS", "LAST", "SPREAD", "WHAT"])
    for pattern in report.patterns.prefix(longest) {
      table.add(
        pattern.fingerprint, "\(pattern.count)", "\(pattern.places)", "\(pattern.standingCount)",
        DigestText.age(pattern.last, report.asOf), pattern.spread.rawValue,
        "\(pattern.stage.isEmpty ? "" : "\(pattern.stage): ")\(pattern.type)")
      table.add(line: "          \(pattern.shape)")
    }
    return table.text + more(report.patterns.count)
  }

  private static func advice(_ list: [Recommendation]) -> String {
    list.prefix(longest).map { FixText.wrapped("\($0.fingerprint)  \($0.text)", indent: 10) }.joined(separator: "\n")
      + more(list.count)
  }

  private static func recurring(_ list: [RecurringFailure]) -> String {
    var table = TextTable(["PATTERN", "RETURNS", "NOW", "STAGE", "PLACE"])
    for failure in list.prefix(longest) {
      table.add(
        failure.fingerprint, "\(failure.returns)", failure.standing ? "fails" : "works", failure.stage, failure.place)
    }
    return table.text + more(list.count)
  }

  private static func tallies(_ heading: String, _ list: [NamedTally]) -> String {
    var table = TextTable(["STATUS", "WORKS", "LATELY", "DONE", "FAILED", "RETRIED", heading])
    for entry in list.prefix(longest) {
      table.add(
        entry.status.rawValue, entry.rate.map(FixText.percent) ?? "–", entry.recentRate.map(FixText.percent) ?? "–",
        "\(entry.tally.successes)", "\(entry.tally.failures)", "\(entry.tally.retries)", entry.name)
    }
    return table.text + more(list.count)
  }

  private static func sources(_ report: HealthReport) -> String {
    let failing = report.sources.count { $0.tally.failuresInARow > 0 }
    let told = "\(Numbers.counted(report.sourcesTotal, "source")), \(Numbers.grouped(failing)) failing now"
    guard !report.sources.isEmpty else { return told + "; none has ever failed." }
    var table = TextTable(["IN A ROW", "FAILED", "DONE", "LAST ERROR", "SOURCE"])
    for entry in report.sources.prefix(longest) {
      table.add(
        "\(entry.tally.failuresInARow)", "\(entry.tally.failures)", "\(entry.tally.successes)",
        entry.tally.lastError ?? "", entry.name)
    }
    return told + "; those that failed:\n" + table.text + more(report.sources.count)
  }

  private static func covered(_ coverage: PipelineCoverage) -> String {
    var table = TextTable(["STAGE", "RETRIES", "FAILED", "WITH FIELDS", "UNKNOWN", "UNTRIED", "MISSING"])
    for stage in coverage.stages {
      table.add(
        stage.stage, "\(stage.maxRetries)", "\(stage.failures)", "\(stage.withFields)", "\(stage.unknown)",
        "\(stage.untried)", stage.missing.isEmpty ? "nothing" : stage.missing.joined(separator: ", "))
    }
    let retried = FixText.percent(coverage.retryCoverage)
    let told = coverage.reportingCoverage.map(FixText.percent) ?? "unknown, since nothing failed"
    return "Stages that are tried again: \(retried); failures told with fields: \(told).\n" + table.text
  }

  private static func operations(_ list: [OperationHealth]) -> String {
    var table = TextTable(["OPERATION", "TOUCHES", "TRIES", "CALLS", "FAILED", "RETRIED", "LAST ERROR"])
    for operation in list {
      let calls = operation.counted ? Numbers.grouped(operation.calls) : "–"
      table.add(
        operation.name, operation.resource, "\(operation.maxRetries + 1)", calls,
        operation.counted ? "\(operation.failed)" : "–", "\(operation.retries)", operation.lastError ?? "")
    }
    return table.text
  }

  private static func more(_ count: Int) -> String {
    count > longest ? "\n… and \(Numbers.grouped(count - longest)) more, with --json" : ""
  }

  /// A share in percent with what matters of its decimals: 99.95 %.
  private static func percents(_ share: Double) -> String {
    let hundredths = Int((share * 10_000).rounded())
    let (whole, rest) = (hundredths / 100, hundredths % 100)
    if rest == 0 { return "\(whole) %" }
    return rest % 10 == 0 ? "\(whole).\(rest / 10) %" : "\(whole).\(rest < 10 ? "0" : "")\(rest) %"
  }

  private static func tenths(_ number: Double) -> String {
    let tenths = Int((min(number, 1_000_000) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
