internal import DataFiles
internal import Foundation
internal import Journal
internal import ManifestYAML

/// Loads one source: its files' rows and their receipts in one transaction, or nothing.
struct SourceLoader {
  let source: SourcePlan
  let owner: RowOwner
  let database: String
  let cache: RawCache
  let duckDB: DuckDB
  let events: EventWriter

  /// What came of it.
  struct Outcome {
    var rows: Int
    var table: TableName
    var wasLoaded: Bool
    /// How the rows differ from the source's last load; nil when it had none.
    var difference: RowDifference.Counts?
    var data: [String: JSONValue]
  }

  /// A file of the source with its raw bytes.
  private struct RawFile {
    let plan: FilePlan
    let raw: CachedFile
    let contents: CachedFile
  }

  func load() async throws(LoadError) -> Outcome {
    let table = try source.table()
    let columns = try source.columns()
    let minimumRows = try source.minimumRows()
    let rawFiles = try await fetch(try source.files(defaultPeriod: events.context.period))
    let inputHash = SourceLoader.inputHash(rawFiles.map(\.raw.sha256))
    var data: [String: JSONValue] = [
      "source_code": .string(source.identity), "table_name": .string(table.shown),
      "entry_hash": .string(source.entryHash), "input_hash": .string(inputHash),
    ]
    do {
      let target = try await TargetDatabase.read(database, owner: owner, duckDB: duckDB)
      data["target_id"] = target.identity.map(JSONValue.string)
      if let rows = loadedBefore(rawFiles, table: table, target: target) {
        data["rows"] = .int(rows)
        return Outcome(rows: rows, table: table, wasLoaded: true, difference: nil, data: data)
      }
      let folder = try await reading { () throws(DataFileError) in try ScratchFolder() }
      defer { folder.remove() }
      let inputs = try await stage(rawFiles, columns: columns, in: folder.path)
      let rows = inputs.reduce(0) { $0 + $1.staged.rowCount }
      try require(rows: rows, atLeast: minimumRows, in: inputs)
      try await PrimaryKey(columns: source.primaryKey, inputs: inputs, owner: owner).check(duckDB, source: source)
      let change = try await TableChange.plan(table, inputs: inputs, target: target, owner: owner, duckDB: duckDB)
      let answer = try await commit(change, inputs: inputs, target: target)
      let difference = RowDifference.Counts(answer)
      data["rows"] = .int(rows)
      data["rows_loaded"] = .int(rows)
      data["columns_added"] = .array(change.added.map(JSONValue.string))
      data["target_id"] = answer?["target_id"]?.string.map(JSONValue.string)
      if let difference {
        data["rows_before"] = .int(difference.before)
        data["rows_added"] = .int(difference.added)
        data["rows_removed"] = .int(difference.removed)
      }
      return Outcome(rows: rows, table: table, wasLoaded: false, difference: difference, data: data)
    } catch {
      throw LoadError(error.event, data: data.merging(error.data) { $1 })
    }
  }

  /// One file's own hash; of several the hash of their hashes.
  static func inputHash(_ hashes: [String]) -> String {
    hashes.count == 1 ? hashes[0] : Digest.sha256(hashes.joined(separator: "\n"))
  }

  private func fetch(_ files: [FilePlan]) async throws(LoadError) -> [RawFile] {
    var found: [RawFile] = []
    for file in files {
      let raw = try await reading { () throws(DataFileError) in try await cache.file(for: file.url) }
      // Told of a file that was there already as well: it says from what the source is loaded.
      try tell(.fileFetched, raw.fetched(from: file.url))
      var contents = raw
      if let member = file.member {
        guard raw.kind == .zip else {
          throw LoadError(
            manifest: source.node["files"], source.file,
            "'extract' names a member of \(file.url), which is \(raw.kind.spokenName)")
        }
        contents = try await reading { () throws(DataFileError) in try cache.member(member, of: raw) }
      }
      found.append(RawFile(plan: file, raw: raw, contents: contents))
    }
    return found
  }

  private func loadedBefore(_ files: [RawFile], table: TableName, target: TargetDatabase) -> Int? {
    guard target.receipts.count == files.count, target.hasLineage(table) else { return nil }
    var rows = 0
    for file in files {
      let receipt = target.receipts.first {
        $0.table == table && $0.period == file.plan.period && $0.fileKey == file.plan.key
          && $0.inputHash == file.raw.sha256 && $0.entryHash == source.entryHash
      }
      guard let receipt else { return nil }
      rows += receipt.rows
    }
    return rows
  }

