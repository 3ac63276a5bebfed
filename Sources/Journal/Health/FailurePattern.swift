public import Foundation

/// How a failure is spread (S4-16).
public enum FailureSpread: String, Codable, Hashable, Sendable {
  /// It happened once.
  case once
  /// Most of it in one run, at three places or more: one catastrophe, probably with one cause.
  case burst
  /// One place, again and again.
  case stubborn
  /// Several places over several runs: many small ones.
  case scattered
}

/// Failures of one kind: the same type, stage and shape of message (S4-7).
public struct FailurePattern: Codable, Hashable, Sendable {
  /// Eight hex digits over type, stage and shape.
  public let fingerprint: String
  /// The error's type.
  public let type: String
  /// The stage.
  public let stage: String
  /// The message without what varies.
  public let shape: String
  /// The message as it was last told.
  public internal(set) var example: String
  /// How often it happened, tries that were repeated included.
  public internal(set) var count = 0
  /// How many of them were final: no other try followed in that run.
  public internal(set) var final = 0
  /// How many of the final ones were told to be transient, and yet nothing was tried again.
  public internal(set) var untried = 0
  /// Whether trying again may help, as the last one told or its type says.
  public internal(set) var transient: Bool
  /// When it happened first.
  public internal(set) var first: Date
  /// When it happened last.
  public internal(set) var last: Date
  /// At how many places, each a source of a period, or a period where the stage works on all of it.
  public internal(set) var places = 0
  /// In how many publications.
  public internal(set) var publications = 0
  /// In how many runs.
  public internal(set) var runs = 0
  /// How many happened in the run that had most of them.
  public internal(set) var mostInOneRun = 0
  /// How it is spread.
  public internal(set) var spread = FailureSpread.once
  /// The places where it stands: it was the last thing that happened there. Sorted, the first ten.
  public internal(set) var standing: [String] = []
  /// At how many places it stands.
  public internal(set) var standingCount = 0

  enum CodingKeys: String, CodingKey {
    case fingerprint, type, stage, shape, example, count, final, untried, transient, first, last, places, publications
    case runs, spread, standing
    case mostInOneRun = "most_in_one_run"
    case standingCount = "standing_count"
  }
}

/// Folds failures into patterns.
struct FailurePatterns: Sendable {
  private struct Key: Hashable { let type, stage, shape: String }
  fileprivate struct Growing: Sendable {
    var pattern: FailurePattern
    var places: Set<WorkPlace> = []
    var publications: Set<String> = []
    var run = ""
    var inRun = 0
  }

  private var names: [Key: String] = [:]
  private var growing: [String: Growing] = [:]
  /// What failed last at a place and stands there.
  private(set) var standing: [WorkPlace: String] = [:]

  /// The type of a failure.
  func type(of fingerprint: String) -> String? { growing[fingerprint]?.pattern.type }

  /// Takes an outcome in.
  ///
  /// - Returns: The fingerprint of a failure.
  mutating func take(_ outcome: Outcome) -> String? {
    switch outcome.kind {
    case .success, .settled:
      if !standing.isEmpty { standing[outcome.place] = nil }
      return nil
    case .failure, .retried, .outage: break
    }
    let error = outcome.error ?? EventError(.unknown, "the writer gave no error")
    let key = Key(type: error.type, stage: outcome.place.stage, shape: MessageShape.of(error.message))
    let name: String
    if let known = names[key] {
      name = known
    } else {
      name = String(Digest.sha256([key.type, key.stage, key.shape].joined(separator: "\u{1F}")).prefix(8))
      names[key] = name
    }
    let fresh = FailurePattern(
      fingerprint: name, type: key.type, stage: key.stage, shape: key.shape, example: "",
      transient: false, first: outcome.at, last: outcome.at)
    growing[name, default: Growing(pattern: fresh)].add(outcome, error)
    if outcome.kind == .failure { standing[outcome.place] = name }
    return name
  }

  /// The patterns, the most frequent first.
  var result: [FailurePattern] {
    var places: [String: [WorkPlace]] = [:]
    for (place, name) in standing { places[name, default: []].append(place) }
    return growing.values.map { growing in
      var pattern = growing.finished
      let own = (places[pattern.fingerprint] ?? []).sorted()
      pattern.standingCount = own.count
      pattern.standing = own.prefix(10).map(\.name)
      return pattern
    }.sorted { ($1.count, $0.fingerprint) < ($0.count, $1.fingerprint) }
  }
}

extension FailurePatterns.Growing {
  fileprivate mutating func add(_ outcome: Outcome, _ error: EventError) {
    pattern.count += 1
    pattern.example = String(error.message.prefix(300))
    pattern.transient = error.isTransient
    if outcome.kind == .failure {
      pattern.final += 1
      if pattern.transient, outcome.retries == 0 { pattern.untried += 1 }
    }
    pattern.first = min(pattern.first, outcome.at)
    pattern.last = max(pattern.last, outcome.at)
    if run != outcome.run {
      run = outcome.run
      inRun = 0
      pattern.runs += 1
    }
    inRun += 1
    pattern.mostInOneRun = max(pattern.mostInOneRun, inRun)
    places.insert(outcome.place)
    if let publication = outcome.publication { publications.insert(publication) }
  }

  fileprivate var finished: FailurePattern {
    var result = pattern
    result.places = places.count
    result.publications = publications.count
    if result.count == 1 {
      result.spread = .once
    } else if result.places == 1 {
      result.spread = .stubborn
    } else {
      let isBurst = result.places >= 3 && result.mostInOneRun * 10 >= result.count * 8
      result.spread = isBurst ? .burst : .scattered
    }
    return result
  }
}
