import Foundation
import Journal
import TestSite
import Testing

@testable import Supervisor

@Suite("Pull requests on a forge")
struct ForgeTests {
  static let token = "a plain word 4711"
  static let kinds = ForgeSettings.Kind.allCases

  /// A forge, the journal of a workspace, and one session after another.
  private final class Place: Sendable {
    let forge: TestForge
    let settings: ForgeSettings
    let journal = RecordedEvents()

    init(
      _ kind: ForgeSettings.Kind, labels: [String] = ["data fix", "errata"], draft: Bool = false
    ) throws {
      forge = try TestForge(kind.rawValue, token: ForgeTests.token)
      settings = ForgeSettings(
        kind: kind, api: forge.api, project: "acme/stats", tokenVariable: "FORGE_TOKEN", labels: labels, draft: draft,
        timeLimitSeconds: 30)
    }

    /// What one session is told.
    func session(
      _ wishes: [PullRequestWish], journal other: RecordedEvents? = nil, seconds: Double = 30
    ) async throws -> [String] {
      let journal = other ?? journal
      var settings = settings
      settings.timeLimitSeconds = seconds
      let desk = PullRequestDesk(
        settings, runID: "run_20260112_103000", history: await journal.events,
        inherited: ["FORGE_TOKEN": ForgeTests.token], journal: { await journal.append($0) })
      let told = try await desk.settle(wishes)
      #expect(try await desk.settle(wishes).isEmpty)
      #expect(!told.joined().contains(ForgeTests.token))
      return told
    }

    /// How many requests so far wanted to change something.
    func writes() async throws -> Int { try await forge.requests().count { $0.method != "GET" } }
  }

  private func wish(_ name: String, text: String = "The report.", status: FixStatus = .open) -> PullRequestWish {
    var fix = FixWorkspace.record(id: name, branch: "errata/adhd/nov25/\(name)")
    fix.status = status
    let draft = PullRequestDraft(message: "fix(adhd/nov25): \(name)\n\n\(text)\n", head: fix.branch, base: "main")
    return PullRequestWish(
      fix: fix, stance: status == .open ? .wanted(draft) : .over("Fix \(name) is \(status.rawValue)."),
      since: .distantPast.addingTimeInterval(1))
  }

  @Test(
    "opens one with the commit's text and the labels, once, changes it with the branch and closes it with a word",
    arguments: kinds)
  func life(_ kind: ForgeSettings.Kind) async throws {
    let place = try Place(kind)
    let told = try await place.session([wish("a"), wish("b")])
    #expect(told.count == 2 && told[0].contains("http://forge.test/acme/stats/pulls/1"), "\(told)")
    let pulls = try await place.forge.pulls()
    #expect(pulls.map(\.head) == ["errata/adhd/nov25/a", "errata/adhd/nov25/b"])
    #expect(pulls.allSatisfy { $0.base == "main" && $0.body == "The report." && $0.labels == ["data fix", "errata"] })
    #expect(pulls[0].title == "fix(adhd/nov25): a")

    let writes = try await place.writes()
    #expect(try await place.session([wish("a"), wish("b")]).isEmpty)
    // A clone without the journal finds them too.
    #expect(try await place.session([wish("a"), wish("b")], journal: RecordedEvents()).isEmpty)
    #expect(try await place.writes() == writes)

    #expect(try await place.session([wish("a", text: "Another report."), wish("b", status: .rejected)]).isEmpty)
    let after = try await place.forge.pulls()
    #expect(after[0].body == "Another report." && after[0].state == "open")
    #expect(after[1].state == "closed" && after[1].comments == ["Fix b is rejected."])
    let done = try await place.forge.requests().count
    #expect(try await place.session([wish("b", status: .rejected)]).isEmpty)
    #expect(try await place.forge.requests().count == done)
  }

  @Test("a merge is noticed by the forge, else the pull request is closed one session later", arguments: kinds)
  func merges(_ kind: ForgeSettings.Kind) async throws {
    let place = try Place(kind)
    _ = try await place.session([wish("a"), wish("b")])
    try await place.forge.change(1, ["state": "merged"])
    for state in ["open", "closed"] {
      #expect(try await place.session([wish("a", status: .approved), wish("b", status: .approved)]).isEmpty)
      #expect(try await place.forge.pulls().map(\.state) == ["merged", state])
    }
    let count = try await place.forge.requests().count
    #expect(try await place.session([wish("a", status: .approved), wish("b", status: .approved)]).isEmpty)
    #expect(try await place.forge.requests().count == count)
  }

