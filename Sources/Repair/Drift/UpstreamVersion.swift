internal import Journal

/// A version that a producer gives its files, and that is another one than before.
public struct UpstreamVersion: Codable, Hashable, Sendable {
  /// Where it was seen, such as `the column schema_version` or `the address`.
  public var place: String
  /// The version before; nil where files had none.
  public var before: String?
  /// The version now.
  public var after: String

  /// Creates a version.
  public init(place: String, before: String?, after: String) {
    self.place = place
    self.before = before
    self.after = after
  }

  /// The change in a few words: `1.4 became 2.0`.
  public var text: String {
    let (before, after) = (self.before.map { TextLayout.flattened($0) }, TextLayout.flattened(self.after))
    return (before.map { "\($0) became \(after)" } ?? "it says \(after) now") + " in \(TextLayout.flattened(place))"
  }

  /// Whether a header is that of a column with the version of the file's schema.
  public static func isColumn(_ header: String) -> Bool {
    ["schemaversion", "schemaver", "formatversion"].contains(Likeness.words(header).joined())
  }

  /// The versions that two addresses on one host name, where they name different ones.
  ///
  /// - Parameter earlier: Addresses from which the source was loaded before, the latest last.
  public static func between(_ earlier: [String], and now: String) -> UpstreamVersion? {
    guard let after = version(in: now) else { return nil }
    let origin = origin(of: now)
    let before = earlier.last { Self.origin(of: $0) == origin }.flatMap(version(in:))
    guard let before, before != after else { return nil }
    return UpstreamVersion(place: "the address", before: before, after: after)
  }

  /// `2.0` of `https://example.org/v2.0/orders.csv` or `orders_v2.0.csv`; nil where there is none.
  static func version(in address: String) -> String? {
    let path = address.split(separator: "?").first ?? ""
    for piece in path.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "." }).reversed() {
      guard piece.first == "v" || piece.first == "V" else { continue }
      let digits = piece.dropFirst().prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let rest = piece.dropFirst(1 + digits.count)
      let version = digits.last == "." ? digits.dropLast() : digits
      guard version.first?.isNumber == true, rest.isEmpty || digits.last == "." else { continue }
      return String(version)
    }
    return nil
  }

  /// The host that an address is at, with its port; empty for a file.
  static func origin(of address: String) -> String {
    guard let scheme = address.firstRange(of: "://") else { return "" }
    return String(address[scheme.upperBound...].prefix { $0 != "/" }.lowercased())
  }
}
