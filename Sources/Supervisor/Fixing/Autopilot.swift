internal import Journal
internal import Repair

/// Autonomous mode in one run: merges what may be merged, and takes back what the stage then failed on for real.
actor Autopilot {
  /// How many fixes of one place are merged and taken back in one run before a person has to look.
  private static let patience = 3
  private let branches: FixBranches
  private let way: ExecutionMode.Merge
  /// Runs a failed stage for real once more; its error, nil when it passed or nothing can be said.
  private let again: @Sendable (Failure) async throws -> EventError?
  private var seen: [String: Failure] = [:]
  private var merged: [String: FixRecord] = [:]
  private var takenBack: [String: Int] = [:]

  /// - Parameter merge: How a fix comes into the base.
  init(
    branches: FixBranches, merge: ExecutionMode.Merge, again: @escaping @Sendable (Failure) async throws -> EventError?
  ) {
    self.branches = branches
    way = merge
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
      let why = "\(failure.place) fails with \(failure.error.type) since fix \(fix.id)"
      let outcome = try await branches.rollback(
        fix.id, reason: "Errata merged the fix by itself, and then, twice over, \(why):\n\n    \(failure.error.message)"
      )
      notes.append("\(why). \(outcome.sentence)")
      takenBack[place(failure), default: 0] += 1
      merged[place(failure)] = nil
      left.append(outcome.done ? before : failure)
    }
    return (left, notes)
  }

  /// Merges what may be merged without a person: one fix a place at a time. Where one was taken back, the next best has its
  /// turn; after some of them a person does. Where the remote cannot be used, or takes no pushes to the base, they stay proposed.
  func merge(_ outcomes: [MendOutcome]) async throws -> (merged: Bool, notes: [String]) {
    var notes: [String] = []
    var done = false
    for case .proposed(let fix, mayMerge: true) in outcomes {
      let place = "\(fix.urlKey)/\(fix.source ?? "")/\(fix.stage)"
      guard takenBack[place, default: 0] < Self.patience, await branches.mayMerge() else { continue }
      for outcome in try await branches.approve([fix.id], by: way, automatically: true) {
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
