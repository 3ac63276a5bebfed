import Foundation
import Journal
import Repair

/// What a stage told about sources and files, completed and put right for the journal.
struct StageFactList {
  /// The events.
  let events: [Event]

  /// - Parameters:
  ///   - memory: Which loads the journal has already.
  ///   - loads: Whether the stage brings sources into the target.
  init(report: StageReport, memory: RunMemory, loads: Bool) {
    let key = report.step.context.urlKey ?? ""
    var events = report.events.map { Self.told(once: $0, key: key, memory: memory) }
    let log = JSONValue.string(report.result.log ?? "")
    for index in events.indices where events[index].type == .sourceFailed {
      if events[index].error == nil { events[index].error = report.error }
      if events[index].error?.stacktrace == nil { events[index].error?.stacktrace = report.error?.stacktrace }
      events[index].data["log"] = log
    }
    if loads, report.endedWell, report.error == nil, let source = report.step.source,
      !events.contains(where: { $0.context.sourceCode == source && Self.isEnd($0.type) })
    {
      events.append(Self.loaded(source, report))
    }
    events += events.compactMap { Self.waiting($0, memory: memory) }
    // A source that waited for a revised release has it now: what that changed is told.
    self.events = events + events.compactMap { memory.releases.completion(of: $0) }
  }

  /// A load that was committed just before a kill is in the target but not in the journal. The loader says `already loaded` the
  /// next time; that is then the journal's one `source_loaded`.
  static func told(once event: Event, key: String, memory: RunMemory) -> Event {
    guard event.type == .sourceSkipped, let source = event.context.sourceCode,
      event.data["reason"]?.string?.hasPrefix("already loaded") == true,
      !memory.hasLoad(of: source, urlKey: key, entryHash: event.data["entry_hash"]?.string)
    else { return event }
    var loaded = event
    loaded.type = .sourceLoaded
    loaded.data["reason"] = nil
    loaded.data["recovered"] = true
    return loaded
  }

  /// What an earlier attempt loaded and this one left out, because something before it failed, has to run again.
  private static func waiting(_ event: Event, memory: RunMemory) -> Event? {
    guard event.type == .sourceSkipped, event.data["waits"] == true, let source = event.context.sourceCode,
      memory.hasEverLoaded(source, of: event.context.publication ?? "")
    else { return nil }
    return Event(
      .sourceUnloaded, context: event.context,
      data: ["source_code": .string(source), "reason": event.data["reason"] ?? "", "pending": true])
  }

  private static func isEnd(_ type: EventType) -> Bool {
    type == .sourceLoaded || type == .sourceSkipped || type == .sourceFailed
  }

  private static func loaded(_ source: String, _ report: StageReport) -> Event {
    var data: [String: JSONValue] = ["source_code": .string(source)]
    if let hash = report.step.entryHashes[source] { data["entry_hash"] = .string(hash) }
    if let line = count(in: report.outcome.tail) {
      data["rows"] = .int(line.rows)
      data["table_name"] = .string(line.table)
    }
    return Event(.sourceLoaded, context: report.step.context, data: data)
  }

  /// `Loaded 450 rows into tbl_adhd_summary`: what a loader without events may print.
  static func count(in output: String) -> (rows: Int, table: String)? {
    for line in output.split(separator: "\n").reversed() {
      let words = line.split(separator: " ")
      guard let start = words.firstIndex(of: "Loaded"), words.count > start + 4, words[start + 2] == "rows",
        words[start + 3] == "into", let rows = Int(words[start + 1])
      else { continue }
      return (rows, String(words[start + 4]))
    }
    return nil
  }
}

extension Event {
  /// How a step's result was weighed (S1-2).
  static func stepDecided(_ report: StageReport, _ decision: SupervisorDecision) -> Event {
    var data: [String: JSONValue] = [:]
    data["step_result"] = try? JSONValue(encoding: report.result)
    data["validation_report"] = try? JSONValue(encoding: report.validation)
    data["decision"] = try? JSONValue(encoding: decision)
    return Event(.stepDecided, context: report.step.context, data: data)
  }

  /// A step whose exit status says that it failed, and whose results say that it did not.
  static func seenThrough(_ report: StageReport) -> Event {
    let tally = report.result.sources ?? SourceTally()
    let message =
      "\(report.step.id) exited with \(report.outcome.shellCode), but its results tell that "
      + (tally.loaded == 1 ? "its source is loaded" : "all \(tally.loaded) sources are loaded") + ": that is believed"
    return Event(.warning, context: report.step.context, data: ["message": .string(message)])
  }

  /// A step succeeded.
  static func stageCompleted(_ report: StageReport, inputHash: String?) -> Event {
    var data = report.completion
    data["stage_name"] = .string(report.step.stage.name)
    data["outputs"] = .object(report.result.artefacts.mapValues { .string($0) })
    data["duration_ms"] = .int(report.outcome.duration.milliseconds)
    data["log"] = report.result.log.map { .string($0) }
    data["attempt"] = .int(report.attempt)
    if let inputHash { data["input_hash"] = .string(inputHash) }
    let loaded = report.events.filter { $0.type == .sourceLoaded }.compactMap { $0.data["rows"]?.int }
    if !loaded.isEmpty, data["rows"] == nil { data["rows"] = .int(loaded.reduce(0, +)) }
    return Event(.stageCompleted, context: report.step.context, data: data)
  }

  /// A step failed for good.
  static func stageFailed(_ report: StageReport, inputHash: String?) -> Event {
    var data: [String: JSONValue] = [
      "stage_name": .string(report.step.stage.name), "duration_ms": .int(report.outcome.duration.milliseconds),
      "exit_code": .int(report.outcome.shellCode), "attempt": .int(report.attempt),
      "retry_attempts": .int(report.attempt - 1), "final_failure": true,
    ]
    data["is_transient"] = report.error.map { .bool($0.isTransient) }
    data["signal"] = report.outcome.signal.map { .int($0) }
    data["log"] = report.result.log.map { .string($0) }
    if let inputHash { data["input_hash"] = .string(inputHash) }
    if let source = report.step.source, let hash = report.step.entryHashes[source] {
      data["entry_hash"] = .string(hash)
    }
    return Event(.stageFailed, context: report.step.context, data: data, error: report.error)
  }

  /// A source failed with its step.
  static func sourceFailed(_ report: StageReport, source: String) -> Event {
    var context = report.step.context
    context.sourceCode = source
    var data: [String: JSONValue] = ["source_code": .string(source)]
    data["log"] = report.result.log.map { .string($0) }
    if let hash = report.step.entryHashes[source] { data["entry_hash"] = .string(hash) }
    return Event(.sourceFailed, context: context, data: data, error: report.error)
  }
}
