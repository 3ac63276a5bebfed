import Foundation
import Journal
import Testing

struct FixBookTests {
  private func intended(_ record: FixRecord, new: String = "n1") throws -> Event {
    Event(
      .fixIntended, runID: firstRun,
      data: [
        "ref": .string("refs/heads/" + record.branch), "old": nil, "new": .string(new),
        "fix": try JSONValue(encoding: record),
      ])
  }

  private func published(_ record: FixRecord) throws -> Event {
    Event(.fixPublished, runID: firstRun, data: ["place": "local", "fix": try JSONValue(encoding: record)])
  }

  private func status(_ id: String, _ status: String, _ more: [String: JSONValue] = [:]) -> Event {
    Event(.fixStatus, runID: secondRun, data: more.merging(["fix_id": .string(id), "status": .string(status)]) { $1 })
  }

  @Test("An intent without publication is unfinished, and no fix yet")
  func unfinished() throws {
    let book = try FixBook(replaying: [intended(fix("11111111"))])
    #expect(book.fixes.isEmpty)
    #expect(book.unfinished.map(\.fix.id) == ["11111111"])
    #expect(book.unfinished.first?.old == nil)
    #expect(book.unfinished.first?.new == "n1")
  }

  @Test("A published fix is open, in the order of first publication")
  func open() throws {
    let events = try [fix("22222222"), fix("11111111", source: "b")].flatMap { try [intended($0), published($0)] }
    let book = try FixBook(replaying: events + [published(fix("22222222"))])
    #expect(book.fixes.map(\.id) == ["22222222", "11111111"])
    #expect(book.unfinished.isEmpty)
    #expect(book.open(urlKey: "adhd/nov25", source: "b").map(\.id) == ["11111111"])
    #expect(book["22222222"] == fix("22222222"))
  }

  @Test("A status keeps why, by which commit, and the value found instead")
  func statuses() throws {
    let book = try FixBook(replaying: [
      published(fix("11111111")),
      status("11111111", "changed", ["commit": "abc", "value": "varchar"]),
      status("11111111", "no_such_status"), status("99999999", "approved"),
    ])
    #expect(book["11111111"]?.status == .changed)
    #expect(book["11111111"]?.statusCommit == "abc")
    #expect(book["11111111"]?.statusValue == "varchar")
    #expect(book["99999999"] == nil)
    #expect(book.open.isEmpty)
  }

  @Test("Only tips that Errata put at a ref are its own")
  func tips() throws {
    let record = fix("11111111")
    let book = try FixBook(replaying: [intended(record, new: "n1"), published(record)])
    let commit = try #require(record.commit)
    #expect(book.tips(of: "refs/heads/" + record.branch) == ["n1", commit])
    #expect(book.tips(of: "refs/heads/main").isEmpty)
  }

  @Test("An approved fix under which the same source fails with the same error again did not help")
  func setbacks() throws {
    let record = fix("11111111")
    func full(_ event: Event) -> Event {
      var event = event
      event.error = EventError(.diskFull, "the disk is full")
      return event
    }
    func status(_ status: FixStatus) -> Event {
      Event(.fixStatus, runID: firstRun, data: ["fix_id": .string(record.id), "status": .string(status.rawValue)])
    }
    let published = Event(.fixPublished, runID: firstRun, data: ["fix": try JSONValue(encoding: record)])
    let again = failed("a")
    func ending(_ events: [Event]) -> FixOutcome.Ending? {
      let events = [again, published] + events
      return FixBook(replaying: events)[record.id].map {
        FixOutcome($0, setbacks: FixSetbacks(replaying: events)).ending
      }
    }
    #expect(ending([]) == .undecided)
    #expect(ending([again]) == .undecided)
    #expect(ending([status(.approved)]) == .worked)
    #expect(ending([status(.approved), full(again), failed("b")]) == .worked)
    #expect(ending([status(.approved), again]) == .failed)
    #expect(ending([status(.approved), again, status(.reverted)]) == .reverted)
    #expect(ending([status(.approved), again, status(.lost), status(.approved)]) == .worked)
    #expect(ending([status(.changed), again]) == .undecided)
  }

  @Test("What the ledger says is compared with history here, and what another machine compared is not")
  func learned() throws {
    let events = try [published(fix("11111111")), Event(.reconciled, runID: firstRun, data: ["head": "h1"])]
    func learned(_ event: Event) -> Event {
      var event = event
      event.data["ledger"] = true
      return event
    }
    var book = FixBook(replaying: events)
    #expect(book.unreconciled.isEmpty && book.reconciled == "h1")
    let decided = learned(status("11111111", "approved", ["commit": "abc"]))
    book.apply(decided)
    #expect(book.unreconciled == ["11111111"] && book.isHearsay("11111111"))
    book.apply(learned(Event(.reconciled, data: ["head": "h2"])))
    #expect(book.unreconciled == ["11111111"] && book.reconciled == "h1")
    book.apply(Event(.reconciled, runID: secondRun, data: ["head": "h2"]))
    #expect(book.unreconciled.isEmpty && book.reconciled == "h2")
    #expect(FixBook(replaying: [learned(Event(.reconciled, data: ["head": "h2"]))]).reconciled == "h2")
  }

  @Test("A commit that another machine published is Errata's, and not built here")
  func builtElsewhere() throws {
    let here = fix("11111111")
    var there = here
    there.commit = "elsewhere"
    var event = try published(there)
    event.data["ledger"] = true
    let book = try FixBook(replaying: [intended(here, new: "n1"), published(here), event])
    let own = try #require(here.commit)
    #expect(book.tips(of: "refs/heads/" + here.branch).isSuperset(of: ["n1", own, "elsewhere"]))
    #expect(book.isBuiltHere("n1") && book.isBuiltHere(own) && !book.isBuiltHere("elsewhere"))
    #expect(book.fixes(editing: here.files).map(\.id) == [here.id] && book.fixes(editing: ["other.yaml"]).isEmpty)
  }

  @Test("A record is written under the names of `errata fixes --json`, and a null old value is not an absent one")
  func coding() throws {
    var record = fix("11111111")
    record.changes = [
      FixChange(file: "m.yaml", path: "a", selector: "a", old: .null, new: ["*"]),
      FixChange(file: "m.yaml", path: "b", selector: "b", old: nil, new: 1),
    ]
    let json = try JSONValue(encoding: record)
    for name in [
      "id", "branch", "status", "publication", "period", "source", "stage", "error_type", "action", "confidence",
      "verified", "reach", "files", "changes", "commit", "run",
    ] { #expect(json[name] != nil, "\(name)") }
    #expect(json["reach"] == "this_period")
    let read = try json.decode(FixRecord.self)
    #expect(read.changes == record.changes)
    #expect(read == record)
  }

  @Test("Processes that were not seen to end are open")
  func processes() {
    let events = [
      Event(.processStarted, runID: firstRun, data: ["pid": 7, "start_time": 100, "command": ["backfill", "load"]]),
      Event(.processStarted, runID: firstRun, data: ["pid": 8, "start_time": 101, "command": "sleep 9"]),
      Event(.processEnded, runID: firstRun, data: ["pid": 7]),
    ]
    let open = OpenProcesses(replaying: events).processes
    #expect(open.map(\.pid) == [8])
    #expect(open.first?.startTime == 101)
    #expect(open.first?.command == "sleep 9")
  }
}
