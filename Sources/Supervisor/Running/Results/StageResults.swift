import Foundation
import Journal
import Repair

/// Reads what a stage left behind about its sources, as `results:` says: before the stage runs it looks at what stands there, and
/// afterwards it reads what is new.
struct StageResults: Sendable {
  /// What was found, ready to be weighed with the exit status and the checks.
  struct Finding: Sendable {
    /// Facts about sources and files, those of the stage's own events included.
    var events: [Event] = []
    /// Every source that the tool knows of, where it says so itself; what is not among them is gone.
    var listed: Set<String>?
    /// The numbers; nil where the stage declares no results.
    var tally: SourceTally?
    /// The failure of a stage that does not load, whose sources' state is not its own to change.
    var failure: EventError?
  }

  let workspace: Workspace
  let tools: RunTools
  let step: StageStep
  let values: StageValues
  /// Whether the stage brings sources into the target, so that what it tells is their state.
  let loads: Bool
  /// What this attempt is called in what the stage is given.
  let attempt = UUID().uuidString.lowercased()
  /// When the attempt began.
  let started = Date()
  private let marks: [String: ArtifactMark]

  init(workspace: Workspace, tools: RunTools, step: StageStep, values: StageValues, loads: Bool) {
    self.workspace = workspace
    self.tools = tools
    self.step = step
    let text = Self.text(of: started)
    self.values = values.replacing(["started_at": text])
    self.loads = loads
    var marks: [String: ArtifactMark] = [:]
    for path in step.stage.results.flatMap(Self.files) {
      let place = Self.place(values.fill(path), workspace)
      marks[place] = ArtifactMark(place)
    }
    self.marks = marks
  }

  /// What the stage is given so that its artifacts name the attempt.
  var environment: [String: String] {
    let isDBT = step.stage.results.contains { if case .dbt = $0.kind { true } else { false } }
    return isDBT ? [DBTResults.attemptVariable: attempt] : [:]
  }

  /// Reads the results of the attempt.
  ///
  /// - Parameters:
  ///   - told: What the stage told by its events.
  ///   - log: The absolute path of its whole output.
  func finding(after outcome: ProcessOutcome, told: StageEvents, log: String?) async -> Finding {
    var finding = Finding(events: told.events)
    let readers = step.stage.results
    // A program that never ran has nothing to tell, and what stopped it is told already.
    guard !readers.isEmpty, !outcome.cancelled, !outcome.notFound else { return finding }
    var readings: [(reading: ResultReading, silence: OutcomeWeighing.Silence?)] = []
    for reader in readers {
      var reading: ResultReading
      if case .events(let path) = reader.kind {
        reading = events(path, reader, told: told, into: &finding)
      } else {
        reading = await self.reading(reader, log: log)
        if case .dbt(let folder, _, _) = reader.kind { finding.listed = nodes(in: folder) }
      }
      reading.problem = reading.problem.map { "\(reader.name): \(tools.redact($0))" }
      reading.notes = reading.notes.map { "\(reader.name): \(tools.redact($0))" }
      readings.append((reading, reader.silence))
    }
    let weighed = OutcomeWeighing(readings, told: finding.events.compactMap(Self.outcome), step: subject(outcome))
    finding.tally = weighed.tally
    take(weighed, outcome, into: &finding)
    return finding
  }

  /// Where a reader's files are, placeholders included.
  private static func files(of reader: ResultReader) -> [String] {
    switch reader.kind {
    case .events(let path): [path].compactMap(\.self)
    case .log(let path, _): [path].compactMap(\.self)
    case .json(let path, _, _): [path]
    case .dbt(let folder, _, _): ["run_results", "sources", "manifest"].map { "\(folder)/\($0).json" }
    case .sql: []
    }
  }

  static func place(_ path: String, _ workspace: Workspace) -> String {
    path.hasPrefix("/") ? path : "\(workspace.root)/\(path)"
  }

  private static func text(of date: Date) -> String {
    date.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
  }

  /// What a file holds that the attempt wrote.
  func content(_ path: String, appended: Bool = false) -> ArtifactMark.Content {
    let name = values.fill(path)
    let place = Self.place(name, workspace)
    let mark = marks[place] ?? ArtifactMark(place)
    return mark.content(name: workspace.relative(place), appended: appended)
  }

  /// Events at a path join those of the stage itself; the reader's own outcomes are then among them.
  private func events(
    _ path: String?, _ reader: ResultReader, told: StageEvents, into finding: inout Finding
  ) -> ResultReading {
    guard let path else {
      let isSilent = !told.events.contains { Self.outcome($0) != nil }
      return ResultReading(problem: isSilent ? "the stage wrote no event about a source" : nil)
    }
    switch content(path, appended: true) {
    case .problem(let problem): return ResultReading(problem: problem)
    case .written(let bytes):
      let read = StageEvents(bytes: bytes, context: step.context, redact: tools.redact)
      let own = read.events.map { EventFile.completed($0, hashes: step.entryHashes, log: nil) }
      let known = Set(finding.events.map(\.eventID))
      finding.events += own.filter { !known.contains($0.eventID) }
      finding.failure = read.failure ?? finding.failure
      let isSilent = !own.contains { Self.outcome($0) != nil }
      return ResultReading(problem: isSilent ? "\(values.fill(path)) holds no event about a source" : nil)
    }
  }

