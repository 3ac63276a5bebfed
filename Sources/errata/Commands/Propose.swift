import ArgumentParser
import Foundation
import Journal
import Repair
import Supervisor

/// Fixes for failures of a backfill that somebody else ran.
struct Propose: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Diagnose the failures of somebody else's backfill and propose fixes.",
    discussion: """
      For CI, after a backfill that Errata did not run, in the same workspace. Either its events as JSON lines, or the \
      output of one failed stage. The services of config/pipeline.yaml are started for as long as it takes, unless \
      they answer already.
      """)

  @OptionGroup var options: WorkspaceOptions
  @OptionGroup var ending: RunEnding
  @Option(help: ArgumentHelp("A file of events, one JSON object a line.", valueName: "file")) var events: String?
  @Option(help: ArgumentHelp("A file of one failed stage's output.", valueName: "file")) var log: String?
  @Option(help: "The stage that wrote the log.") var stage: String?
  @Option(help: "The exit code that the stage ended with.") var exitCode: Int?
  @Argument(help: ArgumentHelp("What the log is about.", valueName: "pub/period[/source]")) var place: String?

  func validate() throws {
    guard (events == nil) != (log == nil) else { throw ValidationError("Give either --events FILE or --log FILE.") }
    guard log == nil || (stage != nil && place != nil) else {
      throw ValidationError("--log needs --stage STAGE and PUB/PERIOD[/SOURCE].")
    }
  }

  func run() async throws {
    let workspace = try options.located()
    try await ending.finish(workspace, config: options.config) { try await propose(in: workspace) }
  }

  private func propose(in workspace: Workspace) async throws -> RunOutcome {
    let session = try await Session.begin(workspace: workspace, config: options.config)
    var foreign = ForeignFailures(
      workspace: session.workspace, configuration: session.configuration,
      classifier: Classifier(userPatterns: session.patterns))
    let known = Set(session.history.map(\.eventID))
    if let events {
      let text = try Self.text(events)
      guard foreign.read(events: text, name: events, known: known) > 0 else {
        let what = text.allSatisfy(\.isWhitespace) ? "is empty" : "holds no line that is an event"
        throw CommandFailure(
          .usage,
          "\(events) \(what), so it cannot tell whether the backfill worked; name the file that it writes events to")
      }
    } else if let log, let stage, let place {
      let text = try Self.text(log)
      do throws(ForeignPlaceError) {
        try foreign.read(log: text, name: log, stage: stage, place: place, exitCode: exitCode)
      } catch {
        throw CommandFailure(.usage, error.description)
      }
      foreign.forget(known)
    }
    for note in foreign.notes { Terminal.say("errata: \(note)") }
    let outcome = try await session.mend(foreign) { Terminal.say($0) }
    try RunCommand.tell(outcome, fixes: await session.fixes(), failOn: ending.failOn, json: ending.json)
    return outcome
  }

  private static func text(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(.usage, "\(path) cannot be read; name a file of the backfill's events or output")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
