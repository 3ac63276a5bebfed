/// A place that fails, with the error's type.
public struct FailingPlace: Hashable, Comparable, Sendable {
  /// Where.
  public let place: WorkPlace
  /// The publication, where there is one.
  public let publication: String?
  /// The error's type.
  public let errorType: String

  /// Names a failing place.
  public init(_ place: WorkPlace, publication: String?, errorType: String) {
    self.place = place
    self.publication = publication
    self.errorType = errorType
  }

  /// By place, then by the error's type.
  public static func < (left: FailingPlace, right: FailingPlace) -> Bool {
    (left.place, left.errorType) < (right.place, right.errorType)
  }
}

/// The failures that a goal's revision is about: those of one stage, of one type where one prevails, of one publication where they
/// are all in one.
public struct FailureCluster: Hashable, Sendable {
  /// What fails in one place is a fix's matter.
  public static let least = 2

  /// The stage.
  public let stage: String
  /// The publication; nil where there are several.
  public let publication: String?
  /// The type of more than half of the stage's failures; nil where none is.
  public let errorType: String?
  /// The failures, in the order of their places.
  public let failures: [FailingPlace]

  /// The cluster of the stage in which most places fail; nil where no stage fails in several places.
  public init?(_ failures: some Sequence<FailingPlace>) {
    let stages = Dictionary(grouping: failures, by: \.place.stage)
    guard let worst = Self.largest(stages), !worst.key.isEmpty else { return nil }
    stage = worst.key
    let prevailing = Self.largest(Dictionary(grouping: worst.value, by: \.errorType))
    let type = prevailing.flatMap { $0.value.count * 2 > worst.value.count ? $0.key : nil }
    errorType = type
    self.failures = worst.value.filter { type == nil || $0.errorType == type }.sorted()
    guard self.failures.count >= Self.least else { return nil }
    let publications = Set(self.failures.map(\.publication))
    publication = publications.count == 1 ? publications.first ?? nil : nil
  }

  /// The largest group; of several the one whose name comes first.
  private static func largest(_ groups: [String: [FailingPlace]]) -> (key: String, value: [FailingPlace])? {
    groups.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }.map { ($0.key, $0.value) }
  }
}
