import CGit2

/// The SHA-1 name of a commit, tree or blob.
public struct ObjectID: Hashable, Sendable, CustomStringConvertible {
  /// Forty lower-case hexadecimal digits.
  public let hex: String

  /// Reads forty hexadecimal digits; nil for anything else.
  public init?(_ hex: String) {
    let lower = hex.lowercased()
    guard lower.utf8.count == 40, lower.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
      return nil
    }
    self.hex = lower
  }

  init(_ raw: git_oid) {
    hex = withUnsafeBytes(of: raw.id) { bytes in
      bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
  }

  init?(_ raw: UnsafePointer<git_oid>?) {
    guard let raw else { return nil }
    self.init(raw.pointee)
  }

  /// The first eight digits, for people.
  public var short: String { String(hex.prefix(8)) }

  /// The forty digits.
  public var description: String { hex }

  var raw: git_oid {
    var id = git_oid()
    git_oid_fromstr(&id, hex)
    return id
  }
}
