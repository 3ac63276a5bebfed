import ArgumentParser
import Foundation
import Journal
import Supervisor

/// The state as it was.
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show where everything stood after a run, or after one event of it.",
    discussion: """
      The state is folded anew from the journal. After the last run it must be what state/state_v2.json says; where it is \
      not, the differences are named and the command ends with 1: the next run writes the file anew.
      """)

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: ArgumentHelp("The run.", valueName: "run")) var runID: String
  @Option(help: ArgumentHelp("The event to stop after.", valueName: "event_id")) var until: String?
  @Flag(help: "Print the state document as JSON.") var json = false

  func run() throws {
    var replay = StateReplay(run: runID, until: until)
    var hasRun = false
    let runs = try options.scanned { event in
      if event.runID == runID { hasRun = true }
      replay.apply(event)
    }
    guard let state = replay.state else {
      guard hasRun, let until else {
        let known = EventText.few(runs.reversed())
        throw CommandFailure(.usage, "there is no run \(runID); the journal has \(known), the newest first")
      }
      throw CommandFailure(
        .usage, "the run \(runID) has no event \(until): `errata events --run \(runID) --json` lists them")
    }
    if json {
      Terminal.answer(String(decoding: try state.json(), as: UTF8.self))
    } else {
      Terminal.show(StatusText.table(of: state, today: RunID.day(Date())))
    }
    guard replay.isLatest, let snapshot = StateSnapshot.read(try options.located().snapshot) else {
      return Terminal.say("Folded from \(replay.events) events.")
    }
    let differences = state.differences(from: snapshot)
    guard !differences.isEmpty else {
      return Terminal.say("Folded from \(replay.events) events; state/state_v2.json says the same.")
    }
    Terminal.say(
      "Folded from \(replay.events) events; state/state_v2.json says otherwise of \(differences.joined(separator: ", "))."
    )
    throw ExitCode(1)
  }
}
