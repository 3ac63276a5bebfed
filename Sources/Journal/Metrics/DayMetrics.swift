/// `logs/metrics/<date>.json` (S0-47): the numbers of one day in UTC.
public struct DayMetrics: Codable, Equatable, Sendable {
  /// The day, `yyyy-mm-dd`.
  public var period: String
  /// The runs and URL keys of the day.
  public var pipeline = Pipeline()
  /// The stages by name.
  public var stages: [String: Stage] = [:]
  /// The failures of the day.
  public var errors = Errors()
  /// The data of the day.
  public var data = Volume()
  /// What models cost: enrichment's, and the adviser.
  public var llm = Enrichment()
  /// The publications by key.
  public var publications: [String: PublicationNumbers] = [:]

  /// The runs and URL keys of a day.
  public struct Pipeline: Codable, Equatable, Sendable {
    /// Runs that started.
    public var runs = 0
    /// URL keys that a run finished with, the waiting ones left out.
    public var urlsProcessed = 0
    /// Those of them that are completed.
    public var urlsSucceeded = 0
    /// Those of which some sources are loaded.
    public var urlsPartial = 0
    /// Those of which no source is loaded.
    public var urlsFailed = 0
    /// URL keys that wait for their publication.
    public var urlsPending = 0
    /// Succeeded of processed.
    public var successRate = 0.0
    /// Partial of processed (S0-43).
    public var partialRate = 0.0
    /// How well each run did that says anything, from −1 to 1 (S3-13).
    public var scores: [String: Double] = [:]

    enum CodingKeys: String, CodingKey {
      case runs, scores
      case urlsProcessed = "urls_processed"
      case urlsSucceeded = "urls_succeeded"
      case urlsPartial = "urls_partial"
      case urlsFailed = "urls_failed"
      case urlsPending = "urls_pending"
      case successRate = "success_rate"
      case partialRate = "partial_rate"
    }
  }

  /// A stage's attempts.
  public struct Stage: Codable, Equatable, Sendable {
    /// How often it ran to an end.
    public var attempts = 0
    /// How often that was a good one.
    public var success = 0
    /// Success of attempts.
    public var rate = 0.0
    /// How long an attempt took on average.
    public var meanDurationMilliseconds = 0

    enum CodingKeys: String, CodingKey {
      case attempts, success, rate
      case meanDurationMilliseconds = "mean_duration_ms"
    }
  }

  /// The failures of a day.
  public struct Errors: Codable, Equatable, Sendable {
    /// By the error's type.
    public var byType: [String: Int] = [:]
    /// By publication.
    public var byPublication: [String: Int] = [:]
    /// Sources, `publication/period/source`, that failed twice or more in a row, with how often.
    public var recurring: [String: Int] = [:]

    enum CodingKeys: String, CodingKey {
      case recurring
      case byType = "by_type"
      case byPublication = "by_publication"
    }
  }

  /// The data of a day.
  public struct Volume: Codable, Equatable, Sendable {
    /// Rows that were loaded.
    public var rowsLoaded = 0
    /// Of them by run (S0-44).
    public var rowsByRun: [String: Int] = [:]
    /// Tables that got rows.
    public var tablesUpdated = 0
    /// Of them those that never got any before (S0-44).
    public var tablesCreated = 0
    /// Parquet files that were written.
    public var parquetFilesCreated = 0
    /// Bytes that were downloaded, as far as stages said.
    public var bytesFetched = 0
    /// How many bytes the files that stages wrote are larger than what stood there before, as far as stages said (S0-44).
    public var storageGrowth = 0

    enum CodingKeys: String, CodingKey {
      case rowsLoaded = "rows_loaded"
      case rowsByRun = "rows_by_run"
      case tablesUpdated = "tables_updated"
      case tablesCreated = "tables_created"
      case parquetFilesCreated = "parquet_files_created"
      case bytesFetched = "bytes_fetched"
      case storageGrowth = "storage_growth_bytes"
    }
  }

  /// What models cost: enrichment's, and the adviser.
  public struct Enrichment: Codable, Equatable, Sendable {
    /// Calls of a model by enrichment.
    public var enrichmentCalls = 0
    /// Calls of the adviser.
    public var adviserCalls = 0
    /// Names and types that came from a reference instead.
    public var referenceMatches = 0
    /// Tokens.
    public var tokensUsed = 0
    /// Dollars.
    public var estimatedCost = 0.0
    /// Dollars for each URL key that a run finished with (S0-45).
    public var costPerURL = 0.0
    /// Reference matches of all that was either matched or asked of a model (S0-45).
    public var referenceMatchRate = 0.0

    enum CodingKeys: String, CodingKey {
      case enrichmentCalls = "enrichment_calls"
      case adviserCalls = "adviser_calls"
      case referenceMatches = "reference_matches"
      case tokensUsed = "tokens_used"
      case estimatedCost = "estimated_cost_usd"
      case costPerURL = "cost_per_url_usd"
      case referenceMatchRate = "reference_match_rate"
    }
  }

  /// A publication's numbers.
  public struct PublicationNumbers: Codable, Equatable, Sendable {
    /// URL keys that a run finished with.
    public var urlsProcessed = 0
    /// Those of them that are completed.
    public var urlsSucceeded = 0
    /// Those of which some sources are loaded.
    public var urlsPartial = 0
    /// Those of which no source is loaded.
    public var urlsFailed = 0
    /// Succeeded of processed (S0-43).
    public var successRate = 0.0
    /// Rows that were loaded.
    public var rowsLoaded = 0

    enum CodingKeys: String, CodingKey {
      case urlsProcessed = "urls_processed"
      case urlsSucceeded = "urls_succeeded"
      case urlsPartial = "urls_partial"
      case urlsFailed = "urls_failed"
      case successRate = "success_rate"
      case rowsLoaded = "rows_loaded"
    }
  }

  init(period: String) { self.period = period }
}
