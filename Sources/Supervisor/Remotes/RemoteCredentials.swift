internal import Foundation

/// What one remote needs of the environment: how ssh must not ask, and a token that only the child's environment holds.
struct RemoteCredentials {
  /// Variables for git.
  private(set) var environment: [String: String] = [:]
  /// Texts that no message may show.
  private(set) var secrets: [String] = []
  /// A sentence about pushes that start no CI; nil when they do, or nothing says otherwise.
  private(set) var warning: String?

  /// Reads what is configured.
  ///
  /// - Parameters:
  ///   - urls: The remote's addresses for fetching and pushing.
  ///   - configured: Git's own settings by their lower-case names.
  ///   - inherited: The environment that errata runs in.
  init(settings: RemoteSettings, urls: [String], configured: [String: String], inherited: [String: String]) {
    if inherited["GIT_SSH_COMMAND"] == nil, inherited["GIT_SSH"] == nil, configured["core.sshcommand"] == nil {
      environment["GIT_SSH_COMMAND"] = "ssh -oBatchMode=yes"
    }
    let token = settings.tokenVariable.flatMap { inherited[$0] }.flatMap { $0.isEmpty ? nil : $0 }
    if let token, let name = settings.tokenVariable {
      let count = inherited["GIT_CONFIG_COUNT"].flatMap(Int.init) ?? 0
      var entries: [(key: String, value: String)] = []
      for url in Set(urls).sorted() where Self.mayCarryToken(url) {
        let encoded = Data("\(Self.user(for: url, variable: name)):\(token)".utf8).base64EncodedString()
        // The empty value takes back a header that CI left in the repository's settings: two are refused.
        entries += [("http.\(url).extraHeader", ""), ("http.\(url).extraHeader", "Authorization: Basic \(encoded)")]
        secrets.append(encoded)
      }
      for (index, entry) in entries.enumerated() {
        environment["GIT_CONFIG_KEY_\(count + index)"] = entry.key
        environment["GIT_CONFIG_VALUE_\(count + index)"] = entry.value
      }
      if !entries.isEmpty { environment["GIT_CONFIG_COUNT"] = "\(count + entries.count)" }
      secrets.append(token)
    }
    warning = Self.silence(settings: settings, token: token, configured: configured, inherited: inherited)
  }

  /// The text without the secrets.
  func redacted(_ text: String) -> String {
    secrets.reduce(text) { $0.replacingOccurrences(of: $1, with: "***") }
  }

  /// A token goes out encrypted, or stays on this machine.
  static func mayCarryToken(_ url: String) -> Bool {
    guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased() else { return false }
    return scheme == "https"
      || (scheme == "http" && ["127.0.0.1", "localhost", "::1", "[::1]"].contains(parts.host ?? ""))
  }

  /// Forges take any name with a token, but for the one that GitLab's jobs get.
  private static func user(for url: String, variable: String) -> String {
    if let user = URLComponents(string: url)?.user, !user.isEmpty { return user }
    return variable == "CI_JOB_TOKEN" ? "gitlab-ci-token" : "x-access-token"
  }

  /// Pushes with the token that GitHub gives a job start no workflow, so a fix's checks would never run.
  private static func silence(
    settings: RemoteSettings, token: String?, configured: [String: String], inherited: [String: String]
  ) -> String? {
    guard inherited["GITHUB_ACTIONS"] == "true" else { return nil }
    let own = inherited["GITHUB_TOKEN"] ?? inherited["GH_TOKEN"]
    let isOwn: Bool
    if let token {
      isOwn = token == own
    } else {
      let server = (inherited["GITHUB_SERVER_URL"] ?? "https://github.com") + "/"
      guard let header = configured["http.\(server.lowercased()).extraheader"] else { return nil }
      let word = header.split(separator: " ").last.flatMap { Data(base64Encoded: String($0)) } ?? Data()
      let carried = String(decoding: word, as: UTF8.self).split(separator: ":").last.map(String.init) ?? ""
      isOwn = carried == own || carried.hasPrefix("ghs_")
    }
    guard isOwn else { return nil }
    return
      "Pushes to '\(settings.name)' use the job's own GITHUB_TOKEN, for which GitHub starts no workflow: no checks run on fix "
      + "branches unless `remote_token_env` names another token."
  }
}
