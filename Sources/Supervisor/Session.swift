internal import Foundation
internal import Git
public import Journal
internal import Operations
internal import PostgreSQL
public import Repair

/// One invocation of Errata that may write: the workspace to itself, its journal, and the rooms put together.
public struct Session: Sendable {
  /// The workspace.
  public let workspace: Workspace
  /// Its configuration.
  public let configuration: Configuration
  /// The branches and what is known of the fixes.
  public let branches: FixBranches
  let running: RunSession
  let tools: RunTools
  let queues: ExclusiveQueues
  let pullRequests: PullRequestDesk?
  let ledger: SharedLedger

  /// Every event that was in the journal when the session began.
  public var history: [Event] { running.history }
  /// Lines of the journal that cannot be read, for people.
  public var warnings: [JournalWarning] { running.warnings }
  /// The user's error patterns.
  public var patterns: [ErrorPattern] { configuration.patterns }

  /// Reads the configuration, takes the workspace's lock and opens the journal.
  ///
  /// - Parameters:
  ///   - config: The configuration's folder, or its publications file.
  /// - Throws: `ConfigurationErrors`, `WorkspaceLockError` when another errata is at work here, `JournalError`.
  public static func begin(workspace: Workspace, config: String) async throws -> Session {
    try await begin(
      workspace: workspace,
      configuration: try Configuration.load(workspace, directory: config, toleratingGoals: true))
  }

  /// The same with a configuration that was read just before, and may have been looked at.
  public static func begin(workspace: Workspace, configuration: Configuration) async throws -> Session {
    var running = try RunSession(workspace: workspace)
    if let start = running.lock.interrupted { recoverRepository(of: workspace, since: start) }
    let ledger = SharedLedger(
      workspace: workspace, author: configuration.execution.author, values: configuration.execution.reportValues)
    try await running.learn(ledger.news(for: running.history))
    let inherited = ProcessInfo.processInfo.environment
    var tools = RunTools.standard(
      patterns: configuration.patterns,
      secrets: configuration.execution.secrets(in: inherited) + configuration.alerts.secrets(in: inherited)
        + configuration.outputs.secrets(in: inherited)
        + configuration.pipeline.secretVariables.flatMap { PostgreSQLAddress.secrets(of: inherited[$0]) })
    // Whatever a run starts, stage, trial or undo, is found again by these when the run is killed.
    tools.environment[OrphanEnder.workspaceVariable] = workspace.root
    tools.environment[OrphanEnder.runVariable] = running.runID
    let queues = ExclusiveQueues()
    let unloading = SourceUndo(
      workspace: workspace, configuration: configuration, tools: tools, queues: queues, runID: running.runID,
      recorded: { [recorder = running.recorder, history = running.history] in history + (await recorder.written) })
    let branches = FixBranches(
      workspace: workspace, settings: FixSettings(configuration), runID: running.runID, history: running.history,
      journal: { [recorder = running.recorder] in try await recorder.append($0) },
      connect: connection(configuration, tools, workspace),
      undo: { fix, reason in await unloading.undo(fix, reason) })
    await running.recorder.observe { await branches.observe($0) }
    let pullRequests = configuration.execution.forge.map { settings in
      PullRequestDesk(
        settings, runID: running.runID, history: running.history, inherited: inherited,
        journal: { [recorder = running.recorder] in try await recorder.append($0) })
    }
    return Session(
      workspace: workspace, configuration: configuration, branches: branches, running: running, tools: tools,
      queues: queues, pullRequests: pullRequests, ledger: ledger)
  }

  /// What keeps git from being put right is told where git is needed.
  private static func recoverRepository(of workspace: Workspace, since start: Date) {
    _ = try? WorkspaceRepository(workspace: workspace.root).repository.recover(since: start)
  }

  /// How the remote is found that the configuration names.
  private static func connection(
    _ configuration: Configuration, _ tools: RunTools, _ workspace: Workspace
  ) -> FixBranches.Connect? {
    guard let settings = configuration.execution.remote else { return nil }
    return { () async throws(TransportError) in
      try await Transport(settings, folder: workspace.root, runner: tools.runner)
    }
  }

  /// Asks the remote, reads what people did with the fixes, and publishes what waits for it.
  public func reconcile() async throws -> (findings: [ReconcileFinding], notes: [String]) {
    let notes = try await synchronise()
    let findings = try await branches.reconcile()
    return (findings, notes + (try await share()))
  }

  /// Publishes what waits for the remote, then sees to the pull requests of what is there.
  ///
  /// - Returns: What people should know, a sentence each.
  public func share() async throws -> [String] {
    try await branches.share() + (try await settlePullRequests())
  }

  /// Opens, changes and closes pull requests as the branches and decisions are now. The forge's trouble is only told.
  ///
  /// - Returns: What people should know, a sentence each.
  public func settlePullRequests() async throws -> [String] {
    guard let pullRequests else { return [] }
    return try await pullRequests.settle(try await branches.pullRequestWishes())
  }

  /// Asks the remote, and learns what other machines did.
  ///
  /// - Returns: What people should know, a sentence each.
  public func synchronise() async throws -> [String] {
    var notes = try await branches.synchronise()
    guard let (transport, there) = await branches.meeting() else { return notes }
    if let problem = await ledger.fetch(transport, there: there) { notes.append(problem) }
    try await running.recorder.learn(ledger.news(for: await journal()))
    if let problem = await branches.deepen() { notes.append(problem) }
    return notes
  }

  /// The fixes as they are by now.
  public func fixes() async -> FixBook { await running.recorder.fixes }

  /// Everything that the journal knows by now.
  func journal() async -> [Event] {
    history + (await running.recorder.learned) + (await running.recorder.written)
  }

  /// Gives the workspace back, for a process that goes on; the end of a process does the same.
  public func end() { running.lock.release() }

  /// Writes what others read when the session is over: the state's snapshot, which is a cache and rebuilt from the journal at
  /// any time, and the ledger.
  ///
  /// - Returns: Sentences for people.
  public func finish() async throws -> [String] {
    try StateSnapshot.write(await running.recorder.state, to: workspace.snapshot)
    let sentences = try await shareLedger()
    try await recordOperations()
    return sentences
  }

  /// Puts what was done at the door into the journal.
  func recordOperations() async throws {
    try await running.recorder.append(Event.operations(OperationLog.current.take()))
  }

  /// Compares what the ledger says of approvals and reverts with history; a sentence for each that does not agree.
  public func verifyLedger() async throws -> [String] {
    let (fixes, problem) = ledger.fixes()
    return [problem].compactMap(\.self) + (try await branches.verify(fixes))
  }

  /// Brings what happened into the ledger, and that to the remote where that answers; sentences for people.
  func shareLedger() async throws -> [String] {
    let saved = try await ledger.save(await journal())
    try await running.recorder.learn(saved.events)
    if let problem = saved.problem { return [problem] }
    guard let (transport, _) = await branches.meeting() else { return [] }
    let pushed = try await ledger.push(transport)
    if pushed.moved { try await running.recorder.learn(ledger.save(await journal()).events) }
    return [pushed.problem].compactMap(\.self)
  }
}
