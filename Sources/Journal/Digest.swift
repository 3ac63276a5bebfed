internal import Crypto
public import Foundation

/// SHA-256, the one digest that hashes of inputs, manifest entries and fix identities use.
public enum Digest {
  /// The digest as 64 lower-case hex digits.
  public static func sha256(_ bytes: some DataProtocol) -> String {
    var hasher = SHA256()
    hasher.update(data: bytes)
    return hex(hasher.finalize())
  }

  /// The keyed digest (HMAC) of bytes, as 64 lower-case hex digits: who knows the key knows that the bytes are the sender's.
  public static func hmacSHA256(_ bytes: some DataProtocol, key: String) -> String {
    hex(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: Data(key.utf8))))
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }

  /// The digest of a text's UTF-8 bytes.
  public static func sha256(_ text: String) -> String { sha256(Data(text.utf8)) }
}
