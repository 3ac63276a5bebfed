import Foundation
import Journal
import Subprocess
import Testing

/// The same fix's life over what people really reach their forges by; the other tests with a remote do it over files.
@Suite("Over a network")
struct RemoteTransportTests {
  private static let token = "tOkEn-of-the-test-4711"
  private static let tokenVariable: Environment.Key = "FORGE_PUSH_TOKEN"

  @Test("proposes, is quiet when nothing is new, and approves from a clone of depth 1 over ssh as the user set it up")
  func ssh() async throws {
    try #require(
      FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd"), "install openssh-server, as `make test` does")
    let place = try await RemoteWorkspace("remote-ssh")
    let server = try await GitServer(ssh: place.folder)
    try await life(place, server, [:])
  }

  @Test("does so over http with a token that no process list shows, and says that a job's own starts no CI")
  func http() async throws {
    let place = try await RemoteWorkspace(
      "remote-http", mode: RemoteWorkspace.human + "remote_token_env: \(Self.tokenVariable.rawValue)\n")
    let server = try GitServer(http: place.folder, token: Self.token)
    try await life(place, server, [Self.tokenVariable: Self.token])
    #expect(server.shown.isEmpty, "\(server.shown)")

    let variables: [Environment.Key: String?] = [
      Self.tokenVariable: Self.token, "GITHUB_ACTIONS": "true", "GITHUB_TOKEN": Self.token,
    ]
    let silent = try await place.errata("reconcile", variables: variables)
    #expect(silent.errors.contains("GitHub starts no workflow"), "\(silent.errors)")
    #expect(!silent.errors.contains(Self.token))
    let unset = try await place.errata("reconcile")
    #expect(unset.errors.contains("\(Self.tokenVariable.rawValue), which is not set"), "\(unset.errors)")
    let wrong = try await place.errata("reconcile", variables: [Self.tokenVariable: "mistaken-4711"])
    #expect(wrong.errors.contains("check the credentials"), "\(wrong.errors)")
    #expect(!wrong.errors.contains("mistaken-4711"))
  }

  private func life(
    _ place: RemoteWorkspace, _ server: GitServer, _ variables: [Environment.Key: String?]
  ) async throws {
    let address = server.address + "/" + place.origin.split(separator: "/").suffix(1).joined()
    try await place.bench.git("remote", "set-url", "origin", address)
    for setting in server.settings {
      let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
      try await place.bench.git("config", parts[0], parts[1])
    }
    let ended = try await place.errata("run", variables: variables)
    #expect(ended.code == 10, "\(ended.errors)")
    let fix = try #require(try await place.fixes().first)
    #expect(try await place.remoteRefs().contains("\(fix.branch) \(fix.commit ?? "")"))
    // The fix, and the ledger.
    #expect(place.pushes == 2)
    #expect(try await place.errata("run", variables: variables).code == 20)
    #expect(place.pushes == 2)

    // The clone's own command is the test's; its credentials are not what is looked at here.
    let clone = try await place.clone("job", "--depth", "1")
    try await place.bench.git("remote", "set-url", "origin", address, in: clone)
    for setting in server.settings {
      let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
      try await place.bench.git("config", parts[0], parts[1], in: clone)
    }
    let job = try await place.errata("run", in: clone, variables: variables)
    #expect(job.code == 20, "\(job.errors)")
    // What the job's own database holds is news for the ledger.
    #expect(place.pushes == 3)
    let approved = try await place.errata("approve", fix.id, in: clone, variables: variables)
    #expect(approved.code == 0, "\(approved.errors)")
    let subject = try await place.bench.git("log", "-1", "--format=%s", "main", in: place.origin)
    #expect(subject == "Merge branch '\(fix.branch)'")
    try await place.check(clone)
  }
}
