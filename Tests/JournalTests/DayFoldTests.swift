import Foundation
import Journal
import Testing

struct DayFoldTests {
  private var events: [Event] {
    [
      runStarted(firstRun, total: 2), event(.urlStarted),
      event(.stageCompleted, stage: "manifest", data: ["duration_ms": 100]),
      event(.stageCompleted, stage: "enrich", data: ["reused": true]), loaded("a", rows: 100), failed("b"),
      event(.stageFailed, stage: "load", data: ["duration_ms": 300], error: EventError(.typeMismatch, "b")),
      event(.stageCompleted, stage: "export", data: ["parquet_files": 1]), event(.urlCompleted),
      event(.urlStarted, key: ("pcn", "jun25")),
      event(.stageFailed, stage: "manifest", error: EventError(.notFound, "404"), key: ("pcn", "jun25")),
      event(.urlFailed, key: ("pcn", "jun25")), event(.runCompleted, data: ["exit_code": 10]),
      runStarted(secondRun), event(.urlStarted, run: secondRun), loaded("b", rows: 7, run: secondRun),
      event(.stageCompleted, run: secondRun, stage: "load"), event(.urlCompleted, run: secondRun),
    ]
  }

  @Test("A day's summary counts revised releases by what became of them")
  func revisions() {
    let outcomes: [JSONValue] = ["reported", "reloading", "loaded", "loaded"]
    let summary = DaySummary(
      day: "2026-01-12", replaying: outcomes.map { event(.releaseRevised, data: ["outcome": $0]) })
    #expect(summary.revisions == ["reported": 1, "reloading": 1, "loaded": 2])
  }

  @Test("A day's metrics are those of the seeds, for that day only")
  func metrics() throws {
    let metrics = MetricsFold(day: "2026-01-12", replaying: events).result
    #expect(metrics.pipeline.runs == 1)
    #expect(metrics.pipeline.urlsProcessed == 2)
    #expect(metrics.pipeline.urlsPartial == 1)
    #expect(metrics.pipeline.urlsFailed == 1)
    #expect(metrics.stages["manifest"]?.attempts == 2)
    #expect(metrics.stages["manifest"]?.rate == 0.5)
    #expect(metrics.stages["enrich"] == nil)
    #expect(metrics.errors.byType == ["type_mismatch": 1, "404_not_found": 1])
    #expect(metrics.errors.byPublication == ["adhd": 1, "pcn": 1])
    #expect(metrics.data.rowsLoaded == 100)
    #expect(metrics.data.tablesUpdated == 1)
    #expect(metrics.data.parquetFilesCreated == 1)
    let next = MetricsFold(day: "2026-01-13", replaying: events).result
    #expect(next.pipeline.urlsSucceeded == 1)
    #expect(next.pipeline.successRate == 1)
    #expect(next.data.rowsLoaded == 7)
  }

  @Test("Metrics and summary are written under the seeds' names")
  func files() throws {
    let folder = try TemporaryFolder()
    try DayFiles.write(day: "2026-01-12", events: events, logs: folder.path)
    let metrics = try JSONDecoder().decode(
      JSONValue.self, from: Data(folder.text("metrics/2026-01-12.json").utf8))
    #expect(metrics["period"] == "2026-01-12")
    #expect(metrics["pipeline"]?["success_rate"] == 0)
    #expect(metrics["llm"]?["estimated_cost_usd"] == 0)
    let summary = try JSONDecoder().decode(
      DaySummary.self, from: Data(folder.text("summaries/2026-01-12_summary.json").utf8))
    #expect(summary.urls == ["adhd/nov25": .partial, "pcn/jun25": .failed])
    #expect(summary.sourcesFailed == 1)
    #expect(summary.failures.map(\.type) == ["type_mismatch", "404_not_found"])
    #expect(summary.runs[firstRun]?.exitCode == 10)
  }
}
