internal import Foundation
public import Journal

/// Takes a source's period out of the target again after its fix was reverted, by the stage's `undo` command.
public struct SourceUndo: Sendable {
  private let workspace: Workspace
  private let configuration: Configuration
  private let tools: RunTools
  private let queues: ExclusiveQueues
  private let runID: String
  private let lastErrors: [String: EventError]

  /// Prepares undoing.
  ///
  /// - Parameter history: Every event of the journal so far, for the error that the fix had mended.
  public init(
    workspace: Workspace, configuration: Configuration, tools: RunTools, queues: ExclusiveQueues, runID: String,
    history: [Event]
  ) {
    self.workspace = workspace
    self.configuration = configuration
    self.tools = tools
    self.queues = queues
    self.runID = runID
    var errors: [String: EventError] = [:]
    for event in history {
      guard let error = event.error, let key = event.context.urlKey else { continue }
      errors["\(key)/\(event.context.sourceCode ?? event.context.stage ?? "")"] = error
    }
    lastErrors = errors
  }

  /// Unloads the fix's source and gives the events that make it a failed one again.
  ///
  /// Unloading twice does no harm, so a run that was killed before it could record this simply does it again.
  public func undo(_ fix: FixRecord, _ reason: String) async -> [Event] {
    let context = EventContext(
      publication: fix.publication, period: fix.period, sourceCode: fix.source, stage: fix.stage)
    var error =
      lastErrors["\(fix.urlKey)/\(fix.source ?? fix.stage)"]
      ?? EventError(type: fix.errorType, message: "the failure that fix \(fix.id) had mended is back")
    error.stacktrace = nil
    error.transient = false
    guard fix.source != nil else {
      return [Event(.stageFailed, runID: runID, context: context, data: ["reason": .string(reason)], error: error)]
    }
    var events: [Event] = []
    var data: [String: JSONValue] = ["reason": .string(reason), "fix": .string(fix.id)]
    if let stage = configuration.pipeline[fix.stage], let command = stage.undo, let key = key(of: fix) {
      let values = StageValues(
        workspace: workspace, pipeline: configuration.pipeline, key: key, source: fix.source,
        absolute: stage.workingDirectory != nil)
      let outcome = await queues.using(stage.exclusive.map { values.fill($0) }) {
        await tools.runner.run(request(command, stage: stage, key: key, fix: fix, values: values))
      }
      if !outcome.succeeded {
        data["stale_rows"] = true
        let message =
          "the rows of \(fix.urlKey)/\(fix.source ?? "") could not be taken out of the target (exit status "
          + "\(outcome.shellCode)): they are stale until the source loads again"
        events.append(Event(.warning, runID: runID, context: context, data: ["message": .string(message)]))
      }
    } else {
      data["stale_rows"] = true
      let message =
        "the stage \(fix.stage) has no undo command: the rows of \(fix.urlKey)/\(fix.source ?? "") are stale"
      events.append(Event(.warning, runID: runID, context: context, data: ["message": .string(message)]))
    }
    return events + [
      Event(.sourceUnloaded, runID: runID, context: context, data: data),
      Event(.sourceFailed, runID: runID, context: context, data: ["reason": .string(reason)], error: error),
    ]
  }

  private func key(of fix: FixRecord) -> URLKey? {
    guard let publication = configuration.publications[fix.publication],
      let period = publication.urls.first(where: { $0.period == fix.period })
    else { return nil }
    return URLKey(publication: publication, period: period)
  }

  private func request(
    _ command: [String], stage: Stage, key: URLKey, fix: FixRecord, values: StageValues
  ) -> ProcessRequest {
    var environment = tools.environment
    environment["ERRATA_STAGE"] = stage.name
    environment["ERRATA_PUBLICATION"] = fix.publication
    environment["ERRATA_PERIOD"] = fix.period
    environment["ERRATA_URL"] = key.period.url
    for (name, value) in stage.env { environment[name] = values.fill(value) }
    let folder = stage.workingDirectory.map { path in
      let filled = values.fill(path)
      return filled.hasPrefix("/") ? filled : "\(workspace.root)/\(filled)"
    }
    return ProcessRequest(
      command: values.fill(command), environment: environment, workingDirectory: folder ?? workspace.root,
      timeout: .seconds(stage.timeoutSeconds), logFile: "\(workspace.logs)/stages/\(runID)/undo-\(fix.id).log",
      label: "\(fix.urlKey) undo")
  }
}
