import ArgumentParser
import Journal
import Supervisor

/// One fix with its report and its diff.
struct Show: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Show one fix: its report and its diff.")

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: "The id of the fix, or the beginning of one.") var id: String

  func run() async throws {
    Terminal.show(try await Self.text(of: id, options))
  }

  /// The fix, its report and its diff.
  static func text(of id: String, _ options: WorkspaceOptions) async throws -> String {
    // Reading only: no lock is taken and nothing is written.
    let history = try options.history()
    let branches = FixBranches(
      workspace: try options.located(), settings: FixSettings(), runID: "", history: history, journal: { _ in })
    let details: FixDetails
    do {
      details = try await branches.show(id)
    } catch let error as FixingError {
      throw CommandFailure(.usage, error.description)
    }
    let place = details.record.branch.isEmpty ? details.record.patch ?? "" : details.record.branch
    var lines = ["fix \(details.record.id) (\(details.record.status.rawValue)) on \(place)"]
    if let pull = PullRequestBook(replaying: history)[details.record.id] {
      lines.append("\(pull.url) (\(pull.state.rawValue))")
    }
    lines.append("")
    if let message = details.message {
      lines += message.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    " + $0 }
    }
    return (lines + [details.diff]).joined(separator: "\n")
  }
}
