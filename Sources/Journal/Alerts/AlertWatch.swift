public import Foundation

/// Folds a journal into what people are to be told: what changed since each receiver was told last.
public struct AlertWatch: Sendable {
  /// A place that failed at some time.
  private struct Trouble: Sendable {
    var isFailing: Bool
    /// When that began.
    var since: Date
    var place: WorkPlace
    var error: EventError?
  }

  private var reader = OutcomeReader(includesLearned: true)
  private var troubles: [String: Trouble] = [:]
  private var fixes = FixBook()
  /// By receiver and subject, the kind that it was told last.
  private var told: [String: [String: Alert.Kind]] = [:]

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event>) { for event in events { apply(event) } }

  /// Takes one event in.
  public mutating func apply(_ event: Event) {
    switch event.type {
    case .alertSent:
      guard let receiver = event.data["receiver"]?.string, let subject = event.data["subject"]?.string,
        let kind = event.data["kind"]?.string.flatMap(Alert.Kind.init)
      else { return }
      told[receiver, default: [:]][subject] = kind
    case .alertOver:
      guard let receiver = event.data["receiver"]?.string, let subject = event.data["subject"]?.string else { return }
      told[receiver]?[subject] = nil
    case .fixIntended, .fixPublished, .fixStatus, .reconciled: fixes.apply(event)
    default: if let outcome = reader.read(event) { take(outcome) }
    }
  }

  private mutating func take(_ outcome: Outcome) {
    let name = outcome.place.name
    // A stage that runs once a run fails with it; it is no source's.
    guard !name.isEmpty else { return }
    switch outcome.kind {
    case .failure:
      if troubles[name]?.isFailing != true {
        troubles[name] = Trouble(isFailing: true, since: outcome.at, place: outcome.place)
      }
      troubles[name]?.error = outcome.error
    case .success, .settled:
      guard let trouble = troubles[name], trouble.isFailing else { return }
      // Another stage of the same source says nothing about the one that failed.
      guard outcome.kind == .settled || trouble.place.stage == outcome.place.stage else { return }
      troubles[name] = Trouble(isFailing: false, since: outcome.at, place: trouble.place, error: trouble.error)
    case .retried, .outage: return
    }
  }

  /// What a receiver is to be told now, in the order of kinds and subjects.
  ///
  /// - Parameters:
  ///   - wanted: The kinds that it asks for.
  ///   - budgets: How the objectives stand.
  ///   - fixWait: After how many seconds a fix has waited too long.
  ///   - state: Knows what people know of: that does not count.
  ///   - show: An error's message with no more of the data than others may see.
  public func due(
    for receiver: String, wanting wanted: Set<Alert.Kind>, budgets: [ErrorBudget], fixWait: TimeInterval,
    state: BackfillState, now: Date, show: (EventError) -> String
  ) -> [Alert] {
    let told = told[receiver] ?? [:]
    var alerts: [Alert] = []
    for (name, trouble) in troubles {
      if trouble.isFailing, told[name] != .sourceFailing, !isKnown(trouble, in: state, on: RunID.day(now)) {
        alerts.append(failing(name, trouble, show))
      } else if !trouble.isFailing, told[name] == .sourceFailing {
        alerts.append(
          Alert(.sourceHealed, subject: name, since: trouble.since, text: "\(name) does not fail any more."))
      }
    }
    for (subject, budget, burn) in Self.burning(budgets) where told[subject] != .budgetBurning {
      alerts.append(Self.burning(subject, budget, burn, now))
    }
    for (subject, fix, since) in waiting(fixWait, now) where told[subject] != .fixWaiting {
      let days = Int(now.timeIntervalSince(since) / 86_400)
      alerts.append(
        Alert(
          .fixWaiting, subject: subject, since: since, errorType: fix.errorType,
          text: "Fix \(fix.id) of \(fix.urlKey) (\(fix.summary)) has waited for \(days) days: `errata show \(fix.id)`.")
      )
    }
    return alerts.filter { wanted.contains($0.kind) }.sorted { ($0.kind.rank, $0.subject) < ($1.kind.rank, $1.subject) }
  }

  /// What a receiver was told of and is over without a word: it is told anew when it begins again.
  public func over(
    for receiver: String, budgets: [ErrorBudget], fixWait: TimeInterval, runID: String, now: Date
  ) -> [Event] {
    let burning = Set(Self.burning(budgets).map(\.subject))
    let waiting = Set(waiting(fixWait, now).map(\.subject))
    return (told[receiver] ?? [:]).sorted { $0.key < $1.key }.compactMap { subject, kind in
      guard
        kind == .budgetBurning && !burning.contains(subject) || kind == .fixWaiting && !waiting.contains(subject)
      else { return nil }
      return Event(
        .alertOver, runID: runID, data: ["receiver": .string(receiver), "subject": .string(subject)])
    }
  }

  private func failing(_ name: String, _ trouble: Trouble, _ show: (EventError) -> String) -> Alert {
    let type = trouble.error?.type ?? ErrorType.unknown.rawValue
    let message = trouble.error.map { ": \(show($0).prefix(300))" } ?? ""
    let stage = trouble.place.stage.isEmpty || trouble.place.stage == name ? "" : " in the stage \(trouble.place.stage)"
    return Alert(
      .sourceFailing, subject: name, since: trouble.since, errorType: type,
      text: "\(name) fails\(stage) (\(type))\(message)")
  }

  private func isKnown(_ trouble: Trouble, in state: BackfillState, on day: String) -> Bool {
    let failure = StandingFailure(
      source: trouble.place.source.isEmpty ? nil : trouble.place.source, stage: trouble.place.stage,
      errorType: trouble.error?.type ?? ErrorType.unknown.rawValue)
    return state.acknowledgement(of: failure, in: trouble.place.key, on: day) != nil
  }

  private static func burning(_ budgets: [ErrorBudget]) -> [(subject: String, budget: ErrorBudget, burn: BurnRate)] {
    budgets.flatMap { budget in
      budget.burns.filter(\.isTooFast).map { ("goal \(budget.objective.name), \($0.window)", budget, $0) }
    }
  }

  private static func burning(_ subject: String, _ budget: ErrorBudget, _ burn: BurnRate, _ now: Date) -> Alert {
    let tenths = Int((burn.rate * 10).rounded())
    let rate = "\(tenths / 10).\(tenths % 10)"
    return Alert(
      .budgetBurning, subject: subject, since: now,
      text: "The error budget of the goal '\(budget.objective.name)' burns \(rate) times as fast as it may: "
        + "\(burn.outcomes.failed) of \(burn.outcomes.total) failed in \(burn.window).")
  }

  private func waiting(
    _ limit: TimeInterval, _ now: Date
  ) -> [(subject: String, fix: FixRecord, since: Date)] {
    fixes.open.compactMap { fix in
      guard let since = fixes.waitingSince(fix.id), now.timeIntervalSince(since) >= limit else { return nil }
      return ("fix \(fix.id)", fix, since)
    }
  }
}

extension Alert.Kind {
  fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension BurnRate {
  /// The long window in words: `1 h`, `6 h`, `3 d`.
  public var window: String { seconds >= 86_400 ? "\(seconds / 86_400) d" : "\(seconds / 3600) h" }
}
