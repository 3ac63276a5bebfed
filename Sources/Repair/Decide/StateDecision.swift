internal import Journal

/// What a failure asks for before, or instead of, an edit.
public enum StateDecision {
  /// The action on state that a failure calls for; nil when an edit should be looked for.
  ///
  /// - Parameters:
  ///   - mayRetry: whether the run has retries left for the failed stage.
  public static func decision(for failure: Failure, evidence: Evidence, mayRetry: Bool) -> StateAction? {
    let kind = failure.error.kind
    let date = [failure.error.expectedDate, evidence.page?.upcomingDate, evidence.landing?.upcomingDate]
      .compactMap { $0 }.first
    if kind == .upcomingPublication { return .markPending(until: date) }
    // A page that is announced for a day is not missing but early. One that links data is out, whatever it announces next.
    if [.notFound, .noFilesFound].contains(kind), let page = evidence.page, page.upcomingDate != nil,
      !page.links.contains(where: { Address($0.url).fileExtension != nil })
    {
      return .markPending(until: date)
    }
    if Transience.isOutage(kind) {
      return .escalateToHuman(reason: "\(failure.error.type) concerns the machine or the target, not this source.")
    }
    if failure.error.transient ?? Transience.isTransient(kind) {
      return mayRetry
        ? .retry(reason: "\(failure.error.type) may heal by itself.")
        : .escalateToHuman(reason: "\(failure.error.type) did not heal in the retries that the run allows.")
    }
    return nil
  }

  /// The escalation of a failure for which no candidate held.
  public static func escalation(of failure: Failure, ranked: [Ranked]) -> StateAction {
    let tried = ranked.count { $0.verdict != nil }
    if ranked.isEmpty {
      return .escalateToHuman(reason: "No edit of a manifest is known to mend \(failure.error.type).")
    }
    if tried > 0 {
      return .escalateToHuman(reason: "\(Numbers.counted(tried, "edit")) tried, and none made the stage pass.")
    }
    return .escalateToHuman(reason: "No edit may be proposed: " + (ranked[0].standing + "."))
  }
}
