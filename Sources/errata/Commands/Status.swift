import ArgumentParser
import Foundation
import Journal

/// Where the backfill stands.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Show where every period and source stands.")

  @OptionGroup var options: WorkspaceOptions
  @Flag(help: "Print the state document as JSON.") var json = false

  func run() throws {
    let (state, releases) = try options.folded({ (BackfillState(), ReleaseBook()) }) { folds, event in
      folds.0.apply(event)
      folds.1.apply(event)
    }
    guard !json else { return Terminal.answer(String(decoding: try state.json(), as: UTF8.self)) }
    guard !state.urls.isEmpty else {
      return Terminal.show("Nothing has run here yet: `errata run` starts the backfill.")
    }
    let table = StatusText.table(of: state, releases, today: RunID.day(Date()))
    Terminal.show([table, StatusText.lastRun(of: state)].compactMap(\.self).joined(separator: "\n\n"))
  }
}
