import Foundation
import Journal
import TestSeeds

/// Random journals of machines that work on the same few sources and fixes, some without knowing of each other.
struct LedgerGenerator {
  var random: SplitMix
  private var clock = 0

  init(seed: UInt64) { random = SplitMix(state: seed) }

  private static let sources = ["a", "b#2", "ç d/e"]
  private static let fixes = ["11111111", "12222222", "33333333"]

  /// What one machine might have journalled; a run's name tells whose it is.
  mutating func journal(run: String, length: Int) -> [Event] {
    // Every machine begins at the same time, so that now and then two things happen in one millisecond.
    clock = 0
    return (0..<length).flatMap { _ in events(run: run) }
  }

  private mutating func events(run: String) -> [Event] {
    clock += Int.random(in: 1...40, using: &random)
    var context = EventContext(publication: "pub", period: ["jan25", "feb 25"].randomElement(using: &random))
    context.stage = "load"
    let source = Self.sources.randomElement(using: &random)
    func make(_ type: EventType, _ data: [String: JSONValue] = [:], error: EventError? = nil) -> Event {
      Event(
        type, runID: run, context: context, data: data, error: error,
        timestamp: Date(timeIntervalSince1970: 1_700_000_000 + Double(clock) / 1000),
        eventID: "evt_\(UInt64.random(in: 0...UInt64.max, using: &random))")
    }
    let id = Self.fixes.randomElement(using: &random) ?? ""
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return [make(.urlStarted, ["stages": ["load"]]), make(.urlCompleted)]
    case 1: return [make(.stageCompleted, ["outputs": ["x": "data/x"], "input_hash": .int(clock)])]
    case 2: return [make(.fileWritten, ["path": "manifests/x.yaml", "sha256": .string("\(clock % 7)")])]
    case 3: return [make(.markedPending, ["pending_until": "2030-01-01"])]
    case 4...6:
      context.sourceCode = source
      let error = EventError(.typeMismatch, "value 'secret words' is no number")
      return [
        [make(.sourceLoaded, ["rows": .int(clock), "entry_hash": .string("e\(clock % 3)")])],
        [make(.sourceFailed, ["entry_hash": "e1"], error: error)],
        [make(.sourceUnloaded, ["reason": "reverted"])],
      ].randomElement(using: &random) ?? []
    case 7, 8: return [make(.fixPublished, ["place": "local", "fix": record(id)])]
    case 9: return [make(.fixIntended, ["ref": .string("refs/heads/errata/\(id)"), "new": "n", "fix": record(id)])]
    default:
      let status = FixStatus.allCases.randomElement(using: &random) ?? .open
      return [make(.fixStatus, ["fix_id": .string(id), "status": .string(status.rawValue)])]
    }
  }

  private mutating func record(_ id: String) -> JSONValue {
    var record = fix(id)
    record.branch = "errata/\(id)"
    record.evidenceHash = ["e1", "e2"].randomElement(using: &random) ?? ""
    return (try? JSONValue(encoding: record)) ?? .null
  }

  /// A ledger of a journal, with lines and files of a newer version in it.
  mutating func ledger(run: String) throws -> Ledger {
    let events = journal(run: run, length: 25)
    var ledger = try sharedLedger(of: events)
    if Bool.random(using: &random) {
      let path = "fixes/11/11111111.jsonl"
      let more = #"{"note":"from a newer version","number":\#(Int.random(in: 0...2, using: &random))}"#
      let lines = (ledger.files[path]?.bytes ?? []) + Array((more + "\n").utf8)
      _ = ledger.read(lines, at: path)
    }
    if Bool.random(using: &random) {
      _ = ledger.read((0...Int.random(in: 0...2, using: &random)).map { UInt8($0 + 65) }, at: "charts/new.bin")
    }
    return ledger
  }
}

/// The ledger of a journal, with errors shown as they are.
func sharedLedger(of events: some Sequence<Event>, after earlier: some Sequence<Event> = []) throws -> Ledger {
  try LedgerDigest(replaying: events, after: earlier).ledger { $0 }
}
