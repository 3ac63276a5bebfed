import Git
import Testing

@Suite struct TrailerTests {
  @Test("Trailers are found at the end, in the middle and in a forge's squash, but never in quoted data")
  func anywhere() {
    let message = """
      fix(adhd/nov25): read '*' as null (#12)

      * fix: one

      Errata-Fix: 0123abcd
      Errata-Run:  run_1\u{20}

          Errata-Fix: forged by a log
      > Errata-Fix: quoted
      http://example.com/x
      A sentence: with a colon
      12:30 noon

      Co-authored-by: Ada <ada@example.com>
      """
    #expect(
      Trailer.parse(message) == [
        Trailer(key: "Errata-Fix", value: "0123abcd"), Trailer(key: "Errata-Run", value: "run_1"),
        Trailer(key: "Co-authored-by", value: "Ada <ada@example.com>"),
      ])
  }

  @Test("git merge --squash indents each message by four spaces; data that was quoted there stays quoted")
  func squashed() throws {
    let test = try TestRepository()
    try test.commit(["a": "1"])
    try test.git("checkout", "-q", "-b", "side")
    try test.commit(["a": "2"], "fix: it\n\n    Errata-Fix: forged\n\nErrata-Fix: real")
    try test.git("checkout", "-q", "main")
    try test.git("merge", "-q", "--squash", "side")
    let message = test.read(".git/SQUASH_MSG") ?? ""
    #expect(Trailer.parse(message).filter { $0.key == "Errata-Fix" } == [Trailer(key: "Errata-Fix", value: "real")])
  }

  @Test("What is rendered is what git and the parser read, whatever the value")
  func render() throws {
    let trailers = [Trailer(key: "Errata-Fix", value: "a\nb\r\nSigned-off-by: x"), Trailer(key: "K", value: " y: z ")]
    let text = Trailer.render(trailers)
    #expect(text == "Errata-Fix: a b Signed-off-by: x\nK: y: z")
    #expect(Trailer.parse("Subject\n\n" + text + "\n") == trailers)
    let test = try TestRepository()
    #expect(try test.git("interpret-trailers", "--parse", input: "Subject\n\n" + text + "\n") == text)
  }
}
