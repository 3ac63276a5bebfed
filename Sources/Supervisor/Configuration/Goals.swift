public import Journal
internal import ManifestYAML

/// `goals.yaml`: what the backfill is to achieve, each goal with a share of the work that must succeed (S4-17).
public struct Goals: Hashable, Sendable {
  /// The objectives in the order of the file.
  public var objectives: [ServiceObjective]

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
  }

  /// Notes goals for stages and publications that do not exist: they would count nothing and always hold.
  func check(_ file: ConfigurationFile, _ pipeline: Pipeline, _ publications: PublicationsFile) {
    for goal in objectives {
      let node = file.root.member("goals")?.items.first { $0.member("name")?.text == goal.name }
      if let stage = goal.stage, pipeline[stage] == nil {
        let known = pipeline.stages.map(\.name)
        file.note(
          "goal '\(goal.name)' is for the stage '\(stage)', which pipeline.yaml does not have; it has "
            + known.joined(separator: ", "), at: node?.member("stage"))
      }
      if let publication = goal.publication, publications[publication] == nil {
        file.note(
          "goal '\(goal.name)' is for the publication '\(publication)', which publications.yaml does not have",
          at: node?.member("publication"))
      }
    }
  }
}

private struct GoalsDocument: Decodable {
  let schemaVersion: WholeNumber<Attempts>?
  let goals: YAMLItems<GoalDocument>?

  enum CodingKeys: String, CodingKey {
    case goals
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
