internal import DataFiles
internal import Foundation
public import Journal
public import Repair

/// What is known of one failure, gathered on request.
public struct Examined: Sendable {
  /// The text of the report that a run would write.
  public let report: String
  /// What an adviser would be given (S0-49): a ``ContextBundle`` without secrets.
  public let bundle: JSONValue
}

/// Looks into failures that the journal tells of and changes nothing: no lock is taken, no event written, no branch made.
public struct Examination: Sendable {
  private let workspace: Workspace
  private let configuration: Configuration
  private let history: [Event]
  private let state: BackfillState

  /// - Parameter history: Every event of the journal.
  public init(workspace: Workspace, configuration: Configuration, history: [Event]) {
    self.workspace = workspace
    self.configuration = configuration
    self.history = history
    state = BackfillState(replaying: history)
  }

  /// The failures that stand at a place.
  ///
  /// - Parameter place: `PUB/PERIOD` or `PUB/PERIOD/SOURCE`.
  /// - Throws: `ForeignPlaceError` when the configuration or the manifest has no such place.
  public func failures(at place: String) throws(ForeignPlaceError) -> [Failure] {
    let places = ForeignPlaces(workspace: workspace, configuration: configuration)
    let context = try places.context(of: place, stage: nil)
    guard let record = state[context.urlKey ?? ""] else { return [] }
    let sources = record.sources.filter { $0.value.status == .failed }.sorted { $0.key < $1.key }
      .compactMap { code, source in source.failure.map { failure($0, source: code, context, places) } }
    guard context.sourceCode == nil else { return sources.filter { $0.source == context.sourceCode } }
    // A stage that failed because its sources did is the same failure told twice.
    let told = Set(sources.map(\.stage))
    let stages = record.stages.sorted { $0.key < $1.key }.filter {
      $0.value.status == .failed && !told.contains($0.key)
    }
    return sources
      + stages.compactMap { name, stage in stage.failure.map { failure($0, stage: name, source: nil, context, places) }
      }
  }

  /// Gathers what there is about a failure.
  ///
  /// - Parameter trying: Whether the candidates are tried in a scratch place, as a run does.
  public func examine(_ failure: Failure, trying: Bool) async throws -> Examined {
    let runID = RunID.next(after: [], now: Date())
    let branches = FixBranches(
      workspace: workspace, settings: FixSettings(configuration), runID: runID, history: history,
      journal: { _ in })
    let tools = RunTools.standard(
      patterns: configuration.patterns,
      secrets: configuration.execution.secrets(in: ProcessInfo.processInfo.environment))
    let mender = Mender(
      workspace: workspace, configuration: configuration, branches: branches, tools: tools, queues: ExclusiveQueues(),
      duckDB: try? DuckDB.locate(), runID: runID, journal: { _ in }, state: { [state] in state })
    let found = try await mender.examine(failure, trying: trying)
    return Examined(
      report: tools.redact(
        found.report.troubleshooting(by: configuration.report(for: found.report.failure.error.type))),
      bundle: try JSONValue(encoding: found.bundle).redacted)
  }

  private func failure(
    _ facts: FailureFacts, stage: String? = nil, source: String?, _ place: EventContext, _ places: ForeignPlaces
  ) -> Failure {
    var context = place
    context.sourceCode = source
    context.stage = facts.stage ?? stage
    var failure = Failure(
      publication: place.publication ?? "", period: place.period ?? "", url: place.url, source: source,
      stage: context.stage ?? "", error: facts.error, manifestPath: places.manifest(for: context), log: facts.log,
      logTail: tail(of: facts))
    failure.inputHash = facts.inputHash
    return failure
  }

  private func tail(of facts: FailureFacts) -> String {
    guard let path = facts.log, let absolute = try? workspace.absolute(path),
      let data = FileManager.default.contents(atPath: absolute)
    else { return facts.error.stacktrace ?? "" }
    return String(decoding: data.suffix(StageError.longestTail), as: UTF8.self)
  }
}
