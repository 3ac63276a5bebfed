public import Foundation
public import Journal
internal import Repair

extension Session {
  /// What each receiver is to be told now, without telling it.
  public func dueAlerts() async -> [(receiver: AlertReceiver, alerts: [Alert])] {
    let settings = configuration.alerts
    guard !settings.receivers.isEmpty else { return [] }
    let due = AlertsDue(configuration, await journal(), now: tools.now())
    return settings.receivers.map { ($0, due.alerts(for: $0)) }.filter { !$0.1.isEmpty }
  }

  /// Tells the receivers what changed since they were told last. One that is broken is tried again by the next run.
  ///
  /// - Returns: What people should know, a sentence for each receiver that was not reached.
  public func settleAlerts() async throws -> [String] {
    let settings = configuration.alerts
    guard !settings.receivers.isEmpty else { return [] }
    let due = AlertsDue(configuration, await journal(), now: tools.now())
    var sentences: [String] = []
    for receiver in settings.receivers {
      try await running.recorder.append(due.over(for: receiver, runID: running.runID))
      let alerts = due.alerts(for: receiver)
      guard !alerts.isEmpty else { continue }
      if let sentence = try await send(alerts, to: receiver) { sentences.append(sentence) }
    }
    return sentences
  }

  /// Sends each receiver a sample, whatever it asks for.
  ///
  /// - Returns: A sentence for each receiver that was not reached.
  public func testAlerts() async throws -> [String] {
    let sample = Alert(.test, subject: "test", since: tools.now(), text: "This is a test: alerts arrive here.")
    var sentences: [String] = []
    for receiver in configuration.alerts.receivers {
      if let sentence = try await send([sample], to: receiver) { sentences.append(sentence) }
    }
    try await recordOperations()
    return sentences
  }

  private func send(_ alerts: [Alert], to receiver: AlertReceiver) async throws -> String? {
    let delivery = AlertDelivery(
      runner: tools.runner, folder: workspace.root, inherited: ProcessInfo.processInfo.environment,
      redact: tools.redact)
    let message = AlertMessage(alerts, workspace: workspace, runID: running.runID)
    do throws(AlertError) {
      try await delivery.send(message, to: receiver)
    } catch {
      let what = alerts.count == 1 ? "an alert" : "\(alerts.count) alerts"
      return
        "The receiver '\(receiver.name)' did not get \(what), since \(error.description): the next run tries again."
    }
    let real = alerts.filter { $0.kind != .test }
    try await running.recorder.append(real.map { $0.event(sentTo: receiver.name, runID: running.runID) })
    return nil
  }
}

/// What a journal gives receivers to be told.
public struct AlertsDue: Sendable {
  private let watch: AlertWatch
  private let budgets: [ErrorBudget]
  private let state: BackfillState
  private let fixWait: TimeInterval
  private let values: ValuePolicy
  private let now: Date

  /// Looks through a journal.
  public init(_ configuration: Configuration, _ events: [Event], now: Date) {
    watch = AlertWatch(replaying: events)
    state = BackfillState(replaying: events)
    let goals = configuration.goals.objectives
    budgets = goals.isEmpty ? [] : HealthFold(now: now, objectives: goals, replaying: events).report.budgets
    fixWait = configuration.alerts.fixWaitDays * 86_400
    values = ValuePolicy(rawValue: configuration.execution.reportValues.rawValue) ?? .counts
    self.now = now
  }

  /// What a receiver is to be told; of the data's values it sees what `report.values` allows.
  public func alerts(for receiver: AlertReceiver) -> [Alert] {
    watch.due(
      for: receiver.name, wanting: receiver.kinds, budgets: budgets, fixWait: fixWait, state: state, now: now,
      show: { [values] error in values.masked(error.message, values: [error.value].compactMap(\.self)) })
  }

  /// What a receiver was told of and is over without a word.
  public func over(for receiver: AlertReceiver, runID: String = "") -> [Event] {
    watch.over(for: receiver.name, budgets: budgets, fixWait: fixWait, runID: runID, now: now)
  }
}
