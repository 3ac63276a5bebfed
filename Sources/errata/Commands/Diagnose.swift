import ArgumentParser
import Journal
import Repair
import Supervisor

/// What stands behind a failure, without changing anything.
struct Diagnose: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look into what failed and show what was found; nothing is changed.",
    discussion: """
      Gathers the facts from the manifest, the file, the database and the pages, and lists the edits that may help, as a \
      run does. No event is written, no branch is made. With --verify each edit is tried in a scratch place as well.
      """)

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: ArgumentHelp("What to look into.", valueName: "pub/period[/source]")) var place: String
  @Flag(help: "Try the edits: run the failed stage with and without them in a scratch place.") var verify = false
  @Flag(help: "Print the context bundle of each failure as JSON.") var json = false

  func run() async throws {
    let workspace = try options.located()
    let examination = Examination(
      workspace: workspace,
      configuration: try Configuration.load(workspace, directory: options.config, toleratingGoals: true),
      history: try options.history())
    let failures: [Failure]
    do throws(ForeignPlaceError) {
      failures = try examination.failures(at: place)
    } catch {
      throw CommandFailure(.usage, error.description)
    }
    var examined: [Examined] = []
    for failure in failures { examined.append(try await examination.examine(failure, trying: verify)) }
    guard !json else { return try JSONOutput.write(examined.map(\.bundle)) }
    guard !examined.isEmpty else { return Terminal.answer("Nothing has failed at \(place).") }
    Terminal.answer(examined.map { $0.report }.joined(separator: "\n"))
  }
}
