internal import Foundation
public import Journal
public import Repair

/// Failures of a backfill that somebody else ran: read from its events, or from a stage's output.
public struct ForeignFailures: Sendable {
  /// What happened there, ready for the journal.
  public private(set) var events: [Event] = []
  /// What failed and has not succeeded since.
  public private(set) var failures: [Failure] = []
  /// Failures that belong to nothing in this workspace; each has its note.
  public private(set) var misplaced = 0
  /// What could not be used, one sentence each.
  public private(set) var notes: [String] = []

  private let places: ForeignPlaces
  private let classifier: Classifier

  /// Starts with nothing read.
  public init(workspace: Workspace, configuration: Configuration, classifier: Classifier) {
    places = ForeignPlaces(workspace: workspace, configuration: configuration)
    self.classifier = classifier
  }

  /// The seeds' vocabulary and what a stage tells of its files. Whatever else a journal holds (processes, fixes, refs) is about
  /// the machine that wrote it, and must not be believed here.
  private static let told: Set<EventType> = [
    .runStarted, .urlStarted, .stageStarted, .stageCompleted, .stageFailed, .stageSkipped, .sourceLoaded,
    .sourceSkipped, .sourceFailed, .warning, .info, .urlCompleted, .urlFailed, .runCompleted, .fileFetched,
  ]

  /// Takes in a file of events as JSON lines (S0-11). Events that the journal knows already are passed over.
  ///
  /// A source's last word counts: what failed and was loaded later in the same file is no failure. A period that failed without
  /// one of its stages or sources saying so is a failure all the same.
  ///
  /// - Returns: How many lines were events, of whatever kind: none means that the file is not what it was taken for.
  public mutating func read(events text: String, name: String, known: Set<String>) -> Int {
    var last: [String: Event] = [:]
    var order: [String] = []
    var taken = known
    var count = 0
    var problems: [String] = []
    var isOpen = false
    for (number, line) in Self.lines(of: text).enumerated() where !line.allSatisfy(\.isWhitespace) {
      guard let told = Self.event(of: line) else {
        problems.append("\(name):\(number + 1): this line is no event and was passed over")
        continue
      }
      count += 1
      if told.type == .runStarted || told.type == .runCompleted { isOpen = told.type == .runStarted }
      guard Self.told.contains(told.type), told.context.urlKey != nil else { continue }
      let event: Event
      do throws(ForeignPlaceError) {
        event = try placed(told)
      } catch {
        if [.sourceFailed, .stageFailed, .urlFailed].contains(told.type) { misplaced += 1 }
        problems.append("\(name):\(number + 1): \(error); the line was passed over")
        continue
      }
      if let place = Self.place(of: event), last.updateValue(event, forKey: place) == nil { order.append(place) }
      if taken.insert(event.eventID).inserted { events.append(event) }
    }
    notes += problems.prefix(Self.longestList)
    if problems.count > Self.longestList {
      notes.append("\(name): \(problems.count - Self.longestList) more lines were passed over")
    }
    if isOpen { notes.append("\(name) ends before the backfill did: what it does not tell of is not looked into") }
    collect(order.compactMap { last[$0] })
    return count
  }

  /// More lines that cannot be used are counted, not told one by one.
  private static let longestList = 20

  /// Takes the failures out of the last words on every place.
  private mutating func collect(_ words: [Event]) {
    let sourcesFailed = Set(words.filter { $0.type == .sourceFailed }.compactMap(\.context.urlKey))
    for event in words where event.type == .sourceFailed || event.type == .stageFailed {
      // A stage that failed because its sources did is the same failure told twice.
      let isSum = event.context.sourceCode == nil && sourcesFailed.contains(event.context.urlKey ?? "")
      if !isSum { failures.append(failure(event)) }
    }
    let told = Set(failures.map(\.urlKey))
    for event in words where event.type == .urlFailed && !told.contains(event.context.urlKey ?? "") {
      failures.append(failure(event))
    }
  }

  /// What an event is the last word on, so far.
  private static func place(of event: Event) -> String? {
    let key = event.context.urlKey ?? ""
    switch event.type {
    case .sourceFailed, .sourceLoaded, .sourceSkipped: return "\(key)\0source \(event.context.sourceCode ?? "")"
    case .stageFailed, .stageCompleted: return "\(key)\0stage \(event.context.stage ?? "")"
    case .urlFailed, .urlCompleted: return "\(key)\0url"
    default: return nil
    }
  }

