import ArgumentParser
import Foundation
import Journal
import Supervisor

/// Failures that somebody knows of.
struct Acknowledge: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say that failures are known, so that they do not count before a day.",
    discussion: """
      Acknowledged failures do not change the exit code of a run until that day. It concerns the failures that stand \
      now: another error at the same place, or another source, counts as ever. Without arguments the command lists \
      what is acknowledged.
      """)

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: ArgumentHelp("Where the failures are.", valueName: "pub/period[/source]")) var place: String?
  @Option(help: ArgumentHelp("The day from which on they count again, such as 2026-12-24.", valueName: "date"))
  var until: String?
  @Option(help: "Why, for those who come after.") var reason: String?
  @Flag(help: "Take the acknowledgement back.") var withdraw = false
  @Flag(help: "Print the list as JSON.") var json = false

  func validate() throws {
    guard place != nil else {
      guard until == nil, reason == nil, !withdraw else {
        throw ValidationError("Name PUB/PERIOD or PUB/PERIOD/SOURCE.")
      }
      return
    }
    guard !json else { throw ValidationError("--json lists what is acknowledged; name no place with it.") }
    guard withdraw ? until == nil && reason == nil : until != nil && reason != nil else {
      throw ValidationError("Give --until DATE and --reason TEXT, or --withdraw alone.")
    }
  }

  func run() async throws {
    let state = BackfillState(replaying: try options.history())
    let today = RunID.day(Date())
    guard let place else { return try list(state.acknowledgements, today: today) }
    let request = AcknowledgeRequest(place: place, until: until, reason: reason ?? "")
    do throws(AcknowledgeError) {
      // Before anything is locked or journalled: a slip of the pen changes nothing.
      _ = try request.event(in: state, today: today)
    } catch {
      throw CommandFailure(.usage, error.description)
    }
    let session = try await Session.begin(workspace: try options.located(), config: options.config)
    defer { session.end() }
    for sentence in try await session.acknowledge(request) { Terminal.say(sentence) }
    guard let until else { return Terminal.say("The failures at \(place) count again.") }
    Terminal.say("The failures at \(place) do not count before \(until).")
  }

  private func list(_ acknowledged: [String: Acknowledgement], today: String) throws {
    guard !json else { return try JSONOutput.write(acknowledged) }
    guard !acknowledged.isEmpty else { return Terminal.show("No failure is acknowledged.") }
    var table = TextTable(["PLACE", "UNTIL", "REASON"])
    for (place, one) in acknowledged.sorted(by: { $0.key < $1.key }) {
      table.add(place, one.until, (one.until <= today ? "(over) " : "") + one.reason)
    }
    Terminal.show(table.text)
  }
}
