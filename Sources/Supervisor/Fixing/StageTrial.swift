internal import Foundation
internal import Journal
internal import Operations
internal import Repair

/// Runs a stage's command in a scratch place and says how it ended.
struct StageTrial: Sendable {
  let workspace: Workspace
  let tools: RunTools
  let runID: String
  let stage: Stage
  let key: URLKey
  let source: String?
  /// The folder that the pipeline's program works in, where it is no copy.
  var project: String?

  /// What one run of the command showed.
  struct Result: Sendable {
    var trial: Trial
    var cancelled: Bool
    /// Digests of the files that were downloaded in it; empty when all were there already.
    var fetched: [String]
  }

  /// Runs the command once.
  ///
  /// - Parameters:
  ///   - folder: The absolute path of the scratch folder, which gets the output and the events.
  ///   - name: What its files are called.
  func run(_ command: [String], values: StageValues, in folder: String, name: String) async -> Result {
    let eventFile = "\(folder)/\(name)-events.jsonl"
    var environment = tools.environment
    environment["ERRATA_EVENTS"] = eventFile
    environment["ERRATA_STAGE"] = stage.name
    environment["ERRATA_PUBLICATION"] = key.publication.key
    environment["ERRATA_PERIOD"] = key.period.period
    environment["ERRATA_URL"] = values.fill("{url}")
    environment["ERRATA_SOURCE"] = source
    environment["ERRATA_RUN"] = runID
    environment["ERRATA_VERIFY"] = "1"
    for (variable, value) in stage.env { environment[variable] = values.fill(value) }
    for (variable, value) in stage.verifyEnv { environment[variable] = values.fill(value) }
    let step = StageStep(stage: stage, number: 0, key: key, source: source)
    let results = StageResults(workspace: workspace, tools: tools, step: step, values: values, loads: true)
    environment.merge(results.environment) { $1 }
    let directory = stage.workingDirectory.map { path in
      let filled = values.fill(path)
      return filled.hasPrefix("/") ? filled : "\(workspace.root)/\(filled)"
    }
    let outcome = await tools.runner.run(
      ProcessRequest(
        command: words(of: command, values: values), environment: environment,
        workingDirectory: directory ?? workspace.root,
        timeout: .seconds(stage.verifyTimeoutSeconds), logFile: "\(folder)/\(name).log",
        label: "\(key) \(stage.name) verification", operation: .tryStage))
    let context = EventContext(
      publication: key.publication.key, period: key.period.period, sourceCode: source, stage: stage.name)
    var told = StageEvents(path: eventFile, context: context, redact: tools.redact)
    let found = await results.finding(after: outcome, told: told, log: "\(folder)/\(name).log")
    told.events = found.events
    return result(of: outcome, told: told, isSeenThrough: outcome.isSeenThrough(by: found.tally))
  }

  /// The command with the source as its program calls it.
  private func words(of command: [String], values: StageValues) -> [String] {
    let real = values.replacing(["project": project ?? ""])
    guard let source, let names = ResumeCommand.names(of: [source], in: stage, values: real, workspace: workspace)
    else {
      return values.fill(command)
    }
    return ResumeCommand.filled(command, names: names, values: values) ?? values.fill(command)
  }

  private func result(of outcome: ProcessOutcome, told: StageEvents, isSeenThrough: Bool) -> Result {
    let own = told.events.filter { source == nil || $0.context.sourceCode == source }
    let loaded = own.last { $0.type == .sourceLoaded }
    let failed = own.last { $0.type == .sourceFailed }
    var trial = Trial(exitCode: isSeenThrough ? 0 : outcome.exitCode)
    trial.error = failed?.error ?? told.failure
    trial.rows = loaded?.data["rows"]?.int
    trial.inputHash = (loaded ?? failed)?.data["input_hash"]?.string
    if trial.error == nil, !outcome.succeeded, !isSeenThrough {
      let found = tools.classify(outcome.tail, stage.name, outcome.exitCode, outcome.signal)
      trial.error = found.type == .none ? EventError(.unknown, ending(of: outcome)) : found.eventError()
      if outcome.timedOut { trial.error = EventError(.timeout, ending(of: outcome)) }
    }
    let fetched = told.events.filter { $0.type == .fileFetched && $0.data["cached"]?.bool != true }.compactMap {
      $0.data["sha256"]?.string
    }
    return Result(trial: trial, cancelled: outcome.cancelled, fetched: fetched)
  }

  private func ending(of outcome: ProcessOutcome) -> String {
    if outcome.timedOut { return "verification did not end within \(stage.verifyTimeoutSeconds) seconds" }
    if let problem = outcome.problem { return problem }
    let last = outcome.tail.split(separator: "\n").last.map { ": \($0.prefix(300))" } ?? ""
    return "the command ended with \(outcome.shellCode)\(last)"
  }
}
