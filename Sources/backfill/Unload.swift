internal import ArgumentParser
internal import DataFiles
internal import Foundation
internal import Journal

/// `backfill unload`: a source's rows of a period out of the database again.
struct Unload: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take a source's rows of a manifest's period out of DuckDB.",
    discussion: """
      The rows go with their receipt in one transaction, from the table that the receipt names, whatever the manifest \
      says by now. Where nothing is loaded there is nothing to do, which is no error.
      """)

  @Option(help: ArgumentHelp("The manifest.", valueName: "file"))
  var manifest: String

  @Option(help: ArgumentHelp("The source; 'code#2' is the second entry of a code.", valueName: "code"))
  var source: String

  @Option(help: ArgumentHelp("The DuckDB database.", valueName: "file"))
  var database: String

  func run() async throws {
    let events = EventWriter()
    do {
      try await unload(events)
    } catch let error as LoadError {
      EventWriter.complain("error: \(source): \(error.description)")
      try events.emit(.stageFailed, source: source, error: error.event)
      throw ExitCode.failure
    }
  }

  private func unload(_ events: EventWriter) async throws {
    let duckDB = try await reading { () throws(DataFileError) in try DuckDB.locate() }
    let plan = try LoadPlan(path: manifest)
    // A source that the manifest no longer has may still have rows.
    let identity = source.hasSuffix("#1") ? String(source.dropLast(2)) : source
    let owner = RowOwner(publication: events.context.publication ?? "", manifest: plan.name, source: identity)
    let target = try await TargetDatabase.read(database, owner: owner, duckDB: duckDB)
    let tables = Set(target.receipts.map(\.table)).sorted { $0.shown < $1.shown }
    let shown = tables.map(\.shown).joined(separator: ", ")
    var rows = 0
    if !tables.isEmpty {
      let sets = try await reading { () throws(DataFileError) in
        try await duckDB.run(script(target, owner: owner), in: .readWrite(database))
      }
      rows = sets.compactMap { $0.first?["removed"]?.int }.reduce(0, +)
    }
    EventWriter.print(
      tables.isEmpty ? "Nothing of \(identity) is loaded" : "Removed \(rows) rows of \(identity) from \(shown)")
    var data: [String: JSONValue] = [
      "source_code": .string(identity), "rows": .int(rows),
      "reason": tables.isEmpty ? "nothing was loaded" : "unloaded",
      "periods": .array(Set(target.receipts.map(\.period)).sorted().map(JSONValue.string)),
    ]
    if !tables.isEmpty { data["table_name"] = .string(shown) }
    data["target_id"] = target.identity.map(JSONValue.string)
    try events.emit(.sourceUnloaded, source: identity, data: data)
  }

  /// Counts and removes in one transaction.
  private func script(_ target: TargetDatabase, owner: RowOwner) -> String {
    var counts = ""
    for table in Set(target.receipts.map(\.table)) where target.hasLineage(table) {
      let rows = target.receipts.filter { $0.table == table }.map(\.ownsRow).joined(separator: " OR ")
      counts += "SELECT count(*) AS removed FROM \(table.sql) WHERE \(owner.ownsRow) AND (\(rows));\n"
    }
    return "BEGIN TRANSACTION;\n" + counts + target.removal(owner: owner) + "COMMIT"
  }
}
