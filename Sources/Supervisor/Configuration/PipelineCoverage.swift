public import Journal

/// What the user's own pipeline does for its resilience, and what it lacks, stage by stage (S4-12, S4-13).
public struct PipelineCoverage: Codable, Hashable, Sendable {
  /// One stage.
  public struct Line: Codable, Hashable, Sendable {
    /// The stage.
    public let stage: String
    /// How often it is tried again after a transient failure.
    public let maxRetries: Int
    /// How often it failed for good.
    public let failures: Int
    /// How many of these failures said where: a column, table, file, sheet, row, value, address or status.
    public let withFields: Int
    /// How many have a type that nothing is known about.
    public let unknown: Int
    /// How many were transient, and nothing was tried again.
    public let untried: Int
    /// What would help and is not there.
    public let missing: [String]

    enum CodingKeys: String, CodingKey {
      case stage, failures, unknown, untried, missing
      case maxRetries = "max_retries"
      case withFields = "with_fields"
    }
  }

  /// The stages in their order.
  public let stages: [Line]
  /// The share of stages that are tried again after a transient failure.
  public let retryCoverage: Double
  /// The share of final failures that said where; nil where nothing failed.
  public let reportingCoverage: Double?

  enum CodingKeys: String, CodingKey {
    case stages
    case retryCoverage = "retry_coverage"
    case reportingCoverage = "reporting_coverage"
  }

  /// Compares what is configured with what happened.
  ///
  /// - Parameter retry: The rules of stages that have none of their own.
  public init(_ pipeline: Pipeline, retry: RetryRules, _ report: HealthReport) {
    let told = Dictionary(report.reporting.map { ($0.stage, $0) }, uniquingKeysWith: { first, _ in first })
    stages = pipeline.stages.map { stage in
      Line(
        stage, retries: (stage.retry ?? retry).maxRetries, told[stage.name], loads: stage.loadsSources(in: pipeline))
    }
    retryCoverage = Double(stages.count { $0.maxRetries > 0 }) / Double(max(1, stages.count))
    let failures = stages.reduce(0) { $0 + $1.failures }
    reportingCoverage = failures == 0 ? nil : Double(stages.reduce(0) { $0 + $1.withFields }) / Double(failures)
  }
}

extension PipelineCoverage.Line {
  fileprivate init(_ stage: Stage, retries: Int, _ told: StageReporting?, loads: Bool) {
    self.stage = stage.name
    maxRetries = retries
    failures = told?.failures ?? 0
    withFields = told?.withFields ?? 0
    unknown = told?.unknown ?? 0
    untried = told?.untried ?? 0
    var missing: [String] = []
    if maxRetries == 0 { missing.append("retry") }
    if stage.validate.isEmpty { missing.append("validate") }
    if stage.scope != .run, stage.verify == nil { missing.append("verify") }
    if loads, stage.undo == nil { missing.append("undo") }
    if loads, stage.receipts == nil { missing.append("receipts") }
    if failures > 0, withFields == 0 { missing.append("fields in its errors") }
    if unknown > 0 { missing.append("patterns for its messages") }
    self.missing = missing
  }
}
