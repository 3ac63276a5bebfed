public import Journal

/// What was found out about a failure: facts only, each gathered from the thing itself.
public struct Evidence: Codable, Hashable, Sendable {
  /// The failed source's entry in its manifest.
  public var entry: JSONValue?
  /// The failed column as the manifest defines it.
  public var column: Column?
  /// The same column in the publication's reference manifest.
  public var referenceColumn: Column?
  /// The columns beside the failed one in the manifest, two on each side.
  public var neighbours: [Column]
  /// How the manifests of other periods define the failed column, by period.
  public var otherPeriods: [String: Column]
  /// What the failed column holds in the file that failed.
  public var profile: ContentProfile?
  /// How the file is laid out.
  public var layout: Layout?
  /// The values of the failed column that do not fit.
  public var values: FailingValues?
  /// Further columns of the source with values that do not fit: they would fail next.
  public var furtherValues: [FailingValues]
  /// The sheets that the workbook has, hidden ones left out.
  public var sheets: [String]?
  /// The headers that the file has.
  public var headers: [String]?
  /// What the source's columns held when other periods loaded, by their names in the table.
  public var loadedProfiles: [String: ContentProfile]
  /// What stands under headers that no column reads, read as the missing column would be.
  public var headerProfiles: [String: ContentProfile]
  /// The same for every column whose header the file has no more, by the columns' names in the table; nil unless there are several.
  public var missingProfiles: [String: [String: ContentProfile]]?
  /// The version that the producer gives its files, where it is another one than before.
  public var version: UpstreamVersion?
  /// How other sources' headers changed in the same drift, old to new; nil where there is no drift.
  public var upstreamNames: [String: String]?
  /// The types that would take what stands under headers that no column reads.
  public var headerTypes: [String: String]
  /// What is on sheets that no other source reads.
  public var sheetContents: [String: SheetContent]
  /// The row that has all headers that the manifest names, counted from 1, where the manifest names another one.
  public var headerRow: Int?
  /// The files in the archive that holds the data file.
  public var members: [String]?
  /// The period's page.
  public var page: Page?
  /// The publication's landing page.
  public var landing: Page?
  /// The target table.
  public var database: Database?
  /// The file that the stage failed on.
  public var input: Input?
  /// Sources of the same key that loaded, failed and wait.
  public var sources: Sources
  /// Earlier fixes of this kind.
  public var history: [FixRecord]
  /// What could not be gathered, and why.
  public var notes: [String]

  /// Creates evidence of which nothing is known yet.
  public init() {
    neighbours = []
    otherPeriods = [:]
    furtherValues = []
    loadedProfiles = [:]
    headerProfiles = [:]
    headerTypes = [:]
    sheetContents = [:]
    sources = Sources()
    history = []
    notes = []
  }

  /// All columns with values that do not fit, the failed one first.
  public var failingColumns: [FailingValues] { (values.map { [$0] } ?? []) + furtherValues }

  enum CodingKeys: String, CodingKey {
    case entry, column, values, sheets, headers, members, page, landing, database, input, sources, history, notes
    case referenceColumn = "reference_column"
    case furtherValues = "further_values"
    case headerRow = "header_row"
    case neighbours, profile, layout
    case otherPeriods = "other_periods"
    case loadedProfiles = "loaded_profiles"
    case headerProfiles = "header_profiles"
    case missingProfiles = "missing_profiles"
    case version
    case upstreamNames = "upstream_names"
    case headerTypes = "header_types"
    case sheetContents = "sheet_contents"
  }

  /// What a sheet holds.
  public struct SheetContent: Codable, Hashable, Sendable {
    /// Its headers.
    public var headers: [String]
    /// What stands under those that the manifest names, by the columns' names in the table.
    public var profiles: [String: ContentProfile]

    /// Creates a sheet's content.
    public init(headers: [String], profiles: [String: ContentProfile] = [:]) {
      self.headers = headers
      self.profiles = profiles
    }
  }
}

extension Evidence {
  /// A column's definition in a manifest.
  public struct Column: Codable, Hashable, Sendable {
    /// The header in the file.
    public var originalName: String
    /// The name in the table.
    public var semanticName: String?
    /// The declared type.
    public var dataType: String?

    /// Creates a definition.
    public init(originalName: String, semanticName: String? = nil, dataType: String? = nil) {
      self.originalName = originalName
      self.semanticName = semanticName
      self.dataType = dataType
    }

    enum CodingKeys: String, CodingKey {
      case originalName = "original_name"
      case semanticName = "semantic_name"
      case dataType = "data_type"
    }
  }

  /// The values of one column that do not fit its declared type.
  public struct FailingValues: Codable, Hashable, Sendable {
    /// The column's semantic name.
    public var column: String
    /// The column's header in the file.
    public var originalName: String
    /// The declared type.
    public var expectedType: String
    /// The distinct values that do not fit, most frequent first.
    public var values: [Value]
    /// How many rows the column has.
    public var totalRows: Int
    /// How many of them do not fit.
    public var failing: Int
    /// Whether `values` leaves some distinct values out.
    public var truncated: Bool
    /// Short texts in the column that may be markers, whether they fit or not.
    public var markers: [Value] = []
    /// The types that would take the whole column.
    public var fittingTypes: [String] = []
    /// The types that would take it if the short texts that do not fit stood for no value.
    public var fittingTypesWithoutMarkers: [String] = []
    /// Some values as the file has them, fitting or not.
    public var sample: [String]

