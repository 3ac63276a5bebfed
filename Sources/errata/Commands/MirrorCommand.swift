import ArgumentParser
import Foundation
import Journal
import Supervisor

/// Brings the journal's events into a database.
struct MirrorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mirror",
    abstract: "Bring the journal's events into a table of a PostgreSQL or DuckDB database.",
    discussion: """
      The table is datawarp.tbl_pipeline_events, made where it is missing. Each event is there once, however often this is \
      done and by how many machines, and what is sent is only what is new: how far each file of the journal was read stands \
      in datawarp.tbl_pipeline_event_files, written in the same transaction. A run does this at its end by itself where \
      config/outputs.yaml has a 'mirror'. What goes wrong is told in a sentence and changes the exit code here (1), never a \
      run's.
      """)

  @OptionGroup var options: WorkspaceOptions
  @Option(
    help: ArgumentHelp(
      """
      The database: postgres://… or the path of a DuckDB file; by default that of config/outputs.yaml. A password is better \
      kept in the environment (PGPASSWORD) or the password file.
      """, valueName: "database")) var to: String?
  @Flag(help: "Say how far the table is behind, and change nothing.") var status = false
  @Flag(help: "Print it as JSON.") var json = false

  /// Long enough for years of a journal: what is not done then is done the next time.
  private static let limit = Duration.seconds(3600)

  func run() async throws {
    let workspace = try options.located()
    do {
      try await show(try EventMirror(workspace, to: try target(), within: Self.limit))
    } catch let error as MirrorError {
      Terminal.say("errata: " + Redaction.redact("the events were not mirrored, since \(error.description)"))
      throw ExitCode.failure
    }
  }

  private func target() throws -> EventMirror.Target {
    if let to { return EventMirror.Target(to) }
    guard let settings = try options.optionalConfiguration()?.outputs.mirror else {
      throw CommandFailure(.usage, "no mirror is configured: name a database with --to, or in config/outputs.yaml")
    }
    return try EventMirror.Target(settings, environment: ProcessInfo.processInfo.environment)
  }

  private func show(_ mirror: EventMirror) async throws {
    guard !status else {
      let status = try await mirror.status()
      guard !json else { return try JSONOutput.write(status) }
      let passed = status.passedOver == 0 ? "" : ", \(status.passedOver) lines passed over"
      Terminal.show("\(status.place) holds \(status.events) events of this journal\(passed).")
      let files = status.files.count == 1 ? "1 file" : "\(status.files.count) files"
      return Terminal.show(
        status.behind == 0 ? "Nothing is behind." : "Behind by \(status.behind) lines in \(files).")
    }
    let report = await mirror.run()
    Terminal.tell(report.warnings)
    if json { try JSONOutput.write(Summary(report, place: mirror.place)) }
    if let sentence = report.sentence { Terminal.say(Redaction.redact(sentence)) }
    if report.trouble != nil { throw ExitCode.failure }
    let passed = report.passedOver == 0 ? "" : ", and \(report.passedOver) lines were passed over"
    Terminal.say("\(report.events) new events are in \(mirror.place)\(passed).")
  }

  private struct Summary: Encodable {
    let place: String
    let events: Int
    let refused: Int
    let trouble: String?

    init(_ report: EventMirror.Report, place: String) {
      self.place = place
      events = report.events
      refused = report.refused
      trouble = report.trouble?.description
    }
  }
}
