/// The sums of days' metrics: what can be added up of them, no rates, means or sets.
struct MetricsTotal {
  private(set) var sum = DayMetrics(period: "")

  mutating func add(_ day: DayMetrics) {
    sum.pipeline.runs += day.pipeline.runs
    sum.pipeline.urlsSucceeded += day.pipeline.urlsSucceeded
    sum.pipeline.urlsPartial += day.pipeline.urlsPartial
    sum.pipeline.urlsFailed += day.pipeline.urlsFailed
    sum.pipeline.urlsPending += day.pipeline.urlsPending
    for (name, stage) in day.stages {
      sum.stages[name, default: .init()].attempts += stage.attempts
      sum.stages[name]?.success += stage.success
    }
    sum.errors.byType.merge(day.errors.byType, uniquingKeysWith: +)
    sum.errors.byPublication.merge(day.errors.byPublication, uniquingKeysWith: +)
    for (name, numbers) in day.publications {
      sum.publications[name, default: .init()].rowsLoaded += numbers.rowsLoaded
    }
    sum.data.tablesCreated += day.data.tablesCreated
    sum.data.parquetFilesCreated += day.data.parquetFilesCreated
    sum.data.bytesFetched += day.data.bytesFetched
    sum.llm.enrichmentCalls += day.llm.enrichmentCalls
    sum.llm.adviserCalls += day.llm.adviserCalls
    sum.llm.referenceMatches += day.llm.referenceMatches
    sum.llm.tokensUsed += day.llm.tokensUsed
    sum.llm.estimatedCost += day.llm.estimatedCost
  }
}
