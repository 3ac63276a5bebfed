import ArgumentParser
import Foundation
import Journal
import Supervisor

/// Sends what happened to OpenLineage's receivers.
struct LineageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lineage",
    abstract: "Send the runs as OpenLineage run events to a server or file, or print those of one run.",
    discussion: """
      A run of the backfill is a run of the job 'backfill', and each try of a stage a run of a job below it, with the files it \
      read, the tables it loaded, their columns and rows, and its error. Without RUN, what the receiver of \
      config/outputs.yaml has not had yet is sent, as each run does at its end; what went is noted in the journal. With RUN, \
      its events are printed as JSON lines. Their UUIDs are made of the journal's names for things, so that a receiver \
      knows again what is sent twice.
      """)

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: "Print the events of this run.") var run: String?
  @Option(
    help: ArgumentHelp("Send to this address (http://…) or file instead of the configured one.", valueName: "target"))
  var to: String?

  /// Long enough for years of a journal: what is not sent then is sent the next time.
  private static let limit = Duration.seconds(3600)

  func validate() throws {
    if run != nil, to != nil { throw ValidationError("RUN prints the events of one run; --to sends those of all.") }
  }

  func run() async throws {
    let workspace = try options.located()
    let configuration = try Configuration.load(workspace, directory: options.config)
    if let run { return try show(run, workspace, configuration) }
    guard to != nil || configuration.outputs.lineage != nil else {
      throw CommandFailure(.usage, "nobody is to be told: name a receiver with --to, or in config/outputs.yaml")
    }
    let session = try await Session.begin(workspace: workspace, config: options.config)
    defer { session.end() }
    var sentence: String?
    if let target = try to.map(LineageTarget.init) ?? session.lineageTarget() {
      sentence = try await session.settleLineage(to: target, within: Self.limit)
    }
    for told in [sentence].compactMap(\.self) + (try await session.finish()) { Terminal.say(told) }
    if sentence != nil { throw ExitCode.failure }
    Terminal.say("The receiver has all run events.")
  }

  private func show(_ run: String, _ workspace: Workspace, _ configuration: Configuration) throws {
    let fold = LineageFold.replaying(try options.history(), workspace, configuration)
    guard let found = fold.runs.first(where: { $0.id == run }) else {
      throw CommandFailure(.usage, "there is no run \(run) in the journal; `errata events --group-by run` lists them")
    }
    for document in found.documents { Terminal.answer(document.storableText) }
  }
}
