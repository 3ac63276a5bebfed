internal import Foundation

/// The journal as the ledger is to have it: of each slot the newest event, and of that what other machines need.
public struct LedgerDigest: Sendable {
  private var newest: [String: [String: Event]] = [:]
  private var own: Set<[String]> = []
  private var evidence: [String: String] = [:]

  /// Folds the events in the order given.
  ///
  /// - Parameter earlier: Events that the digest is not about, but that say what the others are about.
  public init(replaying events: some Sequence<Event> = [], after earlier: some Sequence<Event> = []) {
    for event in earlier { noteEvidence(event) }
    for event in events { apply(event) }
  }

  /// Takes one event in.
  public mutating func apply(_ event: Event) {
    noteEvidence(event)
    guard let slot = LedgerSlot(event, evidence: evidence) else { return }
    if !event.isLearned { own.insert([slot.path, slot.subject]) }
    if let before = newest[slot.path]?[slot.name], !before.isBefore(event) { return }
    newest[slot.path, default: [:]][slot.name] = event
  }

  private mutating func noteEvidence(_ event: Event) {
    guard event.type == .fixPublished, let id = event.ledgerFix else { return }
    evidence[id] = event.data["fix"]?["evidence_hash"]?.string ?? evidence[id]
  }

  /// Whether this machine itself saw something happen to what the line is about.
  func hasOwn(_ line: LedgerLine, at path: String) -> Bool { own.contains([path, line.subject]) }

  /// Whether the journal has that line's event, or a later one of its slot.
  func knows(_ line: LedgerLine, at path: String) -> Bool {
    guard let event = newest[path]?[line.slot] else { return false }
    return (Event.text(from: event.timestamp), event.runID, event.eventID) >= (line.time, line.run, line.id)
  }

  /// The digest as a ledger.
  ///
  /// - Parameter show: An error as other machines may see it.
  public func ledger(show: (EventError) -> EventError) throws -> Ledger {
    var ledger = Ledger()
    for (path, slots) in newest {
      var file = LedgerFile()
      for (name, event) in slots {
        guard let shared = event.shared(show) else { continue }
        file.add(try LedgerLine(slot: name, event: shared))
      }
      if !file.lines.isEmpty { ledger.files[path] = file }
    }
    return ledger
  }

  /// The paths of the files that it says something of.
  public var paths: Set<String> { Set(newest.keys) }
}

extension Event {
  /// The ledger's order, with the time as precise as it is written.
  fileprivate func isBefore(_ other: Event) -> Bool {
    func milliseconds(_ event: Event) -> Double { (event.timestamp.timeIntervalSince1970 * 1000).rounded() }
    return (milliseconds(self), runID, eventID) < (milliseconds(other), other.runID, other.eventID)
  }

  /// What other machines get of an event; nil for a fix whose edit holds a secret.
  ///
  /// Paths of logs and reports mean nothing elsewhere, and tracebacks and addresses may hold what is nobody's business.
  fileprivate func shared(_ show: (EventError) -> EventError) -> Event? {
    var event = self
    event.data[Event.learnedKey] = nil
    event.context.url = nil
    let isFix = [.fixIntended, .fixPublished, .fixStatus].contains(type)
    if !isFix, let kept = Self.keptData[type] {
      event.data = EventData(event.data.members.filter { kept.contains($0.key) })
    }
    // What was proposed in one run waits in the next, and for others: that it was the first time is no news.
    if type == .failureDiagnosed, event.data["outcome"] == "proposed" { event.data["outcome"] = "waiting" }
    if let error {
      var shown = isLearned ? error : show(error)
      shown.stacktrace = nil
      shown.url = nil
      event.error = shown
    }
    let redacted = event.redacted
    // With a mark in place of its value an edit would be taken for another one.
    if isFix, redacted.data["fix"]?["changes"] != event.data["fix"]?["changes"] { return nil }
    return redacted
  }

  private static let keptData: [EventType: Set<String>] = [
    .urlStarted: ["stages"], .urlCompleted: [], .urlFailed: [],
    .stageCompleted: stageData, .stageFailed: stageData, .stageSkipped: stageData,
    .sourceLoaded: sourceData, .sourceFailed: sourceData, .sourceSkipped: sourceData, .sourceUnloaded: sourceData,
    .markedPending: ["pending_until", "reason", "source_code"],
    .failureDiagnosed: ["outcome", "fix", "source_code"],
    .fileWritten: ["path", "sha256", "carried", "mixed"],
  ]
  private static let stageData: Set<String> = ["stage_name", "outputs", "input_hash", "entry_hash", "reason", "rows"]
  private static let sourceData: Set<String> = [
    "source_code", "rows", "rows_loaded", "table_name", "entry_hash", "input_hash", "reason", "pending", "fix",
  ]
}
