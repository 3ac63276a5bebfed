public import Journal
internal import ManifestYAML

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
  /// - Parameters:
  ///   - places: What of the files an adviser may edit; then its actions are offered in place of the candidates' ones.
  ///   - values: What of the data may be shown; the sample and the error's words keep to it.
  public init(
    failure: Failure, evidence: Evidence, candidates: [Candidate], urlStatus: String, places: AdvisedPlaces? = nil,
    values: ValuePolicy = .counts
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
    investigationData.add(failure, evidence, places: places, values: values)
    var actions: [String] = []
    let edits = places.map { places in places.actions } ?? candidates.map(\.action)
    for action in edits.map(\.rawValue) + ["skip_and_continue", "retry", "escalate_to_human"]
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
    /// The column as the publication's reference manifest defines it.
    public var referenceColumnDefinition: Evidence.Column?
    /// The columns beside it.
    public var neighbouringColumns: [Evidence.Column]?
    /// How other periods' manifests define it.
    public var otherPeriods: [String: Evidence.Column]?
    /// The types that would take the whole column, and those that would if its markers stood for no value.
    public var fittingTypes: [String]?
    /// See ``fittingTypes``.
    public var fittingTypesWithoutMarkers: [String]?
    /// How the file is laid out.
    public var layout: Evidence.Layout?
    /// How many rows the table has.
    public var dbTableRows: Int?
    /// What was loaded into it before.
    public var loadHistory: [Evidence.Load]?
    /// Earlier fixes of this kind and how they ended.
    public var earlierFixes: [EarlierFix]?
    /// The values that do not fit, column by column, as reports show them.
    public var failingValues: [String: [String]]?
    /// The sheets that the workbook has.
    public var sheets: [String]?
    /// The headers that the file has.
    public var headers: [String]?
    /// The files in the archive.
    public var archiveMembers: [String]?
    /// The period's page.
    public var page: Evidence.Page?
    /// The landing page.
    public var landingPage: Evidence.Page?
    /// The failed source in its manifest, with its file and path.
    public var manifestEntry: Entry?
    /// The period in the publications, with its file and path.
    public var publicationEntry: Entry?
    /// The end of the output; left out where no values may be shown.
    public var logTail: [String]?

    /// An earlier fix, in short.
    public struct EarlierFix: Codable, Hashable, Sendable {
      /// `publication/period`.
      public var place: String
      /// What it did.
      public var action: String
      /// What became of it.
      public var status: FixStatus
      /// In a few words.
      public var summary: String
    }

    /// A part of a YAML file.
    public struct Entry: Codable, Hashable, Sendable {
      /// The file, relative to the workspace.
      public var file: String
      /// The way to the part, such as `sources[3]`.
      public var path: String
      /// What stands there.
      public var value: JSONValue
    }

    enum CodingKeys: String, CodingKey {
      case sheets, headers, page, layout
      case neighbouringColumns = "neighbouring_columns"
      case otherPeriods = "other_periods"
      case fittingTypes = "fitting_types"
      case fittingTypesWithoutMarkers = "fitting_types_without_markers"
      case dbTableRows = "db_table_rows"
      case loadHistory = "load_history"
      case earlierFixes = "earlier_fixes"
      case manifestColumnDefinition = "manifest_column_definition"
      case actualDataSample = "actual_data_sample"
      case dbTableExists = "db_table_exists"
      case dbTableColumns = "db_table_columns"
      case referenceColumnDefinition = "reference_column_definition"
      case failingValues = "failing_values"
      case archiveMembers = "archive_members"
      case landingPage = "landing_page"
      case manifestEntry = "manifest_entry"
      case publicationEntry = "publication_entry"
      case logTail = "log_tail"
    }
  }
}

extension ContextBundle.InvestigationData {
  /// How many lines of the output are given.
  private static let tailLines = 30
  /// How many earlier fixes are told of.
  private static let mostFixes = 10

  /// Adds what goes beyond the seeds' four facts.
  mutating func add(_ failure: Failure, _ evidence: Evidence, places: AdvisedPlaces?, values: ValuePolicy) {
    referenceColumnDefinition = evidence.referenceColumn
    neighbouringColumns = evidence.neighbours.isEmpty ? nil : evidence.neighbours
    otherPeriods = evidence.otherPeriods.isEmpty ? nil : evidence.otherPeriods
    (fittingTypes, fittingTypesWithoutMarkers) = (
      evidence.values?.fittingTypes, evidence.values?.fittingTypesWithoutMarkers
    )
    (layout, dbTableRows, loadHistory) = (evidence.layout, evidence.database?.rows, evidence.database?.loads)
    let earlier = evidence.history.suffix(Self.mostFixes).map {
      EarlierFix(place: $0.urlKey, action: $0.action, status: $0.status, summary: $0.summary)
    }
    earlierFixes = earlier.isEmpty ? nil : earlier
    let columns = evidence.failingColumns.map { ($0.column, values.lines(for: $0)) }
    if !columns.isEmpty { failingValues = Dictionary(columns, uniquingKeysWith: { first, _ in first }) }
    (sheets, headers, archiveMembers) = (evidence.sheets, evidence.headers, evidence.members)
    (page, landingPage) = (evidence.page, evidence.landing)
    manifestEntry = places?.manifest.map { Self.entry($0, values) }
    publicationEntry = places?.publication.map { Self.entry($0, values) }
    guard values != .none, !failure.logTail.isEmpty else { return }
    let hidden = evidence.failingColumns.flatMap { $0.values.map(\.value) } + [failure.error.value].compactMap { $0 }
    logTail = failure.logTail.split(separator: "\n").suffix(Self.tailLines).map {
      values.masked(String($0), values: hidden)
    }
  }

  private static func entry(_ place: AdvisedPlaces.Entry, _ values: ValuePolicy) -> Entry {
    let value = JSONValue(place.node.value)
    return Entry(
      file: place.file.name, path: place.path.description, value: values == .full ? value : value.withoutPreviews)
  }
}

extension JSONValue {
  /// The value without the looks into data files that drafts keep.
  fileprivate var withoutPreviews: JSONValue {
    switch self {
    case .array(let items): .array(items.map(\.withoutPreviews))
    case .object(let members):
      .object(members.filter { !["preview", "content_preview"].contains($0.key) }.mapValues(\.withoutPreviews))
    default: self
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
