internal import Crypto
public import Foundation

/// SHA-256, the one digest that hashes of inputs, manifest entries and fix identities use.
public enum Digest {
  /// The digest as 64 lower-case hex digits.
  public static func sha256(_ bytes: some DataProtocol) -> String {
    var hasher = SHA256()
    hasher.update(data: bytes)
    return hasher.finalize().map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }

  /// The digest of a text's UTF-8 bytes.
  public static func sha256(_ text: String) -> String { sha256(Data(text.utf8)) }
}
