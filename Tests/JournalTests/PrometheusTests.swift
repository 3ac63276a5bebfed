import Foundation
import Journal
import TestJournal
import Testing

struct PrometheusTests {
  /// Reads the text with Prometheus's own Python parser and gives each sample as `name|labels|value`.
  private func samples(_ text: String) throws -> Set<String> {
    let project = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardized.path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: project + "/.venv/bin/python")
    process.arguments = ["-c", Self.reader]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    input.fileHandleForWriting.write(Data(text.utf8))
    try input.fileHandleForWriting.close()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "the text is not Prometheus's")
    return try JSONDecoder().decode(Set<String>.self, from: bytes)
  }

  /// Every family has a help and a type, counters end in `_total`, and no sample is without a family.
  private static let reader = """
    import json, sys
    from prometheus_client.parser import text_string_to_metric_families
    found = []
    for family in text_string_to_metric_families(sys.stdin.read()):
        assert family.type in ("counter", "gauge", "histogram"), family
        assert family.documentation.endswith("."), family
        for sample in family.samples:
            found.append("|".join([sample.name, json.dumps(sample.labels, sort_keys=True), str(sample.value)]))
    assert len(found) == len(set(found)), "a sample is there twice"
    json.dump(found, sys.stdout)
    """

  @Test("Prometheus's parser reads what the journal's numbers are, hostile names and all")
  func text() throws {
    let events = RandomJournal(seed: 4, runs: 3, publications: 2, sources: 5).events
    let samples = try samples(PrometheusMetrics.text(replaying: events))
    #expect(samples.contains("errata_runs_total|{}|3"))
    let metrics = MetricsFold(day: "2026-01-01", replaying: events).result
    for (type, count) in metrics.errors.byType {
      #expect(samples.contains("errata_failures_total|{\"type\": \"\(type)\"}|\(count)"))
    }
    let rows = metrics.publications[RandomJournal.hostile[0]]?.rowsLoaded ?? 0
    #expect(
      samples.contains("errata_rows_loaded_total|{\"publication\": \"\(RandomJournal.hostile[0])\"}|\(rows)"))
    let load = metrics.stages["load"]?.attempts ?? 0
    #expect(samples.contains("errata_stage_duration_seconds_count|{\"stage\": \"load\"}|\(load)"))
    #expect(
      samples.contains("errata_stage_duration_seconds_bucket|{\"le\": \"+Inf\", \"stage\": \"load\"}|\(load)"))
  }

  @Test(
    "A label's quotes, backslashes and line ends come back as they were", arguments: ["a\"b", "a\\b", "a\nb", "a\\nb"])
  func labels(name: String) throws {
    let event = Event(
      .sourceFailed, runID: firstRun, context: EventContext(publication: name, period: "nov25", sourceCode: "s"),
      error: EventError(.timeout, "m"))
    let quoted = String(decoding: try JSONEncoder().encode(["publication": name]), as: UTF8.self)
    let label = quoted.replacingOccurrences(of: ":", with: ": ")
    #expect(
      try samples(PrometheusMetrics.text(replaying: [event])).contains("errata_publication_failures_total|\(label)|1"))
  }

  @Test("A journal without events is a text as well")
  func empty() throws {
    #expect(try samples(PrometheusMetrics.text(replaying: [])).contains("errata_runs_total|{}|0"))
  }
}
