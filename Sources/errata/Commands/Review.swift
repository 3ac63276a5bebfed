import ArgumentParser
import Foundation
import Journal
import Supervisor

/// Merges fixes.
struct Approve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Merge fixes into the base branch.",
    discussion: """
      The same as `git merge BRANCH`. Local changes in the way are refused, not overwritten.

      --where takes terms that must all hold: KEY=VALUE and KEY!=VALUE with the keys publication, period, source, \
      stage, error, action, reach and id, where a value may hold * and ?, and blanks in quotes; confidence>=0.9 or \
      90%; age<3d with m, h, d or w; verified; and not before any of them. What matches is listed first and merged \
      when you say so:

        errata approve --where 'error=type_mismatch verified'
        errata approve --where 'publication=adhd confidence>=0.9 not source=*_waits' --yes
      """)

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: "Ids of fixes, as `errata fixes` lists them, or of a schema drift for all of its own.") var ids:
    [String] = []
  @Option(
    name: .customLong("where"), help: ArgumentHelp("All fixes that wait and match.", valueName: "expr"),
    transform: { try FixFilter($0) })
  var filter: FixFilter?
  @Flag(help: "Merge what --where matches without asking.") var yes = false

  func validate() throws {
    guard ids.isEmpty == (filter != nil) else {
      throw ValidationError("Give either the ids of the fixes to merge, or --where EXPR.")
    }
    guard !yes || filter != nil else { throw ValidationError("--yes goes with --where; ids are merged at once.") }
  }

  func run() async throws {
    guard let filter else {
      return try await Review.perform(options) { branches in
        var fixes: [String] = []
        for id in ids { fixes += await branches.named(id, at: [.open]) }
        return try await branches.approve(fixes)
      }
    }
    // Listed and asked without the workspace's lock: a run may go on while a person reads.
    let matching = filter.open(in: FixBook(replaying: try options.history()), now: Date())
    guard !matching.isEmpty else { return Terminal.say("No fix that waits matches.") }
    Terminal.say(FixText.list(matching))
    let what = matching.count == 1 ? "this fix" : "these \(matching.count) fixes"
    if !yes {
      guard Terminal.canAsk else {
        throw CommandFailure(
          .usage, "nothing is merged, since there is no terminal to ask on; give --yes to merge \(what)")
      }
      guard Terminal.ask("Merge \(what)?") else { return Terminal.say("Nothing is merged.") }
    }
    try await Review.perform(options) { branches in
      // Somebody may have decided on some of them meanwhile.
      let open = Set(await branches.fixes.filter { $0.status == .open }.map(\.id))
      return try await branches.approve(matching.map(\.id).filter(open.contains))
    }
  }
}

/// Turns a fix down.
struct Reject: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn a fix down; it is not proposed again unless the evidence changes.")

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: "The id of the fix, or of a schema drift for all of its own.") var id: String
  @Option(help: "Why, for those who come after.") var reason: String

  func run() async throws {
    try await Review.perform(options) { branches in
      var outcomes: [ReviewOutcome] = []
      for fix in await branches.named(id, at: [.open]) {
        outcomes.append(try await branches.reject(fix, reason: reason))
      }
      return outcomes
    }
  }
}

/// Takes an approved fix back.
struct Rollback: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Revert an approved fix and take its source's rows out of the database.")

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: "The id of the fix, or of a schema drift for all of its own.") var id: String

  func run() async throws {
    try await Review.perform(options) { branches in
      var outcomes: [ReviewOutcome] = []
      for fix in await branches.named(id, at: [.approved, .changed]).reversed() {
        outcomes.append(try await branches.rollback(fix))
      }
      return outcomes
    }
  }
}

/// What the commands on fixes share: the workspace to themselves, and one line a fix.
enum Review {
  static func perform(
    _ options: WorkspaceOptions, _ action: @Sendable (FixBranches) async throws -> [ReviewOutcome]
  ) async throws {
    let failed = try await outcomes(options, action).filter { !$0.done }
    guard !failed.isEmpty else { return }
    let isSlip = failed.allSatisfy { $0.fix == nil }
    throw ExitCode((isSlip ? CommandFailure.Code.usage : .git).rawValue)
  }

  /// Does something with the workspace to itself, and tells what became of it.
  static func outcomes(
    _ options: WorkspaceOptions, _ action: @Sendable (FixBranches) async throws -> [ReviewOutcome]
  ) async throws -> [ReviewOutcome] {
    let session = try await Session.begin(workspace: try options.located(), config: options.config)
    defer { session.end() }
    for note in try await session.synchronise() { Terminal.say(note) }
    let outcomes = try await action(session.branches)
    for outcome in outcomes { Terminal.say(outcome.sentence) }
    for note in try await session.settlePullRequests() { Terminal.say(note) }
    for sentence in try await session.finish() { Terminal.say(sentence) }
    return outcomes
  }
}
