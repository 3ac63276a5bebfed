import Foundation
import Journal
import TestJournal
import Testing

struct DayNumbersTests {
  @Test("Every number of the metrics and the summary is the one that a short script counts", arguments: [1, 2, 3])
  func numbers(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let journal = RandomJournal(seed: seed, runs: 7, publications: 4, sources: 5)
    try journal.write(to: folder.path)
    for day in ["2026-01-01", "2026-01-02", "2026-01-03", "2026-02-01"] {
      try DayFiles.write(day: day, events: try JournalReader.events(in: folder.path), logs: folder.path)
      let metrics = try JSONDecoder().decode(DayMetrics.self, from: Data(folder.text("metrics/\(day).json").utf8))
      let summary = try JSONDecoder().decode(
        DaySummary.self, from: Data(folder.text("summaries/\(day)_summary.json").utf8))
      let counted = try CountedDay(logs: folder.path, day: day)
      let outcomes = counted.table("outcomes")
      #expect(metrics.pipeline.runs == counted["runs"])
      let scores = counted.table("scores")
      #expect(Set(metrics.pipeline.scores.keys) == Set(scores.keys))
      for (run, score) in metrics.pipeline.scores { #expect(abs(score * 100 - Double(scores[run] ?? 0)) < 1) }
      #expect(metrics.pipeline.urlsSucceeded == outcomes["succeeded", default: 0])
      #expect(metrics.pipeline.urlsPartial == outcomes["partial", default: 0])
      #expect(metrics.pipeline.urlsFailed == outcomes["failed", default: 0])
      #expect(metrics.pipeline.urlsProcessed == outcomes.values.reduce(0, +))
      #expect(metrics.stages.mapValues(\.attempts) == counted.table("attempts"))
      #expect(metrics.stages.mapValues(\.success).filter { $0.value > 0 } == counted.table("success"))
      for (name, stage) in metrics.stages {
        #expect(stage.meanDurationMilliseconds == counted.table("durations")[name, default: 0] / stage.attempts)
        #expect(abs(stage.rate - Double(stage.success) / Double(stage.attempts)) <= 0.005)
      }
      #expect(metrics.errors.byType == counted.table("by_type"))
      #expect(metrics.errors.byPublication == counted.table("by_publication"))
      #expect(metrics.data.rowsLoaded == counted["rows"])
      let rows = metrics.publications.mapValues(\.rowsLoaded).merging(metrics.data.rowsByRun) { $0 + $1 }
      #expect(rows.filter { $0.value > 0 } == counted.table("rows_by").filter { $0.value > 0 })
      #expect(metrics.data.tablesUpdated == counted["tables"])
      #expect(metrics.data.parquetFilesCreated == counted["parquet"])
      #expect(metrics.llm.tokensUsed == counted["tokens"])
      #expect(metrics.llm.enrichmentCalls == counted["calls"])
      #expect(metrics.llm.referenceMatches == counted["matches"])
      #expect(summary.runs.count == counted["runs"])
      #expect(summary.rowsLoaded == counted["rows"])
      #expect(summary.sourcesLoaded == counted["loaded"])
      #expect(summary.sourcesFailed == counted["sources_failed"])
      #expect(summary.failures.count == counted["failures"])
    }
  }

  @Test("The metrics file has the seeds' names, and nothing of them has another place")
  func names() throws {
    let metrics = MetricsFold(
      day: "2026-01-01", replaying: RandomJournal(seed: 1, runs: 1, publications: 2, sources: 3).events)
    let json = try JSONValue(encoding: metrics.result)
    let seeds: [String: Set<String>] = [
      "pipeline": ["runs", "urls_processed", "urls_succeeded", "urls_partial", "urls_failed", "success_rate"],
      "errors": ["by_type", "by_publication"],
      "data": ["rows_loaded", "tables_updated", "parquet_files_created"],
      "llm": ["enrichment_calls", "reference_matches", "tokens_used", "estimated_cost_usd"],
    ]
    #expect(json["period"] == "2026-01-01")
    for (part, names) in seeds { #expect(names.isSubset(of: Set((json[part]?.object ?? [:]).keys)), "\(part)") }
    #expect(Set(["attempts", "success", "rate"]).isSubset(of: Set((json["stages"]?["load"]?.object ?? [:]).keys)))
  }

  @Test("A run that goes on past midnight writes both days, and one whose clock was put back traps nowhere")
  func midnight() throws {
    let times = ["2026-01-12T23:59:00Z", "2026-01-13T00:01:00Z"].compactMap(Event.date(from:))
    let events = times.enumerated().map { index, time in
      var event = loaded("source_\(index)", rows: index + 1)
      event.timestamp = time
      return event
    }
    for (first, last) in [("2026-01-12", "2026-01-13"), ("2026-01-13", "2026-01-12")] {
      let folder = try TemporaryFolder()
      try DayFiles.write(from: first, through: last, events: events, logs: folder.path)
      for (day, rows) in [("2026-01-12", 1), ("2026-01-13", 2)] {
        let text = try folder.text("metrics/\(day).json")
        #expect(try JSONDecoder().decode(DayMetrics.self, from: Data(text.utf8)).data.rowsLoaded == rows)
      }
    }
  }

  @Test("What other machines told is not counted here, and a table is created once")
  func learned() {
    let learned = Event(
      .sourceLoaded, runID: firstRun, context: EventContext(publication: "adhd", period: "nov25", sourceCode: "z"),
      data: ["rows": 5, "table_name": "tbl_z", "ledger": true], timestamp: loaded("z").timestamp)
    let events = [runStarted(firstRun), loaded("a"), loaded("a"), learned]
    let metrics = MetricsFold(day: "2026-01-12", replaying: events).result
    #expect(metrics.data.rowsLoaded == 20 && metrics.data.tablesCreated == 1 && metrics.data.tablesUpdated == 1)
    #expect(DaySummary(day: "2026-01-12", replaying: events).sourcesLoaded == 2)
  }

  @Test("Storage grows by what a stage's files are larger than before, on whichever day that was")
  func storage() {
    let written = [("2026-01-12T10:00:00Z", 100), ("2026-01-13T10:00:00Z", 130)].map { time, bytes in
      Event(
        .stageCompleted, context: EventContext(publication: "adhd", period: "nov25", stage: "export"),
        data: ["parquet_files": 2, "bytes_written": .int(bytes)],
        timestamp: Event.date(from: time) ?? Date(timeIntervalSince1970: 0))
    }
    let metrics = MetricsFold(day: "2026-01-13", replaying: written).result
    #expect(metrics.data.storageGrowth == 30 && metrics.data.parquetFilesCreated == 2)
  }
}
