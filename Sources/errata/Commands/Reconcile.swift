import ArgumentParser
import Journal
import Supervisor

/// Reads what people did with the fixes.
struct Reconcile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read what people did with the fixes: merged, changed, reverted.",
    discussion: """
      A run does this first by itself. A reverted fix's rows are taken out of the database.
      --verify also compares what the ledger says of approvals and reverts, others' included, with history, and ends with \
      50 where they do not agree.
      """)

  @OptionGroup var options: WorkspaceOptions
  @Flag(help: "Print what was found as JSON.") var json = false
  @Flag(help: "Compare what the ledger says with history, too.") var verify = false

  func run() async throws {
    let session = try await Session.begin(workspace: try options.located(), config: options.config)
    let disagreements = verify ? try await session.verifyLedger() : []
    let (findings, notes) = try await session.reconcile()
    for sentence in notes + (try await session.finish()) { Terminal.say(sentence) }
    if json { try JSONOutput.write(findings.map(Finding.init)) } else { tell(findings) }
    guard !disagreements.isEmpty else {
      if verify { Terminal.say("The ledger and history agree.") }
      return
    }
    throw CommandFailure(.git, disagreements.joined(separator: "\n"))
  }

  private func tell(_ findings: [ReconcileFinding]) {
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
