internal import Foundation
internal import Git
internal import Journal
internal import ManifestYAML
internal import Repair

/// Looks after each run whether the goals or constraints are to change, and puts that forward as a branch. Never merges it.
struct RuleReviser: Sendable {
  let workspace: Workspace
  let configuration: Configuration
  let branches: FixBranches
  let redact: @Sendable (String) -> String
  let runID: String
  /// `yyyy-mm-dd`.
  let today: String

  /// How many days a recovery has.
  private static let days = 14
  /// So many runs in a row that do badly are a state of affairs, also where no run ever did well.
  private static let patience = 3

  /// Looks at the rules.
  ///
  /// - Parameters:
  ///   - history: Every event, the run's own included.
  ///   - isWhole: Whether the run was about everything, and not about a part that somebody asked for.
  /// - Returns: What people should know, a sentence each.
  func revise(after review: RunReview, history: [Event], isWhole: Bool) async throws -> [String] {
    let runs = EvaluationFold(replaying: history)
    var notes: [String] = []
    if let revision = try await goals(after: review, runs, isWhole: isWhole, notes: &notes) {
      notes += try await propose(revision)
    }
    if runs.count % ConstraintRevision.interval == 0, let revision = try await constraint(history) {
      notes += try await propose(revision)
    }
    return notes
  }

  // Goals

  private func goals(
    after review: RunReview, _ runs: EvaluationFold, isWhole: Bool, notes: inout [String]
  ) async throws -> Revision? {
    let asks = isWhole && Self.asksForGoals(review.evaluation, runs)
    let progress = review.evaluation.recoveries ?? []
    guard asks || progress.contains(where: \.met) else { return nil }
    if let problem = configuration.goalsProblem {
      if asks { notes.append("The goals are not revised, since they cannot be read: \(problem)") }
      return nil
    }
    guard let path = path(of: "goals"), isAllowed(.reviseGoal) else { return nil }
    // One at a time: the next one can wait for what people say about this one.
    let history = await branches.fixes
    guard !history.contains(where: { $0.action == FixAction.reviseGoal.rawValue && $0.status == .open }) else {
      return nil
    }
    let revision = try asks ? added(path, review, runs) ?? removed(path, progress) : removed(path, progress)
    return revision.flatMap { $0.isRefused(in: history) ? nil : $0 }
  }

  /// Whether a run is an occasion to ask for other goals: it did badly, and that is news, for it did worse than some run before
  /// or is the third one in a row that does badly.
  ///
  /// - Parameter runs: The latest evaluations, the run's own included.
  static func asksForGoals(_ evaluation: RunEvaluation, _ runs: EvaluationFold) -> Bool {
    // What waits for people since an earlier run is not news: places must have failed in this one.
    guard evaluation.asksForRevision, evaluation.failed >= FailureCluster.least else { return false }
    let judged = runs.latest.filter { $0.evaluation.score != nil }
    return judged.contains { !$0.evaluation.asksForRevision } || judged.count >= patience
  }

  private func added(_ path: String, _ review: RunReview, _ runs: EvaluationFold) -> Revision? {
    let known = configuration.goals.recoveries
    let uncovered = review.failures.filter { failure in
      !known.contains {
        $0.covers(publication: failure.publication, stage: failure.place.stage, errorType: failure.errorType)
      }
    }
    guard let cluster = FailureCluster(uncovered) else { return nil }
    let attempts = configuration.constraints.maxFixAttempts
    let goal = GoalRevision.recovery(
      from: cluster, objectives: configuration.goals.objectives, by: day(after: Self.days), attempts: attempts)
    guard !known.contains(where: { $0.name == goal.name }) else { return nil }
    return GoalRevision.adding(goal, for: cluster, path: path, evaluations: runs.latest, attempts: attempts)
  }

  private func removed(_ path: String, _ progress: [RecoveryProgress]) throws -> Revision? {
    guard let met = progress.first(where: \.met),
      let goal = configuration.goals.recoveries.first(where: { $0.name == met.name }),
      let written = try YAMLFile.load(workspace.absolute(path)).root?["recoveries"]?[goal.name]
    else { return nil }
    return GoalRevision.removing(
      goal, written: JSONValue(written.value), isLast: configuration.goals.recoveries.count == 1, path: path,
      progress: met, run: runID)
  }

  private func day(after days: Int) -> String {
    guard let date = Event.date(from: "\(today)T12:00:00Z") else { return today }
    return RunID.day(date.addingTimeInterval(Double(days) * 86_400))
  }

  // Constraints

  private func constraint(_ history: [Event]) async throws -> Revision? {
    guard let path = path(of: "constraints"), isAllowed(.addConstraint) else { return nil }
    let fixes = await branches.fixes
    guard !fixes.contains(where: { $0.action == FixAction.addConstraint.rawValue && $0.status == .open }) else {
      return nil
    }
    let constraints = configuration.constraints
    let drafts = ConstraintRevision(
      RuleViolations(replaying: history), check: constraints.check, approval: constraints.approval,
      maxOpenFixes: constraints.maxOpenFixes, path: path
    ).drafts
    return drafts.first { !$0.isRefused(in: fixes) && isTightening($0, path) }
  }

  /// Whether the file, with the edit, forbids more than it does and allows nothing that it does not.
  private func isTightening(_ revision: Revision, _ path: String) -> Bool {
    let bytes = (try? workspace.absolute(path)).flatMap { FileManager.default.contents(atPath: $0) }.map { [UInt8]($0) }
    guard let edited = try? EditedFiles(revision.candidate.edits, contents: { _ in bytes }).files.first,
      let after = try? Constraints.read(edited.after, name: path)
    else { return false }
    return after.isTightened(from: configuration.constraints)
  }

  // Both

  /// The file's path relative to the workspace, be it that it is not there yet; nil where it is elsewhere.
  private func path(of name: String) -> String? {
    if let known = configuration.files[name] { return known.hasPrefix("/") ? nil : known }
    guard let publications = configuration.files["publications"], !publications.hasPrefix("/"),
      let end = publications.lastIndex(of: "/")
    else { return nil }
    return "\(publications[..<end])/\(name).yaml"
  }

  private func isAllowed(_ action: FixAction) -> Bool {
    !configuration.constraints.forbiddenActions.contains(action.rawValue)
  }

  private func propose(_ revision: Revision) async throws -> [String] {
    let what = revision.candidate.summary
    do {
      let branch =
        try await branches.branchName(of: revision.id, wanted: revision.branch, cause: nil) ?? revision.branch
      var record = revision.record(run: runID)
      record.branch = branch
      let outcome = try await branches.propose(
        Proposal(
          record: record, edits: revision.candidate.edits,
          message: redact(revision.message(run: runID, branch: branch))))
      switch outcome {
      case .waiting: return []
      case .patchOnly(_, let reason): return ["A revision was put forward as a patch alone (\(what)). \(reason)"]
      case .published(let fix, let notes):
        return ["revision \(fix.id) of \(fix.files.joined(separator: ", ")): \(what)"] + notes
      }
    } catch let error as FixingError {
      return ["A revision could not be put forward (\(what)): \(error.description)"]
    } catch let error as YAMLError {
      return ["A revision could not be put forward (\(what)): \(error)"]
    } catch let error as FixEditError {
      return ["A revision could not be put forward (\(what)): \(error)"]
    }
  }
}
