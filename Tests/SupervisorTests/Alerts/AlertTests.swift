import Foundation
import Journal
import Operations
import Testing

@testable import Supervisor

@Suite("Alerts")
struct AlertTests {
  private static let pipeline = "stages:\n- {name: load, scope: source, command: [x]}\n"
  private static let publications = "publications:\n  adhd:\n    urls: [{period: a, url: \"https://e.org\"}]\n"

  private func folder(_ alerts: String) throws -> ConfiguredFolder {
    try ConfiguredFolder([
      "publications.yaml": Self.publications, "pipeline.yaml": Self.pipeline, "alerts.yaml": alerts,
    ])
  }

  @Test("receivers are read with their defaults, and with everything set")
  func reads() throws {
    let folder = try folder(
      """
      fix_wait_days: 0.5
      receivers:
        - name: team
          webhook: {url_env: ALERT_URL, secret_env: ALERT_SECRET}
        - {name: pager, command: [page, --json], on: [source_failing], timeout_seconds: 2}
        - name: mail
          email: {to: [a@example.org, b@example.org], from: e@example.org}
      """)
    let settings = try Configuration.load(folder.workspace).alerts
    #expect(
      settings
        == AlertSettings(
          receivers: [
            AlertReceiver(name: "team", way: .webhook(addressVariable: "ALERT_URL", secretVariable: "ALERT_SECRET")),
            AlertReceiver(
              name: "pager", way: .command(["page", "--json"]), kinds: [.sourceFailing], timeLimitSeconds: 2),
            AlertReceiver(
              name: "mail",
              way: .email(
                to: ["a@example.org", "b@example.org"], from: "e@example.org", sendmail: AlertReceiver.sendmail)),
          ], fixWaitDays: 0.5))
    #expect(settings.secrets(in: ["ALERT_URL": "https://h/x", "ALERT_SECRET": "s"]) == ["https://h/x", "s"])
  }

  @Test("an alert shows no more of the data than reports may", arguments: [("counts", false), ("full", true)])
  func values(_ policy: String, _ isShown: Bool) throws {
    let folder = try ConfiguredFolder([
      "publications.yaml": Self.publications, "pipeline.yaml": Self.pipeline,
      "execution_mode.yaml": "report: {values: \(policy)}\n", "alerts.yaml": "fix_wait_days: 3\n",
    ])
    var error = EventError(.typeMismatch, "'Jane Doe' is no integer")
    error.value = "Jane Doe"
    let event = Event(
      .sourceFailed, runID: "r",
      context: EventContext(publication: "adhd", period: "a", sourceCode: "s", stage: "load"),
      error: error)
    let due = AlertsDue(try Configuration.load(folder.workspace), [event], now: Date())
    let alerts = due.alerts(for: AlertReceiver(name: "x", way: .command(["true"])))
    #expect(alerts.map { $0.text.contains("Jane Doe") } == [isShown], "\(alerts)")
  }

  @Test("what no receiver can be is told with its place")
  func wrong() throws {
    let errors = try folder(
      """
      receivers:
        - {name: a}
        - {name: b, command: [x], email: {to: [a@b], from: a@b}}
        - {name: c, command: [x], on: [source_fails]}
        - {name: d, webhook: {url_env: "https://example.org/secret"}}
        - {name: e, email: {to: ["a@b\\nBcc: c@d"], from: a@b}}
        - {name: f, command: [x]}
        - {name: f, command: [x]}
      """
    ).errors()
    let wanted = [
      "alerts.yaml:2:5: receiver 'a' needs one of 'webhook', 'command' and 'email', and has 0", "has 2",
      "alerts.yaml:4:34: item 1 of 'on'", "never a token", "must be a mail address",
      "two receivers are called 'f'",
    ]
    for sentence in wanted { #expect(errors.contains { $0.contains(sentence) }, "\(sentence): \(errors)") }
    #expect(errors.count == wanted.count, "\(errors)")
  }

  private func delivery(_ environment: [String: String] = [:], in root: String = "/tmp") -> AlertDelivery {
    let redact: @Sendable (String) -> String = { text in
      environment.values.reduce(text) { $0.replacingOccurrences(of: $1, with: "***") }
    }
    return AlertDelivery(
      runner: ProcessRunner(redact: redact), folder: root, inherited: environment, redact: redact)
  }

  private var message: AlertMessage {
    AlertMessage(
      [
        Alert(
          .sourceFailing, subject: "adhd/nov25/a", since: Date(timeIntervalSince1970: 1_768_213_800),
          errorType: "timeout", text: "adhd/nov25/a fails (timeout): säumig"),
        Alert(.sourceHealed, subject: "adhd/nov25/b", since: Date(timeIntervalSince1970: 0), text: "b works"),
      ], workspace: Workspace(root: "/tmp/somewhere"), runID: "run_20260112_103000")
  }

  private func webhook(secret: Bool = false, limit: Double = 120) -> AlertReceiver {
    AlertReceiver(
      name: "team", way: .webhook(addressVariable: "ALERT_URL", secretVariable: secret ? "ALERT_SECRET" : nil),
      timeLimitSeconds: limit)
  }

  @Test("a webhook gets one signed document with all that is new")
  func post() async throws {
    let server = try AlertServer()
    try await delivery(["ALERT_URL": server.address, "ALERT_SECRET": "k3y"]).send(message, to: webhook(secret: true))
    let request = try #require(try server.requests().first)
    let body = try JSONDecoder().decode(JSONValue.self, from: Data(request.body.utf8))
    #expect(body["text"]?.string?.hasPrefix("Errata: 1 source starts to fail, 1 source works again\n- ") == true)
    #expect(body["workspace"] == "somewhere" && body["alerts"]?.array?.count == 2)
    #expect(body["alerts"]?.array?.first?["since"] == "2026-01-12T10:30:00.000Z")
    #expect(body["alerts"]?.array?.first?["error_type"] == "timeout")
    #expect(
      request.headers["x-errata-signature-256"] == "sha256=" + Digest.hmacSHA256(Data(request.body.utf8), key: "k3y"))
    #expect(request.headers["content-type"] == "application/json")
  }

  @Test("the signature is the HMAC that others compute")
  func signature() {
    // RFC 4231, test case 2.
    #expect(
      Digest.hmacSHA256(Data("what do ya want for nothing?".utf8), key: "Jefe")
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  @Test("a webhook that is busy is asked once more, one that refuses is not, and neither address nor secret is told")
  func trouble() async throws {
    let busy = try AlertServer([503, 200])
    try await delivery(["ALERT_URL": busy.address]).send(message, to: webhook())
    #expect(try busy.requests().count == 2)
    let refusing = try AlertServer([403])
    await #expect(throws: AlertError(description: "it answered with HTTP status 403", kind: .data)) {
      try await delivery(["ALERT_URL": refusing.address]).send(message, to: webhook())
    }
    #expect(try refusing.requests().count == 1)
    let secret = "http://127.0.0.1:9/hook/T0PSECRET"
    do throws(AlertError) {
      try await delivery(["ALERT_URL": secret]).send(message, to: webhook())
      Issue.record("nobody is there")
    } catch {
      #expect(!error.description.contains("T0PSECRET") && error.kind == .transient, "\(error.description)")
    }
    await #expect(
      throws: AlertError(description: "the variable ALERT_URL, which holds its address, is not set", kind: .logic)
    ) {
      try await delivery().send(message, to: webhook())
    }
  }

  @Test("a receiver that never answers is left after its time limit")
  func silent() async throws {
    let server = try AlertServer([0])
    await #expect(throws: AlertError.self) {
      try await delivery(["ALERT_URL": server.address]).send(message, to: webhook(limit: 0.5))
    }
  }

  @Test("a command gets the document on standard input, and a mail program a mail")
  func programs() async throws {
    let folder = try folder("fix_wait_days: 3\n")
    let root = folder.workspace.root
    try await delivery(in: root).send(
      message, to: AlertReceiver(name: "c", way: .command(["sh", "-c", "cat > got.json"])))
    let got = try Data(contentsOf: URL(fileURLWithPath: root + "/got.json"))
    #expect(Array(got) == message.json)
    let mail = AlertReceiver.Way.email(
      to: ["a@example.org", "b@example.org"], from: "e@example.org", sendmail: ["sh", "-c", "cat > got.mail"])
    try await delivery(in: root).send(message, to: AlertReceiver(name: "m", way: mail))
    let text = try String(contentsOfFile: root + "/got.mail", encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let blank = try #require(lines.firstIndex(of: ""))
    #expect(
      lines.contains("To: a@example.org, b@example.org")
        && lines[..<blank].allSatisfy { $0.utf8.allSatisfy { $0 < 128 } })
    let body = Data(base64Encoded: lines[blank...].joined()).map { String(decoding: $0, as: UTF8.self) }
    #expect(body?.contains("säumig") == true, "\(text)")
    // A program that reads nothing must not end errata with a broken pipe.
    try await delivery(in: root).send(message, to: AlertReceiver(name: "t", way: .command(["true"])))
  }

  @Test("programs that fail, hang or are missing are told in a few words")
  func failingPrograms() async {
    func failure(_ command: [String], limit: Double = 120) async -> String? {
      let receiver = AlertReceiver(name: "c", way: .command(command), timeLimitSeconds: limit)
      do throws(AlertError) {
        try await delivery().send(message, to: receiver)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(await failure(["sh", "-c", "echo no such channel >&2; exit 3"]) == "sh ended with 3: no such channel")
    #expect(await failure(["sleep", "30"], limit: 0.2) == "it took longer than its time limit")
    #expect(await failure(["no-such-program-here"])?.contains("no such program") == true)
  }
}
