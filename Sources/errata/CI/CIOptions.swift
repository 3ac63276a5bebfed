import ArgumentParser
import Foundation
import Git
import Journal
import Supervisor

/// What a CI service is told of how a command ended, beside people's text: annotations, a page of the job, a file of findings.
struct CIOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Append how it ended as Markdown; on GitHub Actions to the job's page where none is named.", valueName: "file"))
  var summary: String?
  @Option(help: ArgumentHelp("Write what failed for GitLab's code quality report.", valueName: "file"))
  var codeQuality: String?

  /// Whether the output is read by GitHub Actions, or by what obeys the same commands (Gitea, Forgejo).
  static var isGitHub: Bool { ProcessInfo.processInfo.environment["GITHUB_ACTIONS"] == "true" }

  private var page: String? {
    summary ?? ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"].flatMap { $0.isEmpty ? nil : $0 }
  }

  private var isWanted: Bool { page != nil || codeQuality != nil || Self.isGitHub }

  /// Tells how a run ended. False when a file that was asked for could not be written: that must not pass for a success.
  func tell(_ outcome: RunOutcome, exitCode: Int32, workspace: Workspace, config: String) throws -> Bool {
    guard isWanted else { return true }
    let history = try JournalReader.events(in: workspace.logs)
    let book = FixBook(replaying: history)
    let findings = CIFinding.all(
      in: workspace, try Configuration.load(workspace, directory: config, toleratingGoals: true),
      state: BackfillState(replaying: history),
      book: book, now: Date())
    let text = StepSummary(
      headline: RunCommand.headline(outcome), outcome: outcome, exitCode: exitCode, findings: findings, book: book,
      now: Date())
    return tell(findings, text)
  }

  /// Tells why a command could not do its work. What goes wrong in telling is said, and the first error stays the reason.
  func tell(_ error: any Error, workspace: Workspace) {
    guard isWanted, let (sentence, code) = Ending.describe(error) else { return }
    let prefix = CIFinding.prefix(of: workspace)
    let findings = (error as? ConfigurationErrors)?.errors.map { CIFinding($0, prefix: prefix) } ?? []
    _ = tell(findings, StepSummary(failure: sentence, findings: findings, exitCode: code))
  }

  /// Tells what a check of files found; a job's page gets nothing where all is well.
  func tell(_ problems: [ConfigurationError], workspace: Workspace) -> Bool {
    guard isWanted else { return true }
    let prefix = CIFinding.prefix(of: workspace)
    let findings = problems.map { CIFinding($0, prefix: prefix) }
    let code = CommandFailure.Code.configuration.rawValue
    return tell(
      findings, findings.isEmpty ? nil : StepSummary(failure: "", findings: findings, exitCode: code))
  }

  private func tell(_ findings: [CIFinding], _ text: StepSummary?) -> Bool {
    if Self.isGitHub { for line in WorkflowCommand.annotations(findings) { Terminal.command(line) } }
    var isDone = true
    if let codeQuality {
      isDone = write("the findings", to: codeQuality) { try CodeQuality(findings).json().write(to: $0) }
    }
    if let page, let text {
      let isWritten = write("the summary", to: page) { place in
        if !FileManager.default.fileExists(atPath: place.path) { try Data().write(to: place) }
        let file = try FileHandle(forWritingTo: place)
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.markdown.utf8))
        try file.close()
      }
      // The page that the service asks for is a courtesy.
      isDone = isDone && (isWritten || summary == nil)
    }
    return isDone
  }

  private func write(_ what: String, to path: String, _ body: (URL) throws -> Void) -> Bool {
    do {
      try body(URL(fileURLWithPath: path))
      return true
    } catch {
      Terminal.say("errata: \(what) could not be written to \(path): \(error.localizedDescription)")
      return false
    }
  }
}
