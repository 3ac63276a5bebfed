import Foundation
import Git
import Testing

@Suite struct MailTests {
  static let messages = [
    "Change files\n",
    "fix(adhd/nov25): read '*' in headcount_march_2020 as null\n\nWhy\n===\n\n    quoted log\n\nErrata-Fix: 0123abcd\n",
    "größe: 数 🚀 and a long subject that has to be folded into several encoded words, ümläüts all över\n\nbödy\n",
    "plain subject with =?UTF-8?q?trap?= in it\n\n* item\n\n- - -\n",
  ]

  @Test("git am makes the same tree and message of the mail", arguments: messages)
  func roundTrip(message: String) throws {
    let test = try TestRepository()
    let base = try test.commit(["a": "1\n2\n3\n", "gone": "g\n", "dir/with space": "w\n"])
    let made = try test.propose(
      [
        FileChange("a", "1\nzwei\n3\n"), FileChange("gone", nil), FileChange("dir/with space", "ww"),
        FileChange("nëw/\"q\"", "n\n", executable: true), FileChange("empty", ""),
      ], onto: base, message: message)
    try apply(made, in: test)
    #expect(try test.git("log", "-1", "--format=%B") == message.trimmingCharacters(in: .newlines) + "\n")
    #expect(
      try test.git("log", "-1", "--format=%an <%ae> %ad", "--date=raw")
        == "Errata <errata@example.com> 1700000000 +0100")
  }

  @Test(
    "Line endings, other encodings and binary bytes survive the mail",
    arguments: [
      Array("a: 1\r\nb: 2\r\n".utf8),
      Array("Total = 1\r\nFrom here =3D\r\nlong \(String(repeating: "x ", count: 80))".utf8),
      [0x63, 0xE9, 0x0A, 0x46, 0x72, 0x6F, 0x6D, 0x20, 0x0A], (0...255).map { UInt8($0) }, Array("no newline \t".utf8),
    ])
  func bytes(contents: [UInt8]) throws {
    let test = try TestRepository()
    try test.write(Array("a: 0\r\n".utf8), to: "a")
    let base = try test.commit([:])
    let made = try test.propose([FileChange(path: "a", contents: contents)], onto: base)
    try apply(made, in: test)
  }

  @Test("A root commit, and lines that git am would take for the patch, go through")
  func hostileMessage() throws {
    let test = try TestRepository()
    let message = "Subject\n\nFrom: nobody <n@example.com>\n---\ndiff --git a/x b/x\n--- a/x\nIndex: y\n"
    let made = try test.propose([FileChange("a", "1\n")], onto: nil, message: message)
    try test.git("checkout", "-q", "--orphan", "other")
    try test.git("am", "-q", input: test.repository.mail(of: made))
    #expect(try test.id("HEAD^{tree}") == test.id("\(made)^{tree}"))
    #expect(try test.git("log", "-1", "--format=%B").contains("\n Index: y"))
  }

  @Test("The mail depends on the commit alone, not on settings")
  func independent() throws {
    let test = try TestRepository()
    let base = try test.commit(["a": "1\n"])
    let made = try test.propose([FileChange("a", "2\n")], onto: base)
    let mail = try test.repository.mail(of: made)
    #expect(mail == (try test.repository.mail(of: made)))
    for (key, value) in [
      ("diff.noprefix", "true"), ("diff.mnemonicPrefix", "true"), ("core.abbrev", "5"),
      ("diff.context", "0"),
    ] {
      try test.git("config", key, value)
    }
    let again = try Repository(discovering: test.folder)
    #expect(try again.mail(of: made) == mail)
    #expect(mail.hasPrefix("From \(made) Mon Sep 17 00:00:00 2001\nFrom: Errata <errata@example.com>\n"))
    #expect(mail.contains("\nDate: Tue, 14 Nov 2023 23:13:20 +0100\n"))
  }

  @Test("A merge has no mail")
  func merges() throws {
    let test = try TestRepository()
    let base = try test.commit(["a": "1\n"])
    let side = try test.propose([FileChange("b", "1\n")], onto: base)
    let tree = try test.repository.commit(side).tree
    let merge = try test.repository.createMergeCommit(
      tree: tree, parents: [base, side], author: TestRepository.signature, committer: TestRepository.signature,
      message: "Merge")
    #expect(throws: GitError.self) { try test.repository.mail(of: merge) }
  }

  private func apply(_ made: ObjectID, in test: borrowing TestRepository) throws {
    try test.git("am", "-q", input: test.repository.mail(of: made))
    #expect(try test.id("HEAD^{tree}") == test.id("\(made)^{tree}"))
    #expect(try test.git("log", "-1", "--format=%B") == test.git("log", "-1", "--format=%B", made.hex))
  }
}
