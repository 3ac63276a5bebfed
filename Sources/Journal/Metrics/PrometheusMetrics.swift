internal import Foundation

/// The journal's numbers for Prometheus: counters over all that the journal tells, gauges of where everything stands.
public enum PrometheusMetrics {
  /// The upper bounds of a stage's durations, in seconds.
  private static let bounds: [Double] = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1800, 3600]

  /// Folds the events in the order given to text in the exposition format.
  public static func text(replaying events: some Sequence<Event>) -> String {
    var fold = MetricsFold(days: ""..."~")
    var book = FixBook()
    var durations = StageDurations(replaying: [])
    for event in events {
      fold.apply(event)
      book.apply(event)
      durations.apply(event)
    }
    let total = fold.activeDays.reduce(into: MetricsTotal()) { $0.add(fold[$1]) }
    var text = PrometheusText()
    counters(of: total, into: &text)
    text.family("errata_stage_duration_seconds", .histogram, "How long attempts of a stage took, in seconds.")
    for stage in durations.stages {
      let seconds = (durations.milliseconds[stage] ?? []).map { Double($0) / 1000 }
      text.histogram("errata_stage_duration_seconds", ("stage", stage), seconds, bounds: bounds)
    }
    gauges(of: fold.state, book, into: &text)
    return text.text
  }

  private static func counters(of total: MetricsTotal, into text: inout PrometheusText) {
    let pipeline = total.sum.pipeline
    text.family("errata_runs_total", .counter, "Runs that started.")
    text.sample("errata_runs_total", [], Double(pipeline.runs))
    text.family(
      "errata_urls_processed_total", .counter, "URL keys that a run finished with, by where they stood then.",
      by: "status",
      [
        "completed": Double(pipeline.urlsSucceeded), "partial": Double(pipeline.urlsPartial),
        "failed": Double(pipeline.urlsFailed), "pending": Double(pipeline.urlsPending),
      ])
    text.family("errata_stage_attempts_total", .counter, "Attempts of stages, by how they ended.")
    for (name, stage) in total.sum.stages.sorted(by: { $0.key < $1.key }) {
      for (result, count) in [("success", stage.success), ("failure", stage.attempts - stage.success)] {
        text.sample("errata_stage_attempts_total", [("stage", name), ("result", result)], Double(count))
      }
    }
    let errors = total.sum.errors
    text.family(
      "errata_failures_total", .counter, "Failures of sources and stages, by the error's type.", by: "type",
      errors.byType.mapValues(Double.init))
    text.family(
      "errata_publication_failures_total", .counter, "Failures of sources and stages, by publication.",
      by: "publication", errors.byPublication.mapValues(Double.init))
    text.family(
      "errata_rows_loaded_total", .counter, "Rows that were loaded, by publication.", by: "publication",
      total.sum.publications.mapValues { Double($0.rowsLoaded) })
    let data = total.sum.data
    let llm = total.sum.llm
    for (name, help, value) in [
      ("errata_tables_created_total", "Tables that got rows for the first time.", Double(data.tablesCreated)),
      ("errata_parquet_files_created_total", "Parquet files that were written.", Double(data.parquetFilesCreated)),
      ("errata_fetched_bytes_total", "Bytes that were downloaded.", Double(data.bytesFetched)),
      ("errata_enrichment_calls_total", "Calls of a model by enrichment.", Double(llm.enrichmentCalls)),
      ("errata_adviser_calls_total", "Calls of the adviser.", Double(llm.adviserCalls)),
      ("errata_reference_matches_total", "Names that came from a reference.", Double(llm.referenceMatches)),
      ("errata_model_tokens_total", "Tokens that models took.", Double(llm.tokensUsed)),
      ("errata_model_cost_dollars_total", "What models cost, in US dollars.", llm.estimatedCost),
    ] {
      text.family(name, .counter, help)
      text.sample(name, [], value)
    }
  }

  /// What the latest run does not say has no sample.
  private static func gauges(of evaluation: RunEvaluation?, into text: inout PrometheusText) {
    for (name, help, value) in [
      ("errata_last_run_score", "How well the latest run did, from -1 to 1.", evaluation?.score),
      (
        "errata_last_run_health_ratio", "The share of what the latest run was about that stands well.",
        evaluation?.health
      ),
      ("errata_last_run_error_ratio", "The share of the latest run's outcomes that failed.", evaluation?.errorRate),
      (
        "errata_last_run_throughput_ratio", "The rows that the latest run loaded, of those that are usual.",
        evaluation?.throughput
      ),
    ] {
      guard let value else { continue }
      text.family(name, .gauge, help)
      text.sample(name, [], value)
    }
  }

  private static func gauges(of state: BackfillState, _ book: FixBook, into text: inout PrometheusText) {
    func counts(_ values: some Sequence<String>) -> [String: Double] {
      values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
    text.family(
      "errata_urls", .gauge, "URL keys by where they stand.", by: "status",
      counts(state.urls.values.map(\.status.rawValue)))
    text.family(
      "errata_sources", .gauge, "Sources by where they stand.", by: "status",
      counts(state.urls.values.flatMap { $0.sources.values.map(\.status.rawValue) }))
    text.family(
      "errata_fixes", .gauge, "Fixes by what became of them.", by: "status",
      counts(book.fixes.map(\.status.rawValue)))
    let last = state.runs.max { ($0.value.startedAt, $0.key) < ($1.value.startedAt, $1.key) }?.value
    guard let last, let start = Event.date(from: last.startedAt) else { return }
    text.family("errata_last_run_timestamp_seconds", .gauge, "When the latest run started, in seconds since 1970.")
    text.sample("errata_last_run_timestamp_seconds", [], start.timeIntervalSince1970)
    text.family("errata_last_run_duration_seconds", .gauge, "How long the latest run took, in seconds.")
    text.sample("errata_last_run_duration_seconds", [], Double(last.stats.durationMilliseconds) / 1000)
    gauges(of: last.evaluation, into: &text)
  }
}
