import Foundation
import Journal
import Operations
import Repair

/// One step: a stage, for one URL key and source.
struct StageStep: Sendable {
  var stage: Stage
  /// The stage's place in the pipeline, from 1.
  var number: Int
  /// Nil for a stage that runs once per run.
  var key: URLKey?
  /// The source's identity, for a stage that runs once per source.
  var source: String?
  /// The hashes of the manifest's entries as the stage finds them, by source.
  var entryHashes: [String: String] = [:]
  /// Every source that the manifest lists.
  var listed: [ManifestSource] = []
  /// The sources that are left, where the others need not run again; nil for all of the stage.
  var left: [String]?
  /// The digests of the files that the stage reads, by path.
  var reads: [String: String] = [:]
  /// What the stage is run with, as a hash; nil when that cannot be told.
  var inputHash: String?
  /// The manifest that the stage reads, relative to the workspace.
  var manifest: String?

  /// The step's name: `load:adhd_summary`.
  var id: String { source.map { "\(stage.name):\($0)" } ?? stage.name }

  /// What messages call it.
  var label: String { [key?.description, stage.name, source].compactMap(\.self).joined(separator: " ") }

  /// Where its events belong.
  var context: EventContext {
    EventContext(
      publication: key?.publication.key, period: key?.period.period, url: key?.period.url, sourceCode: source,
      stage: stage.name)
  }
}

/// How one attempt at a step ended, with everything that it told.
struct StageReport: Sendable {
  var step: StageStep
  var attempt: Int
  var outcome: ProcessOutcome
  var result: StepResult
  var validation: ValidationReport
  /// Facts about sources and files, ready for the journal.
  var events: [Event]
  /// What the stage told of its own end.
  var completion: [String: JSONValue]
  /// Every source that the program knows of, where its results say so.
  var listed: Set<String>?
  /// The file that it told it in.
  var eventFile: String
  /// The real error; nil for a success.
  var error: EventError?

  /// Whether the program came to a good end, whatever its exit status says.
  var endedWell: Bool { outcome.succeeded || outcome.isSeenThrough(by: result.sources) }

  /// The errors of the sources that failed in it.
  var sourceFailures: [Event] { events.filter { $0.type == .sourceFailed } }
}

/// Runs one attempt at a step and finds out how it ended: exit code, events, output and files together.
struct StageExecution: Sendable {
  let workspace: Workspace
  let pipeline: Pipeline
  let tools: RunTools
  let runID: String

  /// What a stage's placeholders stand for.
  func values(for step: StageStep) -> StageValues {
    StageValues(
      workspace: workspace, pipeline: pipeline, key: step.key, source: step.source,
      absolute: step.stage.workingDirectory != nil)
  }

  /// The products' paths relative to the workspace.
  func products(of step: StageStep) -> [String: String] {
    let values = StageValues(workspace: workspace, pipeline: pipeline, key: step.key, source: step.source)
    return step.stage.produces.mapValues { values.fill($0) }
  }

  /// Runs the step once.
  func attempt(
    _ step: StageStep, number: Int, started: @escaping @Sendable (ProcessIdentity) async -> Void
  ) async -> StageReport {
    let values = values(for: step)
    let log = logPath(step, attempt: number)
    let eventFile = "\(workspace.state)/running/\(runID)-\(UUID().uuidString.prefix(8)).jsonl"
    EventFile.begin(eventFile, step: step)
    let results = StageResults(
      workspace: workspace, tools: tools, step: step, values: values, loads: step.stage.loadsSources(in: pipeline))
    let request = ProcessRequest(
      command: command(of: step, values: values),
      environment: environment(for: step, values: values, events: eventFile).merging(results.environment) { $1 },
      workingDirectory: folder(of: step.stage, values),
      timeout: .seconds(step.stage.timeoutSeconds), logFile: "\(workspace.root)/\(log)", label: step.label,
      operation: .runStage)
    let outcome = await tools.runner.run(request, started: started)
    let told = EventFile.read(eventFile, step: step, log: log, redact: tools.redact)
    let found = await results.finding(after: outcome, told: told, log: request.logFile)
    var report = StageReport(
      step: step, attempt: number, outcome: outcome,
      result: StepResult(
        stepID: step.id, exitCode: outcome.shellCode, artefacts: products(of: step),
        durationMS: outcome.duration.milliseconds, log: log, signal: outcome.signal, timedOut: outcome.timedOut),
      validation: ValidationReport(checks: []), events: found.events, completion: told.completion, eventFile: eventFile)
    report.result.sources = found.tally
    report.listed = found.listed
    if report.endedWell {
      let checks = StageValidation(workspace: workspace, values: values, log: request.logFile)
      report.validation = checks.report(step.stage.validate)
    }
    if !outcome.cancelled {
      let failure = told.failure ?? found.failure
      report.error = StageError(report: report, told: failure, classify: tools.classify).error
      if report.error == nil, !outcome.succeeded { report.events.append(.seenThrough(report)) }
    }
    return report
  }

  /// Remembers what the step was tried with, for the one that resumes it.
  func remember(_ step: StageStep) {
    StageReads(workspace: workspace, stage: step.stage, key: step.key, values: values(for: step)).remember(step.reads)
  }

  /// What every child is given: who it works for, and where it tells what happens.
  func environment(for step: StageStep, values: StageValues, events: String) -> [String: String] {
    var variables = tools.environment
    variables[OrphanEnder.workspaceVariable] = workspace.root
    variables[OrphanEnder.runVariable] = runID
    variables["ERRATA_EVENTS"] = events
    variables["ERRATA_STAGE"] = step.stage.name
    variables["ERRATA_PUBLICATION"] = step.key?.publication.key
    variables["ERRATA_PERIOD"] = step.key?.period.period
    variables["ERRATA_URL"] = step.key?.period.url
    variables["ERRATA_SOURCE"] = step.source
    for (name, value) in step.stage.env { variables[name] = values.fill(value) }
    return variables
  }

  /// Where the stage's commands run.
  func folder(of stage: Stage, _ values: StageValues) -> String {
    guard let path = stage.workingDirectory else { return workspace.root }
    let filled = values.fill(path)
    return filled.hasPrefix("/") ? filled : "\(workspace.root)/\(filled)"
  }

  /// `logs/stages/<run>/<pub>_<period>/<n>-<stage>[-<source>].log`, each retry in a file of its own.
  private func logPath(_ step: StageStep, attempt: Int) -> String {
    let folder = step.key.map { "\($0.publication.key)_\($0.period.period)" } ?? "run"
    var name = "\(step.number)-\(step.stage.name)"
    if let source = step.source { name += "-\(source)" }
    if attempt > 1 { name += "-try\(attempt)" }
    return "logs/stages/\(runID)/\(Self.fileName(folder))/\(Self.fileName(name)).log"
  }

  /// The text as one file name of bounded length.
  static func fileName(_ text: String) -> String {
    let safe = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-#".contains($0)) ? $0 : "_" })
    guard safe.count > 120 else { return safe.hasPrefix(".") ? "_" + safe : safe }
    return safe.prefix(111) + "-" + Digest.sha256(text).prefix(8)
  }
}

extension ProcessOutcome {
  /// Whether the results tell that all is done although the exit status says that it failed. What a signal or the time limit
  /// ended did not come to its end.
  func isSeenThrough(by tally: SourceTally?) -> Bool {
    !succeeded && exitCode != nil && !timedOut && !cancelled && problem == nil && tally?.areAllWell == true
  }
}

extension Duration {
  /// The duration in whole milliseconds.
  var milliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
