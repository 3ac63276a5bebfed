import Journal
import Repair

/// A day's metrics for people.
enum MetricsText {
  static func page(_ metrics: DayMetrics) -> String {
    let pipeline = metrics.pipeline
    var parts = [
      "\(metrics.period): \(Numbers.counted(pipeline.runs, "run")), "
        + "\(Numbers.counted(pipeline.urlsProcessed, "period")) worked on"
        + (pipeline.urlsPending > 0 ? ", \(pipeline.urlsPending) waiting" : ""),
      outcomes(of: pipeline),
    ]
    if !pipeline.scores.isEmpty {
      let scores = pipeline.scores.sorted { $0.key < $1.key }.map { "\($0.key) \(EvaluationText.signed($0.value))" }
      parts.append("Scores from −1 to 1: \(scores.joined(separator: ", "))")
    }
    if !metrics.stages.isEmpty { parts.append(stages(metrics.stages)) }
    if !metrics.errors.byType.isEmpty { parts.append(errors(metrics.errors)) }
    if !metrics.publications.isEmpty { parts.append(publications(metrics.publications)) }
    parts.append(
      "\(Numbers.counted(metrics.data.rowsLoaded, "row")) in \(Numbers.counted(metrics.data.tablesUpdated, "table")), "
        + "\(metrics.data.tablesCreated) of them new; "
        + "\(Numbers.counted(metrics.data.parquetFilesCreated, "Parquet file"))")
    let llm = metrics.llm
    if llm.enrichmentCalls + llm.adviserCalls + llm.referenceMatches > 0 {
      parts.append(
        "Models: \(Numbers.counted(llm.enrichmentCalls + llm.adviserCalls, "call")), "
          + "\(Numbers.counted(llm.tokensUsed, "token")), \(dollars(llm.estimatedCost)); "
          + "\(llm.referenceMatches) matched by a reference instead")
    }
    return parts.joined(separator: "\n\n")
  }

  private static func outcomes(of pipeline: DayMetrics.Pipeline) -> String {
    var table = TextTable(["OUTCOME", "PERIODS", "SHARE"])
    for (name, count) in [
      ("succeeded", pipeline.urlsSucceeded), ("partial", pipeline.urlsPartial), ("failed", pipeline.urlsFailed),
    ] { table.add(name, "\(count)", share(count, pipeline.urlsProcessed)) }
    return table.text
  }

  private static func stages(_ stages: [String: DayMetrics.Stage]) -> String {
    var table = TextTable(["STAGE", "ATTEMPTS", "SUCCESS", "RATE", "MEAN"])
    for (name, stage) in stages.sorted(by: { $0.key < $1.key }) {
      table.add(
        name, "\(stage.attempts)", "\(stage.success)", share(stage.success, stage.attempts),
        "\(stage.meanDurationMilliseconds) ms")
    }
    return table.text
  }

  private static func errors(_ errors: DayMetrics.Errors) -> String {
    var table = TextTable(["ERROR", "FAILURES"])
    for (type, count) in errors.byType.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      table.add(type, "\(count)")
    }
    let again = errors.recurring.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return table.text + again.map { "\n\($0.key) failed \($0.value) times in a row" }.joined()
  }

  private static func publications(_ publications: [String: DayMetrics.PublicationNumbers]) -> String {
    var table = TextTable(["PUBLICATION", "PERIODS", "SUCCEEDED", "ROWS"])
    for (name, numbers) in publications.sorted(by: { $0.key < $1.key }) {
      table.add(name, "\(numbers.urlsProcessed)", "\(numbers.urlsSucceeded)", "\(numbers.rowsLoaded)")
    }
    return table.text
  }

  private static func share(_ part: Int, _ whole: Int) -> String {
    whole == 0 ? "–" : "\(Int((Double(part) / Double(whole) * 100).rounded())) %"
  }

  private static func dollars(_ amount: Double) -> String {
    let cents = Int((amount * 100).rounded())
    return "$\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
  }
}
