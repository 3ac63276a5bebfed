/// What is to get well again, and by when: a goal that `config/goals.yaml` has for as long as an incident goes on.
///
/// As long as it stands, its publications run first, its failures are looked into first, and each run says how far it has come.
public struct RecoveryGoal: Codable, Hashable, Sendable {
  /// Its name.
  public var name: String
  /// What is to come about, in words.
  public var goal: String
  /// The publication that it is about; nil for all.
  public var publication: String?
  /// The stage that it is about; nil for all.
  public var stage: String?
  /// The type of error that it is about; nil for all.
  public var errorType: String?
  /// The share of places that may fail, between 0 and 1, for it to be met.
  public var maxErrorRate: Double
  /// The day by which it is to be met, `yyyy-mm-dd`; nil for no day.
  public var by: String?
  /// How many of a run's attempts at fixing are for it, so that other failures have their turn too; nil for all.
  public var maxFixAttempts: Int?

  /// Creates a goal.
  public init(
    name: String, goal: String = "", publication: String? = nil, stage: String? = nil, errorType: String? = nil,
    maxErrorRate: Double = 0, by: String? = nil, maxFixAttempts: Int? = nil
  ) {
    self.name = name
    self.goal = goal
    self.publication = publication
    self.stage = stage
    self.errorType = errorType
    self.maxErrorRate = maxErrorRate
    self.by = by
    self.maxFixAttempts = maxFixAttempts
  }

  enum CodingKeys: String, CodingKey {
    case name, goal, publication, stage, by
    case errorType = "error_type"
    case maxErrorRate = "max_error_rate"
    case maxFixAttempts = "max_fix_attempts"
  }

  /// Whether a failure is one of those that it is about.
  public func covers(publication: String?, stage: String, errorType: String) -> Bool {
    isAbout(publication: publication, stage: stage) && (self.errorType == nil || self.errorType == errorType)
  }

  func isAbout(publication: String?, stage: String) -> Bool {
    (self.publication == nil || self.publication == publication) && (self.stage == nil || self.stage == stage)
  }
}

/// How far a recovery goal has come, as a run found it.
public struct RecoveryProgress: Codable, Hashable, Sendable {
  /// The goal's name.
  public let name: String
  /// Places that it is about and that stand failed, or failed in the run.
  public let failing: Int
  /// Of how many that the run worked on or that stand failed.
  public let places: Int
  /// Whether the run did some of its work well, and no more fails than may.
  public let met: Bool
  /// Whether its day is over and it is not met.
  public let overdue: Bool

  /// Compares what a run found with the goal.
  ///
  /// - Parameters:
  ///   - worked: Whether the run did some of the work that the goal is about.
  ///   - today: `yyyy-mm-dd`.
  public init(_ goal: RecoveryGoal, failing: Int, of places: Int, worked: Bool, today: String) {
    name = goal.name
    self.failing = failing
    self.places = places
    met = worked && Double(failing) <= goal.maxErrorRate * Double(places)
    overdue = !met && goal.by.map { $0 < today } ?? false
  }
}
