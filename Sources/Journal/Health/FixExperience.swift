/// How an action fared against failures of a type or pattern (S4-10).
public struct FixExperience: Codable, Hashable, Sendable {
  /// The action's name.
  public let action: String
  /// How many fixes of it worked: merged, and the failure did not come again.
  public internal(set) var worked = 0
  /// How many were decided: the others were turned down, taken back, or did not help.
  public internal(set) var decided = 0
  /// The fixes that worked, the newest first, at most five.
  public internal(set) var fixes: [String] = []
}

/// What fixes came of, by the pattern and by the type of failure that they were for.
struct FixExperiences: Sendable {
  private var patternOfFix: [String: String] = [:]

  /// Remembers which pattern stood where a fix was put forward.
  mutating func note(_ event: Event, standing: [WorkPlace: String]) {
    guard event.type == .fixPublished || event.type == .fixIntended, let fix = event.data["fix"],
      let id = fix["id"]?.string, patternOfFix[id] == nil
    else { return }
    let key = [fix["publication"]?.string, fix["period"]?.string].compactMap(\.self).joined(separator: "/")
    let place = WorkPlace(key: key, source: fix["source"]?.string ?? "", stage: fix["stage"]?.string ?? "")
    patternOfFix[id] = standing[place]
  }

  /// The experience by pattern and by type; what worked most often stands first.
  func result(_ outcomes: [FixOutcome]) -> (byPattern: [String: [FixExperience]], byType: [String: [FixExperience]]) {
    var byPattern: [String: [String: FixExperience]] = [:]
    var byType: [String: [String: FixExperience]] = [:]
    for outcome in outcomes {
      guard let wasRight = outcome.wasRight else { continue }
      func add(_ list: inout [String: FixExperience]) {
        var experience = list[outcome.action] ?? FixExperience(action: outcome.action)
        experience.decided += 1
        if wasRight {
          experience.worked += 1
          experience.fixes = Array(([outcome.fix] + experience.fixes).prefix(5))
        }
        list[outcome.action] = experience
      }
      add(&byType[outcome.errorType, default: [:]])
      if let pattern = patternOfFix[outcome.fix] { add(&byPattern[pattern, default: [:]]) }
    }
    return (byPattern.mapValues(Self.ordered), byType.mapValues(Self.ordered))
  }

  private static func ordered(_ list: [String: FixExperience]) -> [FixExperience] {
    list.values.sorted { ($1.worked, $0.decided, $0.action) < ($0.worked, $1.decided, $1.action) }
  }
}
