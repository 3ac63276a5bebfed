import Foundation
import Journal
import Testing

@Suite("Looking into the journal")
struct LookTests {
  private func at(_ second: Double, _ event: Event) -> Event {
    var event = event
    event.timestamp = Date(timeIntervalSince1970: 1_768_213_800 + second)
    return event
  }

  /// A run in which a stage is tried twice, one source loads and the other fails, and the next in which the fix has arrived.
  private func history() throws -> [Event] {
    var record = fix("11111111", source: "b")
    record.publication = "adhd"
    record.period = "nov25"
    let failure = EventError(.typeMismatch, "'*' is no integer")
    func published(_ place: String) throws -> Event {
      event(.fixPublished, source: "b", data: ["place": .string(place), "fix": try JSONValue(encoding: record)])
    }
    return [
      at(0, runStarted(firstRun)),
      at(1, event(.stageStarted, stage: "manifest", data: ["attempt": 1])),
      at(2, event(.retryScheduled, stage: "manifest", data: ["attempt": 2], error: EventError(.serverError, "503"))),
      at(3, event(.stageStarted, stage: "manifest", data: ["attempt": 2])),
      at(4, event(.stageCompleted, stage: "manifest", data: ["duration_ms": 900])),
      at(4, event(.stageStarted, stage: "load", data: ["inputs": ["sources": ["a", "b"]]])),
      at(5, event(.stageStarted, source: "a", stage: "load")),
      at(6, event(.stageStarted, source: "b", stage: "load")),
      at(7, event(.sourceLoaded, source: "a", data: ["rows": 12])),
      at(8, event(.stageCompleted, source: "a", stage: "load")),
      at(9, event(.stageFailed, source: "b", stage: "load", error: failure)),
      at(10, event(.failureDiagnosed, source: "b", data: ["outcome": "proposed", "fix": "11111111"])),
      at(11, try published("local")), at(12, try published("origin")),
      at(13, event(.stageStarted, stage: "export", key: ("other", "nov25"))),
      at(
        20,
        event(
          .fixStatus, run: secondRun, source: "b",
          data: ["fix_id": "11111111", "status": "approved", "commit": "abc", "reason": "merged"])),
      at(21, event(.stageStarted, run: secondRun, source: "b", stage: "load")),
    ]
  }

