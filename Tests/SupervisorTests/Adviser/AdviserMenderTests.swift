import DataFiles
import Foundation
import Journal
import Repair
import Synchronization
import Testing

@testable import Supervisor

@Suite("Asking an adviser about a failure") struct AdviserMenderTests {
  /// A loader that finds no rows until the manifest names the delimiter.
  private static let loader = """
    #!/bin/sh
    if grep -q 'delimiter: .*;' "$1"; then echo 'Loaded 3 rows into tbl_adhd_data'; exit 0; fi
    printf '%s\\n' '{"event_type":"source_failed","context":{"source_code":"adhd_data"},"error":{"type":"empty_data",\
    "message":"the file has no rows"}}' >> "$ERRATA_EVENTS"
    exit 1

    """

  static func reply(
    _ path: String = "sources[0].delimiter", new: String = ";", action: String = "fix_encoding",
    file: String = FixWorkspace.manifest, old: String = "null"
  ) -> String {
    """
    {"analysis": "a", "root_cause": "The file is split by semicolons.", "troubleshooting_report": "r",
     "recommended_action": "\(action)", "action_details": {"file": "\(file)", "changes": [{"path": "\(path)",
     "old": \(old), "new": "\(new)"}]}, "confidence": 0.99, "requires_human_approval": false}
    """
  }

  private static let declined = """
    {"analysis": "a", "root_cause": "c", "troubleshooting_report": "r", "recommended_action": "escalate_to_human",
     "action_details": null, "confidence": 0.4, "requires_human_approval": true}
    """

  /// A workspace whose source fails, and the texts that the model will say in turn.
  private final class Place: Sendable {
    let folder: FixWorkspace
    let says: Mutex<[String]>
    let asked = Mutex<[JSONValue]>([])

    init(_ says: [String]) throws {
      self.says = Mutex(says)
      folder = try FixWorkspace()
      try folder.write("load.sh", AdviserMenderTests.loader)
      try folder.write("data/adhd.csv", "Org code;March 2020\nA;1\nB;2\nC;3\n")
      let manifest = FixWorkspace.text.replacing(
        "http://localhost/adhd.csv", with: "file://\(folder.root)/data/adhd.csv")
      try folder.write(FixWorkspace.manifest, manifest)
      try folder.shell("git commit -qam 'Name the file'")
    }

    /// How often the model was called.
    var calls: Int { asked.withLock(\.count) }

    func mend(
      constraints: Constraints = Constraints(), verify: Bool = true, error: EventError? = nil,
      budget: AdviserSettings.Budget = .init()
    ) async throws -> MendOutcome? {
      let command = ["/bin/sh", "load.sh", "{enriched}"]
      let stage = Stage(name: "load", scope: .source, command: command, verify: verify ? command : nil)
      let enrich = Stage(
        name: "enrich", command: ["true"],
        produces: ["enriched": "manifests/backfill/{publication}/{publication}_{period}_enriched.yaml"])
      let publication = Publication(key: "adhd", urls: [Period(period: "nov25", url: "file:///nowhere.html")])
      let settings = AdviserSettings(
        provider: .openai, model: "m-1", baseURL: "http://127.0.0.1:9/v1", budget: budget,
        prices: .init(input: 1, output: 10))
      let configuration = Configuration(
        publications: PublicationsFile(publications: [publication]), pipeline: Pipeline(stages: [enrich, stage]),
        execution: ExecutionMode(adviser: settings), constraints: constraints)
      let tools = RunTools(
        runner: ProcessRunner(redact: { $0 }), redact: { $0 },
        classify: { _, _, _, _ in Classification(type: .unknown, transient: false) })
      let journal = folder.journal
      let adviser = Adviser(
        settings, inherited: [:], history: await journal.events, runID: "run_20260112_103000", tools: tools,
        journal: { await journal.append($0) },
        send: { [self] (request, _) async throws(DataFileError) in
          let body = try? JSONDecoder().decode(JSONValue.self, from: Data(request.body ?? []))
          asked.withLock { $0.append(body ?? .null) }
          let text = says.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
          if text.isEmpty { return HTTPResponse(status: 500) }
          let answer: JSONValue = [
            "choices": [["message": ["content": .string(text)], "finish_reason": "stop"]],
            "usage": ["prompt_tokens": 900, "completion_tokens": 100],
          ]
          return HTTPResponse(status: 200, body: Array((try? JSONEncoder().encode(answer)) ?? Data()))
        })
      let mender = Mender(
        workspace: folder.workspace, configuration: configuration, branches: await folder.branches(), tools: tools,
        queues: ExclusiveQueues(), duckDB: nil, adviser: adviser, runID: "run_20260112_103000",
        journal: { await journal.append($0) }, state: { BackfillState(replaying: []) })
      let failure = Failure(
        publication: "adhd", period: "nov25", source: "adhd_data", stage: "load",
        error: error ?? EventError(.emptyData, "the file has no rows"), exitCode: 1,
        manifestPath: FixWorkspace.manifest)
      return try await mender.mend([failure]).first
    }

