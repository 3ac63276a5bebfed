internal import ArgumentParser
internal import DataFiles
internal import Foundation
internal import Journal

/// `backfill receipts`: what a database holds of a manifest.
struct Receipts: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell which of a manifest's sources a DuckDB database holds.",
    discussion: """
      Each load leaves a receipt in its own transaction, so that what this tells is what is there, whatever a journal \
      says: after a database was put back from a copy, or replaced by another.
      """)

  @Option(help: ArgumentHelp("The manifest.", valueName: "file"))
  var manifest: String

  @Option(help: ArgumentHelp("The DuckDB database.", valueName: "file"))
  var database: String

  func run() async throws {
    let events = EventWriter()
    do {
      let duckDB = try await reading { () throws(DataFileError) in try DuckDB.locate() }
      let plan = try LoadPlan(path: manifest)
      let publication = events.context.publication ?? ""
      let held = try await TargetDatabase.held(by: plan.name, publication: publication, in: database, duckDB: duckDB)
      // Another manifest may have the same name.
      let sources = Set(plan.sources.map(\.identity))
      for source in held where sources.contains(source.source) {
        EventWriter.print("\(source.source): \(source.rows) rows")
        try events.emit(
          .sourceSkipped, source: source.source,
          data: [
            "source_code": .string(source.source), "reason": "already loaded", "rows": .int(source.rows),
            "entry_hash": .string(source.entryHash),
          ])
      }
    } catch let error as LoadError {
      EventWriter.complain("error: \(error.description)")
      try events.emit(.stageFailed, error: error.event)
      throw ExitCode.failure
    }
  }
}

extension TargetDatabase {
  /// A source with the entry that it was loaded by and its rows.
  struct Held {
    let source: String
    let entryHash: String
    let rows: Int
  }

  /// The receipts of a manifest; none in a database without receipts.
  static func held(
    by manifest: String, publication: String, in path: String, duckDB: DuckDB
  ) async throws(LoadError) -> [Held] {
    let tables = try await reading { () throws(DataFileError) in
      try await duckDB.query(
        "SELECT 1 AS found FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = 'errata_receipts'",
        in: .readOnly(path))
    }
    guard !tables.isEmpty else { return [] }
    let name = DuckDB.quote(literal: publication)
    let owner = publication.isEmpty ? "" : " AND publication IN ('', \(name))"
    let rows = try await reading { () throws(DataFileError) in
      try await duckDB.query(
        """
        SELECT source_code, entry_hash, sum(rows)::BIGINT AS rows FROM main.errata_receipts
        WHERE manifest_name = \(DuckDB.quote(literal: manifest))\(owner) GROUP BY ALL ORDER BY ALL
        """, in: .readOnly(path))
    }
    return rows.map {
      Held(
        source: $0["source_code"]?.string ?? "", entryHash: $0["entry_hash"]?.string ?? "",
        rows: $0["rows"]?.int ?? 0)
    }
  }
}
