internal import Journal
internal import ManifestYAML

extension Candidates {
  /// Values that do not fit their column: name the marker, read the date, widen the type.
  static let valueFamily = CandidateFamily(
    name: "values", types: [.typeMismatch, .valueOutOfRange, .valueTooLong, .dateFormat], propose: valueCandidates)

  /// Candidate n takes every faulty column's n-th best way, so that one candidate mends them all.
  private static func valueCandidates(_ diagnosis: Diagnosis) -> [Candidate] {
    guard let source = diagnosis.source else { return [] }
    let columns = failingColumns(diagnosis)
    let ways = columns.compactMap { values -> [ColumnRemedy]? in
      guard let column = source.column(named: values.column, originalName: values.originalName) else { return nil }
      let remedies = ColumnRemedy.all(for: values, column: column, source: source)
      return remedies.isEmpty ? nil : remedies
    }
    guard !ways.isEmpty, ways.count == columns.count else { return [] }
    let most = ways.map(\.count).max() ?? 0
    return (0..<most).map { rank in candidate(of: ways.map { $0[min(rank, $0.count - 1)] }) }
  }

  /// The columns that the evidence found faulty; without evidence, the one value that the error named.
  private static func failingColumns(_ diagnosis: Diagnosis) -> [Evidence.FailingValues] {
    let error = diagnosis.failure.error
    let gathered = diagnosis.evidence.failingColumns.filter { !$0.values.isEmpty }
    if !gathered.isEmpty { return gathered }
    guard let column = error.column, let value = error.value else { return [] }
    let definition = diagnosis.source?.column(named: column)
    let declared = definition?.node["data_type"]?.text ?? error.expectedType
    guard let declared else { return [] }
    return [
      Evidence.FailingValues(
        column: column, originalName: definition?.node["original_name"]?.text ?? column, expectedType: declared,
        values: [Evidence.Value(value, rows: error.row.map { [$0] } ?? [])], totalRows: 0, truncated: true)
    ]
  }

  private static func candidate(of remedies: [ColumnRemedy]) -> Candidate {
    let costliest = remedies.max { $0.loss < $1.loss }
    let loss = remedies.dropFirst().reduce(remedies[0].loss) { $0.joined(with: $1.loss) }
    return Candidate(
      action: costliest?.action ?? .fixManifestType, edits: remedies.flatMap(\.edits), loss: loss,
      summary: summary(of: remedies), reason: remedies.map(\.reason).joined(separator: " "),
      prior: remedies.map(\.prior).min() ?? 0, restsOnLikeness: remedies.contains(where: \.isGuess),
      safe: remedies.allSatisfy { !$0.isGuess } && loss.kind < .arithmetic)
  }

  private static func summary(of remedies: [ColumnRemedy]) -> String {
    guard let first = remedies.first, remedies.count > 1 else { return remedies.first?.summary(nil) ?? "" }
    let sameVerb = remedies.allSatisfy { $0.summary("…") == first.summary("…") }
    return sameVerb
      ? first.summary("\(remedies.count) columns") : "mend \(remedies.count) columns: \(first.summary(nil)) and others"
  }
}

/// One way to make the values of one column fit.
struct ColumnRemedy {
  var action: FixAction
  var edits: [FixEdit]
  var loss: Loss
  var reason: String
  var prior: Double
  /// It may be read another way as well: a short code taken for a marker, a date whose day may be its month.
  var isGuess = false
  let column: String
  /// What is done, with `{column}` where the column's name goes.
  var phrase: String

  func summary(_ name: String?) -> String { phrase.replacing("{column}", with: name ?? column) }

  /// The ways for a column, the one that loses least first; the last resort is text.
  static func all(
    for values: Evidence.FailingValues, column: ManifestColumn, source: ManifestSource
  ) -> [ColumnRemedy] {
    let declared = column.node["data_type"]?.text ?? values.expectedType
    guard let type = ColumnType(declared) else { return [] }
    if case .varchar = type {
      return [widening(type, values: values, texts: values.values.map(\.value), column: column, source: source)]
    }
    let markers = markers(in: values)
    let others = values.values.filter { value in !markers.contains { $0.value == value.value } }
    let naming = markers.isEmpty ? nil : naming(markers, values: values, column: column, source: source)
    var remedies: [ColumnRemedy] = []
    if others.isEmpty {
      remedies += [naming].compactMap { $0 }
    } else {
      if type == .date || type == .timestamp {
        remedies += dates(others, values: values, column: column, source: source).map { $0.with(naming) }
      }
      let wider = widening(type, values: values, texts: others.map(\.value), column: column, source: source)
      if wider.loss.kind < .arithmetic { remedies.append(wider.with(naming)) }
    }
    return remedies + [text(type, values: values, column: column, source: source)]
  }

