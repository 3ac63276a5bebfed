internal import ArgumentParser
internal import DataFiles
internal import Foundation
internal import Journal

/// `backfill load`: the sources of a manifest into DuckDB.
struct Load: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Load a manifest's sources into DuckDB.",
    discussion: """
      Each source is one transaction with its receipt: it is loaded or it is not. Loading again skips what is loaded from \
      the same bytes by the same manifest entry, and replaces the rows of that source and period otherwise. It then says \
      how many rows were added and removed; a row that changed is one of each.
      """)

  @Option(help: ArgumentHelp("The manifest.", valueName: "file"))
  var manifest: String

  @Option(help: ArgumentHelp("Only this source; 'code#2' is the second entry of a code.", valueName: "code"))
  var source: String?

  @Option(help: ArgumentHelp("The DuckDB database, made when it is missing.", valueName: "file"))
  var database: String

  @Option(help: ArgumentHelp("The folder of downloaded files.", valueName: "folder"))
  var raw = "data/raw"

  func run() async throws {
    let events = EventWriter()
    do {
      let duckDB = try await reading { () throws(DataFileError) in try DuckDB.locate() }
      let plan = try LoadPlan(path: manifest)
      var failed = 0
      for entry in try plan.selected(source) {
        let loader = SourceLoader(
          source: entry,
          owner: RowOwner(
            publication: events.context.publication ?? "", manifest: plan.name, source: entry.identity),
          database: database, cache: RawCache(directory: raw), duckDB: duckDB, events: events)
        guard let error = try await load(entry, loader, events) else { continue }
        failed += 1
        // The rest stays as it is: each of them would only fail the same way.
        if Load.outages.contains(error.kind) { break }
      }
      if failed > 0 { throw ExitCode.failure }
    } catch let error as LoadError {
      EventWriter.complain("error: \(error.description)")
      try events.emit(source == nil ? .stageFailed : .sourceFailed, source: source, error: error.event)
      throw ExitCode.failure
    }
  }

  /// What is wrong with the machine or the database, not with a source.
  private static let outages: Set<ErrorType> = [.lockConflict, .databaseUnavailable, .diskFull, .permissionDenied]

  /// Loads one source and tells what came of it; returns its error.
  private func load(_ entry: SourcePlan, _ loader: SourceLoader, _ events: EventWriter) async throws -> EventError? {
    let start = ContinuousClock.now
    guard entry.isEnabled else {
      EventWriter.print("Skipped \(entry.identity): disabled")
      try events.emit(
        .sourceSkipped, source: entry.identity,
        data: ["source_code": .string(entry.identity), "reason": "disabled", "entry_hash": .string(entry.entryHash)])
      return nil
    }
    do {
      let outcome = try await loader.load()
      var data = outcome.data
      data["duration_ms"] = .int(Int((ContinuousClock.now - start) / .milliseconds(1)))
      if outcome.wasLoaded {
        data["reason"] = "already loaded"
        EventWriter.print("Loaded \(outcome.rows) rows into \(outcome.table.shown) before; nothing has changed")
        try events.emit(.sourceSkipped, source: entry.identity, data: data)
      } else {
        let change = outcome.difference.map { " (\($0.added) added, \($0.removed) removed)" } ?? ""
        EventWriter.print("Loaded \(outcome.rows) rows into \(outcome.table.shown)\(change)")
        try events.emit(.sourceLoaded, source: entry.identity, data: data)
      }
      return nil
    } catch let error as LoadError {
      EventWriter.complain("error: \(entry.identity): \(error.description)\(error.event.place)")
      var data = error.data
      data["source_code"] = .string(entry.identity)
      data["entry_hash"] = .string(entry.entryHash)
      data["duration_ms"] = .int(Int((ContinuousClock.now - start) / .milliseconds(1)))
      try events.emit(.sourceFailed, source: entry.identity, data: data, error: error.event)
      return error.event
    }
  }
}
