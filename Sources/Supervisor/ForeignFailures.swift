internal import Foundation
public import Journal
public import Repair

/// Failures of a backfill that somebody else ran: read from its events, or from a stage's output.
public struct ForeignFailures: Sendable {
  /// What happened there, ready for the journal.
  public var events: [Event] = []
  /// What failed and has not succeeded since.
  public var failures: [Failure] = []
  /// What could not be used, one sentence each.
  public var notes: [String] = []

  private let workspace: Workspace
  private let configuration: Configuration

  /// Starts with nothing read.
  public init(workspace: Workspace, configuration: Configuration) {
    self.workspace = workspace
    self.configuration = configuration
  }

  /// Takes in a file of events as JSON lines (S0-11). Events that the journal knows already are passed over.
  ///
  /// A source's last word counts: what failed and was loaded later in the same file is no failure.
  public mutating func read(events text: String, name: String, known: Set<String>) {
    var last: [String: Event] = [:]
    var order: [String] = []
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
    where !line.allSatisfy(\.isWhitespace) {
      guard let told = try? JSONDecoder().decode(Event.self, from: Data(line.utf8)) else {
        notes.append("\(name):\(number + 1): this line is no event and was passed over")
        continue
      }
      let event = Self.redacted(told)
      guard let key = event.context.urlKey else { continue }
      let place = "\(key)/\(event.context.sourceCode ?? event.context.stage ?? "")"
      switch event.type {
      case .sourceFailed, .stageFailed, .sourceLoaded, .stageCompleted, .sourceSkipped:
        if last.updateValue(event, forKey: place) == nil { order.append(place) }
      default: break
      }
      if !known.contains(event.eventID) { events.append(event) }
    }
    let sourcesFailed = Set(last.values.filter { $0.type == .sourceFailed }.compactMap(\.context.urlKey))
    for event in order.compactMap({ last[$0] }) {
      // A stage that failed because its sources did is the same failure told twice.
      guard let error = event.error, event.type == .sourceFailed || event.type == .stageFailed,
        !(event.type == .stageFailed && event.context.sourceCode == nil
          && sourcesFailed.contains(event.context.urlKey ?? ""))
      else { continue }
      failures.append(failure(event, error: error))
    }
  }

  /// Takes in the output of one failed stage.
  ///
  /// - Parameters:
  ///   - place: `PUB/PERIOD` or `PUB/PERIOD/SOURCE`.
  public mutating func read(
    log text: String, name: String, stage: String, place: String, exitCode: Int?, classifier: Classifier
  ) {
    let parts = place.split(separator: "/", maxSplits: 2).map(String.init)
    guard parts.count >= 2 else {
      notes.append("'\(place)' names no period; give one as adhd/nov25 or adhd/nov25/SOURCE")
      return
    }
    let redacted = Redaction.redact(text)
    let found = classifier.classify(redacted, stage: stage, exitCode: exitCode)
    guard found.type != .none else {
      notes.append("\(name) holds no error")
      return
    }
    var context = EventContext(
      publication: parts[0], period: parts[1], sourceCode: parts.count > 2 ? parts[2] : nil, stage: stage)
    context.url = key(context)?.period.url
    var error = found.eventError()
    error.stacktrace = String(redacted.suffix(StageError.longestTail))
    let event = Event(
      context.sourceCode == nil ? .stageFailed : .sourceFailed, context: context, data: ["log": .string(name)],
      error: error)
    events.append(event)
    var failure = failure(event, error: error)
    failure.exitCode = exitCode
    failure.logTail = String(redacted.suffix(16_384))
    failures.append(failure)
  }

  private func failure(_ event: Event, error: EventError) -> Failure {
    let stage = event.context.stage ?? configuration.pipeline.stages.first { $0.scope == .source }?.name ?? "load"
    return Failure(
      publication: event.context.publication ?? "", period: event.context.period ?? "",
      url: event.context.url ?? key(event.context)?.period.url, source: event.context.sourceCode, stage: stage,
      error: error, manifestPath: manifest(event.context), log: event.data["log"]?.string,
      logTail: error.stacktrace ?? error.message)
  }

  private func key(_ context: EventContext) -> URLKey? {
    guard let publication = configuration.publications[context.publication ?? ""],
      let period = publication.urls.first(where: { $0.period == context.period })
    else { return nil }
    return URLKey(publication: publication, period: period)
  }

  /// The manifest that the period's loading stage reads: the last product that stands.
  private func manifest(_ context: EventContext) -> String? {
    guard let key = key(context) else { return nil }
    let values = StageValues(workspace: workspace, pipeline: configuration.pipeline, key: key)
    let products = configuration.pipeline.stages.flatMap { $0.orderedProducts.map { values.fill($0.path) } }
    return products.last { $0.hasSuffix(".yaml") && FileManager.default.fileExists(atPath: workspace.root + "/" + $0) }
  }

  private static func redacted(_ event: Event) -> Event {
    var event = event
    if var error = event.error {
      error.message = Redaction.redact(error.message)
      error.stacktrace = error.stacktrace.map(Redaction.redact)
      event.error = error
    }
    return event
  }
}
