import ArgumentParser
import Foundation

/// The command line. Each command is a file in `Commands/`; what they do lives in the libraries.
@main
struct Errata: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "errata",
    abstract: "Supervises a data backfill and mends its manifests on git branches.",
    discussion: """
      When a source fails, Errata finds out why, edits the manifest by the few bytes that need to change, proves the \
      edit by running the failed stage again in a scratch place, and commits it on a branch whose message is the \
      report. Merging the branch approves the fix, reverting it undoes it, and the next run resumes from the exact \
      point of failure.

      Exit codes: 0 all done, 10 fixes newly proposed, 20 failures wait for review, 30 failures without a fix, \
      40 configuration invalid, 50 git or credentials, 64 usage, 130 interrupted.
      """,
    version: "0.1.0",
    groupedSubcommands: [
      CommandGroup(name: "Run:", subcommands: [Run.self, Retry.self, Propose.self]),
      CommandGroup(
        name: "Review:",
        subcommands: [
          Fixes.self, ReviewWalk.self, Show.self, Approve.self, Reject.self, Rollback.self, Acknowledge.self,
          Reconcile.self,
        ]),
      CommandGroup(
        name: "Look:",
        subcommands: [
          Status.self, Diagnose.self, Report.self, Events.self, TraceCommand.self, Replay.self, Metrics.self,
          DashboardCommand.self,
          Health.self, AlertsCommand.self, MirrorCommand.self, LineageCommand.self,
        ]),
      CommandGroup(name: "Tools:", subcommands: [Classify.self, YAML.self, Validate.self]),
      CommandGroup(name: "Start:", subcommands: [Init.self, Hooks.self, Demo.self]),
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      Ending.end(with: error)
    }
  }
}
