internal import DataFiles
internal import Foundation
internal import Journal
internal import ManifestYAML
internal import Operations
internal import Repair

/// Finds out the facts about a failure: each part from the thing itself, bounded in time, and allowed to fail with a note.
struct EvidenceGatherer: Sendable {
  let workspace: Workspace
  let configuration: Configuration
  let queues: ExclusiveQueues
  let duckDB: DuckDB?
  /// Brings pages; its time limits bound each part.
  var fetcher = Fetcher(idleTimeout: 20, totalTimeout: 60, operation: .fetchPage)

  /// How long one part of the evidence may take.
  static let partTimeout = Duration.seconds(120)
  /// How many distinct values are kept.
  static let mostValues = 40

  /// Errors about what a file's cells hold.
  private static let valueTypes: Set<ErrorType> = [
    .typeMismatch, .valueOutOfRange, .valueTooLong, .dateFormat, .nullViolation,
  ]
  /// Errors about what a file is made of.
  private static let structureTypes: Set<ErrorType> = [
    .sheetNotFound, .missingColumn, .unexpectedColumn, .emptyData, .encodingError, .corruptFile, .lowRowCount,
    .noFilesFound,
  ]
  /// Errors that a header in another row than the manifest says would give.
  private static let layoutTypes: Set<ErrorType> = [.missingColumn, .unexpectedColumn, .emptyData]
  /// Errors about where things are.
  private static let addressTypes: Set<ErrorType> = [
    .notFound, .noFilesFound, .upcomingPublication, .accessDenied, .corruptFile,
  ]

  /// Gathers what there is.
  ///
  /// - Parameters:
  ///   - manifest: The manifest as it is to be judged, an edited copy in later rounds of verification; nil when there is none.
  ///   - state: How the key's sources stand.
  ///   - history: Earlier fixes.
  func gather(
    _ failure: Failure, manifest: YAMLFile?, key: URLKey?, state: URLRecord?, history: [FixRecord]
  ) async -> Evidence {
    var evidence = Evidence()
    evidence.sources = sources(state)
    evidence.history = history.filter { $0.publication == failure.publication && $0.errorType == failure.error.type }
    let kind = failure.error.kind
    if let source = failure.source, let root = manifest?.root {
      if let entry = SourceEntry(identity: source, in: root) {
        await describe(failure, entry, key: key, into: &evidence)
      } else {
        evidence.notes.append("The manifest \(failure.manifestPath ?? "") has no source '\(source)'.")
      }
    }
    if EvidenceGatherer.addressTypes.contains(kind) { await pages(key, into: &evidence) }
    return evidence
  }

  private func sources(_ state: URLRecord?) -> Evidence.Sources {
    var sources = Evidence.Sources()
    for (code, record) in (state?.sources ?? [:]).sorted(by: { $0.key < $1.key }) {
      switch record.status {
      case .loaded: sources.loaded.append(.init(code, rows: record.rows))
      case .failed, .reverted: sources.failed.append(code)
      case .pending: sources.pending.append(code)
      case .disabled: break
      }
    }
    return sources
  }

  private func describe(
    _ failure: Failure, _ entry: SourceEntry, key: URLKey?, into evidence: inout Evidence
  ) async {
    evidence.entry = JSONValue(entry.node.value)
    if let name = failure.error.column {
      evidence.column = entry.column(name).map(EvidenceGatherer.definition)
      evidence.neighbours = entry.neighbours(of: name).map(EvidenceGatherer.definition)
      evidence.referenceColumn = reference(of: name, source: failure.source, key: key)
      evidence.otherPeriods = definitions(of: name, failure, key: key)
    }
    await database(entry, failure, key: key, into: &evidence)
    let kind = failure.error.kind
    let wantsFile =
      EvidenceGatherer.valueTypes.contains(kind) || EvidenceGatherer.structureTypes.contains(kind)
    guard wantsFile, let file = entry.file(named: failure.error.file) else { return }
    guard let input = await input(file, into: &evidence) else { return }
    await read(input, entry, file, failure, into: &evidence)
  }

  static func definition(_ column: YAMLNode) -> Evidence.Column {
    Evidence.Column(
      originalName: column["original_name"]?.text ?? "", semanticName: column["semantic_name"]?.text,
      dataType: column["data_type"]?.text)
  }