  private func subject(_ outcome: ProcessOutcome) -> OutcomeWeighing.Step {
    var subject = OutcomeWeighing.Step(
      name: step.stage.name, source: step.source, manifest: step.manifest, exitedWell: outcome.succeeded)
    let listed = step.listed
    if !listed.isEmpty { subject.known = Set(listed.map(\.identity)) }
    if let source = step.source {
      subject.expected = [source]
    } else if loads {
      subject.expected = listed.filter(\.enabled).map(\.identity)
    }
    return subject
  }

  /// An event about a source as a reader would say it.
  private static func outcome(_ event: Event) -> SourceOutcome? {
    guard let source = event.context.sourceCode else { return nil }
    switch event.type {
    case .sourceLoaded: return SourceOutcome(source, .success, rows: event.data["rows"]?.int)
    case .sourceFailed: return SourceOutcome(source, .failed, message: event.error?.message)
    case .sourceSkipped:
      let isThere = event.data["reason"]?.string?.hasPrefix("already loaded") == true
      return SourceOutcome(source, isThere ? .alreadyLoaded : .skipped)
    default: return nil
    }
  }

  /// Turns what was weighed into facts; where events and readers disagree, the failure stands.
  private func take(_ weighed: OutcomeWeighing, _ outcome: ProcessOutcome, into finding: inout Finding) {
    for note in weighed.notes.prefix(20) {
      finding.events.append(Event(.warning, context: step.context, data: ["message": .string(note)]))
    }
    guard loads else {
      let failed = weighed.outcomes.filter { $0.status == .failed }
      if let first = failed.first {
        var error = self.error(of: first, outcome)
        let more = failed.count > 1 ? " (and \(failed.count - 1) more)" : ""
        error.message = "\(step.stage.name) failed for \(first.source)\(more): \(error.message)"
        finding.failure = finding.failure ?? error
      }
      return
    }
    if step.source == nil { finding.events += disabled(beside: finding.events) }
    for weighed in weighed.outcomes {
      let own = finding.events.filter { $0.context.sourceCode == weighed.source && Self.outcome($0) != nil }
      if weighed.status != .failed, !own.isEmpty { continue }
      if own.contains(where: { $0.type == .sourceFailed }) { continue }
      finding.events.removeAll { event in own.contains { $0.eventID == event.eventID } }
      finding.events.append(event(of: weighed, outcome))
    }
  }

  /// Sources that the manifest has switched off: no tool speaks of them, and they are not to be waited for.
  private func disabled(beside told: [Event]) -> [Event] {
    let own = Set(told.filter { Self.outcome($0) != nil }.compactMap(\.context.sourceCode))
    return step.listed.filter { !$0.enabled && !own.contains($0.identity) }.map { source in
      var context = step.context
      context.sourceCode = source.identity
      return Event(
        .sourceSkipped, context: context, data: ["source_code": .string(source.identity), "reason": "disabled"])
    }
  }

  private func event(of weighed: SourceOutcome, _ outcome: ProcessOutcome) -> Event {
    var context = step.context
    context.sourceCode = weighed.source
    var data = weighed.facts
    data["source_code"] = .string(weighed.source)
    if let rows = weighed.rows { data["rows"] = .int(rows) }
    if let table = weighed.fields["table"] { data["table_name"] = .string(table) }
    let type: EventType
    var failure: EventError?
    switch weighed.status {
    case .success: type = .sourceLoaded
    case .failed:
      type = .sourceFailed
      failure = error(of: weighed, outcome)
    case .skipped, .alreadyLoaded:
      type = .sourceSkipped
      data["reason"] = .string(
        weighed.status == .skipped ? weighed.message ?? "the stage left it out" : "already loaded")
    }
    let event = Event(type, context: context, data: data, error: failure)
    return EventFile.completed(event, hashes: step.entryHashes, log: nil).redacted(tools.redact)
  }

  /// The failure of a source; one that its results do not explain is explained by the output, where that is its own.
  private func error(of weighed: SourceOutcome, _ outcome: ProcessOutcome) -> EventError {
    var weighed = weighed
    let isOwn = step.source != nil && weighed.message == nil
    if isOwn { weighed.message = String(outcome.tail.suffix(StageError.longestTail)) }
    let stage = step.stage.name
    return weighed.error { tools.classify($0, stage, nil, nil) }
  }
}
