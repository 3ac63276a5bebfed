import Foundation
import Journal
import Operations

/// The helper programs of a run: started before its first stage, awaited, watched, and stopped after its last.
actor ServiceGroup {
  private let workspace: Workspace
  private let tools: RunTools
  private let runID: String
  private let record: @Sendable ([Event]) async throws -> Void
  private var running: [(name: String, task: Task<Void, Never>)] = []
  private var ended: [(name: String, outcome: ProcessOutcome)] = []
  private var isStopping = false

  init(
    workspace: Workspace, tools: RunTools, runID: String, record: @escaping @Sendable ([Event]) async throws -> Void
  ) {
    self.workspace = workspace
    self.tools = tools
    self.runID = runID
    self.record = record
  }

  /// The first service that ended though the run goes on.
  var failure: EventError? {
    guard !isStopping, let first = ended.first else { return nil }
    return Self.error(first.name, first.outcome, "has ended")
  }

  /// Starts the services one after the other, each once the one before is up.
  ///
  /// - Parameter usingOthers: Whether a service that answers already is used as it is, whoever started it.
  /// - Returns: Why a service is not up; nil when all are.
  func start(_ services: [Service], values: StageValues, usingOthers: Bool = false) async -> EventError? {
    for service in services {
      if usingOthers, await answers(service, values) { continue }
      launch(service, values)
      if let error = await awaitReady(service, values) { return error }
    }
    return nil
  }

  /// Ends the services, the last first.
  func stop() async {
    isStopping = true
    for service in running.reversed() {
      service.task.cancel()
      await service.task.value
    }
    running = []
  }

  private func launch(_ service: Service, _ values: StageValues) {
    let request = ProcessRequest(
      command: values.fill(service.command), environment: variables(service, values), workingDirectory: workspace.root,
      timeout: .seconds(86_400 * 30), logFile: logFile(service.name), label: "service \(service.name)",
      operation: .runService)
    let record = record
    let task = Task { [runner = tools.runner] in
      let identity = Held<ProcessIdentity>()
      let outcome = await runner.run(request) { started in
        identity.set(started)
        try? await record([.processStarted(started, command: request.command, label: request.label)])
      }
      if let started = identity.value { try? await record([.processEnded(started)]) }
      self.note(service.name, outcome)
    }
    running.append((service.name, task))
  }

  private func note(_ name: String, _ outcome: ProcessOutcome) { ended.append((name, outcome)) }

  private func answers(_ service: Service, _ values: StageValues) async -> Bool {
    guard let ready = service.ready else { return false }
    let check = ReadyCheck(runner: tools.runner, folder: workspace.root, environment: variables(service, values))
    return await check.answers(ready, values: values)
  }

  private func awaitReady(_ service: Service, _ values: StageValues) async -> EventError? {
    guard let ready = service.ready else { return failure }
    let check = ReadyCheck(runner: tools.runner, folder: workspace.root, environment: variables(service, values))
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(service.timeoutSeconds)
    var pause = Duration.milliseconds(20)
    while clock.now < deadline, !Task.isCancelled {
      if let failure { return failure }
      if await check.answers(ready, values: values) {
        // A port may be another program's: the service itself must be alive too.
        try? await Task.sleep(for: .milliseconds(20))
        return failure
      }
      try? await Task.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(500))
    }
    let limit = service.timeoutSeconds.formatted()
    return EventError(
      .connectionFailed,
      "the service \(service.name) was not ready within \(limit) seconds; its output is in \(log(service.name))")
  }

  private func variables(_ service: Service, _ values: StageValues) -> [String: String] {
    var variables = tools.environment
    variables[OrphanEnder.workspaceVariable] = workspace.root
    variables[OrphanEnder.runVariable] = runID
    for (name, value) in service.env { variables[name] = values.fill(value) }
    return variables
  }

  private func log(_ name: String) -> String { "logs/stages/\(runID)/services/\(StageExecution.fileName(name)).log" }

  private func logFile(_ name: String) -> String { "\(workspace.root)/\(log(name))" }

  private static func error(_ name: String, _ outcome: ProcessOutcome, _ what: String) -> EventError {
    let last = outcome.tail.split(separator: "\n").last.map(String.init) ?? outcome.problem ?? "it said nothing"
    return EventError(.connectionFailed, "the service \(name) \(what) (exit \(outcome.shellCode)): \(last)")
  }
}
