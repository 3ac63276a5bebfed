import Foundation
public import Journal
import TestSeeds

/// A journal as runs of a pipeline of four stages write it, with names that a page must not take for markup.
public struct RandomJournal {
  /// The events in their order.
  public private(set) var events: [Event] = []
  private var random: SplitMix
  private var moment: Date
  private var run = ""
  private var context = EventContext()
  /// Which sources of a publication are loaded.
  private var standing: [String: Set<Int>] = [:]

  /// Names that HTML, JSON, and Prometheus's text read otherwise than people do.
  public static let hostile = [
    "<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", "a\u{2028}b", "q\"uo\\te", "../../x",
  ]

  /// Makes one.
  ///
  /// - Parameter start: When the first run begins; one is made every eight hours.
  public init(seed: UInt64, runs: Int, publications: Int, sources: Int, start: String = "2026-01-01T06:00:00Z") {
    random = SplitMix(state: seed)
    moment = Event.date(from: start) ?? Date(timeIntervalSince1970: 0)
    let first = moment
    for number in 0..<runs {
      moment = first.addingTimeInterval(Double(number) * 28_800)
      let digits = Event.text(from: moment).prefix(19).filter(\.isNumber)
      run = "run_\(digits.prefix(8))_\(digits.suffix(6))"
      add(.runStarted, data: ["config_file": "config/publications.yaml", "total_urls": .int(publications)])
      let begun = moment
      for publication in 0..<publications {
        period(of: publication == 0 ? Self.hostile[0] : "pub\(publication)", sources: sources)
      }
      evaluate(publications)
      let took = Int(moment.timeIntervalSince(begun) * 1000)
      add(.runCompleted, data: ["stats": ["duration_ms": .int(took)], "exit_code": 0])
    }
  }

  /// Writes it as a workspace's journal.
  public func write(to logs: String) throws {
    for (run, events) in Dictionary(grouping: events, by: \.runID) {
      let folder = "\(logs)/events/\(RunID.day(of: run) ?? "unknown")"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let lines = try events.map { String(decoding: try $0.line(), as: UTF8.self) + "\n" }
      try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: "\(folder)/\(run).jsonl"))
    }
  }

  private mutating func add(
    _ type: EventType, source: String? = nil, stage: String? = nil, data: [String: JSONValue] = [:],
    error: EventError? = nil
  ) {
    moment += 0.25
    let isOfRun = [.runStarted, .runEvaluated, .runCompleted].contains(type)
    var place = isOfRun ? EventContext() : context
    place.sourceCode = source
    place.stage = stage
    events.append(
      Event(
        type, runID: run, context: place, data: data, error: error, timestamp: moment,
        eventID: "evt_\(events.count)"))
  }

  /// Any numbers: what they are made of is not the journal's concern. Some runs have none.
  private mutating func evaluate(_ publications: Int) {
    let (places, outcomes, expected) = (random.upTo(9), random.upTo(30), random.upTo(2) * 500)
    let evaluation = RunEvaluation(
      well: min(places, random.upTo(9)), of: places, failed: min(outcomes, random.upTo(6)), of: outcomes,
      rows: random.upTo(900), expected: expected, unjudged: random.chance(20) ? "an outage halted the run" : nil)
    if let event = try? evaluation.event() { add(.runEvaluated, data: event.data.members) }
  }

  private mutating func period(of publication: String, sources count: Int) {
    context = EventContext(publication: publication, period: "nov25", url: "https://example.org/")
    let stages = ["manifest", "enrich", "load", "export"]
    add(.urlStarted, data: ["stages": .array(stages.map { .string($0) })])
    let ended = milliseconds()
    guard !random.chance(10) else {
      add(.stageStarted, stage: "manifest")
      add(
        .stageFailed, stage: "manifest", data: ["duration_ms": ended],
        error: EventError(.notFound, "404 \(Self.hostile[1])"))
      return add(.urlFailed, data: ["sources_loaded": .int(standing[publication, default: []].count)])
    }
    complete("manifest", data: ["duration_ms": ended])
    complete(
      "enrich",
      data: random.chance(20)
        ? ["reused": true]
        : ["duration_ms": milliseconds(), "enrichment_calls": 1, "reference_matches": 3, "tokens_used": 1200])
    let failed = load(count)
    if failed > 0 {
      add(.stageSkipped, stage: "export", data: ["reason": "load incomplete"])
    } else {
      complete(
        "export",
        data: ["duration_ms": milliseconds(), "parquet_files": .int(count), "bytes_written": .int(random.upTo(9000))])
    }
    let data: [String: JSONValue] = ["sources_loaded": .int(count - failed), "sources_failed": .int(failed)]
    add(failed == count ? .urlFailed : .urlCompleted, data: data)
  }

  private mutating func complete(_ stage: String, data: [String: JSONValue]) {
    add(.stageStarted, stage: stage)
    add(.stageCompleted, stage: stage, data: data)
  }

  /// Loads the sources and tells how many failed.
  private mutating func load(_ count: Int) -> Int {
    add(.stageStarted, stage: "load")
    var failed = 0
    for number in 0..<count {
      let source = number == 1 ? Self.hostile[3] : "source_\(number)"
      if random.chance(15) {
        failed += 1
        standing[context.publication ?? "", default: []].remove(number)
        let error = EventError(random.pick([.typeMismatch, .missingColumn, .timeout]), Self.hostile[number % 5])
        add(.sourceFailed, source: source, stage: "load", error: error)
      } else {
        standing[context.publication ?? "", default: []].insert(number)
        let table = "tbl_\(context.publication ?? "")_\(number)"
        add(
          .sourceLoaded, source: source, stage: "load",
          data: ["rows": .int(random.upTo(1000)), "table_name": .string(table)])
      }
    }
    let error = failed == 0 ? nil : EventError(.typeMismatch, "\(failed) sources failed")
    add(
      failed == 0 ? .stageCompleted : .stageFailed, stage: "load", data: ["duration_ms": milliseconds()], error: error)
    return failed
  }

  private mutating func milliseconds() -> JSONValue { .int(100 + random.upTo(5000)) }
}
