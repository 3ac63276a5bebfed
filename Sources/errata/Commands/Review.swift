import ArgumentParser
import Journal
import Supervisor

/// Merges fixes.
struct Approve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Merge fixes into the base branch.",
    discussion: "The same as `git merge BRANCH`. Local changes in the way are refused, not overwritten.")

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: "Ids of fixes, as `errata fixes` lists them.") var ids: [String] = []
  @Flag(help: "All fixes that wait and are verified.") var all = false

  func validate() throws {
    guard ids.isEmpty == all else {
      throw ValidationError("Give the ids of the fixes to merge, or --all for the verified ones.")
    }
  }

  func run() async throws {
    try await Review.perform(options) { branches in
      let wanted = all ? await branches.fixes.filter { $0.status == .open && $0.verified }.map(\.id) : ids
      if wanted.isEmpty { Terminal.say("No verified fix waits for review.") }
      return try await branches.approve(wanted)
    }
  }
}

/// Turns a fix down.
struct Reject: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn a fix down; it is not proposed again unless the evidence changes.")

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: "The id of the fix.") var id: String
  @Option(help: "Why, for those who come after.") var reason: String

  func run() async throws {
    try await Review.perform(options) { [try await $0.reject(id, reason: reason)] }
  }
}

/// Takes an approved fix back.
struct Rollback: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Revert an approved fix and take its source's rows out of the database.")

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: "The id of the fix.") var id: String

  func run() async throws {
    try await Review.perform(options) { [try await $0.rollback(id)] }
  }
}

/// What the commands on fixes share: the workspace to themselves, and one line a fix.
enum Review {
  static func perform(
    _ options: WorkspaceOptions, _ action: @Sendable (FixBranches) async throws -> [ReviewOutcome]
  ) async throws {
    let session = try await Session.begin(workspace: try options.located(), config: options.config)
    let outcomes = try await action(session.branches)
    for outcome in outcomes { Terminal.say(outcome.sentence) }
    try await session.saveSnapshot()
    let failed = outcomes.filter { !$0.done }
    guard !failed.isEmpty else { return }
    let isSlip = failed.allSatisfy { $0.fix == nil }
    throw ExitCode((isSlip ? CommandFailure.Code.usage : .git).rawValue)
  }
}
