import ArgumentParser
import Journal
import Supervisor

/// One fix with its report and its diff.
struct Show: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Show one fix: its report and its diff.")

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: "The id of the fix, or the beginning of one.") var id: String

  func run() async throws {
    let workspace = try options.located()
    // Reading only: no lock is taken and nothing is written.
    let branches = FixBranches(
      workspace: workspace, settings: FixSettings(), runID: "", history: try options.history(), journal: { _ in })
    let details: FixDetails
    do {
      details = try await branches.show(id)
    } catch let error as FixingError {
      throw CommandFailure(.usage, error.description)
    }
    let place = details.record.branch.isEmpty ? details.record.patch ?? "" : details.record.branch
    Terminal.answer("fix \(details.record.id) (\(details.record.status.rawValue)) on \(place)\n")
    if let message = details.message {
      Terminal.answer(
        message.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    " + $0 }
          .joined(separator: "\n"))
    }
    Terminal.answer("\n" + details.diff)
  }
}
