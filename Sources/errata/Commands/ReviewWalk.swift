import ArgumentParser
import Foundation
import Journal
import Supervisor

/// Everything that waits, one after another.
struct ReviewWalk: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review",
    abstract: "Walk through the fixes that wait, with one key each.",
    discussion: """
      a approves, r rejects and asks why, s shows the report and the diff, n goes on to the next one, q ends. What you \
      decide is done at once. --where takes an expression; `errata help approve` explains it.
      """)

  @OptionGroup var options: WorkspaceOptions
  @Option(
    name: .customLong("where"), help: ArgumentHelp("Only those that match.", valueName: "expr"),
    transform: { try FixFilter($0) })
  var filter: FixFilter?

  func run() async throws {
    guard Terminal.canAsk else {
      throw CommandFailure(
        .usage, "review asks on a terminal, and here is none; use `errata fixes`, `errata approve` and `errata reject`")
    }
    // Listed and asked without the workspace's lock: a run may go on while a person reads.
    let book = FixBook(replaying: try options.history())
    let now = Date()
    let fixes = filter?.open(in: book, now: now) ?? book.open
    guard !fixes.isEmpty else {
      return Terminal.say(filter == nil ? "No fix waits for review." : "No fix that waits matches.")
    }
    var tally = ReviewTally()
    walk: for (index, fix) in fixes.enumerated() {
      let age = DigestText.age(book.waitingSince(fix.id), now)
      Terminal.say("\n" + ReviewCard.text(fix, place: (index + 1, fixes.count), age: age))
      guard try await decide(fix, &tally) else { break walk }
    }
    Terminal.say("\n" + FixText.wrapped(tally.sentence(of: fixes.count), indent: 0))
    if tally.failed > 0 { throw ExitCode(CommandFailure.Code.git.rawValue) }
  }

  /// Asks about one fix and does what is said; false ends the walk.
  private func decide(_ fix: FixRecord, _ tally: inout ReviewTally) async throws -> Bool {
    while let key = Keys.ask("[a]pprove, [r]eject, [s]how, [n]ext, [q]uit?", for: ["a", "r", "s", "n", "q"]) {
      switch key {
      case "a":
        if await perform(fix, { try await $0.approve([fix.id]) }) { tally.approved += 1 } else { tally.failed += 1 }
        return true
      case "r":
        guard let reason = Terminal.line(after: "Why? (nothing goes back)"), !reason.isEmpty else { continue }
        if await perform(fix, { [try await $0.reject(fix.id, reason: reason)] }) {
          tally.rejected += 1
        } else {
          tally.failed += 1
        }
        return true
      case "s": await show(fix)
      case "n": return true
      default: return false
      }
    }
    return false
  }

  /// Whether it was done; what went wrong is told and does not end the walk.
  private func perform(
    _ fix: FixRecord, _ action: @escaping @Sendable (FixBranches) async throws -> [ReviewOutcome]
  ) async -> Bool {
    do {
      let outcomes = try await Review.outcomes(options) { branches in
        // Somebody may have decided on it meanwhile.
        guard await branches.fixes.contains(where: { $0.id == fix.id && $0.status == .open }) else { return [] }
        return try await action(branches)
      }
      if outcomes.isEmpty { Terminal.say("Somebody decided on it meanwhile: `errata show \(fix.id)`.") }
      return !outcomes.isEmpty && outcomes.allSatisfy(\.done)
    } catch {
      Terminal.say(Ending.sentence(of: error))
      return false
    }
  }

  private func show(_ fix: FixRecord) async {
    do {
      let text = try await Show.text(of: fix.id, options)
      Terminal.say(
        text.split(separator: "\n", omittingEmptySubsequences: false).map { ReviewCard.plain(String($0)) }.joined(
          separator: "\n"))
    } catch {
      Terminal.say(Ending.sentence(of: error))
    }
  }
}

/// What a walk came to.
private struct ReviewTally {
  var approved = 0
  var rejected = 0
  var failed = 0

  func sentence(of count: Int) -> String {
    let parts = [(approved, "approved"), (rejected, "rejected"), (failed, "not done"), (left(of: count), "left")]
      .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return parts.joined(separator: ", ") + "." + (approved > 0 ? " `errata run` goes on with what was approved." : "")
  }

  private func left(of count: Int) -> Int { count - approved - rejected - failed }
}
