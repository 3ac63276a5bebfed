public import Journal

/// All that an adviser is given about a failure, in the seeds' form (S0-49).
public struct ContextBundle: Codable, Hashable, Sendable {
  /// The failure.
  public var errorEvent: ErrorEvent
  /// Where in the pipeline.
  public var pipelineContext: PipelineContext
  /// How the key's sources stand.
  public var stateContext: StateContext
  /// What was found out.
  public var investigationData: InvestigationData
  /// The names of the actions that may be chosen.
  public var availableActions: [String]

  /// Gathers the bundle of a failure; the actions offered are those of its candidates and those on state.
  ///
  /// - Parameter values: What of the data may be shown; the sample and the error's words keep to it.
  public init(
    failure: Failure, evidence: Evidence, candidates: [Candidate], urlStatus: String, values: ValuePolicy = .counts
  ) {
    errorEvent = ErrorEvent(
      eventType: failure.source == nil ? .stageFailed : .sourceFailed,
      error: failure.error.shown(by: values, hiding: evidence.failingColumns.flatMap { $0.values.map(\.value) }))
    pipelineContext = PipelineContext(
      publication: failure.publication, period: failure.period, url: failure.url, sourceCode: failure.source,
      stage: failure.stage, manifestFile: failure.manifestPath)
    stateContext = StateContext(
      urlStatus: urlStatus, sourcesLoaded: evidence.sources.loaded.map(\.code), sourcesFailed: evidence.sources.failed,
      sourcesPending: evidence.sources.pending)
    investigationData = InvestigationData(
      manifestColumnDefinition: evidence.column, actualDataSample: evidence.values?.sample.map(values.example),
      dbTableExists: evidence.database?.exists, dbTableColumns: evidence.database?.columns)
    var actions: [String] = []
    for action in candidates.map(\.action.rawValue) + ["skip_and_continue", "retry", "escalate_to_human"]
    where !actions.contains(action) {
      actions.append(action)
    }
    availableActions = actions
  }

  enum CodingKeys: String, CodingKey {
    case errorEvent = "error_event"
    case pipelineContext = "pipeline_context"
    case stateContext = "state_context"
    case investigationData = "investigation_data"
    case availableActions = "available_actions"
  }

  /// The failure's event.
  public struct ErrorEvent: Codable, Hashable, Sendable {
    /// What happened.
    public var eventType: EventType
    /// The error.
    public var error: EventError

    enum CodingKeys: String, CodingKey {
      case error
      case eventType = "event_type"
    }
  }

  /// Where in the pipeline.
  public struct PipelineContext: Codable, Hashable, Sendable {
    /// The publication.
    public var publication: String
    /// The period.
    public var period: String
    /// The period's page.
    public var url: String?
    /// The source.
    public var sourceCode: String?
    /// The stage.
    public var stage: String
    /// The manifest.
    public var manifestFile: String?

    enum CodingKeys: String, CodingKey {
      case publication, period, url, stage
      case sourceCode = "source_code"
      case manifestFile = "manifest_file"
    }
  }

  /// How the key's sources stand.
  public struct StateContext: Codable, Hashable, Sendable {
    /// The key's status.
    public var urlStatus: String
    /// Sources that loaded.
    public var sourcesLoaded: [String]
    /// Sources that failed.
    public var sourcesFailed: [String]
    /// Sources not tried yet.
    public var sourcesPending: [String]

    enum CodingKeys: String, CodingKey {
      case urlStatus = "url_status"
      case sourcesLoaded = "sources_loaded"
      case sourcesFailed = "sources_failed"
      case sourcesPending = "sources_pending"
    }
  }

  /// What was found out.
  public struct InvestigationData: Codable, Hashable, Sendable {
    /// The column as the manifest defines it.
    public var manifestColumnDefinition: Evidence.Column?
    /// Some values of it.
    public var actualDataSample: [String]?
    /// Whether the table exists.
    public var dbTableExists: Bool?
    /// Its columns.
    public var dbTableColumns: [String]?

    enum CodingKeys: String, CodingKey {
      case manifestColumnDefinition = "manifest_column_definition"
      case actualDataSample = "actual_data_sample"
      case dbTableExists = "db_table_exists"
      case dbTableColumns = "db_table_columns"
    }
  }
}

extension EventError {
  /// The error with the data values in it hidden as the policy says.
  func shown(by policy: ValuePolicy, hiding values: [String]) -> EventError {
    var shown = self
    let hidden = values + [value].compactMap { $0 }
    shown.message = policy.masked(message, values: hidden)
    shown.stacktrace = stacktrace.map { policy.masked($0, values: hidden) }
    if let value, !policy.mayShow(value) { shown.value = nil }
    return shown
  }
}