  /// The same column in the publication's reference manifest: in the source of that name, else in any.
  private func reference(of name: String, source: String?, key: URLKey?) -> Evidence.Column? {
    guard let path = key?.publication.referenceManifest, let absolute = try? workspace.absolute(path),
      let root = (try? YAMLFile.load(absolute))?.root
    else { return nil }
    let own = source.flatMap { SourceEntry(identity: $0, in: root) }?.column(name)
    let any = root["sources"]?.items.lazy.compactMap { item in
      item["columns"]?.items.first { $0["semantic_name"]?.text == name }
    }.first
    return (own ?? any).map(EvidenceGatherer.definition)
  }

  /// The file's bytes as the stage had them; downloaded again only when they are gone, and then a note says so.
  private func input(_ file: YAMLNode, into evidence: inout Evidence) async -> CachedFile? {
    guard let url = file["url"]?.text else { return nil }
    let cache = RawCache(directory: workspace.root + "/data/raw", fetcher: fetcher)
    do {
      var cached = try cache.existing(for: url)
      if cached == nil {
        cached = try await cache.file(for: url)
        evidence.notes.append("The data file was not kept and was downloaded again.")
      }
      guard var found = cached else { return nil }
      if let member = file["extract"]?.text {
        let members = try Archive.members(at: found.path).map(\.name)
        evidence.members = members
        guard members.contains(member) else { return nil }
        found = try cache.member(member, of: found)
      }
      evidence.input = Evidence.Input(
        path: workspace.relative(found.path), sha256: found.sha256, kind: found.kind.rawValue)
      return found
    } catch {
      evidence.notes.append("The data file could not be looked at: \(error).")
      return nil
    }
  }

  private func read(
    _ input: CachedFile, _ entry: SourceEntry, _ file: YAMLNode, _ failure: Failure, into evidence: inout Evidence
  ) async {
    if input.kind == .xlsx {
      do {
        evidence.sheets = try Workbook.sheets(at: input.path).filter { !$0.hidden }.map(\.name)
      } catch {
        evidence.notes.append("The workbook's sheets could not be listed: \(error).")
      }
    }
    guard failure.error.kind != .corruptFile, let duckDB else { return }
    if [.sheetNotFound, .missingColumn].contains(failure.error.kind) {
      evidence.loadedProfiles = await loadedProfiles(entry, file, failure)
    }
    if failure.error.kind == .sheetNotFound {
      evidence.sheetContents = await sheetContents(input, entry, file, evidence.sheets ?? [], duckDB)
      return
    }
    if EvidenceGatherer.layoutTypes.contains(failure.error.kind) {
      evidence.headerRow = await headerRow(input, entry, file, duckDB)
    }
    do {
      let folder = try ScratchPlace(workspace: workspace)
      defer { folder.remove() }
      let table = try await StagedTable.stage(
        entry.location(of: file, at: input.path), in: folder.path, duckDB: duckDB, timeout: EvidenceGatherer.partTimeout
      )
      evidence.headers = table.names
      evidence.layout = layout(of: table, in: input)
      if failure.error.kind == .missingColumn {
        let column = failure.error.column.flatMap { entry.column($0) }
        evidence.headerProfiles = await headerProfiles(table, entry, file, as: column, duckDB)
        evidence.missingProfiles = await missingProfiles(
          table, entry, file, failed: evidence.headerProfiles, failure, duckDB)
      }
      evidence.version = await version(table, entry, failure, duckDB)
      if failure.error.kind == .unexpectedColumn {
        evidence.headerTypes = await headerTypes(table, entry, duckDB)
      }
      if EvidenceGatherer.valueTypes.contains(failure.error.kind) {
        await values(table, entry, file, failure, duckDB, into: &evidence)
      }
    } catch {
      evidence.notes.append("The data file could not be read: \(error).")
    }
  }

  /// The row with all headers that the manifest names, where the manifest says another one; nil when there is none.
  private func headerRow(
    _ input: CachedFile, _ entry: SourceEntry, _ file: YAMLNode, _ duckDB: DuckDB
  ) async -> Int? {
    var location = entry.location(of: file, at: input.path)
    guard let said = location.headerRow, let folder = try? ScratchPlace(workspace: workspace) else { return nil }
    defer { folder.remove() }
    location.headerRow = nil
    let table = try? await StagedTable.stage(
      location, in: folder.path, duckDB: duckDB, timeout: EvidenceGatherer.partTimeout)
    let wanted = entry.columns.filter { $0["optional"]?.value != .bool(true) }.compactMap { $0["original_name"]?.text }
    guard let table, table.headerRow != said, wanted.allSatisfy({ table.cell(named: $0) != nil }) else { return nil }
    return table.headerRow
  }

