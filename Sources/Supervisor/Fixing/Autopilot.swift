internal import Journal
internal import Repair

/// Autonomous mode in one run: merges what may be merged, and takes back what the stage then failed on for real.
actor Autopilot {
  private let branches: FixBranches
  /// Runs a failed stage for real once more; its error, nil when it passed or nothing can be said.
  private let again: @Sendable (Failure) async throws -> EventError?
  private var seen: [String: Failure] = [:]
  private var merged: [String: FixRecord] = [:]
  private var takenBack: Set<String> = []

  init(branches: FixBranches, again: @escaping @Sendable (Failure) async throws -> EventError?) {
    self.branches = branches
    self.again = again
  }

  /// Reverts the fixes that this run merged and whose stage fails with a data failure twice over.
  ///
  /// - Returns: The failures to look into: in place of what a reverted fix led to, what it was meant to mend. And what to tell.
  func takeBack(_ failures: [Failure]) async throws -> (failures: [Failure], notes: [String]) {
    var left: [Failure] = []
    var notes: [String] = []
    for failure in failures {
      guard let fix = merged[place(failure)], Self.isDataFailure(failure.error), let before = seen[place(failure)],
        let error = try await again(failure), VerdictRules.isAlike(error, failure.error)
      else {
        seen[place(failure)] = failure
        left.append(failure)
        continue
      }
      let outcome = try await branches.rollback(fix.id)
      notes.append("\(failure.place) fails with \(failure.error.type) since fix \(fix.id). \(outcome.sentence)")
      takenBack.insert(place(failure))
      left.append(outcome.done ? before : failure)
    }
    return (left, notes)
  }

  /// Merges what may be merged without a person: one fix a place, and none where one was taken back in this run.
  func merge(_ outcomes: [MendOutcome]) async throws -> (merged: Bool, notes: [String]) {
    var notes: [String] = []
    var done = false
    for case .proposed(let fix, mayMerge: true) in outcomes {
      let place = "\(fix.urlKey)/\(fix.source ?? "")/\(fix.stage)"
      guard !takenBack.contains(place) else { continue }
      for outcome in try await branches.approve([fix.id]) {
        notes.append(outcome.sentence)
        guard outcome.done else { continue }
        merged[place] = fix
        done = true
      }
    }
    return (done, notes)
  }

  private func place(_ failure: Failure) -> String { "\(failure.urlKey)/\(failure.source ?? "")/\(failure.stage)" }

  /// Whether the data or the manifest is at fault: what may heal, and what concerns the machine or a program, says nothing
  /// about a fix.
  private static func isDataFailure(_ error: EventError) -> Bool {
    let foreign: [ErrorType] = [.codeError, .llmError, .outOfMemory, .unknown, .none]
    return !foreign.contains(error.kind) && !Transience.isOutage(error.kind)
      && !(error.transient ?? Transience.isTransient(error.kind))
  }
}
