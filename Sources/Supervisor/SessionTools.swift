internal import DataFiles
internal import Foundation
internal import Journal
internal import Repair

extension RunTools {
  /// The real tools: children find `backfill` beside `errata`, and DuckDB where errata found it.
  static func standard(patterns: [ErrorPattern]) -> RunTools {
    let classifier = Classifier(userPatterns: patterns)
    var environment: [String: String] = [:]
    // Whoever needs DuckDB and finds none says so itself, with the failure that comes of it.
    if let duckdb = try? DuckDB.locate() {
      environment["ERRATA_DUCKDB"] = duckdb.binary
      environment["ERRATA_DUCKDB_EXTENSIONS"] = duckdb.excelExtension
    }
    return RunTools(
      runner: ProcessRunner(redact: Redaction.redact), redact: Redaction.redact,
      classify: { classifier.classify($0, stage: $1, exitCode: $2, signal: $3) }, environment: environment)
  }
}
