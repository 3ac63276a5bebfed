internal import DataFiles
internal import Journal
internal import ManifestYAML

/// Downloads a period's files, looks into them and drafts the manifest.
struct DraftBuilder: Sendable {
  var publication: String
  var period: String
  var url: String
  var landingPage: String?
  var cache: RawCache
  var duckdb: DuckDB

  /// A draft and what happened on the way.
  struct Draft: Sendable {
    var manifest: YAMLValue
    var sources: Int
    var events: [Event]
  }

  /// Drafts the manifest.
  ///
  /// A file that is missing or not what its name says keeps its entry, so that its own load fails and the others go on.
  /// A failure that may heal by itself fails the whole step instead: a draft made without the file's sheets would be
  /// wrong for good.
  func draft() async throws(DataFileError) -> Draft {
    let files = try await PublicationFiles.find(
      url: url, landingPage: landingPage, period: period, fetcher: cache.fetcher)
    var events = files.otherPeriods.map { link in
      Event(.info, data: ["message": .string("\(link.fileName) names another period and is left out")])
    }
    var drafts: [SourceDraft] = []
    var metadata: [YAMLValue] = []
    for link in files.links {
      do {
        let cached = try await cache.file(for: link.url)
        events.append(Event(.fileFetched, data: cached.fetched(from: link.url)))
        drafts += try await look(into: cached, link: link, metadata: &metadata, events: &events)
      } catch {
        guard [.corruptFile, .notFound, .accessDenied].contains(error.kind) else { throw error }
        events.append(
          Event(.warning, data: ["message": .string(error.description), "url": .string(Address.shown(link.url))]))
        drafts.append(SourceDraft(link: link, fileName: link.fileName, kind: link.kind))
      }
    }
    guard !drafts.isEmpty else {
      throw DataFileError(
        .noFilesFound, "\(Address.shown(url)): the files that it links hold no tables", url: Address.shown(url),
        transient: false)
    }
    return Draft(
      manifest: manifest(drafts, title: files.title, metadata: metadata), sources: drafts.count, events: events)
  }

  private func manifest(_ drafts: [SourceDraft], title: String?, metadata: [YAMLValue]) -> YAMLValue {
    let month = PeriodMonth.iso(key: period, hints: [url, title ?? ""])
    let codes = SourceNames.distinct(drafts.map { ($0.code(publication: publication), $0.sheet, $0.kind) })
    let publicationName = title ?? publication
    var context: [YAMLValue.Entry] = []
    if let title { context.append(.init(key: "page_title", value: .string(title))) }
    if !metadata.isEmpty { context.append(.init(key: "excel_metadata", value: .sequence(metadata))) }
    let shown = Address.shown(url)
    var header: [YAMLValue.Entry] = [
      .init(key: "name", value: .string("\(publication)_\(period)")),
      .init(key: "description", value: .string("Generated from \(shown)")),
      .init(key: "source_url", value: .string(shown)),
    ]
    if !context.isEmpty { header.append(.init(key: "publication_context", value: .mapping(context))) }
    let sources = zip(drafts, codes).map { draft, code in
      draft.entry(code: code, publicationName: publicationName, period: month)
    }
    return ["manifest": .mapping(header), "sources": .sequence(sources)]
  }

  private func look(
    into file: CachedFile, link: Link, extract: String? = nil, metadata: inout [YAMLValue], events: inout [Event]
  ) async throws(DataFileError) -> [SourceDraft] {
    let name = extract.map { String($0.split(separator: "/").last ?? "") } ?? link.fileName
    var draft = SourceDraft(link: link, fileName: name, kind: file.kind, extract: extract)
    switch file.kind {
    case .csv, .json, .parquet:
      draft.head = try await TableHead.read(path: file.path, kind: file.kind, duckdb: duckdb)
      return [draft]
    case .xlsx:
      let sheets = try Workbook.sheets(at: file.path, fileName: name)
      if let first = sheets.first, MetadataSheets.reason(sheet: first.name, fileName: name) != nil {
        metadata.append(try await preview(of: file, sheet: first, link: link))
      }
      var drafts: [SourceDraft] = []
      for sheet in sheets {
        draft.sheet = sheet.name
        draft.head = try await TableHead.read(path: file.path, kind: .xlsx, sheet: sheet, duckdb: duckdb)
        drafts.append(draft)
      }
      return drafts
    case .zip where extract == nil: return try await members(of: file, link: link, metadata: &metadata, events: &events)
    case .zip, .xls, .html, .unknown:
      events.append(
        Event(.warning, data: ["message": .string("\(name) is \(file.kind.spokenName), of which no rows can be read")]))
      return extract == nil ? [draft] : []
    }
  }

  private func members(
    of archive: CachedFile, link: Link, metadata: inout [YAMLValue], events: inout [Event]
  ) async throws(DataFileError) -> [SourceDraft] {
    var drafts: [SourceDraft] = []
    for member in try Archive.members(at: archive.path, fileName: link.fileName) {
      guard Link(url: "", text: "", fileName: member.name).isDataFile else { continue }
      do {
        let file = try cache.member(member.name, of: archive)
        drafts += try await look(into: file, link: link, extract: member.name, metadata: &metadata, events: &events)
      } catch {
        guard error.kind == .corruptFile else { throw error }
        let message = "\(link.fileName), member '\(member.name)': \(error)"
        events.append(Event(.warning, data: ["message": .string(message)]))
        let name = String(member.name.split(separator: "/").last ?? "")
        let kind = DataFileKind(fileName: name)
        drafts.append(SourceDraft(link: link, fileName: name, kind: kind, extract: member.name))
      }
    }
    return drafts
  }

  private func preview(
    of file: CachedFile, sheet: SheetInfo, link: Link
  ) async throws(DataFileError) -> YAMLValue {
    let lines = try await TableHead.lines(path: file.path, sheet: sheet, duckdb: duckdb)
    return [
      "file_url": .string(link.url), "first_sheet": .string(sheet.name),
      "content_preview": .string(lines.map { String($0.prefix(200)) }.joined(separator: "\n")),
    ]
  }
}
