/// How a fix that was put forward ended, beside what was predicted of it.
public struct FixOutcome: Codable, Hashable, Sendable {
  /// How it ended, as far as that says whether it was right.
  public enum Ending: String, Codable, Sendable {
    /// Merged, and what it was for has not failed in the same way since.
    case worked
    /// Merged, and the same error came again all the same.
    case failed
    /// Turned down.
    case rejected
    /// Merged and taken back.
    case reverted
    /// It says nothing, or nothing yet: open, merged with another value, superseded, lost.
    case undecided
  }

  /// The fix.
  public var fix: String
  /// The error's type.
  public var errorType: String
  /// The action's name.
  public var action: String
  /// Whether the failed stage passed with it.
  public var verified: Bool
  /// What the rule and verification alone made of it, between 0 and 1; nil in journals that do not tell.
  public var prior: Double?
  /// What was predicted, between 0 and 1.
  public var confidence: Double
  /// How it ended.
  public var ending: Ending

  /// Creates an outcome.
  public init(
    fix: String, errorType: String, action: String, verified: Bool, prior: Double? = nil, confidence: Double,
    ending: Ending
  ) {
    self.fix = fix
    self.errorType = errorType
    self.action = action
    self.verified = verified
    self.prior = prior
    self.confidence = confidence
    self.ending = ending
  }

  /// What became of a fix.
  ///
  /// - Parameter setbacks: What failed again under an approved fix.
  public init(_ fix: FixRecord, setbacks: FixSetbacks) {
    let ending: Ending =
      switch fix.status {
      case .approved: setbacks.contains(fix.id) ? .failed : .worked
      case .rejected: .rejected
      case .reverted: .reverted
      case .open, .superseded, .lost, .changed: .undecided
      }
    self.init(
      fix: fix.id, errorType: fix.errorType, action: fix.action, verified: fix.verified, prior: fix.prior,
      confidence: fix.confidence, ending: ending)
  }

  /// Whether the fix was right; nil while that is not known.
  public var wasRight: Bool? {
    switch ending {
    case .worked: true
    case .failed, .rejected, .reverted: false
    case .undecided: nil
    }
  }

  enum CodingKeys: String, CodingKey {
    case fix, action, verified, prior, confidence, ending
    case errorType = "error_type"
  }
}

/// The approved fixes under which the same source failed with the same error again: a fold over the journal.
public struct FixSetbacks: Equatable, Sendable {
  private struct Place: Hashable {
    let key, source, stage, error: String

    init(publication: String, period: String, source: String?, stage: String?, error: String) {
      key = "\(publication)/\(period)"
      self.source = source ?? ""
      self.stage = stage ?? ""
      self.error = error
    }

    /// Reads a fix's record, of which nothing else is needed.
    init?(of fix: JSONValue) {
      guard let publication = fix["publication"]?.string, let period = fix["period"]?.string,
        let error = fix["error_type"]?.string
      else { return nil }
      self.init(
        publication: publication, period: period, source: fix["source"]?.string, stage: fix["stage"]?.string,
        error: error)
    }
  }

  private var places: [String: Place] = [:]
  private var standing: [Place: Set<String>] = [:]
  private var failed: Set<String> = []

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event> = []) { for event in events { apply(event) } }

  /// Whether the fix was approved and did not help.
  public func contains(_ fix: String) -> Bool { failed.contains(fix) }

  /// Takes one event in; events of other types change nothing.
  public mutating func apply(_ event: Event) {
    switch event.type {
    case .fixIntended, .fixPublished:
      guard let fix = event.data["fix"], let id = fix["id"]?.string, let place = Place(of: fix) else { return }
      take(off: id)
      places[id] = place
    case .fixStatus:
      guard let id = event.data["fix_id"]?.string, let place = places[id] else { return }
      take(off: id)
      if event.data["status"]?.string == FixStatus.approved.rawValue { standing[place, default: []].insert(id) }
    case .sourceFailed, .stageFailed:
      guard let publication = event.context.publication, let period = event.context.period, let error = event.error
      else { return }
      let place = Place(
        publication: publication, period: period, source: event.context.sourceCode, stage: event.context.stage,
        error: error.type)
      failed.formUnion(standing[place] ?? [])
    default: break
    }
  }

  /// A fix that is put forward again, or taken out, is judged by what comes then.
  private mutating func take(off id: String) {
    guard let place = places[id] else { return }
    standing[place]?.remove(id)
    failed.remove(id)
  }
}