  @Test("A trace has each stage once, with its tries, how it ended and how long it took")
  func stages() throws {
    let trace = try Trace("adhd/nov25", in: history())
    #expect(trace.runs.map(\.run) == [firstRun, secondRun])
    let steps = trace.runs[0].steps
    #expect(
      steps.map { "\($0.what) \($0.source ?? "-") \($0.outcome ?? "-") \($0.durationMS ?? -1)" } == [
        "manifest - retried 1000", "manifest - completed 900", "load a completed 3000", "load b failed 3000",
        "source_loaded a - -1", "failure_diagnosed b proposed -1", "fix_published b open -1",
      ])
    #expect(steps.map(\.attempt) == [1, 2, nil, nil, nil, nil, nil])
    #expect(steps[3].error == "type_mismatch" && steps[4].rows == 12 && steps[6].fix == "11111111")
    let next = trace.runs[1].steps
    #expect(next.map(\.outcome) == ["approved", "running"] && next[0].commit == "abc")
  }

  @Test("A source's trace leaves the other sources out, and keeps what is about the period")
  func source() throws {
    let trace = try Trace("adhd/nov25", source: "b", in: history())
    #expect(Set(trace.runs.flatMap(\.steps).compactMap(\.source)) == ["b"])
    #expect(trace.runs[0].steps.filter { $0.source == nil }.map(\.what) == ["manifest", "manifest"])
    #expect(try Trace("adhd/dec25", in: history()).runs.isEmpty)
  }

  @Test("Events are told apart and counted by each field")
  func fields() throws {
    let events = try history()
    var filter = EventFilter()
    filter.values = [.source: "b", .stage: "load"]
    #expect(events.filter(filter.matches).count == 3)
    filter.since = events[10].timestamp
    #expect(events.filter(filter.matches).count == 2)
    filter.until = events[16].timestamp
    #expect(events.filter(filter.matches).map(\.type) == [.stageFailed])
    for field in EventFilter.Field.allCases {
      var counted = EventCounts(by: field)
      for event in events { counted.apply(event) }
      let counts = counted.sorted
      #expect(counts.reduce(0) { $0 + $1.count } == events.count, "\(field)")
      for count in counts where !count.value.isEmpty {
        var one = EventFilter()
        one.values = [field: count.value]
        #expect(events.filter(one.matches).count == count.count, "\(field) \(count.value)")
      }
      #expect(counts.map(\.count) == counts.map(\.count).sorted(by: >))
    }
  }

  private func replay(_ events: [Event], run: String, until: String? = nil) -> StateReplay {
    var replay = StateReplay(run: run, until: until)
    for event in events { replay.apply(event) }
    return replay
  }

  @Test("A replay that stops anywhere and goes on ends where the whole does")
  func replay() throws {
    let events = try history()
    let whole = BackfillState(replaying: events)
    for stop in events {
      let replay = replay(events, run: stop.runID, until: stop.eventID)
      #expect(try #require(replay.state).after(events[replay.events...]) == whole)
      #expect(!replay.isLatest)
    }
    let first = replay(events, run: firstRun)
    let last = replay(events, run: secondRun)
    #expect(!first.isLatest && last.isLatest)
    #expect(try #require(last.state) == whole && whole.differences(from: whole).isEmpty)
    #expect(try #require(first.state).differences(from: whole).contains("adhd/nov25"))
    #expect(replay(events, run: "run_20200101_000000").state == nil)
    #expect(replay(events, run: firstRun, until: events[16].eventID).state == nil)
  }

  @Test("A run that goes on behind another's events is replayed up to its last")
  func interleaved() throws {
    let events = try history()
    var late = events[2]
    late.eventID = Event.newID()
    let replay = replay(events + [late], run: firstRun)
    #expect(replay.isLatest && replay.events == events.count + 1)
  }

  @Test("What is passed over unread never matches the filter", arguments: EventFilter.Field.allCases)
  func literals(_ field: EventFilter.Field) throws {
    for event in try history() {
      guard let value = field.value(of: event) else { continue }
      var filter = EventFilter()
      filter.values = [field: value]
      let line = String(decoding: try event.line(), as: UTF8.self)
      #expect(filter.literals.allSatisfy(line.contains), "\(filter.literals) \(line)")
    }
    var odd = EventFilter()
    odd.values = [.source: "a/b", .publication: "é", .period: "\"", .run: "r", .day: "2026-01-12", .stage: "load"]
    #expect(odd.literals == ["\"load\""])
  }

  @Test("What is written is followed as it comes: half a line later, a new file at once, garbage never")
  func tail() throws {
    let folder = try TemporaryFolder()
    let day = folder.path + "/events/2026-01-12"
    try FileManager.default.createDirectory(atPath: day, withIntermediateDirectories: true)
    var tail = JournalTail(logs: folder.path)
    #expect(try tail.next().events.isEmpty)
    let events = try history()
    let lines = try events.map { String(decoding: try $0.line(), as: UTF8.self) + "\n" }
    func write(_ text: String, _ run: String) throws {
      let path = "\(day)/\(run).jsonl"
      let before = FileManager.default.contents(atPath: path) ?? Data()
      try (before + Data(text.utf8)).write(to: URL(fileURLWithPath: path))
    }
    try write(lines[0] + "no event\n" + lines[1].prefix(20), firstRun)
    let first = try tail.next()
    #expect(first.events.map(\.eventID) == [events[0].eventID])
    #expect(first.warnings.map(\.line) == [2])
    let none = try tail.next()
    #expect(none.events.isEmpty && none.warnings.isEmpty)
    try write(String(lines[1].dropFirst(20)), firstRun)
    try write("\nno event\n", firstRun)
    try write(lines[15], secondRun)
    let second = try tail.next()
    #expect(second.events.map(\.eventID) == [events[1].eventID, events[15].eventID])
    #expect(second.warnings.map(\.line) == [5])
    #expect(try tail.next().events.isEmpty)
  }
}
