internal import Crypto
public import Foundation

/// The dashboard as one HTML document that needs nothing else: no network, no other file.
public enum DashboardPage {
  /// The document.
  ///
  /// A policy in it forbids every script and style but its own, and all network; what comes from the journal is data that the
  /// script sets as text.
  ///
  /// - Parameter live: Whether it is served, and asks its server for news.
  public static func html(of fold: DashboardFold, live: Bool = false) throws -> String {
    let policy = [
      "default-src 'none'", "script-src 'sha256-\(hash(script))'", "style-src 'sha256-\(hash(style))'",
      "img-src data:", "connect-src \(live ? "'self'" : "'none'")", "base-uri 'none'", "form-action 'none'",
    ]
    let parts = [
      "policy": policy.joined(separator: "; "), "style": style, "script": script, "live": live ? "yes" : "no",
      "model": String(decoding: try json(fold.model), as: UTF8.self),
      "histories": String(decoding: try json(fold.histories), as: UTF8.self),
    ]
    // Each placeholder stands once; what takes its place is not searched for others.
    let pieces = String(decoding: PackageResources.page_html, as: UTF8.self).components(separatedBy: "{{")
    return pieces.dropFirst().reduce(into: pieces.first ?? "") { page, piece in
      guard let end = piece.range(of: "}}") else { return page += piece }
      page += (parts[String(piece[..<end.lowerBound])] ?? "") + piece[end.upperBound...]
    }
  }

  /// A value as JSON that can stand within a script element: nothing in it ends the element or a line of script.
  public static func json(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var result = Data()
    let bytes = try encoder.encode(value)
    result.reserveCapacity(bytes.count)
    // These stand in JSON within strings only.
    var separator: [UInt8] = []
    for byte in bytes {
      separator = byte == 0xE2 ? [byte] : separator.isEmpty ? [] : separator + [byte]
      switch byte {
      case UInt8(ascii: "<"): result.append(contentsOf: Array("\\u003c".utf8))
      case UInt8(ascii: ">"): result.append(contentsOf: Array("\\u003e".utf8))
      case UInt8(ascii: "&"): result.append(contentsOf: Array("\\u0026".utf8))
      default: result.append(byte)
      }
      guard separator.count == 3 else { continue }
      if separator[1] == 0x80, separator[2] & 0xFE == 0xA8 {
        result.removeLast(3)
        result.append(contentsOf: Array((separator[2] == 0xA8 ? "\\u2028" : "\\u2029").utf8))
      }
      separator = []
    }
    return result
  }

  private static let style = String(decoding: PackageResources.page_css, as: UTF8.self)

  private static let script = [
    PackageResources.elements_js, PackageResources.charts_js, PackageResources.overview_js,
    PackageResources.details_js, PackageResources.page_js,
  ].map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")

  private static func hash(_ text: String) -> String {
    Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
  }
}
