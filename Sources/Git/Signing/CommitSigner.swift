import Foundation

/// Signs commits by the program and the key that git's own configuration names, as `git commit` would.
public struct CommitSigner: Sendable {
  enum Format: String, Sendable { case openpgp, x509, ssh }

  let format: Format
  let program: String
  /// The key as `user.signingKey` has it; nil when it is to be found otherwise.
  let key: String?
  /// Who commits here as git knows them: gpg finds the key by it where no key is configured.
  let person: String?
  let defaultKeyCommand: String?
  let workTree: String

  /// Reads git's settings; nil where `commit.gpgSign` does not ask for signatures.
  ///
  /// - Throws: When `gpg.format` is none that git knows.
  public init?(configuredIn repository: Repository) throws(GitError) {
    guard repository.flag("commit.gpgsign", default: false) else { return nil }
    let name = repository.configuration("gpg.format") ?? Format.openpgp.rawValue
    guard let format = Format(rawValue: name) else {
      throw GitError(signing: "gpg.format is '\(name)', and git knows openpgp, x509 and ssh")
    }
    self.format = format
    // The older gpg.program means OpenPGP alone.
    let older = format == .openpgp ? repository.configuration("gpg.program") : nil
    let standard: [Format: String] = [.openpgp: "gpg", .x509: "gpgsm", .ssh: "ssh-keygen"]
    let chosen = repository.configuration("gpg.\(name).program") ?? older ?? standard[format] ?? "gpg"
    program = Self.expanded(chosen)
    key = repository.configuration("user.signingkey").flatMap { $0.isEmpty ? nil : $0 }
    defaultKeyCommand = repository.configuration("gpg.ssh.defaultkeycommand")
    workTree = repository.workTree ?? repository.gitDirectory
    let environment = ProcessInfo.processInfo.environment
    let committer = environment["GIT_COMMITTER_NAME"] ?? repository.configuration("user.name")
    let address = environment["GIT_COMMITTER_EMAIL"] ?? repository.configuration("user.email")
    person = if let committer, let address { "\(committer) <\(address)>" } else { nil }
  }

  /// The signature of a commit's bytes, armoured.
  ///
  /// - Throws: When there is no signature; the sentence says why, and nothing may be committed.
  func sign(_ commit: [UInt8], by committer: Signature) throws(GitError) -> String {
    let signature =
      switch format {
      case .openpgp, .x509: try signByGPG(commit, key: key ?? person ?? "\(committer.name) <\(committer.email)>")
      case .ssh: try signBySSH(commit)
      }
    let text = String(decoding: signature, as: UTF8.self).replacing("\r\n", with: "\n")
    guard text.hasPrefix("-----BEGIN ") else { throw GitError(signing: "\(program) gave no signature") }
    return text
  }

  private func signByGPG(_ commit: [UInt8], key: String) throws(GitError) -> [UInt8] {
    let files = try ScratchFiles()
    let ended = try HelperProgram(command: [program, "--status-fd=2", "-bsau", key]).run(input: commit, in: files)
    // The exit code alone is not enough: git asks for this line too.
    guard ended.code == 0, ("\n" + ended.errors).contains("\n[GNUPG:] SIG_CREATED ") else {
      throw failure(ended, "the key '\(key)'")
    }
    return ended.output
  }

  private func signBySSH(_ commit: [UInt8]) throws(GitError) -> [UInt8] {
    let files = try ScratchFiles()
    let configured = if let key { key } else { try firstKey(files) }
    let message = try files.write(commit, to: "commit")
    var command = [program, "-Y", "sign", "-n", "git", "-f"]
    if let literal = Self.literalKey(configured) {
      command += [try files.write(Array((literal + "\n").utf8), to: "key.pub"), "-U"]
    } else {
      let path = Self.expanded(configured)
      command.append(path.hasPrefix("/") ? path : "\(workTree)/\(path)")
    }
    let ended = try HelperProgram(command: command + [message]).run(input: [], in: files)
    let signature = files.read("commit.sig")
    guard ended.code == 0, !signature.isEmpty else { throw failure(ended, "the key '\(configured.prefix(80))'") }
    return signature
  }

  /// The first key that `gpg.ssh.defaultKeyCommand` prints, such as `ssh-add -L`.
  private func firstKey(_ files: borrowing ScratchFiles) throws(GitError) -> String {
    guard let command = defaultKeyCommand.map(Self.words), !command.isEmpty else {
      throw GitError(
        signing: "gpg.format is ssh and no key is named; set user.signingKey to a key, or gpg.ssh.defaultKeyCommand")
    }
    let ended = try HelperProgram(command: command).run(input: [], in: files)
    let first = String(decoding: ended.output, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
    guard ended.code == 0, let first, Self.literalKey(first) != nil else {
      throw failure(ended, "gpg.ssh.defaultKeyCommand, which printed no key")
    }
    return first
  }

  private func failure(_ ended: HelperProgram.Ended, _ what: String) -> GitError {
    let words = ended.errors.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty && !$0.hasPrefix("[GNUPG:]") }
    let reason = words.isEmpty ? "no reason was given" : words.suffix(3).joined(separator: "; ")
    return GitError(signing: "\(program) ended with \(ended.code) on \(what): \(reason)")
  }

  /// A key that is written out in the configuration, and not the name of a file.
  static func literalKey(_ text: String) -> String? {
    if text.hasPrefix("key::") { return String(text.dropFirst(5)) }
    return text.hasPrefix("ssh-") ? text : nil
  }

  /// The words of a command line, with quotes and backslashes, as git's `split_cmdline` takes them; no shell.
  static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = line[...]
    while let character = rest.popFirst() {
      if character == "\\", quote != "'", let next = rest.popFirst() {
        word = (word ?? "") + String(next)
      } else if let open = quote {
        if character == open { quote = nil } else { word?.append(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }

  private static func expanded(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = ProcessInfo.processInfo.environment["HOME"] else { return path }
    return home + path.dropFirst()
  }
}

extension GitError {
  /// Why a commit that has to be signed was not made.
  init(signing why: String) {
    self.init(
      code: -1, call: "sign",
      message: "the commit could not be signed, and commit.gpgSign asks for signatures: \(why)")
  }

  /// Whether a commit that has to be signed could not be.
  public var isSigning: Bool { call == "sign" }
}