  /// The distinct values that stand for "no value". Short codes count only where few of them stand among many values
  /// that fit; otherwise the column may simply hold codes.
  private static func markers(in values: Evidence.FailingValues) -> [Evidence.Value] {
    let likely = values.values.filter { Markers.strength(of: $0.value) == .likely }
    let likelyCount = likely.reduce(0) { $0 + $1.count }
    let fewCodes = likely.count <= 2 && (values.totalRows == 0 || likelyCount * 2 <= values.totalRows)
    return values.values.filter { value in
      switch Markers.strength(of: value.value) {
      case .known: true
      case .likely: fewCodes
      case .none: false
      }
    }
  }

  private static func naming(
    _ markers: [Evidence.Value], values: Evidence.FailingValues, column: ManifestColumn, source: ManifestSource
  ) -> ColumnRemedy {
    let existing = column.node["null_values"].map(ManifestColumn.list) ?? source.inheritedNullValues
    var list: [JSONValue] = []
    for text in existing + markers.map({ .string($0.value.trimmed) }) where !list.contains(text) { list.append(text) }
    let count = markers.reduce(0) { $0 + $1.count }
    let names = markers.prefix(4).map { "'\($0.value.trimmed)'" }.joined(separator: ", ")
    let guess = markers.contains { Markers.strength(of: $0.value) == .likely }
    let scope =
      values.totalRows > 0
      ? "\(Numbers.grouped(count)) of \(Numbers.grouped(values.totalRows)) values"
      : "at least \(Numbers.counted(count, "value"))"
    let rest = values.truncated ? "other values may fail too" : "every other value fits \(values.expectedType)"
    return ColumnRemedy(
      action: .addNullValues, edits: [column.edit("null_values", in: source.file, to: .array(list))],
      loss: Loss(.nothing, values: count),
      reason: "\(names) in \(column.name) \(markers.count == 1 ? "marks" : "mark") \(scope) as not given; \(rest).",
      prior: guess ? 0.65 : 0.92, isGuess: guess, column: column.name, phrase: "read \(names) in {column} as null")
  }

  private static func dates(
    _ others: [Evidence.Value], values: Evidence.FailingValues, column: ManifestColumn, source: ManifestSource
  ) -> [ColumnRemedy] {
    let formats = DateShape.formats(of: others.map(\.value))
    let ambiguous = formats.count > 1
    return formats.prefix(2).map { format in
      ColumnRemedy(
        action: .fixDateFormat, edits: [column.edit("date_format", in: source.file, to: .string(format))],
        loss: Loss(.nothing),
        reason: "All \(others.count) distinct texts in \(column.name) that are no date are written as \(format)"
          + (ambiguous ? ", though they can be read as \(formats.filter { $0 != format }[0]) too." : "."),
        prior: ambiguous ? (format == formats[0] ? 0.6 : 0.4) : 0.9, isGuess: ambiguous, column: column.name,
        phrase: "read {column} as \(format)")
    }
  }

  private static func widening(
    _ type: ColumnType, values: Evidence.FailingValues, texts: [String], column: ManifestColumn, source: ManifestSource
  ) -> ColumnRemedy {
    let wider = type.widened(toFit: texts, isComplete: !values.truncated)
    var isText = false
    if case .varchar = wider { isText = true }
    if case .varchar = type { isText = false }
    guard !isText else { return text(type, values: values, column: column, source: source) }
    let shown = texts.count == 1 ? "One distinct value does not fit" : "\(texts.count) distinct values do not fit"
    return ColumnRemedy(
      action: .fixManifestType, edits: [column.edit("data_type", in: source.file, to: .string(wider.description))],
      loss: Loss(.widening, values: values.failing),
      reason: "\(shown) \(type) in \(column.name) and all of them fit \(wider), which holds every \(type) as well.",
      prior: values.truncated ? 0.75 : 0.9, column: column.name, phrase: "widen {column} to \(wider)")
  }

  private static func text(
    _ type: ColumnType, values: Evidence.FailingValues, column: ManifestColumn, source: ManifestSource
  ) -> ColumnRemedy {
    let rows = values.totalRows > 0 ? "all \(Numbers.grouped(values.totalRows)) values" : "all values"
    return ColumnRemedy(
      action: .fixManifestType, edits: [column.edit("data_type", in: source.file, to: "varchar")],
      loss: Loss(.arithmetic, values: max(values.totalRows, values.failing)),
      reason: "As text \(rows) of \(column.name) are kept as written, but nothing can be summed or compared any more.",
      prior: 0.55, column: column.name, phrase: "keep {column} as text instead of \(type)")
  }

  /// This way together with the markers' one, which the column needs as well.
  private func with(_ naming: ColumnRemedy?) -> ColumnRemedy {
    guard let naming else { return self }
    var both = self
    both.edits = naming.edits + edits
    both.loss = loss.joined(with: naming.loss)
    both.reason = naming.reason.replacing("every other value fits", with: "not every other value fits") + " " + reason
    both.prior = min(prior, naming.prior)
    both.isGuess = isGuess || naming.isGuess
    both.phrase = "\(phrase), markers as null"
    return both
  }
}
