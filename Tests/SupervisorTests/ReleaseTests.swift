import DataFiles
import Foundation
import Journal
import TestSite
import Testing

@testable import Supervisor

@Suite("Revised releases")
struct ReleaseTests {
  private func file(
    _ url: String = "https://example.org/a.csv", period: String = "nov25", sha256: String = "A", etag: String? = "a",
    revision: String? = nil, path: String? = nil
  ) -> ReleaseFile {
    var book = ReleaseBook(replaying: [
      event(.fileFetched, period, ["url": .string(url), "sha256": .string(sha256)])
    ])
    if let revision {
      book.apply(
        event(
          .releaseRevised, period, source: nil,
          ["url": .string(url), "outcome": "reported", "before": .string(sha256), "after": .string(revision)]))
    }
    var file = book.files[0]
    file.etag = etag
    file.path = path
    return file
  }

  private func has(_ digest: String, etag: String? = nil) -> ReleaseAnswer {
    .has(sha256: digest, bytes: 1, validators: Validators(etag: etag), path: "/nowhere")
  }

  @Test("an answer means one thing for a file: unchanged, confirmed, known or revised")
  func findings() {
    let plain = file()
    let told = file(revision: "B")
    let cases: [(ReleaseAnswer, ReleaseFile, Bool, ReleaseFinding)] = [
      (.same, plain, false, .unchanged), (.same, told, false, .known), (.unreached, told, true, .unchanged),
      (has("A", etag: "a"), plain, false, .unchanged), (has("A", etag: "z"), plain, false, .confirmed),
      (has("A"), plain, false, .unchanged), (has("A"), told, false, .confirmed), (has("B"), plain, false, .revised),
      (has("B"), told, false, .known), (has("B"), told, true, .revised), (has("C"), told, false, .revised),
      (.trouble(DataFileError(.notFound, "gone")), plain, true, .unchanged),
    ]
    for (index, (answer, file, isReload, finding)) in cases.enumerated() {
      #expect(ReleaseFinding(answer, about: file, isReload: isReload) == finding, "case \(index)")
    }
  }

  private func event(_ type: EventType, _ period: String, source: String? = "one", _ data: [String: JSONValue]) -> Event
  {
    Event(type, context: EventContext(publication: "clinic", period: period, sourceCode: source), data: data)
  }

  @Test("an address is asked once for all that load from it, by what was last heard of it, with its secrets")
  func questions() throws {
    let hidden = "https://example.org/a.csv?token=\(Redaction.mark)"
    let secret = "https://bo:pass@example.org/a.csv?token=a1b2c3d4e5"
    var events: [Event] = []
    for period in ["nov25", "dec25"] {
      events.append(event(.fileFetched, period, ["url": .string(hidden), "sha256": "A", "etag": "a"]))
      events.append(event(.sourceLoaded, period, ["rows": 1]))
    }
    events.append(event(.fileFetched, "dec25", source: "two", ["url": "data/b.csv", "sha256": "B"]))
    events.append(event(.sourceLoaded, "dec25", source: "two", ["rows": 1]))
    events.append(event(.fileFetched, "jan26", ["url": "https://example.org/c.csv?key=***", "sha256": "B"]))
    events.append(event(.sourceLoaded, "jan26", ["rows": 1]))
    events.append(event(.fileFetched, "dec25", source: nil, ["url": "https://example.org/index.html", "sha256": "P"]))
    func all(_ events: [Event], isReload: Bool = false, keys: Set<String>? = nil) -> [ReleaseQuestion] {
      ReleaseQuestion.all(
        ReleaseBook(replaying: events), state: BackfillState(replaying: events),
        keys: keys ?? ["clinic/nov25", "clinic/dec25", "clinic/jan26"],
        known: ["clinic/nov25": ["https://example.org/", secret], "clinic/dec25": [secret]], root: "/home/ann",
        isReload: isReload)
    }
    let first = all(events)
    #expect(Set(first.map(\.address)) == [secret, "file:///home/ann/data/b.csv"])
    let shared = try #require(first.first { $0.address == secret })
    #expect(shared.users.map(\.file.period).sorted() == ["dec25", "nov25"] && shared.server == "example.org")
    #expect(shared.validators == Validators(etag: "a"))
    #expect(all(events, keys: ["clinic/nov25"]).map(\.users.count) == [1])

    // One period has heard of a revision, the other not: only the bytes can tell.
    let report: [String: JSONValue] = ["url": .string(hidden), "outcome": "reported", "after": "B", "etag": "b"]
    events.append(event(.releaseRevised, "nov25", source: nil, report))
    #expect(all(events).first { $0.address == secret }?.validators.isEmpty == true)
    events.append(event(.releaseRevised, "dec25", source: nil, report))
    #expect(all(events).first { $0.address == secret }?.validators == Validators(etag: "b"))
    #expect(all(events, isReload: true).first { $0.address == secret }?.validators.isEmpty == true)

    events.append(Event(.releasesChecked, data: ["next": .string(hidden)]))
    #expect(all(events).first?.address == secret)
    events.append(Event(.releasesChecked, data: ["next": "data/b.csv"]))
    #expect(all(events).first?.address == "file:///home/ann/data/b.csv")
  }