  @Test("one that a person closed does not come back, here or in a clone without the journal", arguments: kinds)
  func dismissed(_ kind: ForgeSettings.Kind) async throws {
    let place = try Place(kind)
    _ = try await place.session([wish("a")])
    try await place.forge.change(1, ["state": "closed"])
    let told = try await place.session([wish("a", text: "Rebuilt.")])
    #expect(told.count == 1 && told[0].contains("stays closed") && told[0].contains("errata reject a"), "\(told)")
    let count = try await place.forge.requests().count
    #expect(try await place.session([wish("a", text: "Rebuilt again.")]).isEmpty)
    #expect(try await place.forge.requests().count == count)
    let clone = try await place.session([wish("a")], journal: RecordedEvents())
    #expect(clone.count == 1 && clone[0].contains("stays closed"))
    #expect(try await place.forge.pulls().count == 1)
  }

  @Test("what a person wrote stays, and so does their word on whether it is a draft", arguments: kinds)
  func people(_ kind: ForgeSettings.Kind) async throws {
    let place = try Place(kind, draft: true)
    _ = try await place.session([wish("a"), wish("b")])
    let prefix = ForgeDialect.of(kind).draftPrefix
    #expect(try await place.forge.pulls()[0].title == prefix + "fix(adhd/nov25): a")
    try await place.forge.change(1, ["body": "The report.\n\nLooks right to me."])
    try await place.forge.change(2, ["title": "fix(adhd/nov25): b"])
    _ = try await place.session([wish("a", text: "New."), wish("b", text: "New.")])
    let pulls = try await place.forge.pulls()
    #expect(pulls[0].body == "The report.\n\nLooks right to me." && pulls[0].title == prefix + "fix(adhd/nov25): a")
    #expect(pulls[1].body == "New." && pulls[1].title == "fix(adhd/nov25): b")
  }

  @Test("all pages of a list are read, and a fork's branch of the same name is somebody else's", arguments: kinds)
  func pages(_ kind: ForgeSettings.Kind) async throws {
    let place = try Place(kind)
    _ = try await place.session([wish("a")])
    for number in 2...5 { try await place.forge.change(number, ["head": "theirs-\(number)"]) }
    try await place.forge.change(6, ["head": "errata/adhd/nov25/b"], isOwn: false)
    try await place.forge.limitPages(to: 2)
    #expect(try await place.session([wish("a")]).isEmpty)
    #expect(try await place.session([wish("a"), wish("b")]).count == 1)
    let pulls = try await place.forge.pulls()
    #expect(pulls.count == 7 && pulls[6].head == "errata/adhd/nov25/b" && pulls[6].state == "open")
    #expect(try await place.forge.requests().contains { $0.query["page"] == "3" })
  }

  @Test("two at once open one between them", arguments: kinds)
  func race(_ kind: ForgeSettings.Kind) async throws {
    let place = try Place(kind)
    _ = try await place.session([wish("a")])
    // The other's list was read before this one opened it.
    try await place.forge.set([.init(on: "GET ", times: 2, status: 200, body: "[]")])
    #expect(try await place.session([wish("a")], journal: RecordedEvents()).isEmpty)
    #expect(try await place.forge.pulls().count == 1)
  }

  @Test("one whose answer was lost on the way is found again", arguments: kinds)
  func lost(_ kind: ForgeSettings.Kind) async throws {
    let place = try Place(kind)
    try await place.forge.set([.init(on: "POST ", times: 1, lost: true)])
    let told = try await place.session([wish("a")])
    #expect(told.count == 1 && told[0].contains("cannot be used now"), "\(told)")
    #expect(try await place.session([wish("a")]).isEmpty)
    #expect(try await place.forge.pulls().map(\.labels) == [["data fix", "errata"]])
  }

