import ArgumentParser
import Foundation
import Journal

/// A day's numbers, or all of them for Prometheus.
struct Metrics: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a day's metrics, or all of them for Prometheus.",
    discussion: """
      What a day's runs wrote to logs/metrics/DATE.json, folded from the journal anew; days are in UTC. --prometheus prints \
      counters over the whole journal and gauges of where everything stands, in the text format: write it to a file of the \
      node exporter's textfile collector after each run.
      """)

  @OptionGroup var options: WorkspaceOptions
  @Option(help: ArgumentHelp("The day, yyyy-mm-dd; today by default.", valueName: "date")) var date: String?
  @Flag(help: "Print the metrics document as JSON.") var json = false
  @Flag(help: "Print Prometheus's text format.") var prometheus = false

  func validate() throws {
    if prometheus && (json || date != nil) {
      throw ValidationError(
        "--prometheus is over the whole journal and a format of its own: leave out --json and --date")
    }
  }

  func run() throws {
    let history = try options.history()
    guard !prometheus else { return Terminal.answer(PrometheusMetrics.text(replaying: history)) }
    let day = date ?? RunID.day(Date())
    guard Event.date(from: day + "T00:00:00Z").map(RunID.day) == day else {
      throw CommandFailure(.usage, "--date \(day) is no day; give one like 2026-01-12")
    }
    let metrics = MetricsFold(day: day, replaying: history).result
    guard !json else { return try JSONOutput.write(metrics) }
    Terminal.show(MetricsText.page(metrics))
    if metrics.pipeline.runs == 0, let last = history.last(where: { $0.type == .runStarted })?.timestamp {
      Terminal.say("No run started on \(day); the latest one did on \(RunID.day(last)).")
    }
  }
}