  /// The lines by the line feeds that end them and nothing else: JSON may hold every other line separator as it is.
  private static func lines(of text: String) -> [Substring] {
    let start = text.unicodeScalars.first == "\u{FEFF}" ? text.unicodeScalars.dropFirst() : text.unicodeScalars[...]
    return start.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      Substring(line.last == "\r" ? line.dropLast() : line)
    }
  }

  /// Takes in the output of one failed stage.
  ///
  /// - Parameters:
  ///   - place: `PUB/PERIOD` or `PUB/PERIOD/SOURCE`. Without a source, the one that the output alone can mean is taken.
  /// - Throws: When the workspace has no such place or stage.
  public mutating func read(
    log text: String, name: String, stage: String, place: String, exitCode: Int?
  ) throws(ForeignPlaceError) {
    let redacted = Redaction.redact(text)
    var context = try places.context(of: place, stage: stage)
    let found = classifier.classify(redacted, stage: context.stage, exitCode: exitCode)
    guard found.type != .none else {
      notes.append("\(name) holds no error")
      return
    }
    var error = found.eventError()
    error.stacktrace = String(redacted.suffix(StageError.longestTail))
    if context.sourceCode == nil, let source = places.source(meantBy: error, in: redacted, context: context) {
      notes.append("the output can only mean the source \(source)")
      context.sourceCode = source
    }
    // The same output told twice is one event.
    let identity = [context.urlKey ?? "", context.sourceCode ?? "", context.stage ?? "", redacted]
    let event = Event(
      context.sourceCode == nil ? .stageFailed : .sourceFailed, context: context, data: ["log": .string(name)],
      error: error, eventID: Self.identifier(identity.joined(separator: "\u{1F}")))
    events.append(event)
    var failure = failure(event)
    failure.exitCode = exitCode
    failure.logTail = String(redacted.suffix(16_384))
    failures.append(failure)
  }

  /// Leaves out events that the journal knows already; their failures are looked into all the same.
  public mutating func forget(_ known: Set<String>) { events.removeAll { known.contains($0.eventID) } }

  private struct Name: Decodable {
    let identifier: String?
    enum CodingKeys: String, CodingKey { case identifier = "event_id" }
  }

  /// The event of a line. One without a name of its own is named by its bytes, so that it is the same event the next time.
  private static func event(of line: Substring) -> Event? {
    let data = Data(line.utf8)
    guard var event = try? JSONDecoder().decode(Event.self, from: data) else { return nil }
    if (try? JSONDecoder().decode(Name.self, from: data))?.identifier == nil {
      event.eventID = identifier(String(line))
    }
    return event
  }

  private static func identifier(_ text: String) -> String { "evt_" + Digest.sha256(text).prefix(20) }

  /// The event as this workspace means it: its stage by the name it has here, its error typed, secrets taken out.
  private func placed(_ told: Event) throws(ForeignPlaceError) -> Event {
    var event = told.redacted(Redaction.redact)
    event.context = try places.context(told.context, isFailure: told.type == .sourceFailed)
    guard told.type == .sourceFailed || told.type == .stageFailed || told.type == .urlFailed else { return event }
    var error = event.error ?? EventError(.unknown, "the backfill told of this failure without an error")
    if ErrorType(rawValue: error.type) == nil { error = typed(error, stage: event.context.stage) }
    event.error = error
    return event
  }

  /// An error whose type is the other program's own word (`ValueError`): its text says what it is.
  private func typed(_ error: EventError, stage: String?) -> EventError {
    let text = "\(error.type): \(error.message)\n\(error.stacktrace ?? "")"
    let found = classifier.classify(text, stage: stage).eventError()
    var typed = error
    typed.type = found.kind == .none ? ErrorType.unknown.rawValue : found.type
    typed.transient = error.transient ?? found.transient
    typed.column = error.column ?? found.column
    typed.value = error.value ?? found.value
    typed.expectedType = error.expectedType ?? found.expectedType
    typed.sheet = error.sheet ?? found.sheet
    typed.file = error.file ?? found.file
    typed.table = error.table ?? found.table
    typed.url = error.url ?? found.url
    typed.status = error.status ?? found.status
    return typed
  }

  private func failure(_ event: Event) -> Failure {
    let error = event.error ?? EventError(.unknown, "")
    var failure = Failure(
      publication: event.context.publication ?? "", period: event.context.period ?? "", url: event.context.url,
      source: event.context.sourceCode, stage: event.context.stage ?? "", error: error,
      manifestPath: places.manifest(for: event.context), log: event.data["log"]?.string,
      logTail: error.stacktrace ?? error.message)
    failure.inputHash = event.data["input_hash"]?.string
    return failure
  }
}