    func advised() async -> [Event] { await folder.journal.events.filter { $0.type == .adviserAdvised } }

    /// The text of a report without its line breaks and escapes.
    func report(_ path: String?) throws -> String {
      try folder.read(path ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing("\\", with: "")
    }
  }

  @Test("its edit is proven like any other, proposed with its name, never merged without a person, and paid for once")
  func suggests() async throws {
    let place = try Place([Self.reply()])
    guard case .proposed(let fix, let mayMerge) = try await place.mend() else {
      Issue.record("no fix was proposed")
      return
    }
    #expect(fix.verified && !mayMerge && fix.action == "fix_encoding" && fix.confidence < 0.85)
    #expect(fix.changes.map(\.selector) == ["sources[code=adhd_data].delimiter"] && fix.changes[0].new == ";")
    let report = try place.report(fix.report)
    #expect(report.contains("An adviser, the model openai m-1, suggested this edit"))
    #expect(report.contains("was asked once (1,000 tokens, about 0.0019 USD)"), "\(report)")
    let message = try place.folder.shell("git log -1 --format=%B \(fix.branch)")
    #expect(message.contains("Errata-Adviser: openai m-1") && message.contains("Errata-Verified: yes"))
    #expect(try place.folder.shell("git diff main \(fix.branch)").contains("+  delimiter: "))
    #expect(await place.folder.journal.count(.adviserAsked) == 1)
    let advised = await place.advised()
    #expect(advised.map { $0.data["outcome"] } == ["suggested"])
    #expect(place.calls == 1)

    guard case .waiting = try await place.mend() else {
      Issue.record("the same fix waits already")
      return
    }
    #expect(place.calls == 1)
  }

  @Test("it is told once why its reply was not taken, and a corrected one counts")
  func corrects() async throws {
    for (wrong, reason) in [
      (Self.reply(new: "|"), "With the edit the stage still fails"),
      (Self.reply(old: "\",\""), "is not the value that stands there"),
      (String(Self.reply().dropLast(20)), "was cut off"), ("Use a semicolon.", "holds no JSON object"),
    ] {
      let place = try Place([wrong, Self.reply()])
      guard case .proposed = try await place.mend() else {
        Issue.record("no fix was proposed after \(reason)")
        continue
      }
      let turns = place.asked.withLock { $0.last?["messages"]?.array ?? [] }
      #expect(turns.count == 4 && turns[2]["content"] == .string(wrong))
      #expect(turns.last?["content"]?.string?.contains(reason) == true)
    }
  }

