import Foundation
import Journal

/// What a stage wrote into the file that `ERRATA_EVENTS` names.
struct StageEvents: Sendable {
  /// What goes into the journal: sources, files, warnings, and types that this version does not know.
  var events: [Event] = []
  /// The error of the stage as a whole, if it told one.
  var failure: EventError?
  /// What it told about its own end, such as `rows`.
  var completion: [String: JSONValue] = [:]
  /// The files that it says it wrote, with their sizes in bytes where it says those.
  private var written: [String: Int] = [:]

  /// Nothing was told.
  init() {}

  /// Reads the file; a torn last line is left out, and lines that are no events are counted in one warning.
  ///
  /// - Parameters:
  ///   - context: Where the stage ran. Publication, period and stage are what Errata knows, whatever the program says.
  ///   - redact: Takes secrets out of every text.
  init(path: String, context: EventContext, redact: (String) -> String) {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      self.init()
      return
    }
    self.init(bytes: bytes, context: context, redact: redact)
  }

  /// Reads events as JSON lines, wherever they were written.
  init(bytes: Data, context: EventContext, redact: (String) -> String) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
    let isTorn = bytes.last != UInt8(ascii: "\n")
    var unreadable = 0
    for (index, line) in lines.enumerated() {
      guard let event = try? JSONDecoder().decode(Event.self, from: Data(line)) else {
        if !(isTorn && index == lines.count - 1) { unreadable += 1 }
        continue
      }
      take(Self.cleaned(event, context, redact))
    }
    // How much, not which: that a file was generated is for Errata to find out, since its edits may be committed.
    if !written.isEmpty {
      completion["parquet_files"] = .int(written.keys.count { $0.hasSuffix(".parquet") })
      completion["bytes_written"] = .int(written.values.reduce(0, +))
    }
    if unreadable > 0 {
      let message = "\(unreadable) lines of the stage's events are no events and were left out"
      events.append(Event(.warning, context: context, data: ["message": .string(message)]))
    }
  }

  /// A stage's own ends are weighed, not copied: Errata says itself how a stage ended. Its other types no stage may use.
  private mutating func take(_ event: Event) {
    switch event.type {
    case .stageFailed: failure = event.error ?? failure
    case .stageCompleted: completion.merge(event.data.members) { $1 }
    case .fileWritten:
      if let path = event.data["path"]?.string { written[path] = max(0, event.data["bytes"]?.int ?? 0) }
    case .stageStarted, .stageSkipped, .runStarted, .runCompleted, .urlStarted, .urlCompleted, .urlFailed,
      .processStarted, .processEnded, .stepDecided, .retryScheduled, .circuitOpened, .markedPending,
      .sourceUnloaded, .failureDiagnosed, .failureAcknowledged, .fixIntended, .fixPublished, .fixStatus, .pullRequest,
      .reconciled, .baselineCommitted, .releaseRevised, .releasesChecked, .alertSent,
      .alertOver, .lineageSent, .runEvaluated, .schemaDriftDetected, .adviserAsked, .adviserAdvised, .ledgerShared,
      .operationsCounted, .stateMigrated:
      return
    default: events.append(event)
    }
  }

  private static func cleaned(_ event: Event, _ context: EventContext, _ redact: (String) -> String) -> Event {
    var event = event
    event.runID = ""
    event.context.publication = context.publication
    event.context.period = context.period
    event.context.stage = context.stage
    event.context.url = context.url.map(redact)
    event.context.sourceCode = event.context.sourceCode ?? event.data["source_code"]?.string ?? context.sourceCode
    event = event.redacted(redact)
    if event.timestamp.timeIntervalSince1970 <= 0 { event.timestamp = Date() }
    return event
  }

}

extension Event {
  /// The event with secrets taken out of every text that its writer chose, and no text longer than `LongText` allows.
  func redacted(_ redact: (String) -> String) -> Event {
    // In this order: a cut may go through a secret, which would not be known any more.
    func clean(_ text: String) -> String { LongText.cut(redact(text)) }
    var copy = self
    copy.data = EventData(data.members.mapValues { $0.redacted(clean) })
    copy.error = error.map { $0.redacted(clean) }
    return copy
  }
}

extension JSONValue {
  fileprivate func redacted(_ redact: (String) -> String) -> JSONValue {
    switch self {
    case .string(let text): .string(redact(text))
    case .array(let values): .array(values.map { $0.redacted(redact) })
    case .object(let members): .object(members.mapValues { $0.redacted(redact) })
    case .null, .bool, .int, .double: self
    }
  }
}

extension EventError {
  /// The error with secrets taken out of every text.
  func redacted(_ redact: (String) -> String) -> EventError {
    var copy = self
    copy.message = redact(message)
    copy.value = value.map(redact)
    copy.url = url.map(redact)
    copy.file = file.map(redact)
    copy.stacktrace = stacktrace.map(redact)
    return copy
  }
}
