/// Failures that somebody knows of and that do not count before a day.
///
/// It is about the failures that stood when it was given: another error, or another source's, counts as before.
public struct Acknowledgement: Codable, Hashable, Sendable {
  /// The day from which on the failures count again, `yyyy-mm-dd`.
  public var until: String
  /// Why, for those who come after.
  public var reason: String
  /// When it was given.
  public var at: String
  /// The error's type by the failure's name.
  public var failures: [String: String]

  /// Creates an acknowledgement.
  public init(until: String, reason: String, at: String, failures: [String: String]) {
    self.until = until
    self.reason = reason
    self.at = at
    self.failures = failures
  }

  /// Whether the failure does not count on a day, `yyyy-mm-dd`.
  public func covers(_ failure: StandingFailure, on day: String) -> Bool {
    day < until && failures[failure.name] == failure.errorType
  }
}

extension BackfillState {
  /// The acknowledgement that keeps a failure of a URL key from counting on a day; nil when it counts.
  public func acknowledgement(of failure: StandingFailure, in urlKey: String, on day: String) -> Acknowledgement? {
    let places = [failure.source.map { "\(urlKey)/\($0)" }, urlKey].compactMap(\.self)
    return places.compactMap { acknowledgements[$0] }.first { $0.covers(failure, on: day) }
  }

  mutating func acknowledge(_ event: Event) {
    guard let key = event.context.urlKey else { return }
    let place = event.context.sourceCode.map { "\(key)/\($0)" } ?? key
    guard event.data["withdrawn"]?.bool != true else { return acknowledgements[place] = nil }
    guard let until = event.data["until"]?.string else { return }
    acknowledgements[place] = Acknowledgement(
      until: until, reason: event.data["reason"]?.string ?? "", at: Event.text(from: event.timestamp),
      failures: (event.data["failures"]?.object ?? [:]).compactMapValues(\.string))
  }
}
