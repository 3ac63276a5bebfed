/// Where fixes are shared: what `execution_mode.yaml` says of the remote.
public struct RemoteSettings: Hashable, Sendable {
  /// The name of the remote in the repository's configuration, such as `origin`.
  public var name: String
  /// Sent with every push, as `git push -o` does.
  public var pushOptions: [String]
  /// The variable that holds a token for http(s); nil leaves it to git's credential helpers.
  public var tokenVariable: String?
  /// How long one command may take, in seconds.
  public var timeLimitSeconds: Double

  /// The time limit where none is set.
  public static let standardTimeLimit = 120.0

  /// Creates settings.
  public init(
    name: String, pushOptions: [String] = [], tokenVariable: String? = nil,
    timeLimitSeconds: Double = RemoteSettings.standardTimeLimit
  ) {
    self.name = name
    self.pushOptions = pushOptions
    self.tokenVariable = tokenVariable
    self.timeLimitSeconds = timeLimitSeconds
  }

  /// Whether git could take the text for the name of a remote, and for nothing else.
  public static func isName(_ text: String) -> Bool {
    let allowed: (Character) -> Bool = { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/".contains($0)) }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return !text.isEmpty && text.allSatisfy(allowed) && !text.hasPrefix("-")
      && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock") && !$0.hasSuffix(".") }
      && !text.contains("..")
  }
}