  private func ask(_ urls: [String], _ rules: ReleaseRules = ReleaseRules()) async throws -> [ReleaseAnswer] {
    let folder = try TestFolder()
    return await ReleaseRound(rules: rules, folder: folder.url.path).answers(
      to: urls.map { ReleaseQuestion(address: $0, url: $0, users: []) })
  }

  private func words(_ answer: ReleaseAnswer) -> String {
    switch answer {
    case .same: "same"
    case .has(let digest, _, _, _): String(digest.prefix(6))
    case .trouble(let error): error.kind.rawValue
    case .unreached: "unreached"
    }
  }

  @Test("a server in trouble is left alone, a missing file or an error page is not its trouble, and limits hold")
  func rounds() async throws {
    let site = try TestSite(["a.csv": "a\n1\n", "b.csv": "<!DOCTYPE html><html><body>Busy</body></html>"])
    let digest = String(Digest.sha256("a\n1\n").prefix(6))
    let dead = "http://127.0.0.1:9/a.csv"
    let other = try TestSite(["a.csv": "a\n1\n"])
    // On a machine that is busy with other tests nothing may be late.
    let patient = ReleaseRules(seconds: 3600, silentSeconds: 600)
    let answers = try await ask(
      [
        dead, site.url("b.csv"), dead, site.url("no.csv"), other.url("status/503"), site.url("plain/a.csv"),
        other.url("a.csv"),
      ], patient)
    #expect(
      answers.map(words) == [
        "connection_failed", "corrupt_file", "unreached", "404_not_found", "server_error", digest, "unreached",
      ])
    var rules = patient
    rules.mostBytes = 5
    #expect(try await ask([site.url("a.csv"), site.url("a.csv")], rules).map(words) == [digest, "unreached"])
    rules.seconds = 0
    #expect(try await ask([site.url("a.csv")], rules).map(words) == ["unreached"])
  }

  @Test("troubles are told once, and a file that cannot be replaced is only reported")
  func reports() {
    let user = ReleaseQuestion.User(file: file(), sources: ["one"])
    let question = ReleaseQuestion(
      address: "https://example.org/a.csv", url: "https://example.org/a.csv", users: [user])
    func news(_ answer: ReleaseAnswer, before: [String: String] = [:], refusal: String? = nil) -> ReleaseScout.News {
      var report = ReleaseReport(state: BackfillState(), isReload: true)
      report.take(question, answer) { _, _, _ in refusal }
      return report.news(before: before)
    }
    let gone = ReleaseAnswer.trouble(DataFileError(.notFound, "gone"))
    let first = news(gone)
    #expect(first.notes.count == 1 && first.events.map(\.type) == [.releasesChecked])
    #expect(news(gone, before: ReleaseBook(replaying: first.events).troubles).notes.isEmpty)
    #expect(news(.trouble(DataFileError(.timeout, "late"))).notes[0].contains("example.org (timeout)"))
    let reload = news(has("B"))
    #expect(reload.events.map(\.type) == [.releaseRevised, .sourceUnloaded, .releasesChecked])
    #expect(reload.events[1].data["pending"] == true && reload.events[0].data["outcome"] == "reloading")
    let refused = news(has("B"), refusal: "its copy is not what was fetched")
    #expect(refused.events.map(\.type) == [.releaseRevised, .releasesChecked])
    #expect(refused.events[0].data["outcome"] == "reported" && refused.notes[0].contains("is not what was fetched"))
  }

  @Test("another program takes part if its events tell what it fetched, and is left alone if they do not")
  func foreign() async throws {
    let place = RunningWorkspace()
    try place.write("new", to: "input/a.csv")
    var scout = ReleaseScout(workspace: place.workspace, configuration: place.configuration(), isReload: true)
    // The other tests keep the threads busy for longer than a run may ask.
    scout.rules = ReleaseRules(seconds: 3600, silentSeconds: 600)
    let patient = scout
    let key = URLKey(publication: Publication(key: "clinic"), period: Period(period: "nov25", url: "file:///page.html"))
    let load = event(.sourceLoaded, "nov25", ["rows": 3, "input_hash": .string(Digest.sha256("old"))])
    func look(_ events: [Event]) async throws -> ReleaseScout.News {
      try await patient.look(at: [key], state: BackfillState(replaying: events), book: ReleaseBook(replaying: events))
    }
    #expect(try await look([load]).events.isEmpty)
    let fetched = event(
      .fileFetched, "nov25", source: nil, ["url": "input/a.csv", "sha256": .string(Digest.sha256("old"))])
    let news = try await look([fetched, load])
    try #require(news.events.map(\.type) == [.releaseRevised, .sourceUnloaded, .releasesChecked])
    #expect(news.events[1].context.sourceCode == "one" && news.events[0].data["rows"]?["one"] == 3)
  }

  @Test("bytes are replaced only where they are what was fetched, and kept until the new ones are loaded")
  func copies() throws {
    let place = RunningWorkspace()
    let copies = ReleaseCopies(workspace: place.workspace)
    let old = Digest.sha256("old")
    let new = Digest.sha256("new")
    try place.write("old", to: "data/raw/a.csv")
    try place.write("new", to: "state/scratch/1/0")
    let fetched = place.workspace.root + "/state/scratch/1/0"
    func replace(_ path: String?, from before: String) -> String? {
      copies.replace(file(sha256: before, path: path), by: fetched, sha256: new)
    }
    #expect(replace("data/raw/a.csv", from: "X")?.contains("is not what was fetched") == true)
    #expect(replace("/etc/hostname", from: "X")?.contains("outside") == true)
    #expect(replace("../a.csv", from: "X")?.contains("outside") == true)
    #expect(replace(nil, from: "X") == nil && replace("data/raw/none.csv", from: "X") == nil)
    #expect(place.text("data/raw/a.csv") == "old")
    #expect(replace("data/raw/a.csv", from: old) == nil && replace("data/raw/a.csv", from: old) == nil)
    let kept = "data/raw/a.csv.before-\(old.prefix(8))"
    #expect(place.text("data/raw/a.csv") == "new" && place.text(kept) == "old")

    func tidy(_ events: [Event]) {
      let fetched = event(
        .fileFetched, "nov25", ["url": "u", "sha256": .string(old), "path": "data/raw/a.csv"])
      copies.tidy(ReleaseBook(replaying: [fetched] + events))
    }
    let revised = event(
      .releaseRevised, "nov25", source: nil,
      ["url": "u", "outcome": "reloading", "after": .string(new), "sources": ["one"]])
    let present = event(.fileFetched, "nov25", ["url": "u", "sha256": .string(new), "path": "data/raw/a.csv"])
    tidy([])
    tidy([revised, present])
    #expect(place.text(kept) == "old")
    tidy([revised, present, event(.releaseRevised, "nov25", ["outcome": "loaded"])])
    #expect(!place.exists(kept) && place.text("data/raw/a.csv") == "new")
  }
}
