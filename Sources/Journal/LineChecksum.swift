internal import CJournal
internal import Foundation

/// The checksum at the end of a journal's line: `,"crc":"1a2b3c4d"}`, the CRC-32C of the line's bytes before that comma.
///
/// It is part of each line, not of a group of them or of another file: a line is what is read, passed over, cut off and copied by
/// itself, it stays JSON for every other program, and it is on the disk with the write that it belongs to. Lines without one,
/// as older versions and other programs write them, are read as they are.
enum LineChecksum {
  /// The member's name.
  static let key = "crc"

  /// A line with its checksum.
  ///
  /// - Parameter line: A JSON object with at least one member, without its newline.
  static func added(to line: Data) -> Data {
    guard line.last == UInt8(ascii: "}") else { return line }
    let bytes = line.dropLast()
    let sum = unsafe bytes.withUnsafeBytes { text in
      guard let base = unsafe text.bindMemory(to: UInt8.self).baseAddress else { return UInt32(0) }
      return unsafe json_checksum(base, text.count)
    }
    let digits = String(sum, radix: 16)
    return bytes + Data(",\"\(key)\":\"\(String(repeating: "0", count: 8 - digits.utf8.count))\(digits)\"}".utf8)
  }

  /// Whether a line was changed after it was written: its checksum is that of another one.
  static func isAltered(_ line: UnsafeRawBufferPointer) -> Bool {
    guard let base = unsafe line.bindMemory(to: UInt8.self).baseAddress else { return false }
    return unsafe json_is_altered(base, line.count)
  }
}
