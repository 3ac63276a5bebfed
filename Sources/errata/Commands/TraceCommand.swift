import ArgumentParser
import Foundation
import Journal

/// The whole way of one period.
struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Follow one period, or one source of it, through all its stages and runs, with durations and commits.")

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: ArgumentHelp("The period, or a source of it.", valueName: "pub/period[/source]")) var place: String
  @Flag(help: "Print it as JSON.") var json = false

  func run() throws {
    let parts = place.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2, !parts.contains("") else {
      throw CommandFailure(.usage, "'\(place)' is no period; give one like adhd/nov25, or adhd/nov25/SOURCE")
    }
    let history = try options.history()
    let key = parts[0] + "/" + parts[1]
    let trace = Trace(key, source: parts.count > 2 ? parts[2] : nil, in: history)
    guard !trace.runs.isEmpty else {
      let known = Set(history.compactMap(\.context.urlKey)).sorted()
      throw CommandFailure(
        .usage, "nothing has happened to \(key) here; the journal tells of \(EventText.few(known))")
    }
    guard !json else { return try JSONOutput.write(trace) }
    Terminal.show(TraceText.page(trace))
  }
}
