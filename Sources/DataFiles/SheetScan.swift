/// Finds the used range and the merged cells of a worksheet's XML as its bytes pass by, whatever its size.
struct SheetScan {
  private(set) var merged: [CellRange] = []
  private var lastRow = 0
  private var lastColumn = 0
  private var row = 0
  private var column = 0
  private var inCell = false
  private var tag: [UInt8] = []
  private var inTag = false

  /// From `A1` to the last row and column with a value.
  var dimension: CellRange? {
    lastRow == 0 ? nil : CellRange(firstRow: 1, firstColumn: 1, lastRow: lastRow, lastColumn: lastColumn)
  }

  mutating func take(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes {
      if inTag {
        if byte == UInt8(ascii: ">") {
          inTag = false
          end()
        } else if tag.count < 4096 {
          tag.append(byte)
        }
      } else if byte == UInt8(ascii: "<") {
        inTag = true
        tag.removeAll(keepingCapacity: true)
      }
    }
  }

  private mutating func end() {
    var name = tag.prefix { $0 > 0x20 && $0 != UInt8(ascii: "/") }
    if let colon = name.firstIndex(of: UInt8(ascii: ":")) { name = name[(colon + 1)...] }
    switch name.count {
    case 1 where name.first == UInt8(ascii: "c"): startCell()
    case 1 where name.first == UInt8(ascii: "v"): if inCell { countCell() }
    case 2 where name.elementsEqual("is".utf8): if inCell { countCell() }
    case 3 where name.elementsEqual("row".utf8):
      row = attribute("r").flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? row + 1
      column = 0
    case 9 where name.elementsEqual("mergeCell".utf8):
      if let range = attribute("ref").flatMap({ CellRange(String(decoding: $0, as: UTF8.self)) }) {
        merged.append(range)
      }
    default: break
    }
  }

  private mutating func startCell() {
    if let cell = attribute("r").flatMap({ CellRange.cell($0) }) {
      (row, column) = cell
    } else {
      column += 1
    }
    inCell = tag.last != UInt8(ascii: "/")
  }

  private mutating func countCell() {
    // An empty <v/> is no value.
    guard tag.last != UInt8(ascii: "/") else { return }
    lastRow = max(lastRow, row)
    lastColumn = max(lastColumn, column)
  }

  private func attribute(_ wanted: String) -> ArraySlice<UInt8>? {
    let key = Array(" \(wanted)=".utf8)
    var start = tag.startIndex
    while start + key.count < tag.count {
      guard tag[start...].starts(with: key) else {
        start += 1
        continue
      }
      let quote = tag[start + key.count]
      let value = tag[(start + key.count + 1)...]
      return value.firstIndex(of: quote).map { value[..<$0] }
    }
    return nil
  }
}
