internal import Foundation
public import Journal
internal import Operations

/// Takes a source's period out of the target again after its fix was reverted, by the stage's `undo` command.
public struct SourceUndo: Sendable {
  private let workspace: Workspace
  private let configuration: Configuration
  private let tools: RunTools
  private let queues: ExclusiveQueues
  private let runID: String
  private let recorded: @Sendable () async -> [Event]

  /// Prepares undoing.
  ///
  /// - Parameter recorded: Every event of the journal so far: what is loaded, and the errors that fixes had mended.
  public init(
    workspace: Workspace, configuration: Configuration, tools: RunTools, queues: ExclusiveQueues, runID: String,
    recorded: @escaping @Sendable () async -> [Event]
  ) {
    self.workspace = workspace
    self.configuration = configuration
    self.tools = tools
    self.queues = queues
    self.runID = runID
    self.recorded = recorded
  }

  /// Unloads what the fix had let in and gives the events that make its source, or its stage, a failed one again.
  ///
  /// Unloading twice does no harm, so a run that was killed before it could record this simply does it again.
  public func undo(_ fix: FixRecord, _ reason: String) async -> [Event] {
    // What a revision changes is in no target.
    guard !fix.isRevision else { return [] }
    let history = await recorded()
    var context = EventContext(
      publication: fix.publication, period: fix.period, url: key(of: fix)?.period.url, sourceCode: fix.source,
      stage: fix.stage)
    let failed = Event(
      fix.source == nil ? .stageFailed : .sourceFailed, runID: runID, context: context,
      data: ["reason": .string(reason)], error: Self.error(mendedBy: fix, history))
    if let source = fix.source { return await unload(source, of: fix, context, reason) + [failed] }
    // The stage that failed as a whole made what the sources were loaded from: they wait for it again.
    var events: [Event] = []
    let loaded = BackfillState(replaying: history)[fix.urlKey]?.sources.filter { $0.value.status == .loaded } ?? [:]
    for (source, record) in loaded.sorted(by: { $0.key < $1.key }) {
      context.sourceCode = source
      context.stage = record.stage
      events += await unload(source, of: fix, context, reason, isPending: true)
    }
    // A period that is not there any more has nothing that could fail.
    return fix.action == "add_period" ? events : events + [failed]
  }

  /// The error that the place failed with before the fix was put forward: what it fails with again.
  private static func error(mendedBy fix: FixRecord, _ history: [Event]) -> EventError {
    var last: EventError?
    for event in history {
      if event.type == .fixPublished, event.data["fix"]?["id"]?.string == fix.id { break }
      let isPlace = event.context.urlKey == fix.urlKey && event.context.sourceCode == fix.source
      if isPlace, fix.source != nil || event.context.stage == fix.stage, let error = event.error { last = error }
    }
    var error =
      last ?? EventError(type: fix.errorType, message: "the failure that fix \(fix.id) had mended is back")
    error.stacktrace = nil
    error.transient = false
    return error
  }

  /// Runs the `undo` command of the stage that loaded a source.
  private func unload(
    _ source: String, of fix: FixRecord, _ context: EventContext, _ reason: String, isPending: Bool = false
  ) async -> [Event] {
    var data: [String: JSONValue] = ["reason": .string(reason), "fix": .string(fix.id)]
    if isPending { data["pending"] = true }
    var warning: String?
    let rows = "the rows of \(fix.urlKey)/\(source)"
    let stage = configuration.pipeline[context.stage ?? ""]
    if let stage, let command = stage.undo, let key = key(of: fix) {
      let values = StageValues(
        workspace: workspace, pipeline: configuration.pipeline, key: key, source: source,
        absolute: stage.workingDirectory != nil)
      let outcome = await queues.using(stage.exclusive.map { values.fill($0) }) {
        await tools.runner.run(request(command, stage: stage, key: key, source: source, fix: fix, values: values))
      }
      if !outcome.succeeded {
        warning =
          "\(rows) could not be taken out of the target (exit status \(outcome.shellCode)): they are stale until the "
          + "source loads again"
      }
    } else {
      warning = "the stage \(context.stage ?? fix.stage) has no undo command: \(rows) are stale"
    }
    var events: [Event] = []
    if let warning {
      data["stale_rows"] = true
      events.append(Event(.warning, runID: runID, context: context, data: ["message": .string(warning)]))
    }
    return events + [Event(.sourceUnloaded, runID: runID, context: context, data: data)]
  }

  private func key(of fix: FixRecord) -> URLKey? {
    guard let publication = configuration.publications[fix.publication] else { return nil }
    let added = fix.changes.compactMap(\.new).first { $0["period"]?.string == fix.period }
    let period =
      publication.urls.first { $0.period == fix.period }
      ?? added?["url"]?.string.map { Period(period: fix.period, url: $0) }
    return period.map { URLKey(publication: publication, period: $0) }
  }

  private func request(
    _ command: [String], stage: Stage, key: URLKey, source: String, fix: FixRecord, values: StageValues
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
      timeout: .seconds(stage.timeoutSeconds),
      logFile: "\(workspace.logs)/stages/\(runID)/undo-\(fix.id)-\(StageExecution.fileName(source)).log",
      label: "\(fix.urlKey) \(source) undo", operation: .unloadSource)
  }
}
