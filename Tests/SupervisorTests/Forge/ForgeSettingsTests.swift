import Foundation
import Supervisor
import Testing

@Suite("The forge in the configuration")
struct ForgeSettingsTests {
  private func forge(_ mode: String) throws -> ForgeSettings? {
    let folder = try folder(mode)
    return try Configuration.load(folder.workspace).execution.forge
  }

  private func folder(_ mode: String) throws -> ConfiguredFolder {
    try ConfiguredFolder([
      "publications.yaml": "publications:\n  adhd:\n    urls: [{period: a, url: \"https://e.org\"}]\n",
      "pipeline.yaml": "stages:\n- {name: a, command: [x]}\n", "execution_mode.yaml": mode,
    ])
  }

  @Test("is read with its defaults, and with everything set")
  func reads() throws {
    let short = try forge("remote: origin\nforge: {kind: gitlab, project: a/b/c, token_env: CI_TOKEN}\n")
    #expect(short == ForgeSettings(kind: .gitlab, project: "a/b/c", tokenVariable: "CI_TOKEN"))
    #expect(short?.api == "https://gitlab.com/api/v4")
    let long = try forge(
      """
      remote: origin
      forge:
        kind: gitea
        api: http://127.0.0.1:3000/api/v1/
        project: acme/stats.data
        token_env: T
        labels: [data fix]
        draft: true
        timeout_seconds: 5
      """)
    let expected = ForgeSettings(
      kind: .gitea, api: "http://127.0.0.1:3000/api/v1", project: "acme/stats.data", tokenVariable: "T",
      labels: ["data fix"], draft: true, timeLimitSeconds: 5)
    #expect(long == expected)
    #expect(try forge("remote: origin\n") == nil)
  }

  @Test(
    "what is wrong with it is told with its place",
    arguments: [
      ("{kind: github, project: a/b, token_env: T}", "1:8: 'forge' needs 'remote'", ""),
      ("{kind: svn, project: a/b, token_env: T}", "must be one of github, gitlab, gitea", "remote: origin"),
      ("{kind: github, project: a/b}", "has no 'token_env'", "remote: origin"),
      ("{kind: github, project: a/b, token_env: ghp_0123456789}", "the name of a variable", "remote: origin"),
      ("{kind: github, project: stats, token_env: T}", "a project such as owner/name", "remote: origin"),
      ("{kind: github, project: a/../b, token_env: T}", "a project such as owner/name", "remote: origin"),
      ("{kind: gitea, project: a/b, token_env: T}", "has no 'api'", "remote: origin"),
      (
        "{kind: gitea, project: a/b, token_env: T, api: 'http://git.example.org/api/v1'}", "an https address",
        "remote: origin"
      ),
      ("{kind: gitea, project: a/b, token_env: T, api: 'https://u:p@e.org'}", "an https address", "remote: origin"),
      ("{kind: github, project: a/b, token_env: T, labels: ['a,b']}", "a label of 1 to 50", "remote: origin"),
      ("{kind: github, project: a/b, token_env: T, timeout_seconds: 0}", "a number from 1.0", "remote: origin"),
      ("{kind: github, project: a/b, token_env: T, token: x}", "unknown key 'token'", "remote: origin"),
    ])
  func refuses(_ forge: String, _ message: String, _ rest: String) throws {
    let errors = try folder("forge: \(forge)\n\(rest)\n").errors()
    #expect(errors.count == 1 && errors[0].hasPrefix("config/execution_mode.yaml:1:"), "\(errors)")
    #expect(errors.allSatisfy { $0.contains(message) }, "\(errors)")
  }
}