    /// Creates the failing values of a column; `failing` is summed up when not given.
    public init(
      column: String, originalName: String, expectedType: String, values: [Value], totalRows: Int,
      failing: Int? = nil, truncated: Bool = false, sample: [String] = []
    ) {
      self.column = column
      self.originalName = originalName
      self.expectedType = expectedType
      self.values = values
      self.totalRows = totalRows
      self.failing = failing ?? values.reduce(0) { $0 + $1.count }
      self.truncated = truncated
      self.sample = sample
    }

    enum CodingKeys: String, CodingKey {
      case column, values, failing, truncated, sample, markers
      case fittingTypes = "fitting_types"
      case fittingTypesWithoutMarkers = "fitting_types_without_markers"
      case originalName = "original_name"
      case expectedType = "expected_type"
      case totalRows = "total_rows"
    }
  }

  /// One distinct value.
  public struct Value: Codable, Hashable, Sendable {
    /// The text as the file has it.
    public var value: String
    /// How often it occurs.
    public var count: Int
    /// Some of the rows, 1-based, as the file counts them.
    public var rows: [Int]

    /// Creates a value.
    public init(_ value: String, count: Int = 1, rows: [Int] = []) {
      self.value = value
      self.count = count
      self.rows = rows
    }
  }

  /// A web page.
  public struct Page: Codable, Hashable, Sendable {
    /// Its address.
    public var url: String
    /// The HTTP status; 200 for a file.
    public var status: Int?
    /// Where it was found in the end, when the address led on to another one.
    public var redirectedTo: String?
    /// Its headings of the first three levels, in order.
    public var headings: [String]
    /// Its links, in order.
    public var links: [Link]
    /// The day that a notice on it names for the publication, `yyyy-mm-dd`.
    public var upcomingDate: String?
    /// The notice in the page's words.
    public var notice: String?

    /// Creates a page.
    public init(
      url: String, status: Int? = nil, redirectedTo: String? = nil, headings: [String] = [], links: [Link] = [],
      upcomingDate: String? = nil, notice: String? = nil
    ) {
      self.url = url
      self.status = status
      self.redirectedTo = redirectedTo
      self.headings = headings
      self.links = links
      self.upcomingDate = upcomingDate
      self.notice = notice
    }

    enum CodingKeys: String, CodingKey {
      case url, status, headings, links, notice
      case redirectedTo = "redirected_to"
      case upcomingDate = "upcoming_date"
    }
  }

  /// A link on a page.
  public struct Link: Codable, Hashable, Sendable {
    /// The absolute address.
    public var url: String
    /// The text a reader sees.
    public var text: String

    /// Creates a link.
    public init(url: String, text: String = "") {
      self.url = url
      self.text = text
    }
  }

  /// The target table.
  public struct Database: Codable, Hashable, Sendable {
    /// The table's name.
    public var table: String?
    /// Whether it exists.
    public var exists: Bool
    /// Its columns.
    public var columns: [String]
    /// How many rows it has.
    public var rows: Int?
    /// What was loaded into it, the latest first.
    public var loads: [Load]

    /// Creates a table's description.
    public init(
      table: String? = nil, exists: Bool, columns: [String] = [], rows: Int? = nil, loads: [Load] = []
    ) {
      self.table = table
      self.exists = exists
      self.columns = columns
      self.rows = rows
      self.loads = loads
    }
  }

  /// One load, as its receipt tells.
  public struct Load: Codable, Hashable, Sendable {
    /// The source.
    public var source: String
    /// The period as the file's entry has it.
    public var period: String
    /// How many rows came in.
    public var rows: Int?
    /// When, as the database writes it.
    public var at: String?

    /// Creates a load.
    public init(source: String, period: String, rows: Int? = nil, at: String? = nil) {
      self.source = source
      self.period = period
      self.rows = rows
      self.at = at
    }
  }

  /// How a data file is laid out.
  public struct Layout: Codable, Hashable, Sendable {
    /// Of a text: `utf-8`, `utf-16` or `windows-1252`.
    public var encoding: String?
    /// Of a text: what parts its fields.
    public var delimiter: String?
    /// The header's row, counted from 1; 0 where the format carries names.
    public var headerRow: Int?
    /// How many rows of data there are.
    public var rows: Int?

    /// Creates a layout of which nothing is known yet.
    public init() {}

    enum CodingKeys: String, CodingKey {
      case encoding, delimiter, rows
      case headerRow = "header_row"
    }
  }

  /// The file that a stage read.
  public struct Input: Codable, Hashable, Sendable {
    /// Where it is, relative to the workspace.
    public var path: String
    /// The digest of its bytes.
    public var sha256: String
    /// What its first bytes say it is: `csv`, `xlsx`, `html` …
    public var kind: String?

    /// Creates an input.
    public init(path: String, sha256: String, kind: String? = nil) {
      self.path = path
      self.sha256 = sha256
      self.kind = kind
    }
  }

  /// How the key's sources stand.
  public struct Sources: Codable, Hashable, Sendable {
    /// Codes of those that loaded, with their rows where known.
    public var loaded: [Loaded]
    /// Codes of those that failed.
    public var failed: [String]
    /// Codes of those not tried yet.
    public var pending: [String]

    /// Creates a list.
    public init(loaded: [Loaded] = [], failed: [String] = [], pending: [String] = []) {
      self.loaded = loaded
      self.failed = failed
      self.pending = pending
    }

    /// A source that loaded.
    public struct Loaded: Codable, Hashable, Sendable {
      /// Its code.
      public var code: String
      /// Its rows.
      public var rows: Int?

      /// Creates a loaded source.
      public init(_ code: String, rows: Int? = nil) {
        self.code = code
        self.rows = rows
      }
    }
  }
}
