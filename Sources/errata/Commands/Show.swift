import ArgumentParser
import Journal
import Supervisor

/// One fix with its report and its diff.
struct Show: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show one fix: its report and its diff.",
    discussion: """
      --verify repeats the fix's verification from its commit alone: the failed stage runs as the commit's parent has it \
      and with the commit's edit, in a scratch place, and the verdict is compared with the report's. It works in a fresh \
      clone that has the fix's branch; what has to be downloaded is fetched again and compared. Another verdict ends \
      with 50.
      """)

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: "The id of the fix or schema drift, or the beginning of one.") var id: String
  @Flag(help: "Repeat the verification, and say whether the same comes out.") var verify = false
  @Flag(help: "Print the fix, its report and its diff, or what repeating showed, as JSON.") var json = false

  func run() async throws {
    guard !verify else { return try await repeatVerification() }
    let details = try await Self.details(of: id, options)
    guard json else { return Terminal.show(FixPage.text(of: details.fix, pull: details.pull)) }
    try JSONOutput.write(FixPage.Document(details.fix, pull: details.pull))
  }

  /// The fix, its report and its diff.
  static func text(of id: String, _ options: WorkspaceOptions) async throws -> String {
    let details = try await details(of: id, options)
    return FixPage.text(of: details.fix, pull: details.pull)
  }

  private static func details(
    of id: String, _ options: WorkspaceOptions
  ) async throws -> (fix: FixDetails, pull: PullRequestRecord?) {
    // Reading only: no lock is taken and nothing is written.
    let history = try options.history()
    let branches = FixBranches(
      workspace: try options.located(), settings: FixSettings(), runID: "", history: history, journal: { _ in })
    do {
      // Of a schema drift, the last fix's message tells the whole.
      let fix = await branches.named(id, at: Set(FixStatus.allCases)).last ?? id
      let details = try await branches.show(fix)
      return (details, PullRequestBook(replaying: history)[details.record.id])
    } catch let error as FixingError {
      throw CommandFailure(.usage, error.description)
    }
  }

  private func repeatVerification() async throws {
    let repetition = Repetition(
      workspace: try options.located(), config: options.config, history: try options.history())
    let outcome: Repetition.Outcome
    do {
      outcome = try await repetition.run(id)
    } catch let error as FixingError {
      throw CommandFailure(.usage, error.description)
    }
    if json { try JSONOutput.write(outcome) } else { Terminal.show(RepetitionText.text(of: outcome)) }
    guard !outcome.same else { return }
    throw CommandFailure(.git, "another verdict came out than the report of fix \(outcome.fix) has")
  }
}
