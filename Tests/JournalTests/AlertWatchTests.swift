import Foundation
import Testing

@testable import Journal

@Suite("What people are told")
struct AlertWatchTests {
  private let start = Date(timeIntervalSince1970: 1_768_213_800)
  private let mismatch = EventError(.typeMismatch, "'*' is no integer")

  /// A journal and what one receiver was told in it.
  private struct Story {
    var events: [Event] = []
    var now: Date
    var objectives: [ServiceObjective] = []
    var run = 0

    mutating func add(
      _ type: EventType, _ source: String? = nil, stage: String = "load", error: EventError? = nil,
      data: [String: JSONValue] = [:]
    ) {
      now += 60
      run += 1
      events.append(
        Event(
          type, runID: "run_\(run)",
          context: EventContext(publication: "adhd", period: "nov25", sourceCode: source, stage: stage), data: data,
          error: error, timestamp: now))
    }

    func due(_ receiver: String = "team", wanting kinds: Set<Alert.Kind> = Set(Alert.Kind.allCases)) -> [Alert] {
      let watch = AlertWatch(replaying: events)
      let budgets = HealthFold(now: now, objectives: objectives, replaying: events).report.budgets
      return watch.due(
        for: receiver, wanting: kinds, budgets: budgets, fixWait: 86_400 * 3,
        state: BackfillState(replaying: events), now: now, show: \.message)
    }

    /// Tells what is due, as a session does, and says what it was.
    mutating func tell(_ receiver: String = "team") -> [String] {
      let alerts = due(receiver)
      let budgets = HealthFold(now: now, objectives: objectives, replaying: events).report.budgets
      events += AlertWatch(replaying: events).over(
        for: receiver, budgets: budgets, fixWait: 86_400 * 3, runID: "r", now: now)
      events += alerts.map { $0.event(sentTo: receiver, runID: "r") }
      return alerts.map { "\($0.kind.rawValue) \($0.subject)" }
    }
  }

  @Test("a source that starts to fail is told once, and once more when it works again")
  func transition() {
    var story = Story(now: start)
    story.add(.sourceLoaded, "b")
    story.add(.sourceFailed, "a", error: mismatch)
    story.add(.stageFailed, "a", error: mismatch)
    #expect(story.tell() == ["source_failing adhd/nov25/a"])
    story.add(.sourceFailed, "a", error: EventError(.timeout, "silent"))
    #expect(story.tell().isEmpty)
    story.add(.sourceLoaded, "a", stage: "check")
    #expect(story.tell().isEmpty)
    story.add(.sourceLoaded, "a")
    #expect(story.tell() == ["source_healed adhd/nov25/a"])
    #expect(story.tell().isEmpty)
    story.add(.sourceFailed, "a", error: mismatch)
    #expect(story.tell() == ["source_failing adhd/nov25/a"])
  }

  @Test("what failed and healed before anybody could be told is nobody's news")
  func between() {
    var story = Story(now: start)
    story.add(.sourceFailed, "a", error: mismatch)
    story.add(.sourceLoaded, "a")
    #expect(story.tell().isEmpty)
  }

  @Test("each receiver has its own memory, also of what another machine told it")
  func receivers() {
    var story = Story(now: start)
    story.add(.sourceFailed, "a", error: mismatch)
    #expect(story.tell("team") == ["source_failing adhd/nov25/a"])
    #expect(story.tell("pager") == ["source_failing adhd/nov25/a"])
    var elsewhere = Story(now: start)
    elsewhere.add(.sourceFailed, "a", error: mismatch)
    elsewhere.events += story.events.filter { $0.type == .alertSent }.map { event in
      var event = event
      event.data["ledger"] = true
      return event
    }
    #expect(elsewhere.tell("team").isEmpty && elsewhere.tell("pager").isEmpty)
    #expect(elsewhere.tell("mail") == ["source_failing adhd/nov25/a"])
  }

  @Test("only the kinds that a receiver asks for are told")
  func kinds() {
    var story = Story(now: start)
    story.add(.sourceFailed, "a", error: mismatch)
    #expect(story.due(wanting: [.fixWaiting]).isEmpty)
  }

  @Test("a source that is switched off or put off no longer counts as failing")
  func settled() {
    var story = Story(now: start)
    story.add(.sourceFailed, "a", error: mismatch)
    #expect(story.tell().count == 1)
    story.add(.sourceSkipped, "a", data: ["reason": "disabled"])
    #expect(story.tell() == ["source_healed adhd/nov25/a"])
  }

  @Test("a failure that people acknowledged is not told")
  func acknowledged() {
    var story = Story(now: start)
    story.add(.sourceFailed, "a", error: mismatch)
    story.events.append(
      Event(
        .failureAcknowledged, context: EventContext(publication: "adhd", period: "nov25", sourceCode: "a"),
        data: ["until": "2099-01-01", "reason": "known", "failures": ["a": "type_mismatch"]], timestamp: story.now))
    #expect(story.due().isEmpty)
  }

  @Test("a budget that burns too fast is told once, and anew after it stopped")
  func burning() {
    var story = Story(now: start)
    story.objectives = [ServiceObjective(name: "loads", objective: 0.9)]
    for source in ["a", "b", "c"] { story.add(.sourceFailed, source, error: mismatch) }
    let told = story.tell()
    #expect(
      told.filter { $0.hasPrefix("budget_burning") } == [
        "budget_burning goal loads, 1 h", "budget_burning goal loads, 3 d", "budget_burning goal loads, 6 h",
      ])
    #expect(story.tell().isEmpty)
    story.now += 3600 * 24 * 4
    #expect(story.tell().isEmpty)
    #expect(story.events.contains { $0.type == .alertOver && $0.data["subject"] == "goal loads, 1 h" })
    for source in ["a", "b", "c"] { story.add(.sourceFailed, source, error: mismatch) }
    #expect(story.tell().contains("budget_burning goal loads, 1 h"))
  }

  @Test("a fix that waits too long is told once")
  func waiting() throws {
    var story = Story(now: start)
    let record = fix("11111111")
    story.add(.fixPublished, "a", data: ["place": "local", "fix": try JSONValue(encoding: record)])
    #expect(story.tell().isEmpty)
    story.now += 86_400 * 3 + 1
    #expect(story.tell() == ["fix_waiting fix 11111111"])
    #expect(story.tell().isEmpty)
    story.add(.fixStatus, "a", data: ["fix_id": "11111111", "status": "approved"])
    #expect(story.tell().isEmpty && story.events.last?.type == .alertOver)
  }

  @Test("an alert's text holds no secret")
  func secrets() {
    var story = Story(now: start)
    story.add(.sourceFailed, "a", error: EventError(.timeout, "https://user:hunter2@example.org is silent"))
    let text = story.due().first?.text ?? ""
    #expect(text.contains("adhd/nov25/a fails") && !text.contains("hunter2"), "\(text)")
  }
}
