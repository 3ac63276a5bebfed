import Journal
import ManifestYAML

@testable import Repair

/// A period with the failures that the tests diagnose.
enum Samples {
  static let manifestPath = "manifests/backfill/pcn/pcn_jun25_enriched.yaml"

  static let manifestText = """
    # PCN workforce, June 2025
    manifest:
      name: june_2025
    sources:
    - code: headcount
      name: 'Headcount: by age'   # from table 2b
      table: tbl_headcount
      enabled: true
      files:
      - url: https://example.org/52/PCN%20Workforce%20Jun25.xlsx
        period: 2025-06
        sheet: Table 2b
      columns:
      - original_name: March 2020
        semantic_name: headcount_march_2020
        data_type: integer
      - original_name: April 2020
        semantic_name: headcount_april_2020
        data_type: integer
        null_values: ['-']
      - original_name: As At
        semantic_name: as_at
        data_type: date
      - original_name: Practice
        semantic_name: practice
        data_type: varchar(20)
    - code: fte
      table: tbl_fte
      enabled: true
      files:
      - url: https://example.org/52/PCN%20Workforce%20Jun25.xlsx
        period: 2025-06
        sheet: Table 1
    - code: fte
      table: tbl_fte
      enabled: true
      null_values: ['*']
      files:
      - url: https://example.org/52/second.csv
        period: 2025-06
      columns:
      - original_name: FTE
        semantic_name: fte
        data_type: integer

    """

  static let publicationsText = """
    publications:
      pcn:
        name: PCN Workforce   # monthly
        landing_page: https://example.org/pcn
        urls:
        - period: may25
          url: https://example.org/pcn/31-may-2025
        - period: jun25
          url: https://example.org/pcn/june-2025-old

    """

  static func manifest() throws -> YAMLFile { try YAMLFile(manifestText, name: manifestPath) }

  static func manifest(replacing old: String, with new: String) throws -> YAMLFile {
    try YAMLFile(manifestText.replacing(old, with: new), name: manifestPath)
  }

  static func publications() throws -> YAMLFile { try YAMLFile(publicationsText, name: "config/publications.yaml") }

  static func failure(
    _ type: ErrorType, source: String? = "headcount", _ edit: (inout EventError) -> Void = { _ in }
  ) -> Failure {
    var error = EventError(type, "INTEGER column received unexpected value '*'")
    edit(&error)
    return Failure(
      publication: "pcn", period: "jun25", source: source, stage: "load", error: error, exitCode: 1,
      manifestPath: manifestPath, log: "logs/stages/run/pcn_jun25/3-load-headcount.log")
  }

  static func values(
    _ column: String, _ originalName: String, _ type: String, _ values: [(String, Int)], rows: Int = 1204
  ) -> Evidence.FailingValues {
    Evidence.FailingValues(
      column: column, originalName: originalName, expectedType: type,
      values: values.map { Evidence.Value($0.0, count: $0.1, rows: [15, 16]) }, totalRows: rows)
  }

  /// The candidates for values of one column of `headcount` that do not fit.
  static func candidates(
    _ column: String, _ originalName: String, _ declared: String, _ values: [(String, Int)],
    type: ErrorType = .typeMismatch
  ) throws -> [Candidate] {
    var evidence = Evidence()
    evidence.values = Samples.values(column, originalName, declared, values)
    return Candidates.all(for: failure(type), evidence: evidence, manifest: try manifest())
  }

  /// The lines that a candidate changes in the manifest, as `-` and `+`.
  static func changedLines(_ candidate: Candidate, in file: YAMLFile) throws -> [String] {
    let bytes = try file.applying(try candidate.operations(in: file, named: file.name))
    let before = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n")
    let after = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    return after.difference(from: before).map { change in
      switch change {
      case .insert(_, let line, _): "+\(line)"
      case .remove(_, let line, _): "-\(line)"
      }
    }
  }
}
