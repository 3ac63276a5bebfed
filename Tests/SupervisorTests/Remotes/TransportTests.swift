import Foundation
import Git
import Journal
import Testing

@testable import Supervisor

@Suite("The transport to a remote")
struct TransportTests {
  /// A bare repository, and a clone of it with one commit.
  private struct Place {
    let root: String
    let runner = ProcessRunner(redact: Redaction.redact)
    var clone: String { root + "/clone" }
    var bare: String { root + "/origin.git" }

    init() async throws {
      root = NSTemporaryDirectory() + "errata-transport-\(UUID().uuidString.prefix(8))"
      try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
      try await git("init", "--quiet", "--bare", "--initial-branch=main", bare, in: root)
      try await git("clone", "--quiet", bare, clone, in: root)
      try await git("checkout", "--quiet", "-B", "main")
      _ = try await commit("Start")
      try await git("push", "--quiet", "origin", "main")
    }

    @discardableResult
    func git(_ arguments: String..., in folder: String? = nil) async throws -> String {
      var request = ProcessRequest(
        command: ["git"] + arguments,
        environment: [
          "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b",
          "GIT_COMMITTER_NAME": "A",
          "GIT_COMMITTER_EMAIL": "a@b",
        ], workingDirectory: folder ?? clone)
      request.outputLimit = 1 << 20
      let outcome = await runner.run(request)
      #expect(outcome.succeeded, "git \(arguments): \(outcome.tail) \(outcome.problem ?? "")")
      return String(decoding: outcome.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func commit(_ message: String) async throws -> ObjectID {
      try await git("commit", "--quiet", "--allow-empty", "--message", message)
      return try #require(ObjectID(try await git("rev-parse", "HEAD")))
    }

    func transport(_ settings: RemoteSettings = RemoteSettings(name: "origin")) async throws -> Transport {
      try await Transport(settings, folder: clone, runner: runner, inherited: [:])
    }
  }

  @Test("moves a reference only from where it was seen, and says which one somebody else moved")
  func lease() async throws {
    let place = try await Place()
    let transport = try await place.transport()
    let first = try #require(try await transport.tips(matching: ["refs/heads/main"])["refs/heads/main"])
    let second = try await place.commit("Second")
    let fix = RefMove("refs/heads/errata/a", from: nil, to: second)
    let both = await transport.push([RefMove("refs/heads/main", from: first, to: second), fix])
    #expect(both.isComplete && both.pushed == ["refs/heads/main", "refs/heads/errata/a"])

    let third = try await place.commit("Third")
    let late = await transport.push([
      RefMove("refs/heads/main", from: first, to: third), RefMove("refs/heads/errata/b", from: nil, to: third),
    ])
    #expect(late.stale.contains("refs/heads/main") && late.pushed.isEmpty && late.failure == nil)
    #expect(try await transport.tips(matching: ["refs/heads/errata/*"]) == ["refs/heads/errata/a": second])
    #expect(
      await transport.push([RefMove("refs/heads/errata/a", from: nil, to: third)]).stale == ["refs/heads/errata/a"])
    #expect(await transport.push([RefMove("refs/heads/errata/a", from: second, to: nil)]).isComplete)
    #expect(try await transport.tips(matching: ["refs/heads/errata/*"]).isEmpty)
    #expect(await transport.push([]).isComplete)
  }

  @Test("tells a refusal by the remote's hook from an outage, with the hook's words and without secrets")
  func refusal() async throws {
    let place = try await Place()
    let hook = place.bare + "/hooks/update"
    try Data("#!/bin/sh\ncase $1 in refs/heads/main) echo 'main is protected, password=hunter22'; exit 1;; esac\n".utf8)
      .write(to: URL(fileURLWithPath: hook))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook)
    let transport = try await place.transport()
    let first = try await transport.tips(matching: ["refs/heads/main"])["refs/heads/main"]
    let second = try await place.commit("Second")
    let outcome = await transport.push([
      RefMove("refs/heads/main", from: first, to: second), RefMove("refs/heads/errata/a", from: nil, to: second),
    ])
    #expect(outcome.refused["refs/heads/main"]?.contains("main is protected") == true, "\(outcome)")
    #expect(!"\(outcome)".contains("hunter22"))
    #expect(outcome.pushed.isEmpty && outcome.failure == nil)

    try FileManager.default.moveItem(atPath: place.bare, toPath: place.root + "/elsewhere.git")
    let down = await transport.push([RefMove("refs/heads/errata/a", from: nil, to: second)])
    #expect(down.failure?.kind == .unreachable, "\(down)")
    await #expect(throws: TransportError.self) { try await transport.tips(matching: ["refs/heads/*"]) }
  }

