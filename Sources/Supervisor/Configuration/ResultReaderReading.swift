internal import ManifestYAML
internal import Patterns
internal import Repair

/// A reader as the file has it: `{read: log, patterns: [...]}`.
struct ResultReaderDocument: YAMLDescribed {
  let reader: ResultReader

  private enum Kind: String, CaseIterable, Decodable { case events, log, sql, dbt, json }

  private enum CodingKeys: String, CodingKey {
    case read, path, patterns, statuses, untold, database, query, records, fields, target, project
    case databaseEnv = "database_env"
    case timeoutSeconds = "timeout_seconds"
  }

  /// The keys of each kind, besides `read` and `untold`.
  private static func keys(of kind: Kind) -> Set<String> {
    switch kind {
    case .events: ["path"]
    case .log: ["path", "patterns", "statuses"]
    case .sql: ["database", "database_env", "query", "timeout_seconds", "statuses"]
    case .dbt: ["path", "project", "target"]
    case .json: ["path", "records", "fields", "statuses"]
    }
  }

  static let noun: String? = "reader"
  static let examples = [
    "read": "log", "path": "out/result.json", "patterns": "['^(?<source>\\w+): (?<status>\\w+)']",
    "query": "SELECT source, status, rows, message FROM loads",
  ]

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try values.decode(Kind.self, forKey: .read)
    // What else it needs depends on what it is.
    if decoder.isIncomplete { throw YAMLIncomplete() }
    for key in values.allKeys where key != .read && key != .untold && !Self.keys(of: kind).contains(key.rawValue) {
      throw decoder.fault("has a key '\(key.rawValue)', which the reader '\(kind.rawValue)' does not know")
    }
    let words = OutcomeWords(try Self.statuses(values))
    let untold = try values.decodeIfPresent(OutcomeWeighing.Silence.self, forKey: .untold)
    func path() throws -> String { try values.decode(Text<Filled>.self, forKey: .path).value }
    func optionalPath() throws -> String? { try values.decodeIfPresent(Text<Filled>.self, forKey: .path)?.value }
    let what: ResultReader.Kind
    switch kind {
    case .events: what = .events(path: try optionalPath())
    case .log:
      let patterns = try values.decode([LogPatternDocument].self, forKey: .patterns).map(\.pattern)
      if patterns.isEmpty, !decoder.isIncomplete { throw decoder.fault("has no patterns; give it at least one") }
      what = .log(path: try optionalPath(), patterns: patterns)
    case .sql:
      let variable = try values.decodeIfPresent(Text<VariableName>.self, forKey: .databaseEnv)?.value
      let database = try values.decodeIfPresent(Text<Filled>.self, forKey: .database)?.value
      if variable != nil, database != nil { throw decoder.fault("has both 'database' and 'database_env'; keep one") }
      let seconds = try values.decodeIfPresent(Number<ServiceSeconds>.self, forKey: .timeoutSeconds)?.value
      what = .sql(
        ResultQuery(
          database: database ?? "{database}", addressVariable: variable,
          query: try values.decode(Text<Filled>.self, forKey: .query).value,
          timeoutSeconds: seconds ?? ResultQuery.standardTimeoutSeconds))
    case .dbt:
      let folder = try path()
      let project = try values.decodeIfPresent(Text<Filled>.self, forKey: .project)?.value
      what = .dbt(
        folder: folder, project: project ?? Self.parent(of: folder),
        target: try values.decodeIfPresent(Text<Filled>.self, forKey: .target)?.value)
    case .json:
      let records = try values.decodeIfPresent(PathText.self, forKey: .records)?.path
      what = .json(path: try path(), records: records, fields: try Self.fields(values, decoder))
    }
    reader = ResultReader(what, words: words, silence: untold)
  }

  private static func statuses(
    _ values: KeyedDecodingContainer<CodingKeys>
  ) throws -> [SourceOutcome.Status: [String]] {
    guard let document = try values.decodeIfPresent(StatusWordsDocument.self, forKey: .statuses) else { return [:] }
    var words: [SourceOutcome.Status: [String]] = [:]
    words[.success] = document.success?.map(\.value)
    words[.failed] = document.failed?.map(\.value)
    words[.skipped] = document.skipped?.map(\.value)
    words[.alreadyLoaded] = document.alreadyLoaded?.map(\.value)
    return words
  }

  private static func fields(
    _ values: KeyedDecodingContainer<CodingKeys>, _ decoder: any Decoder
  ) throws -> RecordFields {
    let paths = try values.decodeIfPresent([String: PathText].self, forKey: .fields) ?? [:]
    for name in paths.keys.sorted() where !RecordFields.names.contains(name) {
      let names = RecordFields.names.sorted().joined(separator: ", ")
      throw decoder.fault("has a field '\(name)', which nothing reads; there are \(names)")
    }
    return RecordFields(paths.mapValues(\.path))
  }

  /// dbt's target folder is in its project, unless the file says where that is.
  private static func parent(of folder: String) -> String {
    let parts = folder.split(separator: "/", omittingEmptySubsequences: true)
    return (folder.hasPrefix("/") ? "/" : "") + parts.dropLast().joined(separator: "/")
  }
}

/// The words that mean something to one tool.
private struct StatusWordsDocument: YAMLDescribed {
  let success: [Text<Filled>]?
  let failed: [Text<Filled>]?
  let skipped: [Text<Filled>]?
  let alreadyLoaded: [Text<Filled>]?

  enum CodingKeys: String, CodingKey {
    case success, failed, skipped
    case alreadyLoaded = "already_loaded"
  }
}

/// A path into a JSON file, such as `run.sources` or `results[0].tables`.
private struct PathText: YAMLScalar {
  let path: YAMLPath
  static let expectation = "a path such as results or run.tables[0]"
  static let placeholder = PathText(path: YAMLPath(steps: []))

  private init(path: YAMLPath) { self.path = path }

  init?(_ node: YAMLNode) {
    guard let text = node.text, !text.isEmpty, let path = try? YAMLPath(text) else { return nil }
    self.path = path
  }
}

/// A pattern, or a mapping of it and the status that it means.
private struct LogPatternDocument: YAMLDescribed {
  let pattern: LogResultPattern

  private enum CodingKeys: String, CodingKey { case pattern, status }

  static let noun: String? = "pattern"
  static let examples = ["pattern": "'^Loaded (?<source>\\w+)'"]

  init(from decoder: any Decoder) throws {
    if decoder.yamlNode?.kind == .mapping {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      let text = try values.decode(RegexText.self, forKey: .pattern).value
      let status = try values.decodeIfPresent(SourceOutcome.Status.self, forKey: .status)
      pattern = LogResultPattern(text, status: status)
    } else {
      pattern = LogResultPattern(try RegexText(from: decoder).value)
    }
    guard !decoder.isIncomplete, let groups = (try? Expression(pattern.pattern))?.groupNames else { return }
    for group in groups where !LogResultPattern.groups.contains(group) {
      let names = LogResultPattern.groups.sorted().joined(separator: ", ")
      throw decoder.fault("has a group '\(group)', which nothing reads; there are \(names)")
    }
    let says = groups.contains("rows") || groups.contains("message")
    if says, pattern.status == nil, !groups.contains("status") {
      throw decoder.fault(
        "does not say how the source ended; name a group 'status', or write {pattern: …, status: success}")
    }
    if groups.isEmpty, pattern.status == nil {
      throw decoder.fault("tells nothing; name a group 'source' or 'status' in it, such as (?<source>\\w+)")
    }
  }
}
