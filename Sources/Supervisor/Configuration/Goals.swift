public import Journal
internal import ManifestYAML
internal import Repair

/// `goals.yaml`: what the backfill is to achieve, each goal with a share of the work that must succeed (S4-17).
public struct Goals: Hashable, Sendable {
  /// The objectives in the order of the file.
  public var objectives: [ServiceObjective]
  /// What is to get well again, in the order of the file.
  public var recoveries: [RecoveryGoal] = []
  /// Where each recovery goal is written, by its name: `config/goals.yaml:9`.
  public var places: [String: String] = [:]

  /// Creates goals; an absent file has none.
  public init(objectives: [ServiceObjective] = []) { self.objectives = objectives }
}

extension Goals {
  /// Reads the file.
  init?(_ file: ConfigurationFile) {
    guard let document = file.decode(GoalsDocument.self) else { return nil }
    self.init()
    for item in document.goals?.items ?? [] {
      guard let goal = item.value else { continue }
      if objectives.contains(where: { $0.name == goal.name.value }) {
        file.note("two goals are called '\(goal.name.value)'; name each differently", at: item.node)
        continue
      }
      objectives.append(
        ServiceObjective(
          name: goal.name.value, goal: goal.goal?.value ?? "", stage: goal.stage?.value,
          publication: goal.publication?.value, objective: goal.objective.value,
          windowDays: goal.windowDays?.value ?? 30))
    }
    for entry in document.recoveries?.items ?? [] {
      guard let name = entry.key?.text, let goal = entry.value else { continue }
      recoveries.append(
        RecoveryGoal(
          name: name, goal: goal.goal?.value ?? "", publication: goal.publication?.value, stage: goal.stage?.value,
          errorType: goal.errorType?.value, maxErrorRate: goal.maxErrorRate?.value ?? 0, by: goal.by?.value,
          maxFixAttempts: goal.maxFixAttempts?.value))
      places[name] = "\(file.name):\(entry.node.line)"
    }
  }

  /// Whether failures of a publication have precedence.
  func isUrgent(_ publication: String) -> Bool { recoveries.contains { $0.publication == publication } }

  /// The recovery goal that a failure belongs to.
  func recovery(covering failure: Failure) -> RecoveryGoal? {
    recoveries.first {
      $0.covers(publication: failure.publication, stage: failure.stage, errorType: failure.error.type)
    }
  }

  /// Notes goals for stages and publications that do not exist: they would count nothing and always hold.
  func check(_ file: ConfigurationFile, _ pipeline: Pipeline, _ publications: PublicationsFile) {
    func check(_ name: String, stage: String?, publication: String?, at node: YAMLNode?) {
      if let stage, pipeline[stage] == nil {
        let known = pipeline.stages.map(\.name)
        file.note(
          "\(name) is for the stage '\(stage)', which pipeline.yaml does not have; it has "
            + known.joined(separator: ", "), at: node?.member("stage"))
      }
      if let publication, publications[publication] == nil {
        file.note(
          "\(name) is for the publication '\(publication)', which publications.yaml does not have",
          at: node?.member("publication"))
      }
    }
    for goal in objectives {
      let node = file.root.member("goals")?.items.first { $0.member("name")?.text == goal.name }
      check("goal '\(goal.name)'", stage: goal.stage, publication: goal.publication, at: node)
    }
    for goal in recoveries {
      let node = file.root.member("recoveries")?.member(goal.name)
      check("recovery '\(goal.name)'", stage: goal.stage, publication: goal.publication, at: node)
    }
  }
}

private struct GoalsDocument: Decodable {
  let schemaVersion: WholeNumber<Attempts>?
  let goals: YAMLItems<GoalDocument>?
  let recoveries: YAMLNamedItems<RecoveryDocument>?

  enum CodingKeys: String, CodingKey {
    case goals, recoveries
    case schemaVersion = "schema_version"
  }
}

private struct GoalDocument: YAMLDescribed {
  let name: Text<PlainName>
  let goal: Text<Filled>?
  let stage: Text<PlainName>?
  let publication: Text<PlainName>?
  let objective: Number<Objective>
  let windowDays: WholeNumber<WindowDays>?

  static let noun: String? = "goal"
  static let nameKey: String? = "name"
  static let examples = ["objective": "0.95", "name": "loads"]

  enum CodingKeys: String, CodingKey {
    case name, goal, stage, publication, objective
    case windowDays = "window_days"
  }
}

private struct RecoveryDocument: YAMLDescribed {
  let goal: Text<Filled>?
  let publication: Text<PlainName>?
  let stage: Text<PlainName>?
  let errorType: Text<PlainName>?
  let maxErrorRate: Number<Share>?
  let by: Text<DayName>?
  let maxFixAttempts: WholeNumber<Attempts>?

  static let noun: String? = "recovery"
  static let examples = ["max_error_rate": "0.05", "by": "2026-12-01"]

  enum CodingKeys: String, CodingKey {
    case goal, publication, stage, by
    case errorType = "error_type"
    case maxErrorRate = "max_error_rate"
    case maxFixAttempts = "max_fix_attempts"
  }
}
