import Foundation
import Journal
import Operations

/// Finds out, before anything is planned, whether the target still holds what the journal says was loaded.
///
/// A load that only the ledger tells of may be another target's: it counts when the receipts have it, and else is done again.
/// A database can be deleted, put back from a copy, or be another one. Receipts in it are believed: the `receipts` command of a
/// loading stage tells, for one URL key, a `source_skipped` with the reason `already loaded` for each source that the target
/// holds. It is asked only when the database is not as the last run left it; a database that is no file is asked every time.
struct TargetCheck: Sendable {
  /// What was found.
  struct Finding: Sendable {
    /// Loads that are not in the target, as the journal is to have them, and what people should know.
    var events: [Event] = []
    /// Whether the target is known to hold what the state says is loaded.
    var isSound = true
  }

  let workspace: Workspace
  let configuration: Configuration
  let tools: RunTools
  let queues: ExclusiveQueues
  let runID: String

  private var pipeline: Pipeline { configuration.pipeline }
  private var inputs: StageInputs { StageInputs(workspace: workspace, pipeline: pipeline) }

  /// How the database's files look from outside; nil when there is none or it is no file.
  func fingerprint() -> String? {
    guard let path = inputs.databaseFile, let own = Self.look(path) else { return nil }
    // What DuckDB and SQLite have not yet moved into the file itself belongs to it.
    return ([own] + [".wal", "-wal"].compactMap { Self.look(path + $0) }).joined(separator: " ")
  }

  /// Compares the state with the target.
  ///
  /// - Parameters:
  ///   - memory: What happened here, and what is only known from the ledger.
  ///   - last: The fingerprint that the last run left in the journal.
  func find(in state: BackfillState, memory: RunMemory, last: String?) async -> Finding {
    if let path = inputs.databaseFile, !FileManager.default.fileExists(atPath: path) {
      let lost = state.urls.sorted { $0.key < $1.key }.flatMap { key, record in
        record.sources(.loaded).map { unloaded($0, of: key, record, "the database is gone") }
      }
      return Finding(events: lost)
    }
    let isKnown = last != nil && last == fingerprint()
    var finding = Finding()
    for key in keys {
      guard let record = state[key.description] else { continue }
      for stage in pipeline.stages where stage.scope != .run && stage.loadsSources(in: pipeline) {
        let loaded = record.sources(.loaded).filter { record.sources[$0]?.stage == stage.name }
        let hearsay = loaded.filter { memory.isHearsay(source: $0, urlKey: key.description) }
        let asked = isKnown ? hearsay : loaded
        guard !asked.isEmpty else { continue }
        guard let command = stage.receipts else {
          finding.events += hearsay.map {
            unloaded(
              $0, of: key.description, record, "only the ledger tells of this load, and the target cannot be asked")
          }
          continue
        }
        guard let held = await ask(command, stage, key) else {
          let message =
            "what the target holds could not be asked for (\(stage.name) of \(key)): the journal is believed this time"
          finding.events.append(Event(.warning, data: ["message": .string(message)]))
          finding.events += hearsay.map {
            unloaded(
              $0, of: key.description, record, "only the ledger tells of this load, and the target did not answer")
          }
          finding.isSound = false
          return finding
        }
        finding.events += asked.filter { !Self.holds(held, $0, record) }.map {
          unloaded(
            $0, of: key.description, record, "the target does not hold this load: it is another one or an older copy")
        }
        finding.events += hearsay.filter { Self.holds(held, $0, record) }.map {
          confirmed($0, of: key.description, record)
        }
      }
    }
    return finding
  }

  private var keys: [URLKey] {
    configuration.publications.publications.flatMap { publication in
      publication.urls.map { URLKey(publication: publication, period: $0) }
    }
  }

  private static func holds(_ held: [String: Set<String>], _ source: String, _ record: URLRecord) -> Bool {
    guard let hashes = held[source] else { return false }
    guard let wanted = record.sources[source]?.entryHash, !hashes.isEmpty else { return true }
    return hashes.contains(wanted)
  }

  /// The sources that the target holds, with the hashes of their entries where it tells them; nil when it does not answer.
  private func ask(_ command: [String], _ stage: Stage, _ key: URLKey) async -> [String: Set<String>]? {
    let values = StageValues(
      workspace: workspace, pipeline: pipeline, key: key, absolute: stage.workingDirectory != nil)
    var step = StageStep(stage: stage, number: 0, key: key)
    step.manifest = inputs.manifestPath(for: stage, key: key)
    let execution = StageExecution(workspace: workspace, pipeline: pipeline, tools: tools, runID: runID)
    let folder = "\(workspace.state)/running"
    let events = "\(folder)/\(runID)-receipts.jsonl"
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try? FileManager.default.removeItem(atPath: events)
    defer { try? FileManager.default.removeItem(atPath: events) }
    let name = "\(key.publication.key)_\(key.period.period)"
    let request = ProcessRequest(
      command: values.fill(command), environment: execution.environment(for: step, values: values, events: events),
      workingDirectory: execution.folder(of: stage, values), timeout: .seconds(stage.timeoutSeconds),
      logFile: "\(workspace.logs)/stages/\(runID)/receipts/\(StageExecution.fileName(name)).log",
      label: "\(key) receipts", operation: .readReceipts)
    let outcome = await queues.using(stage.exclusive.map { values.fill($0) }) { await tools.runner.run(request) }
    guard outcome.succeeded else { return nil }
    let told = StageEvents(path: events, context: step.context, redact: tools.redact).events
    var held: [String: Set<String>] = [:]
    for event in told where event.type == .sourceSkipped || event.type == .sourceLoaded {
      guard let source = event.context.sourceCode else { continue }
      held[source, default: []].formUnion(event.data["entry_hash"]?.string.map { [$0] } ?? [])
    }
    return held
  }

  private func unloaded(_ source: String, of key: String, _ record: URLRecord, _ reason: String) -> Event {
    event(.sourceUnloaded, source, of: key, record, reason)
  }

  /// The target has told this machine itself.
  private func confirmed(_ source: String, of key: String, _ record: URLRecord) -> Event {
    event(.sourceSkipped, source, of: key, record, "already loaded")
  }

  private func event(
    _ type: EventType, _ source: String, of key: String, _ record: URLRecord, _ reason: String
  ) -> Event {
    let parts = key.split(separator: "/", maxSplits: 1).map(String.init)
    return Event(
      type,
      context: EventContext(
        publication: parts.first, period: parts.last, sourceCode: source, stage: record.sources[source]?.stage),
      data: ["source_code": .string(source), "reason": .string(reason)])
  }

  private static func look(_ path: String) -> String? {
    guard let facts = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
    let changed = (facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    return "\(facts[.systemFileNumber] as? Int ?? 0):\(facts[.size] as? Int ?? 0):\(changed)"
  }
}
