internal import ArgumentParser
internal import DataFiles
internal import Foundation
internal import Journal
internal import ManifestYAML

/// `backfill export`: each table of a manifest as a Parquet file with a page about its columns.
struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a manifest's tables as Parquet files, each with a Markdown page about its columns.",
    discussion: """
      A file holds the whole table, all periods, in a fixed order. It takes the place of an older one in one step. Tables \
      that are not in the database yet are left out with a warning.
      """)

  @Option(help: ArgumentHelp("The manifest.", valueName: "file"))
  var manifest: String

  @Option(help: ArgumentHelp("The DuckDB database.", valueName: "file"))
  var database: String

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "folder"))
  var output: String

  func run() async throws {
    let events = EventWriter()
    do {
      try await export(events)
    } catch let error as LoadError {
      EventWriter.complain("error: \(error.description)")
      try events.emit(.stageFailed, error: error.event)
      throw ExitCode.failure
    }
  }

  private func export(_ events: EventWriter) async throws {
    let duckDB = try await reading { () throws(DataFileError) in try DuckDB.locate() }
    let plan = try LoadPlan(path: manifest)
    guard FileManager.default.fileExists(atPath: database) else {
      throw LoadError(.databaseUnavailable, "there is no database \(database); run 'backfill load' first")
    }
    let owner = RowOwner(publication: events.context.publication ?? "", manifest: plan.name, source: "")
    let target = try await TargetDatabase.read(database, owner: owner, duckDB: duckDB)
    let tables = try await tables(of: plan)
    var written = 0
    for (table, sources) in tables {
      guard let types = target.columns[table] else {
        EventWriter.complain("warning: table \(table.shown) is not in the database; nothing of it was exported")
        try events.emit(
          .warning,
          data: ["message": .string("table \(table.shown) is not in the database; nothing of it was exported")])
        continue
      }
      try await write(table, sources, types, duckDB, events)
      written += 1
    }
    guard written > 0 || tables.isEmpty else {
      throw LoadError(.tableNotFound, "none of the tables of \(manifest) is in the database \(database)")
    }
  }

  /// The tables of enabled sources in the manifest's order, each with its sources.
  private func tables(of plan: LoadPlan) async throws -> [(TableName, [SourcePlan])] {
    var tables: [(TableName, [SourcePlan])] = []
    for source in plan.sources where source.isEnabled {
      let table = try source.table()
      if let index = tables.firstIndex(where: { $0.0 == table }) {
        tables[index].1.append(source)
      } else {
        tables.append((table, [source]))
      }
    }
    return tables
  }

  private func write(
    _ table: TableName, _ sources: [SourcePlan], _ types: [String: String], _ duckDB: DuckDB, _ events: EventWriter
  ) async throws {
    let folder = URL(filePath: output)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw LoadError(.permissionDenied, "the folder \(output) cannot be made: \(error.localizedDescription)")
    }
    let name = TablePage.fileName(table)
    let parquet = folder.appending(path: name + ".parquet")
    let partial = folder.appending(path: ".\(name).parquet.part-\(UUID().uuidString.prefix(8).lowercased())")
    defer { try? FileManager.default.removeItem(at: partial) }
    let order = ["_period", "_source_code", "_file", "_row"].filter { types[$0] != nil }
    let sorted = order.isEmpty ? "ORDER BY ALL" : "ORDER BY \(order.joined(separator: ", "))"
    let sets = try await reading { () throws(DataFileError) in
      try await duckDB.run(
        """
        COPY (SELECT * FROM \(table.sql) \(sorted)) TO \(DuckDB.quote(literal: partial.path))
          (FORMAT parquet, COMPRESSION zstd);
        SELECT count(*) AS rows FROM \(table.sql);
        SUMMARIZE \(table.sql)
        """, in: .readOnly(database), timeout: .seconds(1800))
    }
    let rows = sets.dropLast().last?.first?["rows"]?.int ?? 0
    let page = try TablePage(table: table, rows: rows, summary: sets.last ?? [], sources: sources).markdown
    let markdown = folder.appending(path: name + ".md")
    try await reading { () throws(DataFileError) in try FilePlace.replace(parquet.path, with: partial.path) }
    do {
      try Data(page.utf8).write(to: markdown, options: .atomic)
    } catch {
      throw LoadError(.diskFull, "\(markdown.path) cannot be written: \(error.localizedDescription)")
    }
    EventWriter.print("Exported \(rows) rows of \(table.shown) to \(output)/\(name).parquet")
    for file in [parquet, markdown] {
      let contents = try Data(contentsOf: file, options: .mappedIfSafe)
      try events.emit(
        .fileWritten,
        data: [
          "path": .string((output as NSString).appendingPathComponent(file.lastPathComponent)),
          "sha256": .string(Digest.sha256(contents)), "bytes": .int(contents.count), "rows": .int(rows),
          "table_name": .string(table.shown),
        ])
    }
  }
}
