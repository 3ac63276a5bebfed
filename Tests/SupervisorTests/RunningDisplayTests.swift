import Foundation
import Journal
import Supervisor
import Synchronization
import Testing

/// What people see of a run, and the small parts that runs are made of.
struct RunningDisplayTests {
  private func shown(isTerminal: Bool, _ events: [ProgressEvent]) -> String {
    let text = Mutex("")
    let display = ProgressDisplay(isTerminal: isTerminal, width: 40) { piece in text.withLock { $0 += piece } }
    for event in events { display.report(event) }
    display.end()
    return text.withLock { $0 }
  }

  @Test("Elsewhere than on a terminal there are plain lines and no control characters")
  func plain() {
    var error = EventError(.typeMismatch, "INTEGER column\nreceived '\u{1B}[31m*'")
    error.column = "headcount"
    let text = shown(
      isTerminal: false,
      [
        .runStarted(keys: 2), .keyStarted("adhd/nov25"), .stepStarted("adhd/nov25 load one", attempt: 1),
        .stepEnded("adhd/nov25 load one", rows: 450, error: nil),
        .stepEnded("adhd/nov25 load two", rows: nil, error: error),
        .retry("adhd/nov25 load two", delay: .milliseconds(1500), error: error), .keyEnded("adhd/nov25", record: nil),
      ])
    #expect(!text.contains("\u{1B}"))
    #expect(!text.contains("\r"))
    #expect(text.contains("2 URLs to work on\n"))
    #expect(text.contains("adhd/nov25 load one: 450 rows\n"))
    #expect(text.contains("adhd/nov25 load two: type_mismatch: INTEGER column received ' [31m*'\n"))
    #expect(text.contains("tried again in 1.5 s"))
  }

  @Test("On a terminal the changing line fits its width and is taken away at the end")
  func terminal() {
    let label = "online_consultation/nov25 load gp_submissions_by_practice"
    let text = shown(isTerminal: true, [.runStarted(keys: 3), .stepStarted(label, attempt: 2)])
    let status = text.components(separatedBy: "\r\u{1B}[K").first { $0.hasPrefix("[1/3]") }
    #expect(status.map { $0.count < 40 } == true)
    #expect(text.hasSuffix("\r\u{1B}[K"))
  }

  @Test("Values are filled in once, and products are relative unless the stage runs elsewhere")
  func values() {
    let publication = Publication(
      key: "adhd", landingPage: "https://example.org/{period}", referenceManifest: "m/r.yaml")
    let key = URLKey(publication: publication, period: Period(period: "nov25", url: "https://example.org/a b"))
    let pipeline = Pipeline(
      stages: [Stage(name: "m", command: [], produces: ["manifest": "manifests/{publication}_{period}.yaml"])])
    let workspace = Workspace(root: "/tmp")
    let values = StageValues(workspace: workspace, pipeline: pipeline, key: key, source: "x#2")
    #expect(
      values.fill(["{manifest}", "{url}", "{landing_page}", "--s={source}"])
        == ["manifests/adhd_nov25.yaml", "https://example.org/a b", "https://example.org/{period}", "--s=x#2"])
    let absolute = StageValues(workspace: workspace, pipeline: pipeline, key: key, absolute: true)
    #expect(absolute.fill("{manifest}") == "/tmp/manifests/adhd_nov25.yaml")
    #expect(absolute.fill("{reference_manifest}") == "/tmp/m/r.yaml")
  }

  @Test("An exclusive name is one user's at a time, in turn")
  func queues() async {
    let queues = ExclusiveQueues()
    let crowd = Crowd()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask {
          await queues.using("database") {
            await crowd.enter()
            await Task.yield()
            await crowd.leave()
          }
        }
      }
    }
    #expect(await crowd.most == 1)
    #expect(await crowd.visits == 20)
  }

  private actor Crowd {
    private var now = 0
    private(set) var most = 0
    private(set) var visits = 0

    func enter() {
      now += 1
      visits += 1
      most = max(most, now)
    }

    func leave() { now -= 1 }
  }

  @Test("Hashes that resume compares are no secrets")
  func hashes() {
    let hash = Digest.sha256("entry")
    #expect(Redaction.redact(hash) == hash)
    #expect(Redaction.redact("\"input_hash\":\"\(hash)\"").contains(hash))
  }
}
