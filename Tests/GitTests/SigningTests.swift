import Foundation
import Git
import Testing

@testable import Git

/// Commits signed by real keys and checked by the real `git`.
@Suite("Signing commits")
struct SigningTests {
  /// A folder with an ssh key that the repository is told to sign with and to trust.
  private func signingBySSH(_ test: borrowing TestRepository, key: String = "key.pub") throws -> String {
    let folder = try TestRepository.temporaryFolder()
    try run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "errata", "-f", folder + "/key")
    let trusted = "ada@example.com " + (try String(contentsOfFile: folder + "/key.pub", encoding: .utf8))
    try trusted.write(toFile: folder + "/trusted", atomically: true, encoding: .utf8)
    try test.git("config", "commit.gpgSign", "true")
    try test.git("config", "gpg.format", "ssh")
    try test.git("config", "user.signingKey", "\(folder)/\(key)")
    try test.git("config", "gpg.ssh.allowedSignersFile", folder + "/trusted")
    return folder
  }

  @discardableResult
  private func run(_ arguments: String...) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  private func start(_ test: borrowing TestRepository) throws -> ObjectID {
    try test.commit(["a.yaml": "a: 1\n"])
  }

  @Test("signs by an ssh key so that git verifies commits and merges", arguments: ["key.pub", "key"])
  func ssh(key: String) throws {
    let test = try TestRepository()
    let base = try start(test)
    let folder = try signingBySSH(test, key: key)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // ssh-keygen takes the private key's file as well as the public one's.
    test.repository.signer = try CommitSigner(configuredIn: test.repository)
    let fix = try test.propose([FileChange("a.yaml", "a: 2\n")], onto: base, message: "Mend a\n\nErrata-Fix: 1\n")
    let merge = try test.repository.createMergeCommit(
      tree: try test.repository.commit(fix).tree, parents: [base, fix], author: TestRepository.signature,
      committer: TestRepository.signature, message: "Merge")
    for commit in [fix, merge] {
      try test.git("verify-commit", commit.hex)
      #expect(try test.git("log", "-1", "--format=%G?", commit.hex) == "G")
    }
    #expect(try test.git("log", "-1", "--format=%B", fix.hex) == "Mend a\n\nErrata-Fix: 1\n")
    #expect(try test.repository.commit(fix).message == "Mend a\n\nErrata-Fix: 1\n")
    try test.git("fsck", "--strict", "--no-dangling")
  }

  @Test("takes a key that is written out, and the first one of a command, through the agent's program")
  func literal() throws {
    let test = try TestRepository()
    let base = try start(test)
    let folder = try signingBySSH(test)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // In place of ssh-agent: the program is handed a public key and knows where the private one is.
    let program = """
      #!/bin/sh
      test "$1 $2 $3 $4 $5 $7" = "-Y sign -n git -f -U" || exit 9
      cmp -s "$6" '\(folder)/key.pub' || exit 8
      exec ssh-keygen -q -Y sign -n git -f '\(folder)/key' "$8"
      """
    #expect(
      FileManager.default.createFile(
        atPath: folder + "/agent", contents: Data(program.utf8), attributes: [.posixPermissions: 0o755]))
    try test.git("config", "gpg.ssh.program", folder + "/agent")
    let key = try String(contentsOfFile: folder + "/key.pub", encoding: .utf8).split(separator: "\n")[0]
    for literal in ["key::\(key)", String(key), nil] {
      if let literal {
        try test.git("config", "user.signingKey", literal)
      } else {
        try test.git("config", "--unset", "user.signingKey")
        try test.git("config", "gpg.ssh.defaultKeyCommand", "cat '\(folder)/key.pub'")
      }
      test.repository.signer = try CommitSigner(configuredIn: test.repository)
      let fix = try test.propose([FileChange("a.yaml", "a: 2\n")], onto: base, message: literal ?? "by command")
      try test.git("config", "gpg.ssh.program", "ssh-keygen")
      try test.git("verify-commit", fix.hex)
      try test.git("config", "gpg.ssh.program", folder + "/agent")
    }
  }

  @Test("signs by a gpg key, with the program that gpg.program names")
  func openPGP() throws {
    let test = try TestRepository()
    let base = try start(test)
    // A socket's path is short: the key ring cannot be far down.
    let home = "/tmp/errata-gpg-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(
      atPath: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer {
      _ = try? run("gpgconf", "--homedir", home, "--kill", "gpg-agent")
      try? FileManager.default.removeItem(atPath: home)
    }
    #expect(
      try run(
        "gpg", "--homedir", home, "--batch", "--quiet", "--passphrase", "", "--quick-generate-key",
        "Ada <ada@example.com>", "ed25519", "sign", "never") == 0)
    let program = "#!/bin/sh\nexec gpg --homedir '\(home)' \"$@\"\n"
    #expect(
      FileManager.default.createFile(
        atPath: home + "/gpg", contents: Data(program.utf8), attributes: [.posixPermissions: 0o755]))
    try test.git("config", "commit.gpgSign", "yes")
    try test.git("config", "gpg.program", home + "/gpg")
    try test.git("config", "user.name", "Ada")
    try test.git("config", "user.email", "ada@example.com")
    for key in [nil, "ada@example.com"] {
      if let key { try test.git("config", "user.signingKey", key) }
      test.repository.signer = try CommitSigner(configuredIn: test.repository)
      let fix = try test.propose([FileChange("a.yaml", "a: 2\n")], onto: base)
      try test.git("verify-commit", fix.hex)
      #expect(try test.git("log", "-1", "--format=%G? %GS", fix.hex) == "G Ada <ada@example.com>")
    }
    try test.git("config", "user.signingKey", "nobody@example.com")
    test.repository.signer = try CommitSigner(configuredIn: test.repository)
    #expect(throws: GitError.self) { try test.propose([FileChange("a.yaml", "a: 3\n")], onto: base) }
    try test.git("fsck", "--strict", "--no-dangling")
  }

  @Test("says why there is no signature, and commits nothing then")
  func failures() throws {
    let test = try TestRepository()
    let base = try start(test)
    #expect(try CommitSigner(configuredIn: test.repository) == nil)
    let folder = try signingBySSH(test, key: "nowhere.pub")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func refusal() -> String {
      do {
        test.repository.signer = try CommitSigner(configuredIn: test.repository)
        _ = try test.propose([FileChange("a.yaml", "a: 2\n")], onto: base)
        return ""
      } catch {
        return "\(error)"
      }
    }
    for (setting, value, words) in [
      ("user.signingKey", "\(folder)/nowhere.pub", "nowhere.pub"),
      ("gpg.ssh.program", "\(folder)/no-such-program", "could not be started"),
      ("gpg.ssh.program", "true", "no reason was given"), ("gpg.format", "pigeon", "openpgp, x509 and ssh"),
      ("gpg.format", "x509", "gpgsm"),
    ] {
      try test.git("config", setting, value)
      let sentence = refusal()
      #expect(sentence.contains(words) && sentence.contains("commit.gpgSign"), "\(setting)=\(value): \(sentence)")
    }
    let objects = try test.git("cat-file", "--batch-check", "--batch-all-objects")
    #expect(objects.split(separator: "\n").count { $0.contains(" commit ") } == 1, "\(objects)")
  }

  @Test("splits a key command as git does, without a shell")
  func words() {
    #expect(CommitSigner.words(#"ssh-add -L"#) == ["ssh-add", "-L"])
    #expect(CommitSigner.words(#"  "a b" 'c "d"' e\ f "" $(x) "#) == ["a b", #"c "d""#, "e f", "", "$(x)"])
  }
}
