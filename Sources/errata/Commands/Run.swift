public import ArgumentParser
import Foundation
import Supervisor

/// The backfill, supervised.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the backfill: what is not loaded, what failed, what a merged fix mended.")

  @OptionGroup var options: WorkspaceOptions
  @OptionGroup var ending: RunEnding
  @Option(help: ArgumentHelp("Only this publication or period; may be repeated.", valueName: "pub[/period]")) var only:
    [String] = []
  @Flag(help: "Try failures again although a fix waits for review.") var retryFailed = false
  @Flag(help: "Merge safe, verified fixes at or above the confidence bar, as autonomous mode does.") var autoFix = false
  @Flag(help: "Load files again that were revised at their addresses.") var reload = false
  @Flag(help: "Say what would be run, and run nothing.") var dryRun = false
  @Option(help: "How many periods run at the same time.") var jobs = 1

  func validate() throws {
    guard jobs >= 1 else { throw ValidationError("--jobs needs a whole number from 1.") }
  }

  func run() async throws {
    let workspace = try options.located()
    let wanted = RunOptions(only: only, retryFailed: retryFailed, autoFix: autoFix, reload: reload, jobs: jobs)
    guard !dryRun else { return try plan(workspace, wanted) }
    try await ending.finish(workspace, config: options.config) {
      try await RunCommand.perform(
        workspace: workspace, config: options.config, options: wanted, failOn: ending.failOn, json: ending.json)
    }
  }

  /// Says what would be run: nothing is locked, started or written.
  private func plan(_ workspace: Workspace, _ wanted: RunOptions) throws {
    let configuration = try Configuration.load(workspace, directory: options.config, toleratingGoals: true)
    try RunCommand.check(wanted, against: configuration)
    let plan = BackfillRun.plan(
      workspace: workspace, configuration: configuration,
      history: try options.history(), options: wanted)
    if ending.json { try JSONOutput.write(plan.lines) } else { Terminal.answer(plan.lines.joined(separator: "\n")) }
  }
}

/// One period's failures again.
struct Retry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Run the failed sources of one period again.")

  @OptionGroup var options: WorkspaceOptions
  @OptionGroup var ending: RunEnding
  @Argument(help: ArgumentHelp("The period.", valueName: "pub/period")) var key: String

  func validate() throws {
    guard key.split(separator: "/").count == 2 else { throw ValidationError("Name one period, such as adhd/nov25.") }
  }

  func run() async throws {
    let workspace = try options.located()
    try await ending.finish(workspace, config: options.config) {
      try await RunCommand.perform(
        workspace: workspace, config: options.config, options: RunOptions(only: [key], retryFailed: true),
        failOn: ending.failOn, json: ending.json)
    }
  }
}

/// How a run's end becomes an exit code.
struct RunEnding: ParsableArguments {
  @Option(help: "From what on the exit code is not zero: new, waiting, unfixed or none.") var failOn = RunOutcome.FailOn
    .new
  @Flag(help: "Print how the run ended as JSON.") var json = false

  @OptionGroup var ci: CIOptions

  /// Does the work, tells a CI service how it ended, and ends with its exit code.
  func finish(_ workspace: Workspace, config: String, _ work: () async throws -> RunOutcome) async throws {
    let outcome: RunOutcome
    do {
      outcome = try await work()
    } catch {
      ci.tell(error, workspace: workspace)
      throw error
    }
    let code = outcome.exitCode(failOn: failOn)
    let isTold = try ci.tell(outcome, exitCode: code, workspace: workspace, config: config)
    if code != 0 || !isTold { throw code == 0 ? ExitCode.failure : ExitCode(code) }
  }
}

extension RunOutcome.FailOn: ExpressibleByArgument {}
