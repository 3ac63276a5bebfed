internal import Crypto
internal import Foundation

/// Names of runs for OpenLineage, which wants UUIDs.
enum LineageID {
  /// The version 5 UUID (RFC 9562) of a name: the same name has the same one, on every machine and whenever it is asked for.
  ///
  /// The name is put into a space of Errata's own: the version 5 UUID of `errata` among addresses.
  static func uuid(_ name: String) -> String { text(hash(of: name, in: hash(of: "errata", in: addresses))) }

  /// The space of addresses, 6ba7b811-9dad-11d1-80b4-00c04fd430c8.
  private static let addresses: [UInt8] = [
    0x6B, 0xA7, 0xB8, 0x11, 0x9D, 0xAD, 0x11, 0xD1, 0x80, 0xB4, 0x00, 0xC0, 0x4F, 0xD4, 0x30, 0xC8,
  ]

  private static func hash(of name: String, in space: [UInt8]) -> [UInt8] {
    var bytes = Array(Insecure.SHA1.hash(data: Data(space + Array(name.utf8))).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x50
    bytes[8] = bytes[8] & 0x3F | 0x80
    return bytes
  }

  private static func text(_ bytes: [UInt8]) -> String {
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
  }
}
