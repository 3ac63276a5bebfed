import ArgumentParser
import Foundation
import Journal
import Supervisor

/// The journal, filtered.
struct Events: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print what happened, filtered, oldest first.",
    discussion: """
      --follow goes on with what is written, until it is interrupted; with --json it prints one event a line, since there is \
      no end to an array. Fields to count by: \(EventFilter.Field.names).
      """)

  @OptionGroup var options: WorkspaceOptions
  @Option(name: .customLong("run"), help: "Only this run.") var runID: String?
  @Option(help: "Only this type of event, such as source_failed.") var type: String?
  @Option(help: "Only this publication.") var publication: String?
  @Option(help: "Only this period.") var period: String?
  @Option(help: "Only this source's code.") var source: String?
  @Option(help: "Only this stage.") var stage: String?
  @Option(help: "Only events with an error of this type.") var error: String?
  @Option(help: "Only since this time (ISO 8601) or day (yyyy-mm-dd).") var since: String?
  @Option(help: "Only before this time or day.") var until: String?
  @Option(help: ArgumentHelp("Count them by this field.", valueName: "field"), transform: field)
  var groupBy: EventFilter.Field?
  @Flag(help: "Print how many there are.") var count = false
  @Flag(help: "Go on with what is written.") var follow = false
  @Flag(help: "Print an array of events, or of counts, as JSON.") var json = false

  func validate() throws {
    if follow && (count || groupBy != nil) {
      throw ValidationError("--follow has no end, so that nothing can be counted: leave out --count and --group-by")
    }
  }

  func run() async throws {
    let filter = try filter()
    if follow { return try await followed(filter) }
    if let groupBy {
      var counts = EventCounts(by: groupBy)
      try look(filter) { counts.apply($0) }
      return json ? try JSONOutput.write(counts.sorted) : Terminal.show(EventText.table(counts.sorted, by: groupBy))
    }
    if count {
      var count = 0
      try look(filter) { _ in count += 1 }
      return json ? try JSONOutput.write(["count": count]) : Terminal.show("\(count)")
    }
    if json {
      var events: [Event] = []
      try look(filter) { events.append($0) }
      return try JSONOutput.write(events)
    }
    try look(filter) { Terminal.show(EventText.line($0)) }
  }

  /// Calls for each event that is asked for; where there is none, says why.
  private func look(_ filter: EventFilter, _ visit: (Event) -> Void) throws {
    var isFound = false
    try options.scanned(literals: filter.literals) { event in
      guard filter.matches(event) else { return }
      isFound = true
      visit(event)
    }
    guard !isFound else { return }
    var known: [Event] = []
    try options.scanned { known.append($0) }
    Terminal.say(EventText.nothing(filter, in: known))
  }

  private func followed(_ filter: EventFilter) async throws {
    var tail = JournalTail(logs: try options.located().logs)
    while true {
      let news = try tail.next()
      Terminal.tell(news.warnings)
      for event in news.events where filter.matches(event) {
        if json {
          Terminal.answer(String(decoding: try event.line(), as: UTF8.self))
        } else {
          Terminal.show(EventText.line(event))
        }
      }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  private func filter() throws -> EventFilter {
    var filter = EventFilter()
    let wanted: [EventFilter.Field: String?] = [
      .run: runID, .type: type, .publication: publication, .period: period, .source: source, .stage: stage,
      .error: error,
    ]
    filter.values = wanted.compactMapValues(\.self)
    filter.since = try since.map { try Self.time($0, of: "--since") }
    filter.until = try until.map { try Self.time($0, of: "--until") }
    return filter
  }

  private static func field(_ name: String) throws -> EventFilter.Field {
    guard let field = EventFilter.Field(rawValue: name) else {
      throw ValidationError("'\(name)' is no field; there are \(EventFilter.Field.names)")
    }
    return field
  }

  private static func time(_ text: String, of option: String) throws -> Date {
    guard let date = Event.date(from: text) ?? Event.date(from: text + "T00:00:00Z") else {
      throw CommandFailure(.usage, "\(option) \(text) is no time; give one like 2026-01-12 or 2026-01-12T10:30:00Z")
    }
    return date
  }
}

extension EventFilter.Field {
  fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