  @Test("fetches into references of its own and leaves the user's remote-tracking ones")
  func fetching() async throws {
    let place = try await Place()
    let before = try await place.git("rev-parse", "refs/remotes/origin/main")
    try await place.git("clone", "--quiet", place.bare, place.root + "/other", in: place.root)
    try await place.git("commit", "--quiet", "--allow-empty", "-m", "Other", in: place.root + "/other")
    try await place.git("push", "--quiet", "origin", "HEAD", in: place.root + "/other")
    let transport = try await place.transport()
    try await transport.fetch(["+refs/heads/main:refs/errata/remotes/origin/main"])
    #expect(try await place.git("rev-parse", "refs/remotes/origin/main") == before)
    #expect(
      try await place.git("rev-parse", "refs/errata/remotes/origin/main")
        == place.git("rev-parse", "HEAD", in: place.root + "/other"))
  }

  @Test("refuses names that git could take for options or patterns, and remotes that are not there")
  func names() async throws {
    let place = try await Place()
    for name in ["--upload-pack=touch /tmp/x", "", "a b", "..", "-f", "a/../b", "x.lock"] {
      #expect(!RemoteSettings.isName(name))
      await #expect(throws: TransportError.self) { try await place.transport(RemoteSettings(name: name)) }
    }
    await #expect(throws: TransportError.self) { try await place.transport(RemoteSettings(name: "upstream")) }
    let transport = try await place.transport()
    await #expect(throws: TransportError.self) { try await transport.fetch(["--upload-pack=x"]) }
    await #expect(throws: TransportError.self) { try await transport.tips(matching: ["-x"]) }
  }

  @Test("ends at the time limit, and does not wait for what ssh leaves running")
  func timeLimit() async throws {
    let place = try await Place()
    try await place.git("remote", "add", "slow", "ssh://nowhere.invalid/x.git")
    let script = place.root + "/ssh"
    try Data("#!/bin/sh\nsetsid sleep 30 &\nif [ -e \(place.root)/hang ]; then sleep 30; fi\nexit 1\n".utf8)
      .write(to: URL(fileURLWithPath: script))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
    try await place.git("config", "core.sshCommand", script)
    let transport = try await place.transport(RemoteSettings(name: "slow", timeLimitSeconds: 2))
    await #expect(throws: TransportError.self) { try await transport.tips(matching: ["refs/heads/*"]) }
    try Data().write(to: URL(fileURLWithPath: place.root + "/hang"))
    do throws(TransportError) {
      _ = try await transport.tips(matching: ["refs/heads/*"])
      Issue.record("it answered")
    } catch {
      #expect(error.kind == .unreachable && error.description.contains("in time"))
    }
  }

  @Test("keeps a token in the child's environment, and off addresses that would carry it in the clear")
  func token() {
    let settings = RemoteSettings(name: "origin", tokenVariable: "PUSH_TOKEN")
    let inherited = ["PUSH_TOKEN": "s3cret-token", "GIT_CONFIG_COUNT": "1"]
    let safe = RemoteCredentials(
      settings: settings, urls: ["https://git.example.org/a.git"], configured: [:], inherited: inherited)
    #expect(safe.environment["GIT_CONFIG_COUNT"] == "3")
    #expect(safe.environment["GIT_CONFIG_VALUE_1"] == "")
    #expect(safe.environment["GIT_CONFIG_KEY_2"] == "http.https://git.example.org/a.git.extraHeader")
    #expect(safe.environment["GIT_CONFIG_VALUE_2"]?.hasPrefix("Authorization: Basic ") == true)
    let said = "bad header \(safe.environment["GIT_CONFIG_VALUE_2"] ?? "") for s3cret-token"
    #expect(safe.redacted(said) == "bad header Authorization: Basic *** for ***")
    let open = RemoteCredentials(
      settings: settings, urls: ["http://git.example.org/a.git"], configured: [:], inherited: inherited)
    #expect(open.environment["GIT_CONFIG_COUNT"] == nil)
  }

  @Test("warns of a push token that starts no CI, and only of that")
  func silentToken() {
    func warning(_ configured: [String: String], _ inherited: [String: String], variable: String? = nil) -> String? {
      RemoteCredentials(
        settings: RemoteSettings(name: "origin", tokenVariable: variable), urls: ["https://github.com/a/b"],
        configured: configured, inherited: inherited
      ).warning
    }
    let key = "http.https://github.com/.extraheader"
    func header(_ token: String) -> String {
      "AUTHORIZATION: basic " + Data("x-access-token:\(token)".utf8).base64EncodedString()
    }
    let job = ["GITHUB_ACTIONS": "true"]
    #expect(warning([key: header("ghs_abc")], job) != nil)
    #expect(warning([key: header("github_pat_abc")], job) == nil)
    #expect(warning([key: header("ghs_abc")], [:]) == nil)
    #expect(warning([:], ["GITHUB_ACTIONS": "true", "GITHUB_TOKEN": "x", "T": "x"], variable: "T") != nil)
    #expect(warning([:], ["GITHUB_ACTIONS": "true", "GITHUB_TOKEN": "x", "T": "y"], variable: "T") == nil)
  }
}
