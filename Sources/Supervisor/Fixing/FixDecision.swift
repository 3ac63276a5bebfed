public import Journal

/// What stands at a fix's edited paths in the files that a run reads.
public enum StandingValue: String, Hashable, Sendable {
  /// Every edited path holds what the fix proposes.
  case proposed
  /// Every edited path holds what it held before the fix.
  case previous
  /// Some path holds neither, or some paths hold the one and some the other.
  case other
  /// A file, source or column that the fix edits is no longer there.
  case missing

  /// One answer for a fix of several edits.
  public static func combined(_ values: [StandingValue]) -> StandingValue {
    guard let first = values.first else { return .missing }
    if values.contains(.missing) { return .missing }
    return values.allSatisfy { $0 == first } ? first : .other
  }
}

/// What became of the branch that a fix was published on.
public enum BranchState: String, Hashable, Sendable {
  /// It stands where Errata put it.
  case untouched
  /// It stands on a commit that is not Errata's: it belongs to a person now.
  case moved
  /// It was published in this repository and is gone from it.
  case deleted
  /// It cannot be said: the fix is a patch only, or this is another clone.
  case unknown
}

/// Everything that decides a fix's status. The value decides; the rest explains how it got there.
public struct FixObservation: Hashable, Sendable {
  /// The status that the journal has so far.
  public var status: FixStatus
  /// What stands at the edited paths now.
  public var value: StandingValue
  /// Whether some commit since the fix was proposed held the proposed value.
  public var everHeldProposed: Bool
  /// Whether a revert explains that it no longer does.
  public var revertSaysSo: Bool
  /// Whether the other value came from a stage that wrote the file anew, not from a person.
  public var otherIsGenerated: Bool
  /// The branch.
  public var branch: BranchState

  /// Creates an observation.
  public init(
    status: FixStatus = .open, value: StandingValue, everHeldProposed: Bool = false, revertSaysSo: Bool = false,
    otherIsGenerated: Bool = false, branch: BranchState = .untouched
  ) {
    self.status = status
    self.value = value
    self.everHeldProposed = everHeldProposed
    self.revertSaysSo = revertSaysSo
    self.otherIsGenerated = otherIsGenerated
    self.branch = branch
  }

  /// The status that this observation means: the table of reconciling, row by row.
  public var reconciled: FixStatus {
    switch value {
    case .proposed: return .approved
    case .missing: return .superseded
    case .other: return otherIsGenerated ? .superseded : .changed
    case .previous: break
    }
    let stood = everHeldProposed || status == .approved || status == .changed
    switch status {
    case .rejected, .reverted, .superseded: return status
    case .lost, .open, .approved, .changed: break
    }
    if stood { return revertSaysSo ? .reverted : .lost }
    if branch == .deleted { return .rejected }
    return status == .lost ? .lost : .open
  }
}
