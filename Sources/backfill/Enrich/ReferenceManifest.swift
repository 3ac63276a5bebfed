internal import DataFiles
internal import Foundation
internal import Journal
internal import ManifestYAML

/// One source of a publication's reference manifest: where names, types and descriptions come from.
struct ReferenceSource: Sendable {
  var entry: YAMLValue
  var identity: SourceIdentity
  var columns: [YAMLValue]

  /// Reads a source's entry.
  init(_ entry: YAMLValue) {
    self.entry = entry
    identity = SourceIdentity(entry)
    columns = entry["columns"]?.sequence ?? []
  }

  /// The columns' names in the file.
  var originalNames: [String] { columns.compactMap { $0["original_name"]?.text } }
}

extension ReferenceSource {
  /// The sources of a reference manifest.
  /// - Throws: `reference_not_found` when there is no such file, `manifest_invalid` when it cannot be read.
  static func load(_ path: String) throws(DataFileError) -> [ReferenceSource] {
    guard FileManager.default.fileExists(atPath: path) else {
      throw DataFileError(
        .referenceNotFound, "the reference manifest \(path) does not exist", file: path, transient: false)
    }
    let root = try ManifestFile.load(path)
    guard let sources = root["sources"]?.sequence else {
      throw DataFileError(
        .manifestInvalid, "\(path): a reference manifest needs a list 'sources'", file: path, transient: false)
    }
    return sources.map { ReferenceSource($0) }
  }
}

/// Reads manifests as plain values.
enum ManifestFile {
  /// The first document's value.
  static func load(_ path: String) throws(DataFileError) -> YAMLValue {
    do {
      return try YAMLFile.load(path).root?.value ?? .null
    } catch {
      throw DataFileError(.manifestInvalid, error.description, file: path, transient: false)
    }
  }
}

/// What tells one source from the others in any period: its code and its file's and sheet's words, without the period.
struct SourceIdentity: Hashable, Sendable {
  var code: [String]
  var file: [String]
  var sheet: [String]
  /// The sheet's whole name, period and all.
  var sheetName: String?

  /// Reads them from a source's entry.
  init(_ entry: YAMLValue) {
    let first = entry["files"]?[0]
    code = PeriodMonth.wordsWithoutPeriod(entry["code"]?.text ?? "")
    let address = first?["extract"]?.text ?? first?["url"]?.text ?? ""
    let name = address.split(separator: "/").last.map(String.init) ?? ""
    let stem = name.split(separator: ".").dropLast().joined(separator: " ")
    file = PeriodMonth.wordsWithoutPeriod(stem.removingPercentEncoding ?? stem)
    sheetName = (first?["sheet"] ?? entry["sheet"])?.text
    sheet = PeriodMonth.wordsWithoutPeriod(sheetName ?? "")
  }
}

extension YAMLValue {
  /// The text of a scalar, whatever it looks like: sheet and column names may be numbers.
  var text: String? {
    switch self {
    case .string(let text): text
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    case .bool(let value): value ? "true" : "false"
    case .null, .sequence, .mapping: nil
    }
  }
}
