internal import DataFiles
internal import Foundation
internal import Journal
internal import Repair

extension RunTools {
  /// The real tools: children find `backfill` beside `errata`, and DuckDB where errata found it.
  ///
  /// - Parameter secrets: Texts that no output may show, such as the tokens that the configuration names.
  static func standard(patterns: [ErrorPattern], secrets: [String] = []) -> RunTools {
    let classifier = Classifier(userPatterns: patterns)
    var environment: [String: String] = [:]
    // Whoever needs DuckDB and finds none says so itself, with the failure that comes of it.
    if let duckdb = try? DuckDB.locate() {
      environment["ERRATA_DUCKDB"] = duckdb.binary
      environment["ERRATA_DUCKDB_EXTENSIONS"] = duckdb.excelExtension
    }
    let redact: @Sendable (String) -> String = { text in
      Redaction.redact(
        secrets.reduce(text) { $1.isEmpty ? $0 : $0.replacingOccurrences(of: $1, with: Redaction.mark) })
    }
    return RunTools(
      runner: ProcessRunner(redact: redact), redact: redact,
      classify: { classifier.classify($0, stage: $1, exitCode: $2, signal: $3) }, environment: environment)
  }
}
