import ArgumentParser
import Journal
import Supervisor

/// Reads what people did with the fixes.
struct Reconcile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read what people did with the fixes: merged, changed, reverted.",
    discussion: "A run does this first by itself. A reverted fix's rows are taken out of the database.")

  @OptionGroup var options: WorkspaceOptions
  @Flag(help: "Print what was found as JSON.") var json = false

  func run() async throws {
    let session = try await Session.begin(workspace: try options.located(), config: options.config)
    let (findings, notes) = try await session.reconcile()
    try await session.saveSnapshot()
    for note in notes { Terminal.say(note) }
    guard !json else { return try JSONOutput.write(findings.map(Finding.init)) }
    for finding in findings { Terminal.say(finding.sentence) }
    if findings.isEmpty { Terminal.say("Nothing has changed since the last look.") }
  }

  private struct Finding: Encodable {
    let id, before, after: String
    let commit: String?
    let sentence: String

    init(_ finding: ReconcileFinding) {
      id = finding.fix.id
      before = finding.before.rawValue
      after = finding.fix.status.rawValue
      commit = finding.commit
      sentence = finding.sentence
    }
  }
}
