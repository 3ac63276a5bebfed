public import Journal
internal import ManifestYAML

/// Drafts revisions of the goals: one more to get well again by, and its end when it is met (S3-4).
public enum GoalRevision {
  /// Where no goal says what may fail.
  private static let standardErrorRate = 0.05

  /// Errors of which several at once say that what the producer publishes has another form now.
  private static let ofForm: Set<ErrorType> = [
    .missingColumn, .unexpectedColumn, .sheetNotFound, .typeMismatch, .dateFormat, .encodingError, .valueTooLong,
  ]

  /// The goal that a cluster of failures gets well by.
  ///
  /// - Parameters:
  ///   - objectives: The goals that say what may fail.
  ///   - by: The day, `yyyy-mm-dd`.
  ///   - attempts: How many attempts at fixing a run has.
  public static func recovery(
    from cluster: FailureCluster, objectives: [ServiceObjective], by day: String, attempts: Int
  ) -> RecoveryGoal {
    let name = [cluster.publication ?? "all", cluster.stage, cluster.errorType].compactMap(\.self)
      .map { FixIdentity.component($0, longest: 30) }.joined(separator: "-")
    let who = cluster.publication ?? "every publication"
    let isOfForm = cluster.failures.allSatisfy { ErrorType(rawValue: $0.errorType).map(ofForm.contains) ?? false }
    let goal =
      isOfForm
      ? "\(who) is migrated to what its producer publishes now: \(cluster.stage) works again"
      : "\(cluster.stage) of \(who) works again"
    let applying = objectives.filter {
      ($0.publication == nil || $0.publication == cluster.publication) && ($0.stage == nil || $0.stage == cluster.stage)
    }
    let rate = applying.map(\.budget).min() ?? standardErrorRate
    return RecoveryGoal(
      name: name, goal: goal + (cluster.errorType.map { ", without \($0)." } ?? "."), publication: cluster.publication,
      stage: cluster.stage, errorType: cluster.errorType, maxErrorRate: (rate * 10_000).rounded() / 10_000, by: day,
      maxFixAttempts: max(1, (attempts * 2 + 2) / 3))
  }

  /// The revision that adds a goal.
  ///
  /// - Parameters:
  ///   - path: `goals.yaml`, relative to the workspace.
  ///   - evaluations: The latest runs, the one that asks for it last.
  ///   - attempts: How many attempts at fixing a run has.
  public static func adding(
    _ goal: RecoveryGoal, for cluster: FailureCluster, path: String, evaluations: [EvaluationFold.Entry], attempts: Int
  ) -> Revision {
    let edit = FixEdit(
      file: path, selector: YAMLSelector(steps: [.key("recoveries"), .key(goal.name)]), old: nil, new: goal.value)
    let latest = evaluations.last
    let score = latest?.evaluation.score.map(signed) ?? "unknown"
    let what = cluster.errorType.map { " with \($0)" } ?? ""
    let place = cluster.publication.map { "\($0): " } ?? ""
    let candidate = Candidate(
      action: .reviseGoal, edits: [edit], loss: Loss(.nothing),
      summary: "\(place)have \(cluster.stage) recover\(cluster.errorType.map { " from \($0)" } ?? "")",
      reason: "The score of \(latest?.run ?? "the run") is \(score) of -1 to 1, and at "
        + "\(signed(RunEvaluation.revisionScore)) or lower the goals are revised. "
        + "\(Numbers.counted(cluster.failures.count, "place")) \(cluster.failures.count == 1 ? "fails" : "fail") in "
        + "\(cluster.stage)\(what).", prior: 0.5, safe: false)
    let longest = 12
    let failing = cluster.failures.prefix(longest).map { "\($0.place.name)  \($0.errorType)" }
    let rest = cluster.failures.count > longest ? ["and \(cluster.failures.count - longest) more"] : []
    let before = goal.publication == nil ? "" : "its periods run first, "
    return Revision(
      candidate: candidate, slug: "goals-\(goal.name)", errorType: cluster.errorType ?? "none",
      evidence: [cluster.publication ?? "", cluster.stage, cluster.errorType ?? ""]
        + Set(cluster.failures.map { "\($0.publication ?? "")/\($0.place.source)" }).sorted(),
      facts: evaluations.suffix(5).map(line) + [""] + failing + rest,
      effect: "As long as the goal stands, \(before)its failures are looked into first, with at most "
        + "\(goal.maxFixAttempts ?? attempts) of a run's \(attempts) attempts at fixing, and each run says how far it has "
        + "come. It is met when no more than \(percent(goal.maxErrorRate)) of what it is about fails; Errata then proposes to "
        + "take it out. No error budget changes.")
  }

  /// The revision that takes out a goal that is met.
  ///
  /// - Parameters:
  ///   - isLast: Whether no other stands beside it.
  ///   - written: What the file says of it.
  public static func removing(
    _ goal: RecoveryGoal, written: JSONValue, isLast: Bool, path: String, progress: RecoveryProgress, run: String
  ) -> Revision {
    let edit =
      isLast
      ? FixEdit(
        file: path, selector: YAMLSelector(steps: [.key("recoveries")]), old: .object([goal.name: written]), new: nil)
      : FixEdit(
        file: path, selector: YAMLSelector(steps: [.key("recoveries"), .key(goal.name)]), old: written, new: nil)
    let candidate = Candidate(
      action: .reviseGoal, edits: [edit], loss: Loss(.nothing), summary: "\(goal.name) is met: take it out",
      reason: "In \(run), \(progress.failing) of \(Numbers.counted(progress.places, "place")) that the goal is about "
        + "\(progress.failing == 1 ? "fails" : "fail"), and \(percent(goal.maxErrorRate)) may.", prior: 0.9, safe: false
    )
    return Revision(
      candidate: candidate, slug: "goals-\(goal.name)-met", errorType: goal.errorType ?? "none",
      evidence: ["met", goal.name, goal.by ?? ""], facts: ["goal: \(goal.goal.isEmpty ? goal.name : goal.goal)"],
      effect: "Its failures have no precedence any more.")
  }

  private static func line(_ entry: EvaluationFold.Entry) -> String {
    let found = entry.evaluation
    guard let score = found.score else { return "\(entry.run)  not judged: \(found.unjudged ?? "")" }
    let parts = [
      found.health.map { "well \(found.well)/\(found.places) (\(percent($0)))" },
      found.errorRate.map { "failed \(found.failed)/\(found.outcomes) (\(percent($0)))" },
      found.throughput.map { "rows \(found.rows)/\(found.rowsExpected) (\(percent($0)))" },
    ]
    return "\(entry.run)  score \(signed(score))  \(parts.compactMap(\.self).joined(separator: ", "))"
  }

  private static func signed(_ score: Double) -> String { (score < 0 ? "-" : "") + Numbers.decimal(abs(score)) }

  private static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}

extension RecoveryGoal {
  /// What stands under its name in the file.
  var value: JSONValue {
    var members: [String: JSONValue] = ["goal": .string(goal), "max_error_rate": .double(maxErrorRate)]
    for (key, text) in [("publication", publication), ("stage", stage), ("error_type", errorType), ("by", by)] {
      if let text { members[key] = .string(text) }
    }
    if let maxFixAttempts { members["max_fix_attempts"] = .int(maxFixAttempts) }
    return .object(members)
  }
}
