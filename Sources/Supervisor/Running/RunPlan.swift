public import Journal

/// What to do with one stage of one URL key.
public enum StageAction: Equatable, Sendable {
  /// It is done and nothing that it rests on has changed.
  case done
  /// Its products stand already, and the stage keeps what stands.
  case reuse
  /// Run it; why.
  case run(reason: String)
  /// Run it for some of the sources.
  case sources(SourcePlan)
  /// It failed, and these fixes wait for a person.
  case waiting(fixes: [String])
  /// It has nothing to work on; why.
  case skip(reason: String)
  /// Its manifest cannot be read.
  case invalid(EventError)
}

/// What to do with each source of a stage that runs once per source.
public struct SourcePlan: Equatable, Sendable {
  /// Sources to run, in the order of the manifest.
  public var run: [ManifestSource] = []
  /// Failed sources whose fix waits for a person.
  public var waiting: [String] = []
  /// Sources that wait for their day.
  public var pending: [String] = []
  /// Sources that are done.
  public var done: [String] = []
  /// Sources that the manifest has switched off since they were last looked at.
  public var disabled: [String] = []
  /// Sources that the manifest no longer has.
  public var removed: [String] = []

  /// A plan without sources.
  public init() {}
}

/// What a run would do, key by key.
public struct RunPlan: Equatable, Sendable {
  /// One URL key's part.
  public struct Key: Equatable, Sendable {
    /// `publication/period`.
    public var key: String
    /// The day before which it is left alone.
    public var pendingUntil: String?
    /// Its stages and what to do with them, as far as that can be told before they run.
    public var stages: [Step]

    /// Whether anything would be run.
    public var hasWork: Bool {
      stages.contains { step in
        switch step.action {
        case .run, .reuse, .invalid: true
        case .sources(let plan): !plan.run.isEmpty || !plan.disabled.isEmpty || !plan.removed.isEmpty
        case .done, .waiting, .skip: false
        }
      }
    }
  }

  /// A stage and what to do with it.
  public struct Step: Equatable, Sendable {
    /// The stage's name.
    public var stage: String
    /// What to do.
    public var action: StageAction
  }

  /// The URL keys in the order of the publications file.
  public var keys: [Key] = []

  /// A plan in which there is nothing to do.
  public init() {}

  /// The plan as lines for people.
  public var lines: [String] {
    keys.flatMap { key -> [String] in
      if let day = key.pendingUntil { return ["\(key.key): waits until \(day)"] }
      guard key.hasWork || key.stages.contains(where: { $0.action != .done }) else {
        return ["\(key.key): nothing to do"]
      }
      return key.stages.compactMap { step in Self.words(step.action).map { "\(key.key) \(step.stage): \($0)" } }
    }
  }

  private static func words(_ action: StageAction) -> String? {
    switch action {
    case .done: return nil
    case .reuse: return "use what stands"
    case .run(let reason): return "run (\(reason))"
    case .waiting(let fixes): return "failed, waits for review of \(fixes.joined(separator: ", "))"
    case .skip(let reason): return "skip (\(reason))"
    case .invalid(let error): return "fails: \(error.message)"
    case .sources(let plan):
      var parts: [String] = []
      if !plan.run.isEmpty { parts.append("run " + plan.run.map(\.identity).joined(separator: ", ")) }
      if !plan.waiting.isEmpty { parts.append("waits for review: " + plan.waiting.joined(separator: ", ")) }
      if !plan.pending.isEmpty { parts.append("waits for its day: " + plan.pending.joined(separator: ", ")) }
      return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
  }
}
