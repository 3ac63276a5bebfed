/// COPY's text format: fields parted by tabs, rows by newlines, `\N` for NULL.
enum CopyText {
  static func append(_ row: [String?], to bytes: inout [UInt8]) {
    for (index, value) in row.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: "\t")) }
      guard let value else {
        bytes += [UInt8(ascii: "\\"), UInt8(ascii: "N")]
        continue
      }
      for byte in value.utf8 {
        if let letter = escape(byte) { bytes += [UInt8(ascii: "\\"), letter] } else { bytes.append(byte) }
      }
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  private static func escape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\\"): UInt8(ascii: "\\")
    case UInt8(ascii: "\n"): UInt8(ascii: "n")
    case UInt8(ascii: "\r"): UInt8(ascii: "r")
    case UInt8(ascii: "\t"): UInt8(ascii: "t")
    default: nil
    }
  }
}
