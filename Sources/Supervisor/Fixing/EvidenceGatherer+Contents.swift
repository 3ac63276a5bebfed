internal import DataFiles
internal import Foundation
internal import Journal
internal import ManifestYAML
internal import Repair

extension EvidenceGatherer {
  /// How many headers, sheets or columns are looked into at most.
  private static let mostProfiles = 40
  private static let mostSheets = 12
  /// How many missing columns are compared with what nothing reads.
  private static let mostMissing = 20

  /// What the columns of a source held when it loaded, in the target's table; none where the target is no DuckDB file.
  func loadedProfiles(_ entry: SourceEntry, _ file: YAMLNode, _ failure: Failure) async -> [String: ContentProfile] {
    guard let duckDB, let name = entry.table, let stage = configuration.pipeline[failure.stage],
      let source = failure.source
    else { return [:] }
    let values = StageValues(workspace: workspace, pipeline: configuration.pipeline, source: source, absolute: true)
    let target = values.fill("{database}")
    guard target.hasPrefix("/"), FileManager.default.fileExists(atPath: target) else { return [:] }
    let relative = StageValues(workspace: workspace, pipeline: configuration.pipeline, source: source)
    let columns = entry.columns.prefix(Self.mostProfiles).compactMap { column in
      column["semantic_name"]?.text.flatMap { name in entry.rule(column, of: file).map { (name, $0.type) } }
    }
    let found = try? await queues.using(stage.exclusive.map { relative.fill($0) }) {
      let database = DuckDB.Database.readOnly(target)
      let rows = try await duckDB.query(
        """
        SELECT schema_name, table_name, column_name FROM duckdb_columns()
        WHERE NOT internal AND lower(table_name) = lower(\(DuckDB.quote(literal: name))) ORDER BY schema_name, column_index
        """, in: database, timeout: .seconds(30))
      guard let schema = rows.first?["schema_name"]?.string, let table = rows.first?["table_name"]?.string else {
        return [String: ColumnProfile]()
      }
      let names = Set(rows.compactMap { $0["column_name"]?.string })
      let own = names.contains("_source_code") ? "_source_code = \(DuckDB.quote(literal: source))" : "true"
      return try await ColumnProfile.of(
        table: "\(DuckDB.quote(identifier: schema)).\(DuckDB.quote(identifier: table))",
        columns: columns.filter { names.contains($0.0) }, where: own, in: database, duckDB: duckDB,
        timeout: EvidenceGatherer.partTimeout)
    }
    return (found ?? [:]).mapValues(ContentProfile.init).filter { $0.value.fitting > 0 }
  }

  /// What stands under the headers that no column reads, read as a missing column would be.
  func headerProfiles(
    _ table: StagedTable, _ entry: SourceEntry, _ file: YAMLNode, as column: YAMLNode?, _ duckDB: DuckDB
  ) async -> [String: ContentProfile] {
    guard let column, let rule = entry.rule(column, of: file) else { return [:] }
    let used = Set(entry.columns.compactMap { $0["original_name"]?.text })
    let free = table.names.filter { !used.contains($0) && !$0.isEmpty }.prefix(Self.mostProfiles)
    let found = try? await ColumnProfile.of(
      table, columns: free.map { ($0, rule) }, duckDB: duckDB, timeout: EvidenceGatherer.partTimeout)
    return (found ?? [:]).mapValues(ContentProfile.init)
  }

  /// The same for each of several columns whose headers the file has no more, by their names in the table; nil for one alone.
  func missingProfiles(
    _ table: StagedTable, _ entry: SourceEntry, _ file: YAMLNode, failed: [String: ContentProfile], _ failure: Failure,
    _ duckDB: DuckDB
  ) async -> [String: [String: ContentProfile]]? {
    let missing = entry.columns.filter { column in
      column["optional"]?.value != .bool(true) && column["original_name"]?.text.flatMap(table.cell(named:)) == nil
    }
    guard missing.count > 1 else { return nil }
    let own = failure.error.column.flatMap { entry.column($0) }?["original_name"]?.text
    var profiles: [String: [String: ContentProfile]] = [:]
    for column in missing.prefix(Self.mostMissing) {
      guard let header = column["original_name"]?.text else { continue }
      let found = header == own ? failed : await headerProfiles(table, entry, file, as: column, duckDB)
      profiles[column["semantic_name"]?.text ?? header] = found
    }
    return profiles
  }

