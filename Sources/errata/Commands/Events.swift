import ArgumentParser
import Foundation
import Journal

/// The journal, filtered.
struct Events: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print what happened, filtered, oldest first.")

  @OptionGroup var options: WorkspaceOptions
  @Option(name: .customLong("run"), help: "Only this run.") var runID: String?
  @Option(help: "Only this type of event, such as source_failed.") var type: String?
  @Option(help: "Only this publication.") var publication: String?
  @Option(help: "Only this period.") var period: String?
  @Option(help: "Only this source's code.") var source: String?
  @Option(help: "Only this stage.") var stage: String?
  @Option(help: "Only events with an error of this type.") var error: String?
  @Option(help: "Only since this time (ISO 8601) or day (yyyy-mm-dd).") var since: String?
  @Flag(help: "Print an array of events as JSON.") var json = false

  func run() throws {
    let start = try since.map(Self.time)
    let events = try options.history().filter { matches($0, since: start) }
    guard !json else { return try JSONOutput.write(events) }
    for event in events { Terminal.show(Self.line(event)) }
  }

  private func matches(_ event: Event, since start: Date?) -> Bool {
    func fits(_ wanted: String?, _ actual: String?) -> Bool { wanted.map { $0 == actual } ?? true }
    return fits(runID, event.runID) && fits(type, event.type.rawValue) && fits(publication, event.context.publication)
      && fits(period, event.context.period) && fits(source, event.context.sourceCode)
      && fits(stage, event.context.stage)
      && fits(error, event.error?.type) && (start.map { event.timestamp >= $0 } ?? true)
  }

  private static func time(_ text: String) throws -> Date {
    guard let date = Event.date(from: text) ?? Event.date(from: text + "T00:00:00Z") else {
      throw CommandFailure(.usage, "--since \(text) is no time; give one like 2026-01-12 or 2026-01-12T10:30:00Z")
    }
    return date
  }

  private static func line(_ event: Event) -> String {
    let place = [event.context.urlKey, event.context.sourceCode, event.context.stage].compactMap(\.self)
    let words = event.error.map { "\($0.type): \($0.message)" } ?? event.data["message"]?.string ?? ""
    return ([Event.text(from: event.timestamp), event.type.rawValue] + place + [words])
      .filter { !$0.isEmpty }.joined(separator: "  ")
  }
}