  static let faults: [(name: String, fault: TestForge.Fault, words: String)] = [
    (
      "401", .init(status: 401, body: #"{"message":"Bad a plain word 4711"}"#),
      "does not accept the token in FORGE_TOKEN"
    ),
    ("403", .init(status: 403, body: #"{"message":"Forbidden"}"#), "give it that right"),
    ("403 for a limit", .init(status: 403, body: "{}", headers: ["x-ratelimit-remaining": "0"]), "asked too often"),
    (
      "403 for another limit",
      .init(status: 403, body: #"{"message":"You have exceeded a secondary rate limit."}"#), "asked too often"
    ),
    ("404", .init(status: 404, body: #"{"message":"Not Found"}"#), "correct `project:`"),
    (
      "422", .init(status: 422, body: #"{"message":"Invalid","errors":[{"message":"no commits"}]}"#),
      "Invalid, no commits"
    ),
    ("429", .init(status: 429, body: "slow down", headers: ["Retry-After": "17"]), "asked again in 17 s"),
    ("502", .init(status: 502, body: "<html>Bad gateway</html>"), "trouble of its own (HTTP status 502)"),
    ("a page", .init(status: 200, body: "<html>Sign in</html>"), "not its interface's"),
    ("another shape", .init(status: 200, body: #"{"ok": [1, null]}"#), "not its interface's"),
    ("a dropped connection", .init(drop: true), "cannot be used now"),
    ("a trickle", .init(trickle: true), "cannot be used now"),
    ("silence", .init(status: 503, sleep: 3), "cannot be used now"),
  ]

  @Test("whatever it answers is told in one sentence, and the next session does what was left", arguments: kinds)
  func trouble(_ kind: ForgeSettings.Kind) async throws {
    let place = try Place(kind)
    for (name, fault, words) in Self.faults {
      let wishes = [wish("\(name)-1"), wish("\(name)-2")]
      for method in ["GET", "POST"] {
        var fault = fault
        fault.on = "\(method) "
        try await place.forge.set([fault])
        let told = try await place.session(wishes, seconds: fault.sleep == nil && fault.trickle == nil ? 30 : 1)
        #expect(told.count == 1 && told[0].contains(words), "\(name), \(method): \(told)")
        #expect(told.allSatisfy { !$0.contains("\n") && $0.count < 500 })
      }
      try await place.forge.set([])
      #expect(try await place.session(wishes).count == 2)
    }
    #expect(try await place.forge.pulls().count == 2 * Self.faults.count)
  }

  @Test(
    "labels that fail do not keep a pull request from being opened, and follow in the next session", arguments: kinds)
  func labels(_ kind: ForgeSettings.Kind) async throws {
    let place = try Place(kind)
    try await place.forge.set([.init(on: kind == .gitlab ? "PUT " : "/labels", status: 500, body: "")])
    #expect(try await place.session([wish("a")]).count == 2)
    #expect(try await place.forge.pulls().map(\.labels) == [[]])
    try await place.forge.set([])
    #expect(try await place.session([wish("a")]).isEmpty)
    #expect(try await place.forge.pulls().map(\.labels) == [["data fix", "errata"]])
  }

  @Test("a redirect is not followed: the token stays with the configured server", arguments: kinds)
  func redirects(_ kind: ForgeSettings.Kind) async throws {
    let place = try Place(kind)
    let other = try TestForge(kind.rawValue, token: Self.token)
    for status in [301, 302, 307, 308] {
      try await place.forge.set([.init(status: status, body: "", headers: ["Location": other.api + "/elsewhere"])])
      let told = try await place.session([wish("a")])
      #expect(told.count == 1 && told[0].contains("sends elsewhere"), "\(told)")
    }
    #expect(try await other.requests().isEmpty)
  }

  @Test("without the token nothing is sent, and that is told once")
  func noToken() async throws {
    let place = try Place(.github)
    let desk = PullRequestDesk(
      place.settings, runID: "r", history: [], inherited: [:], journal: { _ in Issue.record("nothing is known") })
    let told = try await desk.settle([wish("a")])
    #expect(told.count == 1 && told[0].contains("FORGE_TOKEN") && told[0].contains("`token_env`"))
    #expect(try await desk.settle([wish("b")]).isEmpty)
    #expect(try await place.forge.requests().isEmpty)
  }
}
