/// How many sources of a step ended how, as its results tell it.
public struct SourceTally: Codable, Hashable, Sendable {
  /// In the target now.
  public var loaded = 0
  /// Failed.
  public var failed = 0
  /// Left out.
  public var skipped = 0
  /// Not told of.
  public var untold = 0
  /// Whether it was known which sources there are, so that all of them could be looked for.
  public var isListed = false

  /// Nothing was told.
  public init() {}

  /// Whether the step did all that it was to do, whatever its exit status says.
  public var areAllWell: Bool { isListed && loaded > 0 && failed == 0 && skipped == 0 && untold == 0 }

  enum CodingKeys: String, CodingKey {
    case loaded, failed, skipped, untold
    case isListed = "listed"
  }
}

/// Weighs what several readers tell of a step's sources against each other, the manifest and the exit status.
public struct OutcomeWeighing: Sendable {
  /// What is known of the step before its results are read.
  public struct Step: Sendable {
    /// What messages call it, such as `load`.
    public var name: String
    /// The source that it was run for; nil for all of them.
    public var source: String?
    /// The sources that it was to bring in.
    public var expected: [String]
    /// Every source of the manifest; nil where there is no manifest that lists them.
    public var known: Set<String>?
    /// The manifest, for messages.
    public var manifest: String?
    /// Whether it exited with 0.
    public var exitedWell: Bool

    /// Describes a step.
    public init(
      name: String, source: String? = nil, expected: [String] = [], known: Set<String>? = nil, manifest: String? = nil,
      exitedWell: Bool
    ) {
      self.name = name
      self.source = source
      self.expected = expected
      self.known = known
      self.manifest = manifest
      self.exitedWell = exitedWell
    }
  }

  /// What silence about a source means.
  public enum Silence: String, CaseIterable, Codable, Sendable {
    /// It is in the target.
    case success
    /// It failed.
    case failed
  }

  /// One outcome for each source, in the order in which they were first told of.
  public private(set) var outcomes: [SourceOutcome] = []
  /// The numbers.
  public private(set) var tally = SourceTally()
  /// What people should know, a sentence each.
  public private(set) var notes: [String] = []

  /// Weighs readings.
  ///
  /// - Parameters:
  ///   - readings: What each reader found, and what its silence means where the user says so.
  ///   - told: What the step told of its sources by events.
  public init(_ readings: [(reading: ResultReading, silence: Silence?)], told: [SourceOutcome], step: Step) {
    var found: [String: SourceOutcome] = [:]
    var order: [String] = []
    var strangers: [String] = []
    let all = told + readings.flatMap(\.reading.outcomes)
    let named = Set(all.map(\.source))
    for outcome in all {
      let names = Self.identities(outcome.source, step, named)
      if names.isEmpty, step.known?.contains(outcome.source) != true, !strangers.contains(outcome.source) {
        strangers.append(outcome.source)
      }
      for name in names {
        var own = outcome
        own.source = name
        if found[name] == nil { order.append(name) }
        found[name] = Self.graver(found[name], own)
      }
    }
    for entry in readings { notes += entry.reading.notes }
    if !strangers.isEmpty { notes.append(Self.sentence(about: strangers, step)) }
    let missing = step.expected.filter { found[$0] == nil }
    let speaks = !told.isEmpty || readings.contains { $0.reading.problem == nil }
    let silence = readings.lazy.compactMap(\.silence).first
    let problems = readings.compactMap(\.reading.problem)
    for source in missing {
      let why = problems.isEmpty ? "they tell of \(found.count) others" : problems.joined(separator: "; ")
      if step.exitedWell, silence == .success {
        order.append(source)
        found[source] = SourceOutcome(source, .success)
      } else if step.exitedWell, speaks || silence == .failed {
        order.append(source)
        found[source] = SourceOutcome(
          source, .failed, message: "\(step.name) exited with 0, but its results say nothing of \(source): \(why)")
      } else {
        tally.untold += 1
        if step.exitedWell {
          notes.append("the results of \(step.name) say nothing of \(source), so its exit status 0 is believed: \(why)")
        }
      }
    }
    // A stage without a manifest has nobody whose silence could be told otherwise.
    if step.expected.isEmpty, found.isEmpty { notes += problems.map { "the results of \(step.name): \($0)" } }
    outcomes = order.compactMap { found[$0] }
    for outcome in outcomes {
      switch outcome.status {
      case .success, .alreadyLoaded: tally.loaded += 1
      case .failed: tally.failed += 1
      case .skipped: tally.skipped += 1
      }
    }
    tally.isListed = !step.expected.isEmpty
  }

  /// The sources of the manifest that a tool's name means: that one, and further entries of its code that it does not name
  /// itself; none for a stranger and for one that the step was not run for.
  private static func identities(_ name: String, _ step: Step, _ named: Set<String>) -> [String] {
    func means(_ identity: String) -> Bool {
      if identity == name { return true }
      guard identity.hasPrefix("\(name)#"), !named.contains(identity) else { return false }
      return identity.dropFirst(name.count + 1).allSatisfy(\.isNumber)
    }
    if let source = step.source { return means(source) ? [source] : [] }
    return step.known.map { $0.filter(means).sorted() } ?? [name]
  }

  /// Of two outcomes of one source the one to believe: a failure before a success, a success before a word that says less.
  private static func graver(_ first: SourceOutcome?, _ second: SourceOutcome) -> SourceOutcome {
    guard var first else { return second }
    func weight(_ status: SourceOutcome.Status) -> Int {
      switch status {
      case .failed: 3
      case .success: 2
      case .alreadyLoaded: 1
      case .skipped: 0
      }
    }
    guard weight(second.status) == weight(first.status) else {
      return weight(second.status) > weight(first.status) ? second : first
    }
    first.rows = second.rows ?? first.rows
    first.message = first.message ?? second.message
    first.fields.merge(second.fields) { $1 }
    first.facts.merge(second.facts) { $1 }
    return first
  }

  private static func sentence(about strangers: [String], _ step: Step) -> String {
    let shown = strangers.prefix(5).map { "'\($0.prefix(80))'" }.joined(separator: ", ")
    let more = strangers.count > 5 ? " and \(strangers.count - 5) more" : ""
    let place = step.manifest.map { "\($0) does not have" } ?? "the manifest does not have"
    return "the results of \(step.name) tell of \(shown)\(more), which \(place); that was left out"
  }
}