  /// The values that do not fit: of the failed column, and of every other column that would fail next.
  private func values(
    _ table: StagedTable, _ entry: SourceEntry, _ file: YAMLNode, _ failure: Failure, _ duckDB: DuckDB,
    into evidence: inout Evidence
  ) async {
    let failed = failure.error.column.flatMap { entry.column($0) }
    for column in entry.columns {
      guard let original = column["original_name"]?.text, let rule = entry.rule(column, of: file) else { continue }
      let isFailed = original == failed?["original_name"]?.text
      do {
        let found = try await FailingValues.find(
          in: table, column: original, rule: rule, duckDB: duckDB, timeout: EvidenceGatherer.partTimeout)
        guard found.failing > 0 else { continue }
        let values = Evidence.FailingValues(
          column: column["semantic_name"]?.text ?? original, originalName: original,
          expectedType: column["data_type"]?.text ?? "",
          values: found.values.prefix(EvidenceGatherer.mostValues).map {
            Evidence.Value($0.text, count: $0.count, rows: $0.rows)
          }, totalRows: found.totalRows, failing: found.failing,
          truncated: found.distinct > min(found.values.count, EvidenceGatherer.mostValues), sample: found.sample)
        guard isFailed else {
          evidence.furtherValues.append(values)
          continue
        }
        evidence.values = values
        evidence.values?.markers = found.shortTokens.map { Evidence.Value($0.text, count: $0.count, rows: $0.rows) }
        evidence.values?.fittingTypes = found.fittingTypes
        evidence.values?.fittingTypesWithoutMarkers = found.fittingTypesWithoutTokens
        evidence.profile = await profile(of: original, rule, in: table, duckDB)
      } catch  where isFailed {
        evidence.notes.append("The column's values could not be read: \(error).")
      } catch {
        continue
      }
    }
  }

  private func database(
    _ entry: SourceEntry, _ failure: Failure, key: URLKey?, into evidence: inout Evidence
  ) async {
    guard let duckDB, let table = entry.table, let stage = configuration.pipeline[failure.stage] else { return }
    let values = StageValues(
      workspace: workspace, pipeline: configuration.pipeline, key: key, source: failure.source, absolute: true)
    let target = values.fill("{database}")
    guard target.hasPrefix("/"), FileManager.default.fileExists(atPath: target) else { return }
    let relative = StageValues(workspace: workspace, pipeline: configuration.pipeline, key: key, source: failure.source)
    do {
      evidence.database = try await queues.using(stage.exclusive.map { relative.fill($0) }) {
        let rows = try await duckDB.query(
          """
          SELECT c.column_name, t.estimated_size FROM duckdb_columns() c JOIN duckdb_tables() t USING (table_oid)
          WHERE NOT t.internal AND lower(t.table_name) = lower(\(DuckDB.quote(literal: table)))
          ORDER BY c.column_index;
          """, in: .readOnly(target), timeout: .seconds(30))
        return Evidence.Database(
          table: table, exists: !rows.isEmpty, columns: rows.compactMap { $0["column_name"]?.string },
          rows: rows.first?["estimated_size"]?.int, loads: try await loads(into: table, in: target, duckDB))
      }
    } catch {
      evidence.notes.append("The target table could not be looked at: \(error).")
    }
  }

  private func pages(_ key: URLKey?, into evidence: inout Evidence) async {
    guard let key else { return }
    evidence.page = await page(key.period.url, into: &evidence)
    if let landing = key.publication.landingPage, landing != key.period.url {
      evidence.landing = await page(landing, into: &evidence)
    }
  }

  private func page(_ url: String, into evidence: inout Evidence) async -> Evidence.Page? {
    do {
      let folder = try ScratchPlace(workspace: workspace)
      defer { folder.remove() }
      let fetched = try await fetcher.fetch(url, to: folder.path + "/page.html")
      let bytes = [UInt8](FileManager.default.contents(atPath: fetched.path) ?? Data())
      let read = PageLinks(html: bytes, base: fetched.finalURL)
      return Evidence.Page(
        url: url, status: fetched.status ?? 200, redirectedTo: fetched.finalURL == url ? nil : fetched.finalURL,
        headings: Array(read.headings.prefix(EvidenceGatherer.mostValues)),
        links: read.links.prefix(500).map { .init(url: $0.url, text: $0.text) },
        upcomingDate: read.notice?.date, notice: read.notice?.sentence)
    } catch let error as DataFileError {
      evidence.notes.append("The page \(Redaction.redact(url)) could not be read: \(error).")
      return Evidence.Page(url: url, status: error.event.status)
    } catch {
      evidence.notes.append("The page \(Redaction.redact(url)) could not be read: \(error).")
      return nil
    }
  }
}
