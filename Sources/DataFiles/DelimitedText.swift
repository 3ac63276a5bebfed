internal import Foundation
internal import Journal

/// Cuts a delimited text file into rows of UTF-8 fields and writes them for DuckDB, each with its number in the file.
///
/// DuckDB's own reader drops blank lines, so that its rows can't be counted, and guesses quotes and encodings. Here a blank line
/// is a row, title rows may be shorter than the table, and text in the wrong encoding is an error with its place.
struct DelimitedText {
  private let location: TableLocation
  private let encoding: TextEncoding
  private let delimiter: UInt8
  private let bytes: Data
  /// How many fields the widest row has.
  private(set) var width = 0
  /// How many rows there are, blank ones counted.
  private(set) var rowCount = 0

  init(_ location: TableLocation) throws(DataFileError) {
    self.location = location
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: location.path), options: .mappedIfSafe)
    } catch {
      throw Fetcher.storage("read", location.path, error.localizedDescription)
    }
    let mark = TextEncoding.mark(data.prefix(3))
    var encoding = mark?.encoding ?? .utf8
    if let name = location.encoding {
      guard let declared = TextEncoding(named: name) else {
        let known = TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")
        throw DataFileError(
          .manifestInvalid, "encoding '\(name)' is not known; known are \(known)", file: location.fileName)
      }
      // A mark that is there is right whatever was declared.
      if mark == nil { encoding = declared == .utf16 ? .utf16LittleEndian : declared }
    }
    let body = data.dropFirst(mark?.length ?? 0)
    switch encoding {
    case .utf16, .utf16LittleEndian, .utf16BigEndian:
      guard let converted = encoding.utf8(from: ArraySlice(body)) else {
        throw DataFileError(
          .encodingError, "\(location.fileName) is not valid \(encoding.rawValue) text", file: location.fileName)
      }
      bytes = Data(converted)
    case .utf8, .windows1252, .latin1: bytes = Data(body)
    }
    self.encoding = encoding
    delimiter = try DelimitedText.delimiter(of: location)
  }

  private static func delimiter(of location: TableLocation) throws(DataFileError) -> UInt8 {
    guard let declared = location.delimiter else {
      return try TextTable(path: location.path).delimiter.asciiValue ?? UInt8(ascii: ",")
    }
    let text = declared == "\\t" || declared.lowercased() == "tab" ? "\t" : declared
    guard text.utf8.count == 1, let byte = text.utf8.first, byte != UInt8(ascii: "\"") else {
      throw DataFileError(
        .manifestInvalid, "delimiter '\(declared)' is not one ASCII character", file: location.fileName)
    }
    return byte
  }

  /// Writes all rows as `number,"field","field"…`, every row as wide as the widest.
  mutating func write(to path: String) throws(DataFileError) {
    var output = Data()
    let file = try open(path)
    defer { try? file.close() }
    // Two passes over memory-mapped bytes: the first finds the width.
    var widest = 0
    try rows { (_, fields) throws(DataFileError) in widest = max(widest, fields.count) }
    width = widest
    var count = 0
    try rows { (number, fields) throws(DataFileError) in
      count = number
      output.append(contentsOf: String(number).utf8)
      for column in 0..<widest {
        output.append(UInt8(ascii: ","))
        guard column < fields.count, !fields[column].isEmpty else { continue }
        try append(fields[column], to: &output, row: number, column: column + 1)
      }
      output.append(UInt8(ascii: "\n"))
      if output.count > 1 << 20 { try flush(&output, to: file, path) }
    }
    rowCount = count
    try flush(&output, to: file, path)
  }

  private func open(_ path: String) throws(DataFileError) -> FileHandle {
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else { throw Fetcher.storage("write", path, "the file cannot be made") }
    return file
  }

  private func flush(_ output: inout Data, to file: FileHandle, _ path: String) throws(DataFileError) {
    do {
      try file.write(contentsOf: output)
    } catch {
      throw Fetcher.storage("write", path, error.localizedDescription)
    }
    output.removeAll(keepingCapacity: true)
  }

  private func append(_ field: [UInt8], to output: inout Data, row: Int, column: Int) throws(DataFileError) {
    output.append(UInt8(ascii: "\""))
    if field.allSatisfy({ $0 < 0x80 }) {
      for byte in field where byte != 0 {
        if byte == UInt8(ascii: "\"") { output.append(byte) }
        output.append(byte)
      }
    } else if let text = encoding.text(field[...]) {
      for byte in text.utf8 where byte != 0 {
        if byte == UInt8(ascii: "\"") { output.append(byte) }
        output.append(byte)
      }
    } else {
      throw encodingError(field, row: row, column: column)
    }
    output.append(UInt8(ascii: "\""))
  }

  private func encodingError(_ field: [UInt8], row: Int, column: Int) -> DataFileError {
    let shown =
      TextEncoding.windows1252.text(field[...]).map { ", which windows-1252 reads as '\($0.prefix(60))'" } ?? ""
    var error = DataFileError(
      .encodingError,
      "\(location.fileName) is not valid \(encoding.rawValue) text: row \(row), field \(column)\(shown)",
      file: location.fileName)
    error.event.row = row
    return error
  }

  /// Passes each row's fields (quotes undone) to the body.
  private func rows(_ body: (Int, [[UInt8]]) throws(DataFileError) -> Void) throws(DataFileError) {
    var parser = DelimitedRows(delimiter: delimiter)
    for region in bytes.regions {
      for byte in region {
        if let row = parser.take(byte) { try body(parser.number, row) }
      }
    }
    if parser.isQuoted {
      var error = DataFileError(
        .corruptFile,
        "\(location.fileName) ends inside a quoted value that starts in row \(parser.number + 1): "
          + "it is truncated, or a quote is missing", file: location.fileName)
      error.event.row = parser.number + 1
      throw error
    }
    if let row = parser.end() { try body(parser.number, row) }
  }
}

/// The state between two bytes of a delimited text (RFC 4180, with any kind of line end).
struct DelimitedRows {
  let delimiter: UInt8
  /// The number of the last whole row.
  private(set) var number = 0
  private(set) var isQuoted = false
  private var closedQuote = false
  private var afterReturn = false
  private var field: [UInt8] = []
  private var fields: [[UInt8]] = []

  init(delimiter: UInt8) { self.delimiter = delimiter }

  /// Takes a byte; returns a row when the byte ends one.
  mutating func take(_ byte: UInt8) -> [[UInt8]]? {
    let followsReturn = afterReturn
    afterReturn = false
    if isQuoted {
      if byte == UInt8(ascii: "\"") {
        isQuoted = false
        closedQuote = true
      } else {
        field.append(byte)
      }
      return nil
    }
    switch byte {
    case UInt8(ascii: "\""):
      if closedQuote {
        field.append(byte)
        isQuoted = true
        closedQuote = false
      } else if field.isEmpty {
        isQuoted = true
      } else {
        field.append(byte)
      }
    case delimiter:
      endField()
    case UInt8(ascii: "\n"):
      return followsReturn ? nil : endRow()
    case UInt8(ascii: "\r"):
      afterReturn = true
      return endRow()
    default:
      field.append(byte)
    }
    return nil
  }

  /// The row that no line end ends; nil when there is none.
  mutating func end() -> [[UInt8]]? { field.isEmpty && fields.isEmpty && !closedQuote ? nil : endRow() }

  private mutating func endField() {
    fields.append(field)
    field = []
    closedQuote = false
  }

  private mutating func endRow() -> [[UInt8]] {
    endField()
    number += 1
    let row = fields
    fields = []
    return row
  }
}