  /// The version in a column of the file, where it is another one than the target's rows have.
  func version(
    _ table: StagedTable, _ entry: SourceEntry, _ failure: Failure, _ duckDB: DuckDB
  ) async -> UpstreamVersion? {
    guard let header = table.names.first(where: UpstreamVersion.isColumn), let cell = table.cell(named: header) else {
      return nil
    }
    let now = try? await duckDB.query(
      "SELECT DISTINCT trim(CAST(\(cell) AS VARCHAR)) AS version FROM cells LIMIT 2", in: .readOnly(table.database),
      timeout: .seconds(30))
    guard let now, now.count == 1, let after = now[0]["version"]?.string, !after.isEmpty, after.count <= 20 else {
      return nil
    }
    let column = entry.columns.first { $0["original_name"]?.text == header }?["semantic_name"]?.text
    let before = await loadedVersions(column, entry, failure, duckDB)
    guard !before.contains(after) else { return nil }
    return UpstreamVersion(place: "the column \(header)", before: before.last, after: after)
  }

  private func loadedVersions(
    _ column: String?, _ entry: SourceEntry, _ failure: Failure, _ duckDB: DuckDB
  ) async -> [String] {
    guard let column, let name = entry.table, let source = failure.source,
      let stage = configuration.pipeline[failure.stage]
    else { return [] }
    let values = StageValues(workspace: workspace, pipeline: configuration.pipeline, source: source, absolute: true)
    let target = values.fill("{database}")
    guard target.hasPrefix("/"), FileManager.default.fileExists(atPath: target) else { return [] }
    let relative = StageValues(workspace: workspace, pipeline: configuration.pipeline, source: source)
    let rows = try? await queues.using(stage.exclusive.map { relative.fill($0) }) {
      try await duckDB.query(
        """
        SELECT DISTINCT CAST(\(DuckDB.quote(identifier: column)) AS VARCHAR) AS version
        FROM \(DuckDB.quote(identifier: entry.schema)).\(DuckDB.quote(identifier: name))
        WHERE _source_code = \(DuckDB.quote(literal: source)) ORDER BY version LIMIT 20
        """, in: .readOnly(target), timeout: .seconds(30))
    }
    return (rows ?? []).compactMap { $0["version"]?.string }
  }

  /// The narrowest types that take what stands under the headers that no column reads.
  func headerTypes(_ table: StagedTable, _ entry: SourceEntry, _ duckDB: DuckDB) async -> [String: String] {
    let used = Set(entry.columns.compactMap { $0["original_name"]?.text })
    var types: [String: String] = [:]
    for header in table.names where !used.contains(header) && !header.isEmpty && types.count < Self.mostProfiles {
      let found = try? await FailingValues.find(
        in: table, column: header, rule: ColumnRule(.varchar(nil)), duckDB: duckDB,
        timeout: EvidenceGatherer.partTimeout)
      types[header] = found?.fittingTypes.first?.lowercased() ?? "varchar"
    }
    return types
  }

  /// What is on the sheets that no other source of the manifest reads.
  func sheetContents(
    _ input: CachedFile, _ entry: SourceEntry, _ file: YAMLNode, _ sheets: [String], _ duckDB: DuckDB
  ) async -> [String: Evidence.SheetContent] {
    var contents: [String: Evidence.SheetContent] = [:]
    let columns = entry.columns.prefix(Self.mostProfiles).compactMap { column in
      column["original_name"]?.text.flatMap { name in entry.rule(column, of: file).map { (name, $0) } }
    }
    let names = Dictionary(
      entry.columns.compactMap { column in
        column["original_name"]?.text.flatMap { name in column["semantic_name"]?.text.map { (name, $0) } }
      }, uniquingKeysWith: { first, _ in first })
    for sheet in sheets.prefix(Self.mostSheets) {
      guard !Task.isCancelled, let folder = try? ScratchPlace(workspace: workspace) else { break }
      defer { folder.remove() }
      var location = entry.location(of: file, at: input.path)
      location.sheet = sheet
      location.headerRow = nil
      guard
        let table = try? await StagedTable.stage(
          location, in: folder.path, duckDB: duckDB, timeout: EvidenceGatherer.partTimeout)
      else {
        contents[sheet] = Evidence.SheetContent(headers: [])
        continue
      }
      let found = try? await ColumnProfile.of(
        table, columns: columns, duckDB: duckDB, timeout: EvidenceGatherer.partTimeout)
      let profiles = (found ?? [:]).compactMap { name, profile in names[name].map { ($0, ContentProfile(profile)) } }
      contents[sheet] = Evidence.SheetContent(
        headers: table.names, profiles: Dictionary(profiles, uniquingKeysWith: { first, _ in first }))
    }
    return contents
  }
}

extension ContentProfile {
  /// A profile as it was measured.
  init(_ profile: ColumnProfile) {
    self.init(
      rows: profile.rows, present: profile.present, fitting: profile.fitting, distinct: profile.distinct,
      low: profile.low, high: profile.high, shares: profile.shares)
  }
}
