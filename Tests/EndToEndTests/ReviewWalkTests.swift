import Foundation
import Journal
import Testing

/// `errata review` on a terminal, as a person uses it.
@Suite("Walking through what waits")
struct ReviewWalkTests {
  /// Runs a program on a terminal of 80 columns: waits for each text, then types. Prints what the terminal showed.
  private static let person = """
    import fcntl, json, os, pty, select, struct, sys, termios
    script, command = json.loads(sys.argv[1]), sys.argv[2:]
    child, screen = pty.fork()
    if child == 0:
      os.execvp(command[0], command)
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
    shown, read = b'', 0
    def more():
      global shown
      if not select.select([screen], [], [], 60)[0]: sys.exit('nothing came after: ' + shown.decode())
      try: piece = os.read(screen, 65536)
      except OSError: return False
      shown += piece
      return bool(piece)
    for text, keys in script:
      while text.encode() not in shown[read:]:
        if not more(): sys.exit('it ended before %r: %s' % (text, shown.decode()))
      read = shown.index(text.encode(), read) + len(text.encode())
      os.write(screen, keys.encode())
    while more(): pass
    print(shown.decode().replace('\\r\\n', '\\n'))
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
  private static let question = "[q]uit?"

  private func review(
    _ clinic: ClinicWorkspace, _ script: [(String, String)], _ arguments: String...
  ) async throws -> Ended {
    let typed = String(decoding: try JSONEncoder().encode(script.map { [$0.0, $0.1] }), as: UTF8.self)
    return try await clinic.bench.run(
      "python3", ["-c", Self.person, typed, Workbench.programs + "/errata", "review"] + arguments)
  }

  @Test("approves, rejects with a reason, goes on and ends by one key each, on 80 columns")
  func walks() async throws {
    let clinic = try await ClinicWorkspace("walks")
    try clinic.write("Org,Staff\nA,c\nB,2\n", to: "files/staff_nov25.csv")
    #expect(try await clinic.errata("run").code == 10)
    let refs = try await clinic.refs()

    // An arrow key, a capital, something pasted and what was typed too early are no answers.
    let skipped = try await review(
      clinic,
      [
        (Self.question, "\u{1B}[A"), ("\u{7}", "A"), ("\u{7}", "aa"), ("\u{7}", "n"), (Self.question, "q"),
      ])
    #expect(skipped.code == 0 && skipped.output.contains("2 left."), "\(skipped.output) \(skipped.errors)")
    #expect(try await clinic.refs() == refs)
    let stopped = try await review(clinic, [(Self.question, "\u{3}")])
    #expect(stopped.code == 0 && stopped.output.contains("2 left."))

    let ended = try await review(
      clinic,
      [
        (Self.question, "s"), (Self.question, "a"), (Self.question, "r"), ("goes back)", "\n"), (Self.question, "r"),
        ("goes back)", "The mark means something here\n"),
      ])
    #expect(ended.code == 0 && ended.output.contains("1 approved, 1 rejected."), "\(ended.output) \(ended.errors)")
    #expect(ended.output.contains("Errata-Fix:") && ended.output.contains("+"))
    let fixes = try await clinic.fixes()
    #expect(fixes.map(\.status) == [.approved, .rejected])
    #expect(fixes[1].statusReason == "The mark means something here")
    for line in skipped.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    #expect(try await review(clinic, []).output.contains("No fix waits for review."))
    #expect(try await clinic.bench.git("fsck", "--strict", "--no-dangling").isEmpty)
  }

  @Test("what cannot be done is told, the walk goes on, and the exit code says so")
  func obstacle() async throws {
    let clinic = try await ClinicWorkspace("obstacle")
    _ = try await clinic.errata("run")
    let fix = try #require(try await clinic.fixes().first)
    let file = try #require(fix.files.first)
    try clinic.write(try clinic.text(file) + "# mine\n", to: file)
    let ended = try await review(clinic, [(Self.question, "a")], "--where", "verified")
    #expect(ended.code == 50 && ended.output.contains("Local changes are in the way"), "\(ended.output)")
    #expect(ended.output.contains("1 not done."))
    #expect(try await clinic.fixes().map(\.status) == [.open])
    #expect(try await review(clinic, [], "--where", "not verified").output.contains("No fix that waits matches."))
  }

  @Test("without a terminal it says in one sentence what to use instead")
  func refuses() async throws {
    let clinic = try await ClinicWorkspace("refuses")
    let ended = try await clinic.errata("review")
    #expect(ended.code == 64 && ended.output.isEmpty)
    #expect(ended.errors.split(separator: "\n").count == 1 && ended.errors.contains("errata approve"))
  }
}
