public import Foundation

/// Where work is done: what succeeds or fails there is counted together.
public struct WorkPlace: Hashable, Sendable, Comparable {
  /// `publication/period`; empty for a stage that runs once a run.
  public var key: String
  /// The source; empty for a stage that works on the whole period.
  public var source: String
  /// The stage.
  public var stage: String

  /// Names a place.
  public init(key: String, source: String, stage: String) {
    self.key = key
    self.source = source
    self.stage = stage
  }

  /// As people name it: `adhd/nov25/summary`, `adhd/nov25`, or the stage where there is no period.
  public var name: String {
    let parts = [key, source].filter { !$0.isEmpty }
    return parts.isEmpty ? stage : parts.joined(separator: "/")
  }

  /// By period, source and stage.
  public static func < (left: WorkPlace, right: WorkPlace) -> Bool {
    (left.key, left.source, left.stage) < (right.key, right.source, right.stage)
  }
}

/// How a piece of work ended: a source in a stage that tells of its sources, else the stage itself.
public struct Outcome: Sendable {
  /// How it ended.
  public enum Kind: Sendable, Hashable {
    /// It was done.
    case success
    /// It failed for good: nobody tried again in that run.
    case failure
    /// It failed and is tried again.
    case retried
    /// The target or the machine was down: one incident, which is nobody's failure.
    case outage
    /// It no longer counts as failing, though nothing was done: switched off, put off to a day, loaded already.
    case settled
  }

  /// How it ended.
  public let kind: Kind
  /// Where.
  public let place: WorkPlace
  /// The publication, where there is one.
  public let publication: String?
  /// The run.
  public let run: String
  /// When.
  public let at: Date
  /// What went wrong.
  public let error: EventError?
  /// How many tries failed before this one in the same run (S4-15).
  public let retries: Int
}

/// Reads outcomes out of a journal, one event at a time. A source's failure and its stage's are one.
struct OutcomeReader: Sendable {
  /// Whether what other machines did counts too.
  var includesLearned = false
  private var run = ""
  /// The places of the run that have told how they ended, and whether one of them failed; a stage's own stands without a source.
  private var told: [WorkPlace: Bool] = [:]
  private var tries: [WorkPlace: Int] = [:]

  init(includesLearned: Bool = false) { self.includesLearned = includesLearned }

  /// The outcome that an event tells of; nil for one that tells of none, or of one that was told already.
  mutating func read(_ event: Event) -> Outcome? {
    switch event.type {
    case .stageCompleted, .stageFailed, .sourceLoaded, .sourceFailed, .sourceSkipped, .retryScheduled, .circuitOpened,
      .markedPending:
      break
    default: return nil
    }
    // What another machine did is counted there.
    guard includesLearned || !event.isLearned else { return nil }
    if event.runID != run {
      run = event.runID
      told.removeAll(keepingCapacity: true)
      tries.removeAll(keepingCapacity: true)
    }
    let place = WorkPlace(
      key: event.stateKey ?? "", source: event.stateSource ?? "", stage: event.stateStage ?? "")
    switch event.type {
    case .retryScheduled:
      tries[place, default: 0] += 1
      return outcome(.retried, place, event, retries: tries[place] ?? 1)
    case .circuitOpened: return outcome(.outage, place, event)
    case .markedPending: return outcome(.settled, place, event)
    case .sourceSkipped:
      let reason = event.data["reason"]?.string ?? ""
      let settles = reason == "disabled" || reason == "removed" || reason.hasPrefix("already loaded")
      return settles ? outcome(.settled, place, event) : nil
    case .stageCompleted:
      if event.data["reused"]?.bool == true || told[place] != nil { return nil }
      return ended(.success, place, event)
    case .stageFailed: return told[place] == true ? nil : ended(.failure, place, event)
    case .sourceLoaded: return ended(.success, place, event)
    default: return ended(.failure, place, event)
    }
  }

  private mutating func ended(_ kind: Outcome.Kind, _ place: WorkPlace, _ event: Event) -> Outcome {
    let whole = WorkPlace(key: place.key, source: "", stage: place.stage)
    for told in [place, whole] { self.told[told] = (self.told[told] ?? false) || kind == .failure }
    // A stage that tells of its sources is tried again as a whole.
    let retries = tries.isEmpty ? 0 : tries[place] ?? tries[whole] ?? 0
    return outcome(kind, place, event, retries: retries)
  }

  private func outcome(_ kind: Outcome.Kind, _ place: WorkPlace, _ event: Event, retries: Int = 0) -> Outcome {
    Outcome(
      kind: kind, place: place, publication: event.context.publication, run: event.runID, at: event.timestamp,
      error: event.error, retries: retries)
  }
}
