internal import CXML2
internal import CZip
internal import Foundation
internal import Journal

/// Cells from a first to a last row and column, 1-based and inclusive, as `A4:F200`.
public struct CellRange: Hashable, Sendable, CustomStringConvertible {
  /// The first row and column.
  public var firstRow: Int, firstColumn: Int
  /// The last row and column.
  public var lastRow: Int, lastColumn: Int

  /// Creates a range.
  public init(firstRow: Int, firstColumn: Int, lastRow: Int, lastColumn: Int) {
    self.firstRow = firstRow
    self.firstColumn = firstColumn
    self.lastRow = lastRow
    self.lastColumn = lastColumn
  }

  /// Reads `A4:F200`, or one cell's name.
  public init?(_ text: String) {
    let ends = text.split(separator: ":", omittingEmptySubsequences: false).map { CellRange.cell(Array($0.utf8)) }
    guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil else { return nil }
    self.init(firstRow: first.row, firstColumn: first.column, lastRow: last.row, lastColumn: last.column)
  }

  /// `A4:F200`.
  public var description: String {
    "\(CellRange.letters(firstColumn))\(firstRow):\(CellRange.letters(lastColumn))\(lastRow)"
  }

  /// How many columns it spans.
  public var width: Int { lastColumn - firstColumn + 1 }

  /// The letters of a column: 1 is `A`, 27 is `AA`.
  public static func letters(_ column: Int) -> String {
    var number = column
    var letters: [UInt8] = []
    while number > 0 {
      letters.append(UInt8(ascii: "A") + UInt8((number - 1) % 26))
      number = (number - 1) / 26
    }
    return String(decoding: letters.reversed(), as: UTF8.self)
  }

  /// The row and column of a cell's name such as `AB12`; nil beyond Excel's own limits.
  static func cell(_ name: some Sequence<UInt8>) -> (row: Int, column: Int)? {
    var row = 0
    var column = 0
    for byte in name where byte != UInt8(ascii: "$") {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z") where row == 0: column = column * 26 + Int(byte - 64)
      case UInt8(ascii: "a")...UInt8(ascii: "z") where row == 0: column = column * 26 + Int(byte - 96)
      case UInt8(ascii: "0")...UInt8(ascii: "9"): row = row * 10 + Int(byte - 48)
      default: return nil
      }
      guard column <= 16_384, row <= 1_048_576 else { return nil }
    }
    return row > 0 && column > 0 ? (row, column) : nil
  }
}

/// One sheet of a workbook.
public struct SheetInfo: Hashable, Sendable {
  /// Its name, exactly.
  public let name: String
  /// Whether Excel hides it.
  public let hidden: Bool
  /// From `A1` to the last row and column that hold a value; nil for a sheet without any.
  ///
  /// Counted from the cells, as what programs write as a sheet's dimension is often wrong.
  public let dimension: CellRange?
  /// Cells that were merged into one, in the sheet's order.
  public let merged: [CellRange]
}

/// What is in an `.xlsx` workbook.
public enum Workbook {
  /// The worksheets in the workbook's order; chart sheets are left out.
  public static func sheets(at path: String, fileName: String? = nil) throws(DataFileError) -> [SheetInfo] {
    let name = fileName ?? (path as NSString).lastPathComponent
    let archive = try OpenArchive(path, name: name)
    let limit = 1 << 30
    guard let index = archive.index(of: "xl/workbook.xml") else {
      throw FileCheck.corrupt(name, "is a ZIP archive without a workbook in it", transient: false)
    }
    let targets = try relations(archive, name)
    var sheets: [SheetInfo] = []
    for element in try XMLElements.read(
      archive.all(index, "xl/workbook.xml", limit: limit), named: ["sheet"], file: name)
    {
      guard let sheetName = element["name"], let relation = element["id"], let target = targets[relation] else {
        continue
      }
      let hidden = element["state"].map { $0 != "visible" } ?? false
      guard let index = archive.index(of: target) else {
        throw FileCheck.corrupt(name, "has no part '\(target)' for its sheet '\(sheetName)'")
      }
      var scan = SheetScan()
      try archive.read(index, member: target, limit: limit) { (chunk: UnsafeRawBufferPointer) throws(DataFileError) in
        scan.take(chunk)
      }
      sheets.append(SheetInfo(name: sheetName, hidden: hidden, dimension: scan.dimension, merged: scan.merged))
    }
    guard !sheets.isEmpty else { throw FileCheck.corrupt(name, "is a workbook without a worksheet", transient: false) }
    return sheets
  }

  /// Relation ids of worksheets with the archive member that each stands for.
  private static func relations(
    _ archive: borrowing OpenArchive, _ name: String
  ) throws(DataFileError) -> [String: String] {
    let part = "xl/_rels/workbook.xml.rels"
    guard let index = archive.index(of: part) else {
      throw FileCheck.corrupt(name, "is a workbook without '\(part)'", transient: false)
    }
    let elements = try XMLElements.read(archive.all(index, part, limit: 1 << 24), named: ["Relationship"], file: name)
    var targets: [String: String] = [:]
    for element in elements where element["Type"]?.hasSuffix("/worksheet") == true {
      guard let id = element["Id"], let target = element["Target"] else { continue }
      targets[id] = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/\(target)"
    }
    return targets
  }
}

extension OpenArchive {
  func all(_ index: UInt64, _ member: String, limit: Int) throws(DataFileError) -> [UInt8] {
    var contents: [UInt8] = []
    try read(index, member: member, limit: limit) { (chunk: UnsafeRawBufferPointer) throws(DataFileError) in
      contents.append(contentsOf: chunk)
    }
    return contents
  }
}

/// The attributes of some elements of an XML part, by local name.
enum XMLElements {
  static func read(_ bytes: [UInt8], named names: Set<String>, file: String) throws(DataFileError) -> [[String: String]]
  {
    let options = Int32(XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue | XML_PARSE_NONET.rawValue)
    let document = bytes.withUnsafeBytes { bytes in
      xmlReadMemory(
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: bytes.count), nil, nil, options)
    }
    guard let document else { throw FileCheck.corrupt(file, "has a part that is not well-formed XML") }
    defer { xmlFreeDoc(document) }
    var found: [[String: String]] = []
    // Sheets and relations lie at most two levels down, so this never goes deep.
    var level = xmlDocGetRootElement(document).map { [$0] } ?? []
    for _ in 0..<3 {
      var next: [xmlNodePtr] = []
      for node in level {
        if node.pointee.type == XML_ELEMENT_NODE, let name = node.pointee.name, names.contains(String(cString: name)) {
          found.append(attributes(of: node))
        }
        var child = node.pointee.children
        while let current = child {
          next.append(current)
          child = current.pointee.next
        }
      }
      level = next
    }
    return found
  }

  private static func attributes(of node: xmlNodePtr) -> [String: String] {
    var values: [String: String] = [:]
    var attribute = node.pointee.properties
    while let current = attribute {
      attribute = current.pointee.next
      guard let value = xmlNodeGetContent(UnsafeMutableRawPointer(current).assumingMemoryBound(to: xmlNode.self)) else {
        continue
      }
      defer { cxml2_free(value) }
      values[String(cString: current.pointee.name)] = String(cString: value)
    }
    return values
  }
}