  @Test("what does not hold is a person's, says so in one sentence, and is not asked for again")
  func refuses() async throws {
    for (says, ending) in [
      ([Self.reply(new: "|")], "With the edit the stage still fails"),
      ([Self.reply("sources[1].enabled", new: "no", action: "disable_source", old: "true")], "may not change"),
      ([Self.reply(file: "config/pipeline.yaml")], "may not change"),
      ([Self.reply(action: "drop_table")], "not among those offered"),
      ([Self.reply(new: "x'; DROP TABLE tbl_adhd_data; --")], "blocked by forbidden_statements"),
      ([Self.declined], "no edit of these files helps"), ([""], "has trouble of its own"),
    ] {
      let place = try Place(says)
      guard case .escalated(let report) = try await place.mend() else {
        Issue.record("it was not escalated: \(ending)")
        continue
      }
      let text = try place.report(report)
      #expect(text.contains(ending), "\(text)")
      #expect(try place.folder.shell("git branch --list 'errata/*'; git status --porcelain manifests config") == "")
      let calls = place.calls
      #expect(calls == (says == [Self.declined] || says == [""] ? 1 : 2))
      _ = try await place.mend()
      #expect(place.calls == (says == [""] ? 2 : calls), "\(ending)")
    }
  }

  @Test("it is asked where the rules offer only to give up the source, and then the better edit wins")
  func beforeGivingUp() async throws {
    // The rules know no other edit for a column that is missing in a file that nobody can read.
    var error = EventError(.missingColumn, "no column March 2020")
    error.column = "March 2020"
    let place = try Place([Self.reply()])
    try place.folder.write(
      "load.sh",
      Self.loader.replacing("empty_data", with: "missing_column").replacing(
        "grep -q 'delimiter: .*;' \"$1\"", with: "grep -qE 'delimiter: .*;|enabled: false' \"$1\""))
    guard case .proposed(let fix, _) = try await place.mend(error: error) else {
      Issue.record("no fix was proposed")
      return
    }
    #expect(fix.action == "fix_encoding" && place.calls == 1)
    #expect(try place.report(fix.report).contains("leave out adhd_data"))
  }

  @Test("it is not asked where the rules' own edit holds, nothing can be proven, or no attempt or money is left")
  func silent() async throws {
    let marker = try Place([Self.reply()])
    var error = EventError(.typeMismatch, "INTEGER column received unexpected value '*'")
    (error.column, error.value, error.expectedType) = ("march_2020", "*", "INTEGER")
    try marker.folder.write(
      "load.sh",
      Self.loader.replacing("delimiter: .*;", with: "null_values").replacing("empty_data", with: "type_mismatch"))
    guard case .proposed(let fix, _) = try await marker.mend(error: error) else {
      Issue.record("the rules know the marker")
      return
    }
    #expect(fix.action == "add_null_values" && marker.calls == 0)

    let unproven = try Place([Self.reply()])
    guard case .escalated = try await unproven.mend(verify: false) else {
      Issue.record("nothing can be proven here")
      return
    }
    #expect(unproven.calls == 0)

    let spent = try Place([Self.reply()])
    guard case .escalated = try await spent.mend(constraints: Constraints(maxFixAttempts: 0)) else {
      Issue.record("no attempt is left")
      return
    }
    guard case .escalated(let report) = try await spent.mend(budget: .init(calls: 0)) else {
      Issue.record("no money is left")
      return
    }
    #expect(spent.calls == 0)
    #expect(try spent.report(report).contains("budget of 0 calls is used up"))

    let healed = try Place([Self.reply()])
    try healed.folder.write("load.sh", "exit 0\n")
    _ = try await healed.mend()
    #expect(healed.calls == 0)
  }

  @Test("an edit of its that a person turned down is told to it, and never proposed again")
  func rejected() async throws {
    let place = try Place([Self.reply()])
    guard case .proposed(let fix, _) = try await place.mend() else {
      Issue.record("no fix was proposed")
      return
    }
    _ = try await place.folder.branches().reject(fix.id, reason: "We ask the publisher")
    guard case .escalated(let report) = try await place.mend() else {
      Issue.record("it was proposed again")
      return
    }
    #expect(place.calls == 2)
    #expect(try place.report(report).contains("rejected before as \(fix.id)"))
    let turns = place.asked.withLock { $0.last?["messages"]?.array ?? [] }
    #expect(turns.last?["content"]?.string?.contains("We ask the publisher") == true)
  }
}
