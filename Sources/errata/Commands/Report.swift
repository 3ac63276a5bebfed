import ArgumentParser
import Foundation
import Journal
import Supervisor

/// The reports that a run wrote.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print the troubleshooting reports of a run.")

  @OptionGroup var options: WorkspaceOptions
  @Option(name: .customLong("run"), help: "The run; by default the last one that looked into a failure.") var runID:
    String?

  func run() throws {
    let workspace = try options.located()
    let diagnosed = try options.history().filter { $0.type == .failureDiagnosed && $0.data["report"]?.string != nil }
    guard let wanted = runID ?? diagnosed.last?.runID else {
      return Terminal.show("No failure has been looked into here.")
    }
    let paths = diagnosed.filter { $0.runID == wanted }.compactMap { $0.data["report"]?.string }
    guard !paths.isEmpty else {
      throw CommandFailure(.usage, "the run \(wanted) has no reports; `errata status --json` lists the runs")
    }
    for path in paths {
      guard let data = FileManager.default.contents(atPath: try workspace.absolute(path)) else {
        Terminal.say("errata: the report \(path) is gone")
        continue
      }
      Terminal.show(String(decoding: data, as: UTF8.self))
    }
  }
}
