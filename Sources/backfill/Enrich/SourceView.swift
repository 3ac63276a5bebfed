internal import DataFiles
internal import Foundation
internal import Journal
internal import ManifestYAML

/// What a draft's source really holds, as far as its file can be read.
struct SourceView: Sendable {
  /// The columns' names in the file; nil when it could not be read.
  var names: [String]?
  /// The header texts above each column, upper rows first.
  var parts: [[String]] = []
  /// The columns' types.
  var types: [TypeSniffer.Sniffed] = []
  /// Why the source has no data of its own; nil when it has.
  var reasonToDisable: String?
  /// Why it could not be read.
  var trouble: DataFileError?
}

/// Looks into the raw files of a draft.
struct SourceReader: Sendable {
  var cache: RawCache
  var duckdb: DuckDB

  /// Reads a source's first file: loads of further files use the same columns.
  ///
  /// What is wrong with the file itself is noted, for its load will say it; anything else ends the step.
  func view(of entry: YAMLValue) async throws(DataFileError) -> SourceView {
    guard let file = entry["files"]?[0], let url = file["url"]?.text else {
      return SourceView(
        trouble: DataFileError(.manifestInvalid, "source '\(entry["code"]?.text ?? "")' has no file with a url"))
    }
    let member = file["extract"]?.text
    let fileName: String = if let member { member } else { try Address(url).fileName }
    let name = fileName.split(separator: "/").last.map(String.init) ?? fileName
    let sheet = (file["sheet"] ?? entry["sheet"])?.text
    if let reason = MetadataSheets.reason(sheet: sheet, fileName: name) { return SourceView(reasonToDisable: reason) }
    do throws(DataFileError) {
      var raw = try await cache.file(for: url)
      if let member { raw = try cache.member(member, of: raw) }
      func own(_ key: String) -> YAMLValue? { file[key] ?? entry[key] }
      let location = TableLocation(
        path: raw.path, fileName: name, sheet: sheet, headerRow: own("header_row")?.int, range: own("range")?.text,
        encoding: own("encoding")?.text, delimiter: own("delimiter")?.text)
      return try await read(location, kind: raw.kind)
    } catch {
      guard SourceReader.ownTrouble.contains(error.kind) else { throw error }
      return SourceView(trouble: error)
    }
  }

  /// Troubles of one file that its load will meet again and report as its own.
  private static let ownTrouble: Set<ErrorType> = [
    .corruptFile, .notFound, .accessDenied, .sheetNotFound, .emptyData, .encodingError, .unexpectedColumn,
    .noFilesFound, .manifestInvalid,
  ]

  private func read(_ location: TableLocation, kind: DataFileKind) async throws(DataFileError) -> SourceView {
    var sheet: SheetInfo?
    if kind == .xlsx {
      let sheets = try Workbook.sheets(at: location.path, fileName: location.fileName)
      sheet = sheets.first { $0.name == location.sheet } ?? (location.sheet == nil ? sheets.first : nil)
      if sheet?.hidden == true { return SourceView(reasonToDisable: "Hidden sheet, switched off") }
      if let sheet, sheet.dimension == nil { return SourceView(reasonToDisable: "Empty sheet, switched off") }
    }
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let table = try await StagedTable.stage(location, in: scratch.path, duckDB: duckdb)
    let sniffer = TypeSniffer(duckdb: duckdb)
    let dates = try await sniffer.dates(of: table, at: location.path, range: location.range)
    let types = try await sniffer.types(of: table, dates: dates)
    let head = try await TableHead.read(path: location.path, kind: kind, sheet: sheet, duckdb: duckdb)
    let parts = head?.names == table.names ? head?.parts : nil
    return SourceView(names: table.names, parts: parts ?? table.names.map { [$0] }, types: types)
  }
}
