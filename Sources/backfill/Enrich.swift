internal import ArgumentParser
internal import DataFiles
internal import Foundation
internal import Journal
internal import ManifestYAML

/// `backfill enrich`: columns for a draft manifest's sources.
struct Enrich: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Gives a draft manifest's sources their columns, from a reference manifest where they match.")

  @Option(help: "The draft manifest.")
  var input: String

  @Option(help: "Where to write the enriched manifest.")
  var output: String

  @Option(help: "The publication's reference manifest: its names, types and descriptions are reused.")
  var reference: String?

  @Option(help: "The folder of downloaded files.")
  var raw = "data/raw"

  func run() async throws {
    try await StageRun.perform { events throws(DataFileError) in
      let draft = try ManifestFile.load(input)
      guard let sources = draft["sources"]?.sequence else {
        throw DataFileError(.manifestInvalid, "\(input): a manifest needs a list 'sources'", file: input)
      }
      let path = reference.flatMap { $0.isEmpty ? nil : $0 }
      let references = try path.map { path throws(DataFileError) in try ReferenceSource.load(path) } ?? []
      let reader = SourceReader(cache: RawCache(directory: raw), duckdb: try DuckDB.locate())
      var views: [SourceView] = []
      for source in sources { views.append(try await reader.view(of: source)) }
      let outcome = Enricher(references: references).enriched(draft, views: views)
      for warning in outcome.warnings {
        try events.tell(.warning, source: warning.source, data: ["message": .string(warning.message)])
      }
      let matches = outcome.matches
      if path != nil {
        let message =
          "matched \(matches.matchedColumns) of \(matches.columns) columns in \(matches.matchedSources) of "
          + "\(matches.sources) sources with the reference"
        try events.tell(
          .info,
          data: [
            "message": .string(message), "match_rate": .double(matches.rate),
            "matched_columns": .int(matches.matchedColumns), "columns": .int(matches.columns),
          ])
        EventWriter.print("Match rate \(Int((matches.rate * 100).rounded()))%: \(message)")
      }
      try events.write(outcome.manifest, to: output)
      EventWriter.print("Wrote \(output) with \(sources.count) sources")
    }
  }
}
