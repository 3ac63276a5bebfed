internal import ArgumentParser
internal import DataFiles
internal import Foundation
internal import Journal

/// `backfill manifest`: a draft manifest from a publication's page.
struct Manifest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds a period's data files, downloads them and drafts the manifest.")

  @Option(help: "The publication, such as adhd.")
  var publication: String

  @Option(help: "The period, such as nov25.")
  var period: String

  @Option(help: "The period's page, or a data file itself (http, https or file).")
  var url: String

  @Option(help: "Where to write the draft.")
  var output: String

  @Option(help: "The publication's landing page: it may announce a period whose own page does not exist yet.")
  var landingPage: String?

  @Option(help: "The folder of downloaded files.")
  var raw = "data/raw"

  func run() async throws {
    try await StageRun.perform { events throws(DataFileError) in
      let builder = DraftBuilder(
        publication: publication, period: period, url: url, landingPage: landingPage.flatMap { $0.isEmpty ? nil : $0 },
        cache: RawCache(directory: raw), duckdb: try DuckDB.locate())
      let draft = try await builder.draft()
      for event in draft.events { try events.tell(event.type, data: event.data.members) }
      try events.write(draft.manifest, to: output)
      EventWriter.print("Wrote \(output) with \(draft.sources) sources")
    }
  }
}
