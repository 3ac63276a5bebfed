internal import DataFiles
internal import Foundation
internal import Journal
internal import ManifestYAML
internal import Repair

/// What stands around a failure: other periods, earlier loads, the file's layout.
extension EvidenceGatherer {
  /// How many other periods and loads are told of.
  private static let mostPeriods = 12
  private static let mostLoads = 20

  /// How the manifests of the nearest other periods define a column of the same source.
  func definitions(of name: String, _ failure: Failure, key: URLKey?) -> [String: Evidence.Column] {
    guard let key, let source = failure.source, let own = failure.manifestPath,
      let product = configuration.pipeline.product(at: own, workspace: workspace, key: key)
    else { return [:] }
    var found: [String: Evidence.Column] = [:]
    for other in key.others.prefix(Self.mostPeriods) {
      let values = StageValues(workspace: workspace, pipeline: configuration.pipeline, key: other, absolute: true)
      guard let path = values.values[product], let root = (try? YAMLFile.load(path))?.root,
        let column = SourceEntry(identity: source, in: root)?.column(name)
      else { continue }
      found[other.period.period] = EvidenceGatherer.definition(column)
    }
    return found
  }

  /// What a column holds, read as the manifest says.
  func profile(
    of column: String, _ rule: ColumnRule, in table: StagedTable, _ duckDB: DuckDB
  ) async -> ContentProfile? {
    let found = try? await ColumnProfile.of(
      table, columns: [(column, rule)], duckDB: duckDB, timeout: EvidenceGatherer.partTimeout)
    return found?[column].map(ContentProfile.init)
  }

  /// How a file is laid out.
  func layout(of table: StagedTable, in input: CachedFile) -> Evidence.Layout {
    var layout = Evidence.Layout()
    (layout.headerRow, layout.rows) = (table.headerRow, table.rowCount)
    if table.kind == .csv, let text = try? TextTable(path: input.path, maximumRows: 5) {
      (layout.encoding, layout.delimiter) = (text.encoding, String(text.delimiter))
    }
    return layout
  }

  /// The receipts of earlier loads into a table; none where the loader leaves none.
  func loads(into table: String, in database: String, _ duckDB: DuckDB) async throws -> [Evidence.Load] {
    let receipts = try await duckDB.query(
      "SELECT 1 AS found FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = 'errata_receipts'",
      in: .readOnly(database), timeout: .seconds(30))
    guard !receipts.isEmpty else { return [] }
    let rows = try await duckDB.query(
      """
      SELECT source_code, period, sum(rows)::BIGINT AS rows, CAST(max(loaded_at) AS VARCHAR) AS latest
      FROM main.errata_receipts WHERE lower(table_name) = lower(\(DuckDB.quote(literal: table)))
      GROUP BY source_code, period ORDER BY latest DESC LIMIT \(Self.mostLoads)
      """, in: .readOnly(database), timeout: .seconds(30))
    return rows.map {
      Evidence.Load(
        source: $0["source_code"]?.string ?? "", period: $0["period"]?.string ?? "", rows: $0["rows"]?.int,
        at: $0["latest"]?.string)
    }
  }
}

extension Pipeline {
  /// The name of the product that is a file of a URL key; nil where none is.
  func product(at path: String, workspace: Workspace, key: URLKey) -> String? {
    let values = StageValues(workspace: workspace, pipeline: self, key: key)
    return products.keys.sorted().first { values.values[$0] == path }
  }
}

extension URLKey {
  /// The publication's other periods, the nearest in the list first.
  var others: [URLKey] {
    let periods = publication.urls
    let own = periods.firstIndex { $0.period == period.period } ?? 0
    return periods.indices.filter { $0 != own }.sorted { (abs($0 - own), $0) < (abs($1 - own), $1) }
      .map { URLKey(publication: publication, period: periods[$0]) }
  }
}

extension SourceEntry {
  /// The columns beside a column, two on each side.
  func neighbours(of name: String) -> [YAMLNode] {
    guard let original = column(name)?["original_name"]?.text,
      let index = columns.firstIndex(where: { $0["original_name"]?.text == original })
    else { return [] }
    return (index - 2...index + 2).filter { $0 != index && columns.indices.contains($0) }.map { columns[$0] }
  }
}
