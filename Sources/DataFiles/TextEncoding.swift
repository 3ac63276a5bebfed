internal import Journal

/// How a text file's bytes stand for characters, as a manifest's `encoding` names it.
public enum TextEncoding: String, CaseIterable, Sendable {
  case utf8 = "utf-8"
  case utf16 = "utf-16"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  case windows1252 = "windows-1252"
  case latin1 = "latin-1"

  /// Reads a manifest's `encoding`, under its other names too; nil when it names none that is known.
  public init?(named name: String) {
    switch name.lowercased().trimmed.replacing("_", with: "-") {
    case "utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii": self = .utf8
    case "utf-16", "utf16": self = .utf16
    case "utf-16le", "utf-16-le": self = .utf16LittleEndian
    case "utf-16be", "utf-16-be": self = .utf16BigEndian
    case "windows-1252", "cp1252", "cp-1252", "ansi": self = .windows1252
    case "latin-1", "latin1", "iso-8859-1", "iso8859-1": self = .latin1
    default: return nil
    }
  }

  /// What a file starts with: the encoding that its byte order mark tells and the mark's length.
  static func mark(_ start: some Collection<UInt8>) -> (encoding: TextEncoding, length: Int)? {
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if start.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
    if start.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
    return nil
  }

  /// The bytes of a field as text; nil when they are not text in this encoding.
  ///
  /// The two-byte encodings never get here: their files are turned into UTF-8 before they are cut into fields.
  func text(_ bytes: ArraySlice<UInt8>) -> String? {
    switch self {
    case .utf8, .utf16, .utf16LittleEndian, .utf16BigEndian: return String(validating: bytes, as: UTF8.self)
    case .latin1:
      var scalars = String.UnicodeScalarView()
      for byte in bytes { scalars.append(Unicode.Scalar(byte)) }
      return String(scalars)
    case .windows1252:
      var scalars = String.UnicodeScalarView()
      for byte in bytes {
        guard (0x80...0x9F).contains(byte) else {
          scalars.append(Unicode.Scalar(byte))
          continue
        }
        guard let scalar = TextEncoding.windows[Int(byte) - 0x80] else { return nil }
        scalars.append(scalar)
      }
      return String(scalars)
    }
  }

  /// The whole of a two-byte file as UTF-8; nil when it is not valid.
  func utf8(from bytes: ArraySlice<UInt8>) -> [UInt8]? {
    guard bytes.count.isMultiple(of: 2) else { return nil }
    let bigEndian = self == .utf16BigEndian
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let first = UInt16(bytes[index])
      let second = UInt16(bytes[index + 1])
      units.append(bigEndian ? first << 8 | second : second << 8 | first)
      index += 2
    }
    return String(validating: units, as: UTF16.self).map { Array($0.utf8) }
  }

  /// What 0x80 to 0x9F stand for in windows-1252; five of them for nothing.
  private static let windows: [Unicode.Scalar?] = [
    "€", nil, "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š", "‹", "Œ", nil, "Ž", nil,
    nil, "‘", "’", "“", "”", "•", "–", "—", "˜", "™", "š", "›", "œ", nil, "ž", "Ÿ",
  ]
}
