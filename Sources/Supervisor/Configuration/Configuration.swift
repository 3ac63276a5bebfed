public import Repair

/// Everything a user configured, checked before anything runs.
public struct Configuration: Hashable, Sendable {
  /// The publications and periods.
  public var publications: PublicationsFile
  /// The stages and services.
  public var pipeline: Pipeline
  /// How much Errata does by itself.
  public var execution: ExecutionMode
  /// What fixes may not do.
  public var constraints: Constraints
  /// What share of the work must succeed.
  public var goals = Goals()
  /// Why the goals could not be read; nil where they could.
  public var goalsProblem: ConfigurationError?
  /// Who is told what changes.
  public var alerts = AlertSettings()
  /// Where the events go besides the journal.
  public var outputs = OutputSettings()
  /// The user's own error patterns.
  public var patterns: [ErrorPattern]
  /// The user's forms of reports, by error type; `default` is for all that have none.
  public var reports: [String: ReportTemplate] = [:]
  /// Which file each part came from, relative to the workspace: `publications`, `pipeline`, `execution_mode`, ….
  public var files: [String: String]
  /// What is doubtful in them but does not keep a run from starting.
  public var warnings: [ConfigurationError]

  /// Creates a configuration.
  public init(
    publications: PublicationsFile, pipeline: Pipeline, execution: ExecutionMode = ExecutionMode(),
    constraints: Constraints = Constraints(), patterns: [ErrorPattern] = [], files: [String: String] = [:],
    warnings: [ConfigurationError] = []
  ) {
    self.publications = publications
    self.pipeline = pipeline
    self.execution = execution
    self.constraints = constraints
    self.patterns = patterns
    self.files = files
    self.warnings = warnings
  }
}
