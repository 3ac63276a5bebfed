public import Journal
public import ManifestYAML

/// Where a record has what is read from it: `source`, `status`, `rows`, `message` and an error's fields.
public struct RecordFields: Hashable, Sendable {
  private let paths: [String: YAMLPath]

  /// Records that call everything by the names that Errata has for it, or as these paths say.
  public init(_ paths: [String: YAMLPath] = [:]) { self.paths = paths }

  /// The names that can be mapped.
  public static let names = SourceOutcome.fieldNames.union(["source", "status", "rows", "message"])

  func value(_ name: String, in record: JSONValue) -> JSONValue? {
    guard let path = paths[name] else { return record[name] }
    return record.value(at: path)
  }
}

/// Reads outcomes from records: a query's rows, or a list in a JSON file.
public enum RecordResults {
  /// Reads records.
  ///
  /// - Parameters:
  ///   - records: The records; each with the name that it has in the file where that is a mapping.
  ///   - place: What messages call them, such as `the query`.
  ///   - source: Whom a record without a source is about.
  public static func reading(
    _ records: [(name: String?, record: JSONValue)], fields: RecordFields, words: OutcomeWords, place: String,
    source: String?
  ) -> ResultReading {
    var reading = ResultReading()
    var nameless = 0
    var strange: [String] = []
    for (name, record) in records.prefix(ResultReading.mostOutcomes) {
      guard let subject = fields.value("source", in: record)?.words ?? name ?? source, !subject.isEmpty else {
        nameless += 1
        continue
      }
      let word = fields.value("status", in: record)?.words ?? ""
      guard let status = words.status(word) else {
        let shown = word.isEmpty ? "no status" : "'\(word.prefix(40))'"
        if strange.count < 5, !strange.contains(shown) { strange.append(shown) }
        continue
      }
      let rows = fields.value("rows", in: record)
      var outcome = SourceOutcome(
        subject, status, rows: rows?.int ?? rows?.words.flatMap(SourceOutcome.number),
        message: fields.value("message", in: record)?.words)
      for field in SourceOutcome.fieldNames {
        if let text = fields.value(field, in: record)?.words, !text.isEmpty { outcome.fields[field] = text }
      }
      reading.outcomes.append(outcome)
    }
    if nameless > 0 { reading.notes.append("\(nameless) records of \(place) name no source and were passed over") }
    if !strange.isEmpty {
      let list = strange.joined(separator: ", ")
      reading.notes.append(
        "\(list) in \(place) is no status that is known; say what it means under 'statuses'")
    }
    if records.count > ResultReading.mostOutcomes {
      reading.notes.append("\(place) has more than \(ResultReading.mostOutcomes) records; the rest was not read")
    }
    if reading.outcomes.isEmpty, !records.isEmpty {
      reading.problem = "none of the \(records.count) records of \(place) could be used"
    }
    return reading
  }

  /// The records in a JSON document: the list at the path, or the members of the mapping there.
  ///
  /// - Returns: Nil when there is neither.
  public static func records(in document: JSONValue, at path: YAMLPath?) -> [(name: String?, record: JSONValue)]? {
    let place = path.map { document.value(at: $0) } ?? document
    if let list = place?.array { return list.map { (nil, $0) } }
    guard let members = place?.object else { return nil }
    return members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension JSONValue {
  /// The value that a path leads to; nil when there is none.
  public func value(at path: YAMLPath) -> JSONValue? {
    path.steps.reduce(self as JSONValue?) { value, step in
      switch step {
      case .key(let key): return value?[key]
      case .index(let index):
        if let list = value?.array { return list.indices.contains(index) ? list[index] : nil }
        return value?[String(index)]
      case .end: return value?.array?.last
      }
    }
  }

  /// The value as a text; nil for null and what holds other values, which is no word.
  var words: String? {
    switch self {
    case .null, .array, .object: nil
    case .string(let text): text
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .double(let value): String(value)
    }
  }
}
