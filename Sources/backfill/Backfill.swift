internal import ArgumentParser
internal import Foundation
internal import Journal
internal import Operations

/// The reference pipeline: from a publication's page to tables in DuckDB and Parquet files.
@main
struct Backfill: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backfill",
    abstract: "Loads NHS publications into DuckDB, one step per command.",
    discussion: """
      When ERRATA_EVENTS names a file, each step appends what happened there as JSON lines; ERRATA_PUBLICATION, \
      ERRATA_PERIOD, ERRATA_URL and ERRATA_STAGE say where in a backfill it runs. Exit codes: 0 done, 1 failed, 64 usage.
      """,
    subcommands: [Manifest.self, Enrich.self, Load.self, Unload.self, Receipts.self, Export.self])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      EventWriter().emitOperations()
    } catch {
      EventWriter().emitOperations()
      exit(withError: error)
    }
  }
}
