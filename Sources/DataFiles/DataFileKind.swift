internal import Foundation
internal import Journal

/// What a file is: its first bytes decide, its name only where bytes cannot.
public enum DataFileKind: String, Codable, CaseIterable, Sendable {
  case csv, xlsx, xls, json, parquet, zip, html, unknown
}

extension DataFileKind {
  /// The kind that a file name promises; `.unknown` for a name that promises none of the data formats.
  public init(fileName: String) {
    switch (fileName as NSString).pathExtension.lowercased() {
    case "csv", "tsv", "txt": self = .csv
    case "xlsx", "xlsm": self = .xlsx
    case "xls": self = .xls
    case "json", "jsonl", "ndjson": self = .json
    case "parquet": self = .parquet
    case "zip": self = .zip
    case "html", "htm", "aspx": self = .html
    default: self = .unknown
    }
  }

  /// The kind of a file by its first bytes (1 KiB is enough), then by its name.
  ///
  /// - Parameters:
  ///   - start: the beginning of the file.
  ///   - fileName: its name, which tells an `.xlsx` from another ZIP and a CSV from a plain text.
  public init(start: some Collection<UInt8>, fileName: String) {
    let promised = DataFileKind(fileName: fileName)
    let bytes = Array(start.prefix(1024))
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
      self = promised == .xlsx || DataFileKind.mentionsWorkbook(bytes) ? .xlsx : .zip
    } else if bytes.starts(with: Array("PAR1".utf8)) {
      self = .parquet
    } else if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
      self = .xls
    } else if DataFileKind.looksLikeMarkup(bytes) {
      self = .html
    } else if promised == .json {
      self = DataFileKind.firstCharacter(bytes).map { "{[".utf8.contains($0) } == true ? .json : .unknown
    } else if promised == .csv {
      self = bytes.isEmpty || !DataFileKind.looksBinary(bytes) ? .csv : .unknown
    } else {
      self = .unknown
    }
  }

  /// The kind of the file at a path.
  public static func of(path: String, fileName: String? = nil) throws(DataFileError) -> DataFileKind {
    let name = fileName ?? (path as NSString).lastPathComponent
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw DataFileError(.notFound, "\(name): the file does not exist or cannot be read", file: name)
    }
    defer { try? handle.close() }
    let start: Data
    do {
      start = try handle.read(upToCount: 1024) ?? Data()
    } catch {
      throw DataFileError(.corruptFile, "\(name): cannot be read: \(error.localizedDescription)", file: name)
    }
    return DataFileKind(start: start, fileName: name)
  }

  /// How a sentence calls it.
  public var spokenName: String {
    switch self {
    case .csv: "a CSV file"
    case .xlsx: "an Excel workbook"
    case .xls: "an old Excel workbook (.xls)"
    case .json: "a JSON file"
    case .parquet: "a Parquet file"
    case .zip: "a ZIP archive"
    case .html: "an HTML page"
    case .unknown: "a file of no known kind"
    }
  }

  private static func mentionsWorkbook(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: Unicode.ASCII.self)
    return text.contains("[Content_Types].xml") || text.contains("xl/workbook.xml") || text.contains("_rels/.rels")
  }

  private static func firstCharacter(_ bytes: [UInt8]) -> UInt8? {
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    return body.first { $0 > 0x20 }
  }

  private static func looksLikeMarkup(_ bytes: [UInt8]) -> Bool {
    guard firstCharacter(bytes) == UInt8(ascii: "<") else { return false }
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    return ["<!doctype html", "<html", "<head", "<body", "<script", "<title"].contains { text.contains($0) }
  }

  /// UTF-16 has zero bytes too, but starts with its mark.
  private static func looksBinary(_ bytes: [UInt8]) -> Bool {
    let utf16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    return !utf16 && bytes.contains(0)
  }
}