  private func stage(_ files: [RawFile], columns: [ColumnPlan], in folder: String) async throws(LoadError)
    -> [InputFile]
  {
    var inputs: [InputFile] = []
    for (index, file) in files.enumerated() {
      let place = "\(folder)/\(index + 1)"
      do {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      } catch {
        throw LoadError(.diskFull, "the folder \(place) cannot be made: \(error.localizedDescription)")
      }
      let plan = file.plan
      let location = TableLocation(
        path: file.contents.path, fileName: plan.fileName, sheet: plan.sheet, headerRow: plan.headerRow,
        range: plan.range, encoding: plan.encoding, delimiter: plan.delimiter,
        expectedNames: columns.map(\.originalName))
      let staged = try await reading { () throws(DataFileError) in
        try await StagedTable.stage(location, in: place, duckDB: duckDB)
      }
      let declared =
        columns.isEmpty ? try await Undeclared.columns(of: staged, at: file.contents.path, file: plan, duckDB) : columns
      let input = try InputFile(plan: plan, staged: staged, columns: declared, hash: file.raw.sha256)
      try warn(about: input)
      try await input.check(duckDB)
      inputs.append(input)
    }
    return inputs
  }

  private func warn(about input: InputFile) throws(LoadError) {
    if !input.undeclared.isEmpty {
      let names = input.undeclared.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
      try tell(
        .warning,
        [
          "message": .string(
            "\(input.staged.fileName): columns that the manifest does not name are not loaded: \(names)")
        ])
    }
    if !input.staged.footnotes.isEmpty {
      let rows = input.staged.footnotes.prefix(20).map(String.init).joined(separator: ", ")
      try tell(.info, ["message": .string("\(input.staged.fileName): footnotes are not loaded: rows \(rows)")])
    }
  }

  private func require(rows: Int, atLeast minimum: Int, in inputs: [InputFile]) throws(LoadError) {
    guard let first = inputs.first, rows == 0 || rows < minimum else { return }
    let place = first.staged.sheet.map { "sheet '\($0)' of \(first.staged.fileName)" } ?? first.staged.fileName
    var error =
      rows == 0
      ? EventError(.emptyData, "\(place) has a header in row \(first.staged.headerRow) and no rows below it")
      : EventError(.lowRowCount, "\(place) has \(rows) rows; the manifest expects at least \(minimum)")
    error.file = first.staged.fileName
    error.sheet = first.staged.sheet
    throw LoadError(error)
  }

  /// Everything in one transaction: a load that is killed at any moment leaves all of it or nothing.
  private func commit(
    _ change: TableChange, inputs: [InputFile], target: TargetDatabase
  ) async throws(LoadError) -> DuckDB.Row? {
    let folder = (database as NSString).deletingLastPathComponent
    let isNew = !FileManager.default.fileExists(atPath: database)
    if !folder.isEmpty { try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    var script = ""
    for (index, input) in inputs.enumerated() {
      script += "ATTACH \(DuckDB.quote(literal: input.staged.database)) AS \(input.alias(index)) (READ_ONLY);\n"
    }
    script += "BEGIN TRANSACTION;\n" + Receipt.definitions + "\n"
    script += (change.difference?.script ?? "") + change.script
    for (index, input) in inputs.enumerated() {
      let names =
        input.cells.map { DuckDB.quote(identifier: $0.column.name) } + ["_source_code", "_period", "_file", "_row"]
      script += """
        INSERT INTO \(change.table.sql) (\(names.joined(separator: ", ")))
          \(input.select(index, owner: owner)) ORDER BY _row;
        INSERT INTO main.errata_receipts SELECT \(receipt(input, change.table)), target_id, now()::TIMESTAMP
          FROM main.errata_target LIMIT 1;

        """
    }
    let counts = change.difference == nil ? "" : ", \(RowDifference.table)"
    script += "COMMIT;\nSELECT * FROM main.errata_target\(counts)"
    let row: DuckDB.Row?
    do {
      row = try await reading { () throws(DataFileError) in
        try await duckDB.query(script, in: .readWrite(database), timeout: .seconds(1800)).first
      }
    } catch {
      if isNew { removeUnfinished() }
      throw error
    }
    // What is told to be loaded must be there after a power cut too: DuckDB sees to its file's bytes, not to its name.
    if isNew {
      FilePlace.keepName(of: database)
      if !folder.isEmpty { FilePlace.keepName(of: folder) }
    }
    return row
  }

  /// A new database whose header was not written whole, as on a full disk, holds nothing, and no later load could open it.
  private func removeUnfinished() {
    // DuckDB's storage begins with three blocks of 4,096 bytes: the main header and two database headers.
    let size = (try? FileManager.default.attributesOfItem(atPath: database))?[.size] as? Int
    guard let size, size < 3 * 4096 else { return }
    try? FileManager.default.removeItem(atPath: database)
  }

  private func receipt(_ input: InputFile, _ table: TableName) -> String {
    let texts = [
      owner.publication, owner.manifest, owner.source, input.plan.period, input.plan.key, input.hash, source.entryHash,
    ].map(DuckDB.quote(literal:))
    let place = [table.schema, table.name].map(DuckDB.quote(literal:))
    return (texts + ["\(input.staged.rowCount)"] + place).joined(separator: ", ")
  }

  private func tell(_ type: EventType, _ data: [String: JSONValue]) throws(LoadError) {
    do {
      try events.emit(type, source: source.identity, data: data)
    } catch {
      throw LoadError(.diskFull, "an event could not be written: \(error.localizedDescription)")
    }
  }
}
