public import ManifestYAML
public import Repair

/// Something that a stage leaves behind and that says what became of its sources (`results:`).
public struct ResultReader: Hashable, Sendable {
  /// What is read, and where. Paths and texts hold placeholders.
  public enum Kind: Hashable, Sendable {
    /// Events as JSON lines; without a path those that the stage writes to the file named by `ERRATA_EVENTS`.
    case events(path: String?)
    /// Lines of the stage's output, or of a log file that it writes.
    case log(path: String?, patterns: [LogResultPattern])
    /// Rows of a query.
    case sql(ResultQuery)
    /// dbt's artifacts in its target folder; `project` is where its files are.
    case dbt(folder: String, project: String, target: String?)
    /// Records in a JSON file.
    case json(path: String, records: YAMLPath?, fields: RecordFields)
  }

  /// What is read.
  public var kind: Kind
  /// What its words for the ends of sources mean.
  public var words: OutcomeWords
  /// What silence about a source means; nil where the exit status is believed when the reader has nothing to say at all.
  public var silence: OutcomeWeighing.Silence?

  /// Creates a reader.
  public init(_ kind: Kind, words: OutcomeWords = OutcomeWords(), silence: OutcomeWeighing.Silence? = nil) {
    self.kind = kind
    self.words = words
    self.silence = silence
  }

  /// Its name in `results:` and in messages.
  public var name: String {
    switch kind {
    case .events: "events"
    case .log: "log"
    case .sql: "sql"
    case .dbt: "dbt"
    case .json: "json"
    }
  }
}

/// A query that tells of sources.
public struct ResultQuery: Hashable, Sendable {
  /// The database: a file of DuckDB's or an address of PostgreSQL, placeholders included.
  public var database: String
  /// The variable of the environment that holds the address, instead of `database`.
  public var addressVariable: String?
  /// The query, whose placeholders stand for values.
  public var query: String
  /// How long it may take.
  public var timeoutSeconds: Double

  /// How long a query may take that does not say.
  public static let standardTimeoutSeconds = 30.0

  /// Creates a query.
  public init(
    database: String = "{database}", addressVariable: String? = nil, query: String,
    timeoutSeconds: Double = ResultQuery.standardTimeoutSeconds
  ) {
    self.database = database
    self.addressVariable = addressVariable
    self.query = query
    self.timeoutSeconds = timeoutSeconds
  }
}

extension Pipeline {
  /// The variables of the environment whose values no output may show.
  var secretVariables: [String] {
    stages.flatMap(\.results).compactMap { reader in
      if case .sql(let query) = reader.kind { query.addressVariable } else { nil }
    }
  }
}
