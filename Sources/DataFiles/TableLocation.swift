/// Where a table lies in a data file, as a manifest says it. What is not said is found out.
public struct TableLocation: Hashable, Sendable {
  /// The file; a member of an archive is unpacked before.
  public var path: String
  /// The name that errors call the file by.
  public var fileName: String
  /// The sheet of a workbook; nil is the first visible one with anything in it.
  public var sheet: String?
  /// The header row, counted from 1 with title rows.
  public var headerRow: Int?
  /// Cells such as `A4:F200` outside which nothing belongs to the table.
  public var range: String?
  /// The encoding of a text file; nil is what its byte order mark says, else UTF-8.
  public var encoding: String?
  /// What parts the fields of a text file; nil is what most of its first rows agree on.
  public var delimiter: String?
  /// The columns that the manifest names: without a header row, the row that has most of them is the header.
  public var expectedNames: [String]

  /// Creates a location.
  public init(
    path: String, fileName: String? = nil, sheet: String? = nil, headerRow: Int? = nil, range: String? = nil,
    encoding: String? = nil, delimiter: String? = nil, expectedNames: [String] = []
  ) {
    self.path = path
    self.fileName = fileName ?? path.split(separator: "/").last.map(String.init) ?? path
    self.sheet = sheet
    self.headerRow = headerRow
    self.range = range
    self.encoding = encoding
    self.delimiter = delimiter
    self.expectedNames = expectedNames
  }
}

extension TableLocation {
  /// The header among the table's first rows, as an index; nil when there is none.
  func headerIndex(among rows: [[String?]]) -> Int? {
    let wanted = Set(expectedNames.map(TableLocation.folded))
    let matches = rows.map { row in
      Set(row.compactMap { $0 }.map(TableLocation.folded)).intersection(wanted).count
    }
    if let most = matches.max(), most > 0 { return matches.firstIndex(of: most) }
    let width = rows.map(\.count).max() ?? 0
    let padded = rows.map { $0 + [String?](repeating: nil, count: width - $0.count) }
    return HeaderGuess(head: padded).map { $0.row - 1 }
  }

  /// A header text as names are compared when they are not the same: runs of white space as one space.
  static func folded(_ name: String) -> String {
    name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
