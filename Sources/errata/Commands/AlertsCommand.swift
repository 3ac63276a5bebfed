import ArgumentParser
import Foundation
import Journal
import Supervisor

/// Tells receivers what changed.
struct AlertsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts",
    abstract: "Tell the receivers of config/alerts.yaml what changed since they were told last.",
    discussion: """
      A run does this at its end by itself; this is for cron, since a fix may wait too long, or an error budget stop burning, \
      without a run. Where nothing is new, nothing is locked or written. A receiver that cannot be reached is told in a \
      sentence, tried again the next time, and changes the exit code here (1), never a run's.
      """)

  @OptionGroup var options: WorkspaceOptions
  @Flag(help: "Send each receiver one sample.") var test = false
  @Flag(help: "Print what each receiver would be told, as text, and send nothing.") var dryRun = false

  func run() async throws {
    let workspace = try options.located()
    let configuration = try Configuration.load(workspace, directory: options.config)
    let receivers = configuration.alerts.receivers
    guard !receivers.isEmpty else {
      return Terminal.say("Nobody is to be told: config/alerts.yaml names no receiver.")
    }
    if !test {
      let due = AlertsDue(configuration, try options.history(), now: Date())
      let news = receivers.map { ($0, due.alerts(for: $0)) }.filter { !$0.1.isEmpty }
      if dryRun {
        for (receiver, alerts) in news { for alert in alerts { Terminal.show("\(receiver.name): \(alert.text)") } }
      }
      if news.isEmpty, receivers.allSatisfy({ due.over(for: $0).isEmpty }) {
        return Terminal.say("Nothing has changed since the receivers were told last.")
      }
      if dryRun { return }
    }
    let session = try await Session.begin(workspace: workspace, config: options.config)
    defer { session.end() }
    let problems = test ? try await session.testAlerts() : try await session.settleAlerts()
    for sentence in problems + (try await session.finish()) { Terminal.say(sentence) }
    if problems.isEmpty {
      Terminal.say(test ? "Each receiver got a sample: \(receivers.map(\.name).joined(separator: ", "))." : "Sent.")
    } else {
      throw ExitCode.failure
    }
  }
}
