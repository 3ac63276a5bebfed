/// How keys that hold secrets are called, and how secrets look that need no key.
enum SecretNames {
  private static let endings = [
    "password", "passwd", "pwd", "passphrase", "secret", "secretkey", "apikey", "accesskey", "privatekey", "accountkey",
    "authtoken", "accesstoken", "refreshtoken", "sastoken", "securitytoken", "credential",
  ]

  /// Keys whose values go to the end of the line.
  private static let headers: Set<String> = ["authorization", "proxyauthorization", "cookie", "setcookie"]

  /// Whether a key of that name holds a secret, whatever the value looks like.
  static func isSecret(_ name: some StringProtocol) -> Bool {
    let plain = normalized(name)
    return endings.contains { plain.hasSuffix($0) } || headers.contains(plain)
  }

  /// Whether the value of that key is a whole line.
  static func isHeader(_ name: some StringProtocol) -> Bool { headers.contains(normalized(name)) }

  /// Whether a key of that name holds a secret when the value looks like one, or in an address.
  static func mayBeSecret(_ name: some StringProtocol, inAddress: Bool) -> Bool {
    let plain = normalized(name)
    return plain.hasSuffix("token") || inAddress && (plain == "sig" || plain.hasSuffix("signature") || plain == "key")
  }

  /// Whether a word is a secret by its own shape.
  static func isToken(_ word: String) -> Bool {
    let length = word.utf8.count
    if word.hasPrefix("AKIA") || word.hasPrefix("ASIA") {
      return length == 20 && word.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
    }
    if word.hasPrefix("eyJ") { return length >= 30 && word.utf8.count { $0 == 46 } >= 2 }
    if word.hasPrefix("AIza") { return length == 39 }
    return length >= 20 && prefixes.contains { word.hasPrefix($0) }
  }

  private static let prefixes = [
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "xoxa-", "xoxs-", "sk-", "pypi-",
    "npm_", "hf_",
  ]

  private static func normalized(_ name: some StringProtocol) -> String {
    String(decoding: name.utf8.filter { $0 != 95 && $0 != 45 && $0 != 46 }, as: UTF8.self).lowercased()
  }
}
